== about
Redirects are not followed; one to a login page is named as such.

== request GET /a

== reply
HTTP/1.1 302 Found
Location: https://elsewhere.example/a
Content-Length: 0

== outcome
code 0
status 302
attempts 1
errno EBADMSG
says not followed
header Location: https://elsewhere.example/a

== request GET /b

== reply
HTTP/1.1 303 See Other
Location: /login.jsp?permissionViolation=true
Content-Length: 0

== outcome
code 0
errno EKEYREJECTED
says login page
