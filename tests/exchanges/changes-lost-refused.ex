== about
A write that may be repeated: its first attempt may have been carried out although the last one
is refused, so nobody knows.

== request DELETE /participant repeatable=yes changes

{"accountIds":["a"]}

== reply close

== reply
HTTP/1.1 404 Not Found
Content-Length: 0

== outcome
code 0
status 404
errno ENOENT
attempts 2
outcome unknown
