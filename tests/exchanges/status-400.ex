== about
A write that is answered 400: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 400 Bad Request
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-400
Content-Length: auto

{"errorMessages":["The server's sentence 400."],"errors":{"summary":"Field words."},"status":400}

== outcome
code 0
status 400
attempts 1
errno EINVAL
outcome refused
says (HTTP 400): The server's sentence 400.; summary: Field words.
request-id id-400
retry-ms 0
