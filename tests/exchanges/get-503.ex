== about
A read that is answered 503 is repeated.

== request GET /

== reply
HTTP/1.1 503 Service Unavailable
Retry-After: 0
Content-Length: 0

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
status 200
attempts 2
