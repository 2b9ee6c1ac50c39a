== about
What a 429 sent away was not done: the refusal that follows is one.

== request PUT /thing repeatable=yes changes

{"a":1}

== reply
HTTP/1.1 429 Too Many Requests
Retry-After: 0
Content-Length: 0

== reply
HTTP/1.1 409 Conflict
Content-Length: 0

== outcome
code 0
status 409
attempts 2
outcome refused
