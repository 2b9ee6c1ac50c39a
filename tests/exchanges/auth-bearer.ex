== about
On Data Center a token without a user is a personal access token.

== auth scheme=APIToken secret=NjQ4

== request GET /

== expect
GET / HTTP/1.1
Authorization: Bearer NjQ4

== reply
HTTP/1.1 200 OK
Content-Length: 2

{}

== outcome
code 0
errno 0
