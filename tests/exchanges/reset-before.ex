== about
The connection ends before the request was read: a read is sent again.

== request GET /

== reply refuse

== expect
GET / HTTP/1.1

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
answer ok
attempts 2
