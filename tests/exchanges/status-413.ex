== about
A write that is answered 413: refused, with the server's sentence, and sent once.

== request POST /thing

{}

== reply
HTTP/1.1 413 Payload Too Large
Content-Type: application/json;charset=UTF-8
X-Request-Id: id-413
Content-Length: auto

{"errorMessages":["The server's sentence 413."],"errors":{"summary":"Field words."},"status":413}

== outcome
code 0
status 413
attempts 1
errno EFBIG
outcome refused
says (HTTP 413): The server's sentence 413.; summary: Field words.
request-id id-413
retry-ms 0
