== about
A PUT that is declared repeatable goes again with its body.

== request PUT /thing repeatable=yes

{"a":1}

== expect
PUT /thing HTTP/1.1
Content-Type: application/json
Content-Length: 7
!Expect

{"a":1}

== reply close

== expect
PUT /thing HTTP/1.1

{"a":1}

== reply
HTTP/1.1 204 No Content

== outcome
code 0
status 204
attempts 2
outcome none
