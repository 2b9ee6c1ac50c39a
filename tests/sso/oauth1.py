# SPDX-License-Identifier: MIT
"""oauth1.py SITE CONSUMER KEY.pem request|whoami [TOKEN]: python3-oauthlib as a client.

request: a request token for the callback oob; prints token and secret.  whoami: as whom
the site sees TOKEN.  Exits with 77 when oauthlib is not there.
"""
import sys
import urllib.parse
import urllib.request

try:
    from oauthlib.oauth1 import Client, SIGNATURE_RSA
    import jwt  # noqa: F401  RSA signatures of oauthlib need it
except ImportError:
    sys.exit(77)

site, consumer, key_file, what = sys.argv[1:5]
with open(key_file, encoding="ascii") as f:
    key = f.read()


def call(client, method, path):
    url, headers, _ = client.sign(site + "/plugins/servlet/" + path, http_method=method)
    request = urllib.request.Request(url, method=method, headers=headers)
    with urllib.request.urlopen(request) as answer:
        return answer.read().decode()


if what == "request":
    reply = urllib.parse.parse_qs(call(
        Client(consumer, signature_method=SIGNATURE_RSA, rsa_key=key, callback_uri="oob"),
        "POST", "oauth/request-token"))
    print(reply["oauth_token"][0], reply["oauth_token_secret"][0])
else:
    print(call(Client(consumer, signature_method=SIGNATURE_RSA, rsa_key=key,
                      resource_owner_key=sys.argv[5]), "GET", "applinks/whoami?a=b%20c&a="))
