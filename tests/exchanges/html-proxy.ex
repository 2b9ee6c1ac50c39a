== about
Some other page with status 200 where JSON was asked for.

== request GET /rest/servicedeskapi/info
Accept: application/json

== reply
HTTP/1.1 200 OK
Content-Type: text/html
Content-Length: auto

<html><head><title>Guest network</title></head><body>Welcome</body></html>

== outcome
code 0
errno EBADMSG
says a web page titled 'Guest network' came instead of data
