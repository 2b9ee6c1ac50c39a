== about
Wrong credentials on a site that also serves the public: rows that were read as nobody are no answer.

== request GET /rest/servicedeskapi/request
Accept: application/json

== reply
HTTP/1.1 200 OK
X-Seraph-LoginReason: AUTHENTICATED_FAILED
Content-Type: application/json
Content-Length: auto

{"size":0,"start":0,"limit":50,"isLastPage":true,"values":[]}

== outcome
code 0
status 200
errno EKEYREJECTED
