== about
A page that was asked for, such as an attachment, is an answer like any other.

== request GET /rest/api/2/attachment/content/1
Accept: */*

== reply
HTTP/1.1 200 OK
Content-Type: text/html
Content-Length: auto

<html><title>Log in</title></html>

== outcome
code 0
errno 0
answer <html><title>Log in</title></html>
