== about
A slow answer within the deadline is an answer.

== request GET /

== reply delay=200 pace=2
HTTP/1.1 200 OK
Content-Length: auto

{"a":"slowly"}

== outcome
code 0
answer {"a":"slowly"}
at-least-ms 200
