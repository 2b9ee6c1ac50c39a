== about
401 with Jira's own login reason and a page.

== request GET /
Accept: application/json

== reply
HTTP/1.1 401 Unauthorized
X-Seraph-LoginReason: AUTHENTICATED_FAILED
Content-Type: text/html
Content-Length: auto

<html><head><title>Unauthorized (401)</title></head><body>Encountered a "401 - Unauthorized" error</body></html>

== outcome
code 0
errno EKEYREJECTED
says check User and the token or password
