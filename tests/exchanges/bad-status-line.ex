== about
Something that is not HTTP is not asked again.

== request GET /

== reply close
SSH-2.0-OpenSSH_9.2

== outcome
code EBADMSG
attempts 1
says is not HTTP
