== about
A 429 without a reason and without a time: everybody waits a moment.

== request GET / deadline=900

== reply
HTTP/1.1 429 Too Many Requests
Content-Length: 0

== outcome
code 0
status 429
retry-ms 30000

== request GET /other bucket=other deadline=300

== outcome
code EAGAIN
