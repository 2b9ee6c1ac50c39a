== about
A write that is answered 503 is not repeated: nobody knows what happened to it.

== request POST /comment

{"body":"x"}

== reply
HTTP/1.1 503 Service Unavailable
Content-Length: 0

== outcome
code 0
status 503
attempts 1
errno EREMOTEIO
outcome unknown
retry-ms 30000
