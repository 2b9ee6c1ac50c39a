== about
Too many failed logins: only a person can go on.

== request GET /

== reply
HTTP/1.1 403 Forbidden
X-Authentication-Denied-Reason: CAPTCHA_CHALLENGE; login-url=https://site.example/login.jsp
X-Seraph-LoginReason: AUTHENTICATION_DENIED
Content-Type: text/html
Content-Length: auto

<html><body>CAPTCHA required</body></html>

== outcome
code 0
errno EKEYREJECTED
says at https://site.example/login.jsp
