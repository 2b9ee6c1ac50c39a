== about
A pause longer than the time allowed: the 429 is given back at once.

== request GET / deadline=20000

== reply
HTTP/1.1 429 Too Many Requests
Retry-After: 30
RateLimit-Reason: jira-quota-tenant-based
X-RateLimit-Reset: 2035-01-01T00:00:00Z
Content-Type: application/json
Content-Length: auto

{"errorMessages":["Rate limit exceeded."],"errors":{}}

== outcome
code 0
status 429
attempts 1
errno EAGAIN
retry-ms 30000
outcome none
says Rate limit exceeded.
at-most-ms 15000

== request GET /other deadline=10000 bucket=other

== outcome
code EAGAIN
says site.example asked for a pause of another
outcome none
at-most-ms 8000
