== about
A write that is answered 404: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 404 Not Found
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-404
Content-Length: auto

{"errorMessages":["The server's sentence 404."],"errors":{"summary":"Field words."},"status":404}

== outcome
code 0
status 404
attempts 1
errno ENOENT
outcome refused
says (HTTP 404): The server's sentence 404.; summary: Field words.
request-id id-404
retry-ms 0
