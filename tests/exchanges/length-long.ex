== about
More bytes than the length says: the rest is not part of the answer, nor of the next one.

== request GET /

== reply
HTTP/1.1 200 OK
Content-Length: 3

abcHTTP/1.1 200 OK

== outcome
code 0
answer abc

== request GET /next

== expect
GET /next HTTP/1.1

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
answer ok
