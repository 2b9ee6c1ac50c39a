#!/bin/bash
# SPDX-License-Identifier: MIT
# Every table and view of the model against the simulator: the columns by name,
# the rows as the server has them, and what it costs.
. "$(dirname "$0")/../fs/lib.sh"

start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token TZ=UTC
sql() {
	"$bin/jsmfs" sql "$@" 2>"$work/err"
}
one() {
	sql "$@" | tail -n 1
}
api() {
	curl -s -u agent@example.com:demo-token -H 'X-ExperimentalApi: opt-in' "$url/rest/servicedeskapi/$1"
}

# the columns that the model has, in its order
while read -r table columns; do
	w=
	[ "$table" = KnowledgeBaseArticles ] && w="WHERE Query = 'vpn'"
	is "$(sql "SELECT * FROM $table $w LIMIT 1" | head -n 1)" "$columns" "columns of $table"
done <<'EOF'
CustomerTransitions RequestId,RequestKey,Id,Name,Comment
RequestApprovals Id,RequestKey,RequestId,Name,FinalDecision,CanAnswerApproval,Approvers,CreatedDate,CompletedDate
RequestComments Id,RequestId,RequestKey,Body,Public,AuthorKey,CreatedAt
RequestParticipants AccountId,RequestId,RequestKey,EmailAddress,DisplayName,Active,TimeZone
Customers AccountId,Active,DisplayName,EmailAddress,TimeZone,ServiceDeskId
KnowledgeBaseArticles ServiceDeskId,Title,Excerpt,SourceType,SourcePageId,SourceSpaceKey,ContentiFramesource,Query
Organizations Id,Name,ServiceDeskId
QueueRequests RequestId,RequestKey,Summary,Status,Created,QueueId,QueueName,ServiceDeskId
Requests RequestId,RequestKey,RequestTypeId,ServiceDeskId,CreatedDate,ReporterKey,ReporterDisplayName,ReporterEmail,ReporterName,ReporterTimeZone,CurrentStatus,RequestParticipants,Summary
RequestSLACycles Id,RequestId,RequestKey,Name,OngoingCycleStartTime,OngoingCycleBreached,OngoingCycleBreachTime,OngoingCyclePaused,OngoingCycleWithinCalendarHours,OngoingCycleGoalDuration,OngoingCycleElapsedTime,OngoingCycleRemainingTime,CompletedCycleStartTime,CompletedCycleStopTime,CompletedCycleBreached,CompletedCycleBreachTime,CompletedCycleGoalDuration,CompletedCycleElapsedTime,CompletedCycleRemainingTime
RequestStatusChangelog RequestId,RequestKey,Status,StatusDate
RequestTypeFields ServiceDeskId,RequestTypeId,FieldId,Name,Description,Required,JiraSchema,ValidValues,DefaultValues,Visible
RequestTypeGroups Id,ServiceDeskId,Name
RequestTypes Id,ServiceDeskId,GroupIds,Name,Description,PortalId,IssueTypeId
ServiceDesks Id,ProjectId,ProjectName,ProjectKey
Users AccountId,OrganizationId,EmailAddress,DisplayName,Active,TimeZone
EOF

# the statements that the model's documentation prints
while read -r q; do
	sql "$q" >"$work/out"
	ok "runs: $q" [ $? = 0 ]
done <<'EOF'
SELECT * FROM CustomerTransitions WHERE RequestID = '10001'
SELECT * FROM RequestApprovals WHERE RequestID = '10001' AND ID = '10002'
SELECT * FROM RequestComments WHERE RequestID = '10001' AND Id = '10002'
SELECT * FROM RequestComments WHERE RequestID = '10001' AND Public = 'true'
SELECT * FROM RequestParticipants WHERE RequestID = '10001'
SELECT * FROM Requests WHERE RequestID = '10001'
SELECT * FROM Requests WHERE RequestTypeID = '12'
SELECT * FROM Requests WHERE ServiceDeskID = '2'
SELECT * FROM Requests WHERE RequestStatus = 'OPEN_REQUESTS'
SELECT * FROM RequestStatusChangelog WHERE RequestID = '10001'
SELECT * FROM RequestStatusChangelog WHERE RequestKey = 'HELP-1'
SELECT * FROM RequestTypeGroups WHERE ServiceDeskId = '1'
SELECT * FROM RequestTypes WHERE ServiceDeskId = '1'
SELECT * FROM RequestTypes WHERE Id = '12'
SELECT * FROM RequestTypes WHERE GroupIds = '1'
SELECT * FROM ServiceDesks WHERE ID = '1'
EOF

# a child table, by the parent's list (expand) and one call a request: the same rows
while read -r table by order; do
	sql "SELECT * FROM $table ORDER BY $order" >"$work/bulk"
	for id in $(sql 'SELECT RequestId FROM Requests' | tail -n +2); do
		sql "SELECT * FROM $table WHERE RequestId = '$id'" | tail -n +2
	done >"$work/each" 2>/dev/null
	is "$(tail -n +2 "$work/bulk" | sort | cksum)" "$(sort "$work/each" | cksum)" "$table as a whole and request by request"
done <<EOF
RequestParticipants RequestId AccountId
RequestSLACycles RequestId Id
EOF
before=$(calls)
sql 'SELECT * FROM RequestSLACycles' >"$work/out"
ok "SLAs of all requests in $(($(calls) - before)) calls" [ $(($(calls) - before)) -le 4 ]
before=$(calls)
is "$(one "SELECT count(*) FROM RequestComments WHERE RequestKey = 'HELP-3'")" 130 "two pages of comments"
is "$(one "SELECT count(*) FROM RequestComments WHERE RequestId = '10005'")" 130 "by number too"
is "$(one "SELECT count(*) FROM RequestParticipants WHERE RequestKey = 'HELP-6'")" \
	"$(api 'request/HELP-6/participant?limit=100' | jq '.values | length')" "participants beyond a page of the expansion"

# SLAs: a row for each completed cycle and one for the one that goes on; none of either is a row too
key=$(sql 'SELECT RequestKey FROM RequestSLACycles WHERE OngoingCycleStartTime IS NOT NULL LIMIT 1' | tail -n 1)
is "$(one "SELECT count(*) FROM RequestSLACycles WHERE RequestKey = '$key'")" \
	"$(api "request/$key/sla" | jq '[.values[] | [(.completedCycles | length) + (if .ongoingCycle then 1 else 0 end), 1] | max] | add')" \
	"cycles of $key"
is "$(one "SELECT count(*) FROM RequestSLACycles WHERE Id IS NULL OR Id LIKE '%/%'")" 0 "an id that is only in the link is found"
is "$(one 'SELECT count(*) FROM RequestSLACycles WHERE OngoingCycleStartTime IS NOT NULL AND CompletedCycleStartTime IS NOT NULL')" 0 "no row is both"

# knowledge base: pages by cursor
n=$(one "SELECT count(*) FROM KnowledgeBaseArticles WHERE Query = 'a'")
sim reset
stop_sim
start_sim --page-cap 2
JSMFS_URL=$url
is "$(one "SELECT count(*) FROM KnowledgeBaseArticles WHERE Query = 'a'")" "$n" "articles on pages of two"
is "$(one 'SELECT count(*) FROM RequestSLACycles')" "$(one 'SELECT count(*) FROM RequestSLACycles WHERE RequestId IN (SELECT RequestId FROM Requests)')" \
	"children that are not whole on their parent's page"
is "$(one 'SELECT count(*) FROM ServiceDesks')" 3 "desks on pages of two"
stop_sim
start_sim
JSMFS_URL=$url
like "$(sql -f ndjson "SELECT Title FROM KnowledgeBaseArticles WHERE Query = 'vpn' AND Highlight = 'true'")" '@@@hl@@@' "Highlight"
sql 'SELECT * FROM KnowledgeBaseArticles' >/dev/null
is $? 1 "KnowledgeBaseArticles without Query fails"
like "$(cat "$work/err")" "KnowledgeBaseArticles/Query=" "and shows a path that works"

# queues: all of them, and a view for each
is "$(one "SELECT count(*) FROM QueueRequests WHERE ServiceDeskId = 1 AND QueueId = 1")" \
	"$(one 'SELECT count(*) FROM [HELP_All openQueueRequests]')" "a queue's view has the queue's rows"
is "$(one 'SELECT DISTINCT QueueName FROM [Recently solvedQueueRequests]')" "Recently solved" "named after the queue"
is "$(one "SELECT count(*) FROM [HELP_All openQueueRequests] WHERE ServiceDeskId = 2")" 0 "a view is of one desk"

# organizations
is "$(one 'SELECT count(*) FROM Organizations WHERE ServiceDeskId IS NULL')" "$(one 'SELECT count(*) FROM Organizations')" \
	"no desk is known when none was asked for"
is "$(one "SELECT DISTINCT ServiceDeskId FROM Organizations WHERE ServiceDeskId = '1'")" 1 "it is when it was"
is "$(one "SELECT count(*) FROM Users WHERE OrganizationId = '1'")" \
	"$(api 'organization/1/user?limit=100' | jq '.values | length')" "members of an organization"

# ServiceDeskID
is "$(one -o ServiceDeskID=first 'SELECT DISTINCT ServiceDeskId FROM Requests')" 1 "ServiceDeskID=first is the first desk"
is "$(one -o ServiceDeskID=2 'SELECT count(*) FROM Organizations')" \
	"$(api 'servicedesk/2/organization?limit=100' | jq '.values | length')" "a desk's organizations"
is "$(one -o ServiceDeskID=2 'SELECT DISTINCT ServiceDeskId FROM RequestTypes')" 2 "its request types"
is "$(one -o ServiceDeskID=2 'SELECT DISTINCT ServiceDeskId FROM QueueRequests')" 2 "its queues"
is "$(one -o ServiceDeskID=2 'SELECT count(*) FROM RequestStatusChangelog')" \
	"$(one 'SELECT count(*) FROM RequestStatusChangelog WHERE RequestId IN (SELECT RequestId FROM Requests WHERE ServiceDeskId = 2)')" \
	"what hangs on its requests"

# custom fields: one call, human names, types
before=$(calls rest/api)
like "$(sql -o IncludeCustomFields=true 'SELECT * FROM Requests LIMIT 1' | head -n 1)" ",Affected service," "custom fields are columns"
is $(($(calls rest/api) - before)) 1 "for one call"
is "$(sql 'SELECT * FROM Requests LIMIT 1' | head -n 1 | grep -c 'Affected service')" 0 "only when they are wanted"
is "$(one -o IncludeCustomFields=true 'SELECT typeof(Amount) FROM Requests WHERE Amount IS NOT NULL LIMIT 1')" real "a number is a number"
like "$(sql -o IncludeCustomFields=true 'SELECT * FROM [HELP_All openQueueRequests] LIMIT 1' | head -n 1)" "Affected service" "in queues too"

# the inner rows of a join are read ahead, one call for each outer row
before=$(calls)
sql "SELECT c.* FROM Requests r JOIN RequestApprovals c USING (RequestId) WHERE r.ServiceDeskId = 3" >/dev/null
n=$(one 'SELECT count(*) FROM Requests WHERE ServiceDeskId = 3')
ok "a join makes one call for each outer row ($(($(calls) - before)) for $n)" [ $(($(calls) - before)) -le $((n + 3)) ]

done_testing
