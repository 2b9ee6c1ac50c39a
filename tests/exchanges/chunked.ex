== about
A chunked answer with a trailer; the trailer is not taken for a header.

== request GET /

== reply
HTTP/1.1 200 OK
Transfer-Encoding: chunked

4\r
{"a"\r
3\r
:1}\r
0\r
X-Trailer: late\r
\r\n

== outcome
code 0
answer {"a":1}
header X-Trailer
