== about
An answer that says nothing of its length is cut off at the limit; exactly the limit is fine.

== request GET / max=1000

== reply close
HTTP/1.1 200 OK

@fill 1001

== outcome
code EFBIG
outcome none
says larger than 1000 bytes

== request GET / max=1000

== reply
HTTP/1.1 200 OK
Content-Length: auto

@fill 1000

== outcome
code 0
answer-bytes 1000
