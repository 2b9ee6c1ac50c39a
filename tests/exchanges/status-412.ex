== about
A write that is answered 412: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 412 Precondition Failed
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-412
Content-Length: auto

{"errorMessages":["The server's sentence 412."],"errors":{"summary":"Field words."},"status":412}

== outcome
code 0
status 412
attempts 1
errno EBUSY
outcome refused
says (HTTP 412): The server's sentence 412.; summary: Field words.
request-id id-412
retry-ms 0
