== about
Bytes that only claim to be compressed.

== request GET /

== reply
HTTP/1.1 200 OK
Content-Encoding: gzip
Content-Length: auto

plain text

== outcome
code EBADMSG
says cannot be unpacked
attempts 1
