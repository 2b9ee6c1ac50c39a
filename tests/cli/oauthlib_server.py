# SPDX-License-Identifier: MIT
"""An authorization server made of python3-oauthlib, in front of a simulated site.

    oauthlib_server.py PORT_FILE SITE USER:PASSWORD CLIENT:SECRET:REDIRECT LIFE

What is right in a request for tokens is decided by oauthlib alone, so that the
client is not only held against its own reading of the standards.  It speaks the
addresses of Data Center; calls with a good token go on to SITE with Basic
credentials.  POST /__revoke forgets all tokens, GET /__counts tells what was done.
"""
import base64
import http.server
import json
import os
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # loopback
from oauthlib.oauth2 import RequestValidator, WebApplicationServer  # noqa: E402
from oauthlib.oauth2 import FatalClientError, OAuth2Error  # noqa: E402

port_file, site, basic, client, life = sys.argv[1:]
client_id, secret, redirect = client.split(":", 2)
counts = {"codes": 0, "refreshes": 0}
codes, tokens, refreshes = {}, {}, {}
lock = threading.Lock()


class Client:
    client_id = client_id


class Validator(RequestValidator):
    def validate_client_id(self, given, request, *args, **kwargs):
        return given == client_id

    def authenticate_client(self, request, *args, **kwargs):
        request.client = Client()
        return request.client_id == client_id and request.client_secret == secret

    def authenticate_client_id(self, given, request, *args, **kwargs):
        return False

    def validate_redirect_uri(self, given, uri, request, *args, **kwargs):
        return uri == redirect

    def confirm_redirect_uri(self, given, code, uri, client, request, *args, **kwargs):
        return uri == codes[code]["redirect"]

    def validate_scopes(self, given, scopes, client, request, *args, **kwargs):
        return bool(scopes) and set(scopes) <= {"READ", "WRITE"}

    def get_default_scopes(self, given, request, *args, **kwargs):
        return ["READ"]

    def validate_response_type(self, given, kind, client, request, *args, **kwargs):
        return kind == "code"

    def is_pkce_required(self, given, request):
        return False

    def save_authorization_code(self, given, code, request, *args, **kwargs):
        codes[code["code"]] = {
            "scopes": request.scopes, "redirect": request.redirect_uri,
            "challenge": request.code_challenge, "method": request.code_challenge_method,
            "until": time.monotonic() + 60}

    def validate_code(self, given, code, client, request, *args, **kwargs):
        found = codes.get(code)
        if not found or found["until"] < time.monotonic():
            return False
        request.scopes, request.user = found["scopes"], "ann"
        request.code_challenge = found["challenge"]
        request.code_challenge_method = found["method"]
        return True

    def get_code_challenge(self, code, request):
        return codes[code]["challenge"]

    def get_code_challenge_method(self, code, request):
        return codes[code]["method"]

    def invalidate_authorization_code(self, given, code, request, *args, **kwargs):
        codes.pop(code, None)
        counts["codes"] += 1

    def validate_grant_type(self, given, kind, client, request, *args, **kwargs):
        return kind in ("authorization_code", "refresh_token")

    def save_bearer_token(self, token, request, *args, **kwargs):
        until = time.monotonic() + token["expires_in"]
        tokens[token["access_token"]] = {"until": until, "scopes": token["scope"].split()}
        if request.refresh_token:  # rotates, without mercy
            refreshes.pop(request.refresh_token, None)
            counts["refreshes"] += 1
        refreshes[token["refresh_token"]] = token["scope"].split()
        return redirect

    def validate_refresh_token(self, given, client, request, *args, **kwargs):
        return given in refreshes

    def get_original_scopes(self, given, request, *args, **kwargs):
        return refreshes[given]

    def rotate_refresh_token(self, request):
        return True

    def validate_bearer_token(self, token, scopes, request):
        found = tokens.get(token)
        return bool(found) and found["until"] > time.monotonic()


server = WebApplicationServer(Validator(), token_expires_in=int(life))


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, headers, body, status):
        body = (body or "").encode() if not isinstance(body, bytes) else body
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pass_on(self, body):
        ok, _ = server.verify_request(self.path, self.command, body, dict(self.headers), ["READ"])
        if not ok:
            return self.answer({"WWW-Authenticate": "Bearer"}, "", 401)
        request = urllib.request.Request(site + self.path, data=body or None, method=self.command)
        for name in ("Accept", "Content-Type", "X-ExperimentalApi", "X-Atlassian-Token"):
            if self.headers.get(name):
                request.add_header(name, self.headers[name])
        request.add_header("Authorization", "Basic " + base64.b64encode(basic.encode()).decode())
        try:
            reply = urllib.request.urlopen(request)
        except urllib.error.HTTPError as e:
            reply = e
        self.answer({"Content-Type": reply.headers.get("Content-Type", "")}, reply.read(), reply.status)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urllib.parse.urlsplit(self.path).path
        with lock:
            try:
                if path == "/__revoke":
                    tokens.clear()
                    refreshes.clear()
                    self.answer({}, "", 204)
                elif path == "/__expire":
                    tokens.clear()
                    self.answer({}, "", 204)
                elif path == "/__counts":
                    self.answer({}, json.dumps(counts), 200)
                elif path == "/rest/oauth2/latest/authorize":
                    scopes, info = server.validate_authorization_request(
                        self.path, "GET", None, dict(self.headers))
                    self.answer(*server.create_authorization_response(
                        self.path, "GET", None, dict(self.headers), scopes=scopes,
                        credentials={"user": "ann", "redirect_uri": info["redirect_uri"]}))
                elif path == "/rest/oauth2/latest/token":
                    self.answer(*server.create_token_response(
                        self.path, self.command, body.decode(), dict(self.headers)))
                else:
                    self.pass_on(body)
            except FatalClientError as e:
                self.answer({}, str(e), 400)
            except OAuth2Error as e:
                self.answer({"Location": e.in_uri(redirect)}, "", 302)

    do_GET = do_POST = do_PUT = do_DELETE = handle_any


listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".new", "w") as f:
    f.write(str(listener.server_address[1]))
os.rename(port_file + ".new", port_file)
listener.serve_forever()
