== about
The answer starts but does not end in time.

== request GET / deadline=400

== reply pace=100
HTTP/1.1 200 OK
Content-Length: auto

@fill 64

== outcome
code ETIMEDOUT
attempts 1
outcome none
says no answer from site.example
at-least-ms 350
at-most-ms 1500
