== about
A 500 is an answer: repeating it is no use.

== request GET /

== reply
HTTP/1.1 500 Internal Server Error
Content-Type: application/json
Content-Length: auto
atl-request-id: 6f1c-22

{"errorMessage":"Something went wrong.","i18nErrorMessage":{"i18nKey":"sd.x","parameters":[]}}

== outcome
code 0
status 500
attempts 1
errno EREMOTEIO
says the server failed (HTTP 500): Something went wrong.
request-id 6f1c-22
retry-ms 0
