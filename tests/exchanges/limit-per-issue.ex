== about
A limit on writes to one issue concerns that bucket only.

== request PUT /issue/A bucket=PUT-A deadline=5000

{}

== reply
HTTP/1.1 429 Too Many Requests
Retry-After: 60
RateLimit-Reason: jira-per-issue-on-write
Content-Length: 0

== outcome
code 0
status 429
outcome refused

== request PUT /issue/B bucket=PUT-B deadline=5000

{}

== reply
HTTP/1.1 204 No Content

== outcome
code 0
status 204

== request PUT /issue/A bucket=PUT-A deadline=5000

{}

== outcome
code EAGAIN
outcome refused
