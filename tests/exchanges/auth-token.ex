== about
An API token goes along from the first request on.

== auth scheme=APIToken user=ann@example.com secret=t0ken cloud

== request GET /rest/api/2/myself

== expect
GET /rest/api/2/myself HTTP/1.1
Authorization: Basic YW5uQGV4YW1wbGUuY29tOnQwa2Vu

== reply
HTTP/1.1 200 OK
X-Seraph-LoginReason: OK
X-AACCOUNTID: 5b10
Content-Length: 2

{}

== outcome
code 0
errno 0
