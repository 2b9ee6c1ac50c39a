== about
A write without a body, on a fresh connection for the same reason; its answer is lost.

== request GET /

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0

== request POST /notification

== expect
POST /notification HTTP/1.1
Content-Length: 0
!Content-Type

== reply close

== outcome
code EREMOTEIO
outcome unknown
attempts 1
connections 2
