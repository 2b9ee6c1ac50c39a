# SPDX-License-Identifier: MIT
# Part of sim.t: what the server refuses, and how.

get "$sd/request?colour=blue"
is 400 'unknown query parameters'
value "sorted(d), sorted(d['i18nErrorMessage'])" \
	"(['errorMessage', 'i18nErrorMessage'], ['i18nKey', 'parameters'])" 'the shape of errors'
get "$sd/request?start=abc"
is 400 'start that is no number'
get "$sd/request?limit=-1"
is 400 'a negative limit'
get "$sd/servicedesk/1/queue?includeCount=yes"
is 400 'a boolean that is neither true nor false'
get "$sd/request?requestTypeId=33"
is 400 'requestTypeId without serviceDeskId'
get "$sd/request?requestOwnership=admin"
is 400 'an unknown requestOwnership'
get "$sd/request?requestOwnership=ORGANIZATION"
is 400 'ORGANIZATION without organizationId'
get "$sd/request?serviceDeskId=77"
is 404 'a service desk that does not exist'
get "$sd/request?expand=nonsense"
is 400 'an unknown expand word'
get "$sd/knowledgebase/article"
is 400 'articles without query'
get "$sd/knowledgebase/article?query="
is 400 'articles with an empty query'
as "$agent" GET "$sd/servicedesk/1/customer"
is 412 'an experimental operation without the header'
as "$agent" GET "$sd/servicedesk/1/customer" -H 'X-ExperimentalApi: true'
is 200 'the header may also say true'
as '' GET "$sd/servicedesk"
is 401 'no credentials'
value "d['code']" 401 'as JSON'
as 'agent@example.com:wrong' GET "$sd/servicedesk"
is 401 'wrong credentials'
header '^X-Seraph-LoginReason: AUTHENTICATED_FAILED' 'with the reason in a header'
as '' GET "$sd/info"
is 200 'info needs no credentials'
as '' GET "$sd/servicedesk/3/requesttype/51"
is 200 'nor do request types of an open desk'
as '' GET "$sd/servicedesk/1/requesttype/11"
is 401 'those of a closed desk do'
get "$sd/request/HELP-3"
header '^X-AACCOUNTID: ' 'the account is in a header'
header '^X-Seraph-LoginReason: OK' 'and so is the success'
header '^X-ARequestId: ' 'and the number of the request'
header '^Content-Type: application/json;charset=UTF-8' 'the content type'
for path in request/HELP-99999 request/NOPE-1 request/999999999 servicedesk/9 organization/99 \
	request/HELP-3/comment/1 request/HELP-3/approval/1 request/HELP-3/sla/1 \
	request/HELP-3/attachment/1 servicedesk/1/queue/21 servicedesk/1/requesttype/33 nothing/here; do
	get "$sd/$path"
	is 404 "404 for $path"
done
json PUT "$sd/servicedesk" '{}'
is 405 'a method that the path does not have'
as "$agent" POST "$sd/request/HELP-3/comment" -H 'Content-Type: text/plain' -d '{"body":"x","public":true}'
is 415 'a body that is not JSON by its type'
json POST "$sd/request/HELP-3/comment" '{"body":"x","public":'
is 400 'malformed JSON'
json POST "$sd/request/HELP-3/comment" '{"body":"x"}'
is 400 'a comment without public'
json POST "$sd/request/HELP-3/comment" '{"body":"x","public":"true"}'
is 400 'a member of the wrong type'
json POST "$sd/request/HELP-3/comment" '{"body":"x","public":true,"colour":1}'
is 400 'an unknown member'
json POST "$sd/request/HELP-3/comment" '{"body":"  ","public":true}'
is 400 'an empty comment'
as "$agent" DELETE "$sd/request/HELP-3/participant" -H 'Content-Type: application/json'
is 400 'DELETE without its body'

# A customer
for path in request/HELP-3/sla servicedesk/1/queue servicedesk/1/queue/1/issue servicedesk/1/customer; do
	as "$customer" GET "$sd/$path" -H 'X-ExperimentalApi: opt-in'
	is 403 "agents only: $path"
done
as "$customer" GET "$sd/request?requestOwnership=OWNED_REQUESTS"
value "d['size'] > 0" True 'a customer sees what is hers'
mine=$(take "d['values'][0]['issueKey']")
as "$customer" GET "$sd/request?requestOwnership=ALL_REQUESTS&limit=100"
value "d['isLastPage']" True 'and not everything'
as "$customer" GET "$sd/request/$mine/comment?limit=100"
value "all(c['public'] for c in d['values'])" True 'internal comments are not shown to customers'
hidden=
for key in HELP-1 HELP-2 HELP-5 HELP-7 HELP-8 HELP-9; do
	as "$customer" GET "$sd/request/$key"
	[ "$status" = 404 ] && hidden=$key && break
done
[ -n "$hidden" ]
result $? 'requests of others are 404'
as "$customer" POST "$sd/request/$mine/comment" -H 'Content-Type: application/json' \
	-d '{"body":"x","public":false}'
is 403 'customers write no internal comments'
as "$customer" POST "$sd/organization" -H 'Content-Type: application/json' -d '{"name":"x"}'
is 403 'nor make organizations'
as "$customer" GET "$site/rest/api/3/myself"
is 403 'portal-only customers have no platform account'

# Platform
get "$site/rest/api/3/search?jql=project=HELP"
is 410 'the classic search is gone'
value "sorted(d)" "['errorMessages', 'errors']" 'the shape of platform errors'
get "$site/rest/api/3/search/jql?jql=ORDER%20BY%20created"
is 400 'JQL must be bounded'
get "$site/rest/api/3/search/jql?jql=colour%20%3D%20blue"
is 400 'JQL with an unknown field'
get "$site/rest/api/3/search/jql?jql=project%20%3D%20HELP%20OR%20project%20%3D%20HR"
is 400 'JQL that this server does not understand'
get "$site/rest/api/3/issue/HELP-99999"
is 404 'an unknown issue'
