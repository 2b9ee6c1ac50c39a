# SPDX-License-Identifier: MIT
"""oauth1.py KEY.pem: signatures of OAuth 1.0a by python3-oauthlib, to compare ours with.

Prints lines of method, address, form (or -), base string and signature, with tabs
between.  SKIP and why without oauthlib.
"""
import random
import sys
import urllib.parse

try:
    from oauthlib.oauth1.rfc5849 import signature
    import jwt  # noqa: F401  RSA signatures of oauthlib need it
except ImportError as missing:
    print("SKIP\tpython3-oauthlib or python3-jwt is not installed (%s)" % missing)
    sys.exit(0)

with open(sys.argv[1], encoding="ascii") as f:
    key = f.read()

chance = random.Random(5849)
LETTERS = "abcXYZ019-._~ !*'();:@&=+$,/?%#[]\"<>\\^`{|}\u00e4\u20ac"


def word():
    return "".join(chance.choice(LETTERS) for _ in range(chance.randrange(1, 9)))


class Client:
    """The part of an oauthlib client that signing looks at."""
    rsa_key = key


for i in range(60):
    pairs = [(word(), word()) for _ in range(chance.randrange(0, 7))]
    form_pairs = [(word(), word()) for _ in range(chance.randrange(0, 4))]
    query = urllib.parse.urlencode(pairs, quote_via=chance.choice(
        [urllib.parse.quote, urllib.parse.quote_plus]))
    form = urllib.parse.urlencode(form_pairs)
    url = chance.choice(["https://jira.example.com", "http://127.0.0.1:2990/jira",
                         "https://Jira.Example.com:443/a", "https://j.example:8443"])
    url += "/rest/servicedeskapi/" + urllib.parse.quote(word().replace("#", "").replace("?", ""))
    method = chance.choice(["GET", "POST", "PUT", "DELETE"])
    collected = signature.collect_parameters(
        uri_query=query, body=form_pairs,
        headers={"Authorization": 'OAuth oauth_consumer_key="k%20e%3Dy", '
                                  'oauth_token="t%26o%2Fk~n"'},
        exclude_oauth_signature=True, with_realm=False)
    base = signature.signature_base_string(
        method, signature.base_string_uri(url),
        signature.normalize_parameters(collected))
    signed = signature.sign_rsa_sha1_with_client(base, Client)
    print("\t".join([method, url + ("?" + query if query else ""), form or "-", base, signed]))
