== about
Cut every time within the deadline: no half answer is ever given.

== request GET / deadline=300

== reply close
HTTP/1.1 200 OK
Content-Length: 100

half

== outcome
code EREMOTEIO
status 0
answer-bytes 0
outcome none
says site.example:80 closed the connection before the whole answer came
