== about
No answer to a write in time: its outcome is unknown.

== request POST /comment deadline=300

{"body":"x"}

== reply delay=5000
HTTP/1.1 201 Created
Content-Length: 0

== outcome
code ETIMEDOUT
attempts 1
outcome unknown
