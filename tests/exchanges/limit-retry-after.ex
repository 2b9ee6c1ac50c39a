== about
A 429 says when to come back; the request waits and is sent again, also a write.

== request POST /comment

{"body":"x"}

== reply
HTTP/1.1 429 Too Many Requests
Retry-After: 1
RateLimit-Reason: jira-burst-based
Content-Length: 0

== expect
POST /comment HTTP/1.1
Content-Length: 12

{"body":"x"}

== reply
HTTP/1.1 201 Created
Content-Length: 2

{}

== outcome
code 0
status 201
attempts 2
at-least-ms 1000
