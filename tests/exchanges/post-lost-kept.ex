== about
The same on a connection that was kept from an earlier request. libcurl would send a request
again by itself there; a write must still arrive once (a second connection that carries
nothing may be made).

== request GET /

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
connections 1

== request POST /comment

{"body":"hello"}

== expect
POST /comment HTTP/1.1

{"body":"hello"}

== reply close

== outcome
code EREMOTEIO
outcome unknown
attempts 1
