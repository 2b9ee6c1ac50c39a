== about
401 with the server's sentence; nothing of the credentials is repeated.

== auth scheme=Basic user=ann secret=hunter22

== request GET /

== expect
GET / HTTP/1.1
Authorization: Basic YW5uOmh1bnRlcjIy

== reply
HTTP/1.1 401 Unauthorized
WWW-Authenticate: OAuth realm="https%3A%2F%2Fsite.example"
Content-Type: application/json
Content-Length: auto

{"code":401,"message":"Unauthorized; scope does not match for hunter22"}

== outcome
code 0
status 401
attempts 1
errno EKEYREJECTED
says scope does not match
hides hunter22
