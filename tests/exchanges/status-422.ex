== about
A write that is answered 422: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 422 Unprocessable Entity
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-422
Content-Length: auto

{"errorMessages":["The server's sentence 422."],"errors":{"summary":"Field words."},"status":422}

== outcome
code 0
status 422
attempts 1
errno EINVAL
outcome refused
says (HTTP 422): The server's sentence 422.; summary: Field words.
request-id id-422
retry-ms 0
