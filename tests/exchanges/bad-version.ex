== about
A status line with nonsense in it.

== request POST /x

{}

== reply close
HTTP/1.1 abc OK
Content-Length: 0

== outcome
code EBADMSG
outcome unknown
