== about
An answer that announces too many bytes is refused before they come.

== request GET / max=1000

== reply
HTTP/1.1 200 OK
Content-Length: 5000000

start

== outcome
code EFBIG
attempts 1
answer-bytes 0
says larger than 1000 bytes
at-most-ms 4500
