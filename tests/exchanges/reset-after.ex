== about
The server takes the request and hangs up: a read is sent again.

== request GET /

== expect
GET / HTTP/1.1

== reply close

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
answer ok
attempts 2
