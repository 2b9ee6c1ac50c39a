== about
An interim answer is not the answer, and its headers are not the answer's.

== request GET /

== reply
HTTP/1.1 103 Early Hints
Link: </style.css>

HTTP/1.1 200 OK\r
Content-Length: 2\r
\r
ok

== outcome
code 0
status 200
answer ok
header Link
