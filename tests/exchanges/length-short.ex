== about
The server promises more than it sends: the answer is cut, a read is repeated.

== request GET /

== reply close
HTTP/1.1 200 OK
Content-Length: 100

half of it

== reply
HTTP/1.1 200 OK
Content-Length: auto

all of it

== outcome
code 0
answer all of it
attempts 2
connections 2
