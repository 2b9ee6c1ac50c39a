== about
The answers to every attempt of a write that may be repeated are lost.

== request DELETE /participant repeatable=yes changes deadline=900

{"accountIds":["a"]}

== reply close

== reply delay=3000
HTTP/1.1 204 No Content

== outcome
code ETIMEDOUT
attempts 2
outcome unknown
