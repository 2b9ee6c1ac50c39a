== about
Requests one after the other use one connection, and send what they should.

== request GET /rest/servicedeskapi/servicedesk?start=0&limit=50
Accept: application/json
X-Empty: 

== expect
GET /rest/servicedeskapi/servicedesk?start=0&limit=50 HTTP/1.1
Host: site.example
Accept: application/json
User-Agent: jsmfs-test
Accept-Encoding
X-Empty:
!Content-Type
!Content-Length
!Authorization

== reply
HTTP/1.1 200 OK
Content-Type: application/json
Content-Length: auto
X-AREQUESTID: 1x2x3

{"values":[]}

== outcome
code 0
status 200
answer {"values":[]}
header content-type: application/json
header X-Other
errno 0
attempts 1
connections 1

== request GET /second

== expect
GET /second HTTP/1.1

== reply
HTTP/1.1 200 OK
Content-Length: 2

ok

== outcome
code 0
answer ok
connections 1
