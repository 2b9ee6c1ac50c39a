== about
Without Retry-After the reset time counts.

== request GET / deadline=5000

== reply
HTTP/1.1 429 Too Many Requests
X-RateLimit-Reset: 2035-01-01T00:00:00Z
RateLimit-Reason: jira-quota-global-based
Content-Length: 0

== outcome
code 0
status 429
attempts 1
at-most-ms 4000

== request GET /other bucket=other deadline=5000

== outcome
code EAGAIN
says asked for a pause of another 3900 s
