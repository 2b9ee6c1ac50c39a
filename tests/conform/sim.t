#!/bin/sh
# SPDX-License-Identifier: MIT
# Calls every operation of the simulator and every rule it must enforce, then
# holds what was recorded against the official documents.
. "$(dirname "$0")/lib.sh"

[ -x "$jsmsim" ] || { echo "1..0 # SKIP $jsmsim is not built"; exit 0; }
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }

start_server --record "$dir/record" --log "$dir/log" --customer "$customer"
everything=participant,sla,status,comment,comment.attachment,comment.renderedBody,attachment,action,requestType,serviceDesk

# Reads
for path in info assets/workspace insight/workspace servicedesk servicedesk/1 \
	servicedesk/projectKey:HELP servicedesk/1/requesttypegroup servicedesk/1/requesttype \
	'servicedesk/1/requesttype?groupId=2&expand=field' 'servicedesk/1/requesttype?searchQuery=hardware' \
	'servicedesk/1/requesttype?restrictionStatus=restricted' servicedesk/1/requesttype/17 \
	'servicedesk/1/requesttype/17/field?expand=hiddenFields' servicedesk/2/requesttype/33/field \
	'requesttype?serviceDeskId=1&serviceDeskId=3&limit=3' 'servicedesk/1/customer?query=ann' \
	organization organization/1 'organization/1/user?limit=2' servicedesk/1/organization \
	servicedesk/1/queue 'servicedesk/1/queue?includeCount=true' servicedesk/1/queue/3 \
	'servicedesk/1/queue/1/issue?limit=3' servicedesk/1/queue/5/issue servicedesk/2/queue/12/issue \
	servicedesk/3/queue/23/issue 'knowledgebase/article?query=password&highlight=true' \
	'servicedesk/2/knowledgebase/article?query=days&highlight=false' \
	request 'request?requestOwnership=ALL_REQUESTS&limit=100' \
	"request?requestOwnership=ALL_REQUESTS&start=100&limit=100&expand=$everything" \
	"request?expand=participant&expand=sla&limit=5" \
	"request/HELP-3?expand=$everything" "request/HELP-6?expand=$everything" \
	request/HELP-10 request/10001 request/help-4 \
	'request/HELP-3/comment?expand=attachment,renderedBody&start=100' \
	request/HELP-3/participant request/HELP-6/participant request/HELP-3/transition \
	request/HELP-3/status request/HELP-3/sla request/HELP-3/sla/10030 request/HELP-6/attachment \
	request/HELP-3/notification request/HELP-3/approval 'request?requestLanguage=en-US&limit=1'; do
	get "$sd/$path"
	is 200 "GET $path"
done
for path in serverInfo myself field attachment/meta 'search/jql?jql=project%20%3D%20HELP&fields=*all&maxResults=100' \
	issue/HELP-3 issue/HELP-6/transitions 'issue/HELP-10?fields=summary,status,comment'; do
	for version in 2 3; do
		get "$site/rest/api/$version/$path"
		is 200 "GET /rest/api/$version/$path"
	done
done
get "$site/_edge/tenant_info"
has cloudId 'tenant_info gives the cloud id'

# Pages
get "$sd/request?requestOwnership=ALL_REQUESTS&limit=1000"
value "d['limit'], d['size'], d['isLastPage']" "(100, 100, False)" 'the cap of limit shows in the answer'
value "'next' in d['_links']" True 'a page that is not the last has a next link'
get "$sd/request?requestOwnership=ALL_REQUESTS&start=100"
value "d['size'], d['start']" "(50, 100)" 'limit is 50 when not given'
get "$sd/request?requestOwnership=ALL_REQUESTS&start=180"
value "d['size'], d['isLastPage'], 'next' in d['_links']" "(20, True, False)" 'the last page says so'
get "$sd/request?requestOwnership=ALL_REQUESTS&start=5000"
value "d['size'], d['start'], d['isLastPage']" "(0, 5000, True)" 'past the end the page is empty'
get "$sd/request/HELP-3?expand=comment"
value "d['comments']['size'], d['comments']['isLastPage']" "(50, False)" 'an expanded page can be incomplete'
get "$sd/request/HELP-6?expand=participant"
value "d['participants']['size'], d['participants']['isLastPage']" "(50, False)" 'so can expanded participants'
get "$sd/request/HELP-3"
value "'comments' in d or 'sla' in d" False 'without expand there are no sub-pages'
value "sorted(d['createdDate'])" "['epochMillis', 'friendly', 'iso8601', 'jira']" 'dates have four forms'
value "__import__('re').search(r'[+]0[12]00$', d['createdDate']['iso8601']) is not None" True 'offsets have no colon'
get "$sd/request/HELP-3/sla/10030"
value "'id' in d" False 'one metric has no id, as in the official example'
get "$sd/knowledgebase/article?query=the&limit=2"
value "'cursor=' in d['_links']['next']" True 'articles are paged by cursor'
first=$(take "d['values'][0]['title']")
next=$(take "d['_links']['next']")
get "$next"
value "d['values'][0]['title'] != '''$first'''" True 'the cursor leads on'
get "$sd/knowledgebase/article?query=password&highlight=true"
has '@@@hl@@@' 'matches are highlighted'

# Filters
get "$sd/request?limit=100"
share=$(take "d['size'] + (0 if d['isLastPage'] else 100)")
get "$sd/request?requestOwnership=ALL_REQUESTS&limit=100"
value "$share < 200 and $share > 20" True 'the default is the portal view: a share of everything'
get "$sd/request?requestOwnership=OWNED_REQUESTS&limit=100"
me=$(take "d['values'][0]['reporter']['accountId']")
value "all(r['reporter']['accountId'] == '$me' for r in d['values'])" True 'OWNED_REQUESTS'
owned=$(take "d['size']")
get "$sd/request?requestOwnership=OWNED_REQUESTS&requestOwnership=PARTICIPATED_REQUESTS&limit=100"
value "d['size'] > $owned" True 'requestOwnership can be repeated'
get "$sd/request?requestOwnership=ALL_REQUESTS&requestStatus=OPEN_REQUESTS&limit=100"
value "all(r['currentStatus']['statusCategory'] != 'DONE' for r in d['values'])" True 'OPEN_REQUESTS'
get "$sd/request?requestOwnership=ALL_REQUESTS&serviceDeskId=2&requestTypeId=33"
value "d['size'] > 0 and all(r['requestTypeId'] == '33' for r in d['values'])" True 'requestTypeId with serviceDeskId'
get "$sd/request?requestOwnership=ALL_REQUESTS&searchTerm=lap*"
value "d['size'] > 0 and all('lap' in r['summary'].lower() for r in d['values'])" True 'searchTerm with *'
get "$sd/request?requestOwnership=APPROVER&approvalStatus=MY_PENDING_APPROVAL&limit=100"
value "d['size'] > 0" True 'requests that wait for my approval'
waiting=$(take "[r['issueKey'] for r in d['values']][0]")
second=$(take "[r['issueKey'] for r in d['values']][1]")
get "$sd/request?requestOwnership=ORGANIZATION&organizationId=1"
is 200 'ORGANIZATION with organizationId'
get "$sd/request/HELP-3/comment?public=false"
value "d['size'] > 0 and not any(c['public'] for c in d['values'])" True 'internal comments only'
get "$sd/request/HELP-3/comment?internal=false&limit=100"
value "all(c['public'] for c in d['values'])" True 'public comments only'
get "$sd/servicedesk/1/queue/5/issue?limit=1"
value "d['values'][0].get('fields', {})" "{}" 'queue rows have the configured columns only'

. "$here/sim-rules.sh"
. "$here/sim-writes.sh"

stop_server
[ $? = 0 ]
result $? 'SIGTERM ends it with status 0'
lines=$(wc -l <"$dir/log")
[ "$lines" -gt 100 ] && ! grep -q __sim "$dir/log"
result $? 'every request is in the log, the control door is not'
! grep -qiE 'authorization|demo-token|ZGVtby10b2tlbg' "$dir/log" "$dir/record"
result $? 'no credentials in log or record'

if python3 "$here/openapi.py" "$dir/record" >"$dir/tap" 2>&1; then
	result 0 'everything recorded fits the official documents'
	sed 's/^/# /' "$dir/tap" | head -3
else
	result 1 'everything recorded fits the official documents'
	grep -A4 '^not ok' "$dir/tap" | sed 's/^/# /'
	grep -v '^ok' "$dir/tap" | tail -5 | sed 's/^/# /'
fi
finish
