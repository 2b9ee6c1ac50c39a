#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Identity providers for tests: Okta's Authentication API and Crowd's REST interface.

    idp.py okta|crowd --site URL --port-file FILE [--log FILE] [--api-token T]
                      [--saml-for NAME] [--form] [--captcha]

Both end in a page with a SAML answer for the site's /plugins/servlet/samlconsumer.
As strict as the providers' documents: media types, members of bodies, tokens that work
once, wrong passwords that are counted and lock the account.  The log has a line of JSON
a request, without secrets.  GET /__idp/codes: the one-time codes sent so far; GET /__idp/secrets: what no log may show;
POST /__idp/forget: every session of the provider ends.

Accounts of Okta, each with the password in PASSWORD: ann has no second factor; push,
number, reject, totp, sms, email have the one they are called after (number matches a
number, reject says no); both has push and totp; warn and expired have an old password;
step is asked for a second factor by the application only.
"""
import argparse
import base64
import datetime
import html
import json
import os
import secrets
import sys
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PASSWORD = "correct horse"
APP = ("jsmfs app", "app secret")
FACTORS = {
    "push": ["push"], "number": ["push"], "reject": ["push"], "sms": ["sms"],
    "email": ["email"], "totp": ["token:software:totp"],
    "both": ["push", "token:software:totp"], "step": ["sms"],
}
USERS = {"ann", "warn", "expired"} | set(FACTORS)
LOCK_AFTER = 3
TOTP = "246810"

lock = threading.RLock()
failures = {}
transactions = {}   # state token -> dict
session_tokens = {} # -> user, used once
sids = {}           # cookie -> user
devices = set()     # (user, device token) whose second factor is remembered
codes = []          # {"user", "code"}
told = []           # every secret given out
valid_codes = {}    # user -> codes not used yet
stepped_up = set()  # sids


class Answer(Exception):
    """An answer with a status, JSON or a page, and headers."""

    def __init__(self, status, body=None, headers=(), page=None):
        super().__init__(status)
        self.status, self.body, self.headers, self.page = status, body, headers, page


def secret(text):
    """Something that no log of the client may show."""
    told.append(text)
    return text


def error(status, code, summary):
    raise Answer(status, {"errorCode": code, "errorSummary": summary, "errorLink": code,
                          "errorId": "oae" + secrets.token_hex(8), "errorCauses": []})


def okta_escape(text):
    """Okta's pages write every mark of base64 as a reference."""
    return "".join(c if c.isalnum() else "&#x%x;" % ord(c) for c in text)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    # --- one request ------------------------------------------------------------

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        self.url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(self.url.query, keep_blank_values=True))
        self.cookies = {}
        for part in (self.headers.get("Cookie") or "").split("; "):
            name, _, value = part.partition("=")
            self.cookies[name] = value
        with lock:
            try:
                self.route()
                answer = Answer(404, page="<title>Not here</title>")
            except Answer as a:
                answer = a
        self.send(answer)

    do_GET = do_POST = handle_any

    def send(self, a):
        kind = "application/json" if a.body is not None else "text/html;charset=UTF-8"
        data = json.dumps(a.body) if a.body is not None else a.page or ""
        data = b"" if a.status == 204 else data.encode()
        if options.log and not self.url.path.startswith("/__idp/"):
            with lock, open(options.log, "a", encoding="utf-8") as f:
                f.write(json.dumps({"method": self.command, "path": self.url.path,
                                    "status": a.status}) + "\n")
        self.send_response(a.status)
        for name, value in a.headers:
            self.send_header(name, value)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def route(self):
        if self.url.path == "/__idp/codes":
            raise Answer(200, codes)
        if self.url.path == "/__idp/secrets":
            raise Answer(200, told)
        if self.url.path == "/__idp/forget":
            sids.clear()
            raise Answer(204)
        if options.kind == "okta":
            self.route_okta()
        else:
            self.route_crowd()

    def base(self):
        return "http://" + self.headers["Host"]

    def redirect(self, to, cookies=()):
        raise Answer(302, headers=[("Location", to)] +
                     [("Set-Cookie", c) for c in cookies], page="")

    def json_body(self, allowed, required):
        if self.headers.get("Content-Type", "").split(";")[0] != "application/json":
            error(415, "E0000021", "The Content-Type must be application/json")
        if "application/json" not in self.headers.get("Accept", ""):
            error(406, "E0000044", "The Accept header must allow application/json")
        try:
            body = json.loads(self.body)
        except ValueError:
            error(400, "E0000003", "The request body was not well-formed.")
        if not isinstance(body, dict) or set(body) - set(allowed) or set(required) - set(body):
            error(400, "E0000001", "Api validation failed")
        return body

    def saml_page(self, user):
        name = options.saml_for or user
        consumer = options.site + "/plugins/servlet/samlconsumer"
        until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
        xml = ('<?xml version="1.0"?><saml2p:Response ID="id%s" Destination="%s">'
               '<saml2:Assertion><saml2:Subject><saml2:NameID>%s</saml2:NameID>'
               '<saml2:SubjectConfirmationData NotOnOrAfter="%sZ" Recipient="%s"/>'
               '</saml2:Subject></saml2:Assertion></saml2p:Response>'
               % (secrets.token_hex(12), consumer, html.escape(name),
                  until.strftime("%Y-%m-%dT%H:%M:%S"), consumer))
        answer = secret(base64.b64encode(xml.encode()).decode())
        raise Answer(200, page=(
            '<!DOCTYPE html><html><head><title>One moment</title></head>'
            '<body onload="document.getElementById(\'appForm\').submit()">'
            '<form action="/search"><input type="text" name="q"></form>'
            '<form id="appForm" action="%s" method="POST">'
            '<input name="SAMLResponse" type="hidden" value="%s"/>'
            '<input name="RelayState" type="hidden" value="&#x2f;secure&amp;x=&quot;1&quot;"/>'
            '<noscript><input type="submit" value="Go"/></noscript></form></body></html>')
            % (okta_escape(consumer), okta_escape(answer)))

    # --- Okta ---------------------------------------------------------------------

    def route_okta(self):
        path = self.url.path
        if path.startswith("/api/v1/authn"):
            proof = self.headers.get("Authorization")
            if proof and proof != "SSWS %s" % options.api_token:
                error(401, "E0000011", "Invalid token provided")
            if self.command != "POST":
                error(405, "E0000022", "The endpoint does not support the provided HTTP method")
        if path == "/api/v1/authn":
            self.authn()
        if path.startswith("/api/v1/authn/factors/") and path.endswith("/verify"):
            self.verify(path.split("/")[5])
        if path == "/api/v1/authn/skip":
            t = self.transaction(self.json_body(["stateToken"], ["stateToken"]))
            self.next_state(t, skip=True)
        if path == "/login/sessionCookieRedirect" and self.command == "GET":
            self.cookie_redirect()
        if path == "/app/jira/exk1/sso/saml" and self.command == "GET":
            self.application()

    def authn(self):
        body = self.json_body(["username", "password", "context", "options", "stateToken"], [])
        if "stateToken" in body:
            if len(body) > 1:
                error(400, "E0000001", "Api validation failed: stateToken")
            self.next_state(self.transaction(body))
        user, password = body.get("username"), body.get("password")
        device = (body.get("context") or {}).get("deviceToken")
        if not isinstance(user, str) or not isinstance(password, str):
            error(400, "E0000001", "Api validation failed: authRequest")
        if device is not None and (not device or len(device) > 32):
            error(400, "E0000001", "Api validation failed: deviceToken")
        if failures.get(user, 0) >= LOCK_AFTER:
            raise Answer(200, {"status": "LOCKED_OUT", "_links": {}})
        if user not in USERS or password != PASSWORD:
            failures[user] = failures.get(user, 0) + 1
            error(401, "E0000004", "Authentication failed")
        failures.pop(user, None)
        t = {"user": user, "device": device, "token": secret("00" + secrets.token_urlsafe(20)),
             "done": user == "step" or (user, device) in devices, "polls": 0}
        transactions[t["token"]] = t
        self.next_state(t)

    def transaction(self, body):
        t = transactions.get(body["stateToken"])
        if not t:
            error(401, "E0000011", "Invalid token provided")
        return t

    def link(self, path):
        return {"href": self.base() + path, "hints": {"allow": ["POST"]}}

    def factor(self, t, kind):
        fid = "f" + str(FACTORS[t["user"]].index(kind))
        return {"id": fid, "factorType": kind, "provider": "OKTA", "vendorName": "OKTA",
                "_links": {"verify": self.link("/api/v1/authn/factors/%s/verify" % fid)}}

    def next_state(self, t, skip=False):
        user = t["user"]
        if user == "expired":
            raise Answer(200, {"status": "PASSWORD_EXPIRED", "stateToken": t["token"], "_links": {}})
        if user == "warn" and not skip:
            raise Answer(200, {"status": "PASSWORD_WARN", "stateToken": t["token"],
                               "_links": {"skip": self.link("/api/v1/authn/skip")}})
        if user in FACTORS and not t["done"]:
            raise Answer(200, {"status": "MFA_REQUIRED", "stateToken": t["token"], "_embedded": {
                "factors": [{"id": "f9", "factorType": "token:hardware", "provider": "RSA",
                             "_links": {"verify": self.link("/api/v1/authn/factors/f9/verify")}}] +
                [self.factor(t, k) for k in FACTORS[user]]}})
        self.success(t)

    def success(self, t):
        del transactions[t["token"]]
        token = secret("20" + secrets.token_urlsafe(20))
        session_tokens[token] = (t["user"], t.get("stepped", False))
        raise Answer(200, {"status": "SUCCESS", "sessionToken": token, "_embedded": {}})

    def passed(self, t):
        if self.query.get("rememberDevice") == "true" and t["device"]:
            devices.add((t["user"], t["device"]))
        self.success(t)

    def verify(self, fid):
        body = self.json_body(["stateToken", "passCode"], ["stateToken"])
        if self.query.get("rememberDevice") not in ("true", "false", None):
            error(400, "E0000001", "Api validation failed: rememberDevice")
        t = self.transaction(body)
        user = t["user"]
        kind = FACTORS[user][int(fid[1:])] if fid[1:].isdigit() and \
            int(fid[1:]) < len(FACTORS.get(user, [])) else None
        if not kind:
            error(404, "E0000007", "Not found: factor")
        code = body.get("passCode")
        if kind == "push":
            self.push(t)
        if kind == "token:software:totp":
            if code != TOTP:
                error(403, "E0000068", "Invalid Passcode/Answer")
            self.passed(t)
        if code is None:
            valid_codes.setdefault(user, []).append("%06d" % secrets.randbelow(1000000))
            codes.append({"user": user, "code": valid_codes[user][-1]})
            raise Answer(200, {"status": "MFA_CHALLENGE", "stateToken": t["token"],
                               "_embedded": {"factor": self.factor(t, kind)}})
        if code not in valid_codes.get(user, []):
            error(403, "E0000068", "Invalid Passcode/Answer")
        valid_codes[user].remove(code)
        self.passed(t)

    def push(self, t):
        t["polls"] += 1
        state = {"status": "MFA_CHALLENGE", "stateToken": t["token"], "factorResult": "WAITING",
                 "_embedded": {"factor": self.factor(t, "push")},
                 "_links": {"next": dict(self.link("/api/v1/authn/factors/f0/verify"), name="poll")}}
        if t["user"] == "number":
            state["_embedded"]["factor"]["_embedded"] = {"challenge": {"correctAnswer": 42}}
        if t["polls"] < 3 and t["user"] != "both":
            raise Answer(200, state)
        if t["user"] == "reject":
            state["factorResult"] = "REJECTED"
            raise Answer(200, state)
        if t["user"] == "both":
            raise Answer(200, state)  # nobody ever looks at this telephone
        self.passed(t)

    def cookie_redirect(self):
        token, to = self.query.get("token"), self.query.get("redirectUrl", "")
        user, stepped = session_tokens.pop(token, (None, False))
        if self.query.get("checkAccountSetupComplete") != "true" or not to.startswith(self.base() + "/"):
            error(400, "E0000001", "Api validation failed: redirectUrl")
        if not user:
            raise Answer(403, page="<title>Sign In</title>")
        sid = secret(secrets.token_hex(16))
        sids[sid] = user
        if stepped:
            stepped_up.add(sid)
        self.redirect(to, ["sid=%s; Path=/; HttpOnly" % sid,
                           "t=gone; Path=/; Expires=Thu, 01-Jan-1970 00:00:10 GMT"])

    def application(self):
        user = sids.get(self.cookies.get("sid"))
        if not user:
            raise Answer(200, page="<title>Sign In</title><form method=post>"
                         "<input type=password name=p></form>")
        if user == "step" and self.cookies["sid"] not in stepped_up:
            t = {"user": user, "device": None, "token": "00-step-" + secrets.token_hex(8),
                 "done": False, "polls": 0, "stepped": True}
            transactions[t["token"]] = t
            raise Answer(200, page="<script>var stateToken = '%s';</script>"
                         % t["token"].replace("-", "\\x2D"))
        self.saml_page(user)

    # --- Crowd --------------------------------------------------------------------

    def route_crowd(self):
        path = self.url.path
        if path.startswith("/crowd/rest/usermanagement/1/"):
            self.check_app()
            if "application/json" not in self.headers.get("Accept", ""):
                raise Answer(406, page="<status>Not Acceptable</status>")
        if path == "/crowd/rest/usermanagement/1/config/cookie" and self.command == "GET":
            raise Answer(200, {"domain": "", "secure": False, "name": "crowd.token_key"})
        if path == "/crowd/rest/usermanagement/1/session" and self.command == "POST":
            self.crowd_session()
        if path == "/crowd/console/secure/saml/sso.action" and self.command == "GET":
            self.crowd_saml()
        if path == "/crowd/console/j_security_check" and self.command == "POST":
            self.crowd_login()

    def check_app(self):
        want = base64.b64encode(":".join(APP).encode()).decode()
        if self.headers.get("Authorization") != "Basic " + want:
            raise Answer(401, page="Application failed to authenticate",
                         headers=[("WWW-Authenticate", 'Basic realm="Crowd REST Service"')])

    def crowd_session(self):
        if self.headers.get("Content-Type", "").split(";")[0] != "application/json":
            raise Answer(415, page="Unsupported Media Type")
        try:
            body = json.loads(self.body)
            factors = {f["name"]: f["value"]
                       for f in body["validation-factors"]["validationFactors"]}
        except (ValueError, KeyError, TypeError):
            raise Answer(400, {"reason": "ILLEGAL_ARGUMENT", "message": "bad body"}) from None
        user = body.get("username")
        if failures.get(user, 0) >= LOCK_AFTER or user not in USERS or \
                body.get("password") != PASSWORD:
            failures[user] = failures.get(user, 0) + 1
            raise Answer(400, {"reason": "INVALID_USER_AUTHENTICATION",
                               "message": "Failed to authenticate principal"})
        token = secret(secrets.token_urlsafe(18))
        # a token is only good for requests from the address it was made for
        if factors.get("remote_address") == self.client_address[0]:
            sids[token] = user
        raise Answer(201, {"token": token, "user": {"name": user}, "expand": "user"},
                     headers=[("Location", self.base() + "/crowd/rest/usermanagement/1/session/x")])

    def crowd_saml(self):
        user = sids.get(self.cookies.get("crowd.token_key"))
        if user and not options.form:
            self.saml_page(user)
        user = sids.get(self.cookies.get("JSESSIONID"))
        if user:
            self.saml_page(user)
        raise Answer(200, headers=[("Set-Cookie", "atl.xsrf=tok; Path=/crowd")], page=(
            '<title>Crowd - Login</title><form method="post" action="../../j_security_check">'
            '<input type="hidden" name="atl_token" value="t&amp;k"><input name="j_username">'
            '<input type="password" name="j_password"><input type="submit" name="s"></form>'))

    def crowd_login(self):
        form = dict(urllib.parse.parse_qsl(self.body.decode()))
        if self.headers.get("Content-Type") != "application/x-www-form-urlencoded" or \
                form.get("atl_token") != "t&k" or self.cookies.get("atl.xsrf") != "tok":
            raise Answer(403, page="XSRF check failed")
        if options.captcha:
            raise Answer(403, page="<title>Login</title>", headers=[
                ("X-Authentication-Denied-Reason", "CAPTCHA_CHALLENGE; login-url=" + self.base())])
        if form.get("j_username") not in USERS or form.get("j_password") != PASSWORD:
            raise Answer(200, page="<title>Crowd - Login</title>")
        sid = secret(secrets.token_hex(16))
        sids[sid] = form["j_username"]
        self.redirect("/crowd/console/", ["JSESSIONID=%s; Path=/crowd; HttpOnly" % sid])


class Server(ThreadingHTTPServer):
    daemon_threads = True


parser = argparse.ArgumentParser()
parser.add_argument("kind", choices=["okta", "crowd"])
parser.add_argument("--site", required=True)
parser.add_argument("--port-file", required=True)
parser.add_argument("--log")
parser.add_argument("--api-token")
parser.add_argument("--saml-for")
parser.add_argument("--form", action="store_true")
parser.add_argument("--captcha", action="store_true")
options = parser.parse_args()
server = Server(("127.0.0.1", 0), Handler)
with open(options.port_file + ".new", "w", encoding="utf-8") as port_file:
    print(server.server_address[1], file=port_file)
os.rename(options.port_file + ".new", options.port_file)
try:
    server.serve_forever()
except KeyboardInterrupt:
    sys.exit(0)
