== about
A large page arrives whole.

== request GET /

== reply
HTTP/1.1 200 OK
Content-Length: auto

@fill 700000

== outcome
code 0
answer-bytes 700000
