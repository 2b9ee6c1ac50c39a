== about
A write that is answered 409: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 409 Conflict
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-409
Content-Length: auto

{"errorMessages":["The server's sentence 409."],"errors":{"summary":"Field words."},"status":409}

== outcome
code 0
status 409
attempts 1
errno EBUSY
outcome refused
says (HTTP 409): The server's sentence 409.; summary: Field words.
request-id id-409
retry-ms 0
