== about
A connection that breaks during the handshake may be better next time: it is tried again, also
for a write. The second time the server turns out not to speak TLS, which is final.

== request POST /x tls

{}

== reply close

== reply
HTTP/1.1 400 Bad Request
Content-Length: 0

== outcome
code EPROTO
attempts 2
outcome refused
