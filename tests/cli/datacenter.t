#!/bin/bash
# SPDX-License-Identifier: MIT
# The same tables from Data Center, below a context path, as from Cloud: what one
# of them lacks is said, what both have is the same.
. "$(dirname "$0")/../fs/lib.sh"

jsmfs=$bin/jsmfs
unset JSMFS_PASSWORD JSMFS_APITOKEN JSMFS_AUTHSCHEME
tables="ServiceDesks Requests RequestComments RequestParticipants RequestApprovals RequestSLACycles
	RequestStatusChangelog CustomerTransitions RequestTypes RequestTypeGroups RequestTypeFields
	Organizations Users QueueRequests"
where_KnowledgeBaseArticles="WHERE Query = 'the'"

# count TABLE [CONDITION]
count() {
	"$jsmfs" sql --scan "SELECT count(*) FROM $1 ${2-}" 2>"$work/err" | tail -n +2
}

declare -A cloud
start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token
for t in $tables; do
	cloud[$t]=$(count "$t")
done
cloud[articles]=$(count KnowledgeBaseArticles "$where_KnowledgeBaseArticles")
cloud[by_type]=$(count Requests "WHERE RequestTypeId = '33' AND RequestOwnership = 'ALL_REQUESTS'")
cloud[fields]=$(count RequestTypeFields "WHERE RequestTypeId = '33'")
cloud[search]=$(count RequestTypes "WHERE SearchQuery = 'laptop'")
stop_sim

# Pages of ten: what is paged must go on behind the first page.
: >"$simlog"
start_sim --flavour datacenter --context /jira --page-cap 10
url=$url/jira
unset JSMFS_APITOKEN
export JSMFS_URL=$url JSMFS_USER=agent JSMFS_PASSWORD=demo-password JSMFS_AUTHSCHEME=Basic
for t in $tables; do
	is "$(count "$t")" "${cloud[$t]}" "$t: as many rows"
	ok "$t: some" test "${cloud[$t]}" -gt 0
done
is "$(count KnowledgeBaseArticles "$where_KnowledgeBaseArticles")" "${cloud[articles]}" "articles: page after page"
ok "more than a page of them" test "${cloud[articles]}" -gt 10
is "$(count Requests "WHERE RequestTypeId = '33' AND RequestOwnership = 'ALL_REQUESTS'")" "${cloud[by_type]}" \
	"a request type is looked up in the desks"
ok "which has requests" test "${cloud[by_type]}" -gt 0
is "$(count Requests "WHERE RequestTypeId = '999999'")" 0 "a type that is not there"
is "$(count RequestTypeFields "WHERE RequestTypeId = '33'")" "${cloud[fields]}" "the fields of one type"
is "$(count RequestTypes "WHERE SearchQuery = 'laptop'")" "${cloud[search]}" "a search in every desk"
is "$(JSMFS_SERVICEDESKID=2 count RequestTypes)" "$(count RequestTypes 'WHERE ServiceDeskId = 2')" "ServiceDeskID restricts"
is "$(calls '"path":"/rest/servicedeskapi/requesttype"')" 0 "nothing was asked that is not there"
is "$(calls '"status":4')" 0 "and nothing was refused"
is "$(calls '/rest/api/2/serverInfo')" 1 "it is asked once what it is, then remembered"

# What there is on Cloud only.
before=$(calls)
"$jsmfs" sql 'SELECT * FROM Customers' >"$work/out" 2>"$work/err"
is $? 1 "Customers fails"
like "$(cat "$work/err")" "Customers is available on Jira Cloud only" "and says why"
is "$(calls)" "$before" "without a call"
"$jsmfs" plan 'SELECT * FROM Customers' >"$work/out" 2>"$work/err"
like "$(cat "$work/err")" "Cloud only" "its plan says the same"
like "$("$jsmfs" plan 'SELECT * FROM RequestTypes' 2>&1)" "/servicedesk/{desk}/requesttype" "that of RequestTypes walks the desks"

# Who somebody is.
row=$("$jsmfs" sql -f json "SELECT * FROM RequestParticipants LIMIT 1" 2>/dev/null)
not_ok "AccountId is the user's name, which writing takes, not the key" grep -q JIRAUSER <<<"$(echo "$row" | jq -r '.[0].AccountId')"
row=$("$jsmfs" sql -f json "SELECT * FROM Requests LIMIT 1" 2>/dev/null)
like "$(echo "$row" | jq -r '.[0].ReporterKey')" JIRAUSER "ReporterKey"
not_ok "ReporterName is the name, not the key" test "$(echo "$row" | jq -r '.[0].ReporterName')" = "$(echo "$row" | jq -r '.[0].ReporterKey')"
is "$("$jsmfs" sql "SELECT count(*) FROM Users WHERE AccountId IS NULL" 2>/dev/null | tail -n 1)" 0 "every member has one"

# A site that is told without its context path, and wrong credentials.
JSMFS_URL=${url%/jira} "$jsmfs" sql 'SELECT * FROM ServiceDesks' >"$work/out" 2>"$work/err"
is $? 1 "without the context path nothing is found"
like "$(cat "$work/err")" "404" "and the status is told"
JSMFS_PASSWORD=wrong "$jsmfs" sql 'SELECT * FROM RequestTypes' >"$work/out" 2>"$work/err"
is $? 1 "a wrong password fails, whatever is remembered"
like "$(cat "$work/err")" credentials "and is named"

# A server that does not say what it is counts as Cloud.
export XDG_CACHE_HOME=$work/other
sim fault 'GET /rest/api/2/serverInfo status=404'
"$jsmfs" sql 'SELECT * FROM Customers' >"$work/out" 2>"$work/err"
is $? 1 "Customers is asked for then"
like "$(cat "$work/err")" "does not offer" "and the refusal says what it means"
sim fault 'GET /rest/api/2/serverInfo status=500'
"$jsmfs" sql 'SELECT * FROM Customers' >"$work/out" 2>"$work/err"
like "$(cat "$work/err")" "does not offer" "so does a server that fails to say"

done_testing
