== about
A write that is answered 410: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 410 Gone
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-410
Content-Length: auto

{"errorMessages":["The server's sentence 410."],"errors":{"summary":"Field words."},"status":410}

== outcome
code 0
status 410
attempts 1
errno EOPNOTSUPP
outcome refused
says (HTTP 410): The server's sentence 410.; summary: Field words.
request-id id-410
retry-ms 0
