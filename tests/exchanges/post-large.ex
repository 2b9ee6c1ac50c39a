== about
A body of many pieces arrives whole, also when its first answer is a 429.

== request POST /upload
Content-Type: text/plain

@fill 900000

== reply
HTTP/1.1 429 Too Many Requests
Retry-After: 0
RateLimit-Reason: jira-burst-based
Content-Length: 0

== reply
HTTP/1.1 201 Created
Content-Length: 2

{}

== outcome
code 0
status 201
attempts 2
