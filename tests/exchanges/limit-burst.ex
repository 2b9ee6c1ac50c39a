== about
A burst limit closes one bucket; others go on, and so does that one afterwards.

== request GET /a bucket=a deadline=2000

== reply
HTTP/1.1 429 Too Many Requests
Retry-After: 3
RateLimit-Reason: jira-burst-based
Content-Length: 0

== outcome
code 0
status 429
errno EAGAIN

== request GET /b bucket=b deadline=2000

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
status 200
at-most-ms 2000

== request GET /a2 bucket=a deadline=20000

== expect
GET /a2 HTTP/1.1

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
status 200
at-least-ms 500
