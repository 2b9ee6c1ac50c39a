== about
A sign-on page with status 200 where JSON was asked for.

== request GET /rest/servicedeskapi/info
Accept: application/json

== reply
HTTP/1.1 200 OK
Content-Type: text/html; charset=utf-8
Content-Length: auto

<!DOCTYPE html><html><head><title>Log in with Atlassian account</title></head>
<body><form id="login-form"><input name="os_username"></form></body></html>

== outcome
code 0
status 200
errno EKEYREJECTED
says a login page came instead of data (HTTP 200)
