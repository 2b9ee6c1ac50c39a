== about
HEAD has a length but no bytes, however large the length and small the limit.

== request HEAD /rest/api/2/attachment/content/1 max=10

== expect
HEAD /rest/api/2/attachment/content/1 HTTP/1.1

== reply
HTTP/1.1 200 OK
Content-Length: 5000000

== outcome
code 0
status 200
answer-bytes 0
header Content-Length: 5000000

== request GET /next

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
answer ok
connections 1
