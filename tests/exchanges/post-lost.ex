== about
The answer to a write is lost: it is sent once, and its outcome is unknown.

== request POST /rest/servicedeskapi/request

{"summary":"x"}

== expect
POST /rest/servicedeskapi/request HTTP/1.1
Content-Type: application/json
Content-Length: 15
!Expect
!Transfer-Encoding

{"summary":"x"}

== reply close

== outcome
code EREMOTEIO
outcome unknown
attempts 1
