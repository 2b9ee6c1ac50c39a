== about
Many headers: the first 64 are kept, the answer is not harmed.

== request GET /

== reply
HTTP/1.1 200 OK
X-First: 1
@headers 200
Content-Length: 2

ok

== outcome
code 0
answer ok
header X-First: 1
header X-H-62: v
header X-H-63
