== about
Gateway errors in a row, then an answer.

== request GET / deadline=8000

== reply
HTTP/1.1 502 Bad Gateway
Content-Length: 0

== reply
HTTP/1.1 504 Gateway Timeout
Content-Length: 0

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
status 200
attempts 3
at-least-ms 900
