== about
A write that is answered 403: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 403 Forbidden
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-403
Content-Length: auto

{"errorMessages":["The server's sentence 403."],"errors":{"summary":"Field words."},"status":403}

== outcome
code 0
status 403
attempts 1
errno EACCES
outcome refused
says (HTTP 403): The server's sentence 403.; summary: Field words.
request-id id-403
retry-ms 0
