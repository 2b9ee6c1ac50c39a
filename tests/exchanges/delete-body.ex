== about
DELETE with a JSON body; an empty 204 is a success.

== request DELETE /rest/servicedeskapi/request/HELP-1/participant

{"usernames":["ann"]}

== expect
DELETE /rest/servicedeskapi/request/HELP-1/participant HTTP/1.1
Content-Type: application/json
Content-Length: 21

{"usernames":["ann"]}

== reply
HTTP/1.1 204 No Content
Date: Thu, 01 Jan 2026 00:00:00 GMT

== outcome
code 0
status 204
errno 0
answer-bytes 0
