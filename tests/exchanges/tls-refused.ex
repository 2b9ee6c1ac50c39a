== about
The server does not speak TLS: nothing was sent, and it is not tried again.

== request POST /x tls

{}

== reply
HTTP/1.1 400 Bad Request
Content-Length: 0

== outcome
code EPROTO
attempts 1
outcome refused
says TLS with site.example:443 failed
