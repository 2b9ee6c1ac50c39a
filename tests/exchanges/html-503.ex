== about
A maintenance page, which may well link to a login form.

== request GET / deadline=5000

== reply
HTTP/1.1 503 Service Unavailable
Content-Type: text/html
Retry-After: 120
Content-Length: auto

<html><head><title>Jira is being upgraded</title></head><body><a href="/login.jsp">Log in</a></body></html>

== outcome
code 0
errno EREMOTEIO
says titled 'Jira is being upgraded'
retry-ms 120000
