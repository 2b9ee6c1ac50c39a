== about
A DELETE without a body is sent once as well.

== request GET /

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0

== request DELETE /thing/1

== expect
DELETE /thing/1 HTTP/1.1
!Content-Type

== reply close

== outcome
code EREMOTEIO
outcome unknown
attempts 1
