#!/bin/sh
# SPDX-License-Identifier: MIT
# The simulator as Data Center: what differs from Cloud.
. "$(dirname "$0")/lib.sh"

[ -x "$jsmsim" ] || { echo "1..0 # SKIP $jsmsim is not built"; exit 0; }
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }

agent="agent:demo-password"
customer="cara:secret"
start_server --flavour datacenter --context /jira --customer "$customer"
root=$site
site=$site/jira
sd=$site/rest/servicedeskapi

# What it is, and where
as '' GET "$site/rest/api/2/serverInfo"
value "d['deploymentType'], d['versionNumbers'], d['baseUrl'] == '$site'" "('Server', [9, 12, 2], True)" \
	'serverInfo tells, without credentials'
as '' GET "$sd/info"
value "d['version'].split('.')[0], d['platformVersion'].split('.')[0]" "('5', '9')" 'versions are those of Data Center'
as "$agent" GET "$root/rest/api/2/serverInfo"
is 404 'nothing of it lies outside the context path'
header '^Content-Type: text/html' 'where a web server answers'
as "$agent" GET "${site}x/rest/api/2/serverInfo"
is 404 'nor beside it'
curl -s -X POST --data-binary 'GET * status=500 times=1' "$root/__sim/fault"
get "$sd/servicedesk"
is 500 'the control door is outside'
curl -s -X POST --data-binary '' "$site/__sim/fault"
get "$sd/servicedesk"
is 200 'and inside'
value "d['_links']['self'].startswith('$sd/')" True 'links lead below the context path'
get "$sd/request?requestOwnership=ALL_REQUESTS&limit=2"
next=$(take "d['_links']['next']")
get "$next"
value "d['start']" 2 'so that they can be followed'

# Who
as 'agent@example.com:demo-token' GET "$sd/servicedesk"
is 401 'the account of Cloud is none here'
header '^X-Seraph-LoginReason: AUTHENTICATED_FAILED' 'with the reason'
get "$sd/servicedesk/1"
header '^X-AUSERNAME: agent' 'the user name is in a header'
! grep -qi x-aaccountid "$dir/head"
result $? 'the account id is not'
get "$site/rest/api/2/myself"
value "d['name'], d['key'], 'accountId' in d, 'accountType' in d" "('agent', 'JIRAUSER10100', False, False)" 'myself'
as "$customer" GET "$site/rest/api/2/myself"
value "d['name'], d['emailAddress']" "('cara', 'cara@example.com')" 'customers are users like others'
get "$sd/request/HELP-6/participant?limit=100"
value "all('accountId' not in u and u['key'].startswith('JIRAUSER') and u['name'] for u in d['values'])" True \
	'participants have name and key'
value "all('emailAddress' in u and 'timeZone' in u for u in d['values'])" True 'and no profile that hides them'
get "$site/rest/api/2/issue/HELP-3?fields=reporter,comment"
hasnt accountId 'nor have the users of issues an account id'

# What is not there
for path in servicedesk/1/customer requesttype assets/workspace request/HELP-4/attachment/1; do
	get "$sd/$path"
	is 404 "no $path"
	has 'null for uri' 'as for any unknown path'
done
for path in rest/api/3/myself rest/api/3/serverInfo rest/api/3/search rest/api/2/search/jql _edge/tenant_info \
	rest/api/2/user/bulk rest/api/2/attachment/content/1; do
	get "$site/$path"
	is 404 "no $path"
done
json POST "$site/rest/api/2/issue/bulkfetch" '{"issueIdsOrKeys":["HELP-3"]}'
is 404 'no bulk reads'

# Experiments
as "$agent" GET "$sd/servicedesk/1/queue"
is 403 'queues are refused without the header'
has "X-ExperimentalApi: true" 'which is named'
as "$agent" GET "$sd/servicedesk/1/queue/1/issue"
is 403 'and so are their issues'
for path in organization servicedesk/1/organization servicedesk/1/requesttypegroup request/HELP-3/approval; do
	as "$agent" GET "$sd/$path"
	is 412 "the others want a precondition: $path"
	for word in true opt-in; do
		as "$agent" GET "$sd/$path" -H "X-ExperimentalApi: $word"
		is 200 "$word will do"
	done
	as "$agent" GET "$sd/$path" -H 'X-ExperimentalApi: yes'
	is 412 'another word will not'
done
as "$agent" GET "$sd/request/HELP-3/comment"
is 200 'comments are no experiment'

# The classic search
get "$site/rest/api/2/search?jql=project%20%3D%20HELP%20ORDER%20BY%20key&maxResults=3&fields=summary"
value "d['startAt'], d['maxResults'], len(d['issues']), d['total'] > 3" "(0, 3, 3, True)" 'rows by number, with a total'
value "sorted(d['issues'][0]['fields'])" "['summary']" 'and the fields that were asked for'
total=$(take "d['total']")
third=$(take "d['issues'][2]['key']")
json POST "$site/rest/api/2/search" '{"jql":"project = HELP ORDER BY key","startAt":2,"maxResults":1}'
value "d['issues'][0]['key'], d['total']" "('$third', $total)" 'the same by POST, further on'
value "'description' in d['issues'][0]['fields']" True 'all fields when none are named'
get "$site/rest/api/2/search?jql=project%20%3D%20HELP&maxResults=0"
value "len(d['issues']), d['total']" "(0, $total)" 'only the count'
get "$site/rest/api/2/search?jql=project%20%3D%20HELP&startAt=100000"
value "len(d['issues']), d['total']" "(0, $total)" 'past the end'
as "$customer" GET "$site/rest/api/2/search?jql=project%20%3D%20HELP"
value "0 < d['total'] < $total" True 'a customer finds what is hers'
get "$site/rest/api/2/search?jql=colour%20%3D%20blue"
is 400 'an unknown field'

# Attachments
get "$sd/request/HELP-4/attachment"
value "all(a['_links']['content'].startswith('$site/secure/attachment/') for a in d['values'])" True \
	'attachments lie below /secure/attachment'
content=$(take "d['values'][0]['_links']['content']")
size=$(take "d['values'][0]['size']")
number=$(take "d['values'][0]['_links']['jiraRest'].rsplit('/', 1)[1]")
as "$agent" GET "$content"
is 200 'and are streamed from there'
[ "$(wc -c <"$dir/body")" = "$size" ]
result $? 'in full'
as "$agent" GET "$content" -H 'Range: bytes=0-3'
is 206 'or in part'
as '' GET "$content"
is 401 'but not to anybody'
get "$site/rest/api/2/attachment/$number"
value "d['content'] == '''$content'''" True 'the platform gives the same address'

# Articles
get "$sd/knowledgebase/article?query=the&limit=2"
value "'cursor' in d['_links']['next'], 'start=2' in d['_links']['next']" "(False, True)" 'articles are paged by row'

# Writes
experiment='X-ExperimentalApi: true'
as "$agent" POST "$sd/customer" -H 'Content-Type: application/json' -d '{"email":"c@example.net","fullName":"Cy Twombly"}'
is 412 'making a customer is an experiment'
json POST "$sd/customer" '{"email":"c@example.net","displayName":"Cy Twombly"}'
is 400 'the name is not called displayName'
json POST "$sd/customer" '{"email":"c@example.net","fullName":"Cy Twombly"}' -H "$experiment"
is 201 'but fullName'
value "d['name'], d['displayName'], 'accountId' in d" "('c@example.net', 'Cy Twombly', False)" \
	'the user name is the address'
key=$(take "d['key']")
json POST "$sd/servicedesk/2/customer" '{"accountIds":["c@example.net"]}'
is 400 'people are not named by account ids'
json POST "$sd/servicedesk/2/customer" '{"usernames":["c@example.net"]}'
is 200 'adding customers to a desk answers'
value "[u['key'] for u in d['values']]" "['$key']" 'with those who were added'
json POST "$sd/servicedesk/2/customer" '{"usernames":["nobody"]}'
is 400 'an unknown user'
json POST "$sd/request/HELP-3/participant" '{"usernames":["c@example.net"]}'
value "'$key' in [u['key'] for u in d['values']]" True 'participants'
json DELETE "$sd/request/HELP-3/participant" '{"usernames":["c@example.net"]}'
value "'$key' in [u['key'] for u in d['values']]" False 'and back'
json POST "$sd/organization/1/user" '{"usernames":["c@example.net"]}'
is 204 'members of organizations'
get "$sd/organization/1/user?limit=100"
has "$key" 'are there'
json POST "$sd/request" '{"serviceDeskId":"1","requestTypeId":"11","requestFieldValues":{"summary":"x","description":"y"},"raiseOnBehalfOf":"cara"}'
is 201 'a request on behalf of a user'
value "d['reporter']['name']" cara 'by name'

stop_server
[ $? = 0 ]
result $? 'SIGTERM ends it with status 0'

# Options, and what is kept
"$jsmsim" --flavour server >"$dir/out" 2>&1
[ $? = 2 ] && grep -q 'cloud or datacenter' "$dir/out"
result $? 'another flavour is refused'
for path in jira /jira/ / /a//b '/a b'; do
	"$jsmsim" --context "$path" >"$dir/out" 2>&1
	[ $? = 2 ] && grep -q 'wants a path' "$dir/out"
	result $? "the context '$path' is refused"
done
start_server --flavour datacenter --context /jira --db "$dir/db"
sd=$site/jira/rest/servicedeskapi
json POST "$sd/customer" '{"email":"kept@example.net","fullName":"K"}'
key=$(take "d['key']")
json POST "$sd/request/HELP-3/participant" '{"usernames":["kept@example.net"]}'
stop_server
start_server --flavour datacenter --context /desk --db "$dir/db"
sd=$site/desk/rest/servicedeskapi
get "$sd/request/HELP-3/participant?limit=100"
has "$key" 'what was written is there again, whatever the context'
finish
