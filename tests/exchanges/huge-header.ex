== about
One header line beyond all measure.

== request GET /

== reply
HTTP/1.1 200 OK
@long-header 300000
Content-Length: 2

ok

== outcome
code EFBIG
says the head of the answer of site.example:80 is too large
