#!/bin/bash
# SPDX-License-Identifier: MIT
# INSERT, UPDATE, DELETE and EXEC: what they do to the site, what they refuse.
. "$(dirname "$0")/../fs/lib.sh"

start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token
jsmfs=$bin/jsmfs
sql() {
	"$jsmfs" sql -f ndjson "$@" 2>"$work/err"
}
one() {
	sql "$1" | jq -r '.[]' | paste -sd '|'
}
writes() {
	calls '"method":"\(POST\|DELETE\|PUT\)"'
}
# refused STATUS WORDS STATEMENT: it sends nothing and says why
refused() {
	before=$(writes)
	sql "$3" >"$work/out"
	is "$? $(cat "$work/out")" "$1 " "$3: fails"
	like "$(cat "$work/err")" "$2" "and says why"
	is "$(writes)" "$before" "and sends nothing"
}

# comments
got=$(sql "INSERT INTO RequestComments (RequestKey, Body, Public) VALUES ('HELP-2', 'one', 'false'), ('HELP-2', 'two', 1)")
is $? 0 "two comments"
is "$(echo "$got" | jq -r '"\(.RequestKey) \(.Public)"' | paste -sd ,)" "HELP-2 false,HELP-2 true" "with what became of each"
is "$(cat "$work/err")" "jsmfs: 2 rows changed" "and how many"
ids=$(echo "$got" | jq -r .Id | sort -n | paste -sd ,)
is "$(sql "SELECT Id, Body, Public FROM RequestComments WHERE RequestKey = 'HELP-2' AND Id IN ($ids) ORDER BY CAST(Id AS INT)" | jq -r '"\(.Body) \(.Public)"' | paste -sd ,)" \
	"one false,two true" "they are there"
sql "INSERT INTO RequestComments (RequestKey, Body) SELECT RequestKey, 'for ' || RequestKey FROM Requests WHERE ServiceDeskId = '2' ORDER BY CAST(RequestId AS INT) LIMIT 3" >"$work/out"
is "$(wc -l <"$work/out")" 3 "INSERT … SELECT"
key=$(head -n 1 "$work/out" | jq -r .RequestKey)
is "$(one "SELECT Body FROM RequestComments WHERE RequestKey = '$key' AND Body LIKE 'for %'")" "for $key" "each its own"
sql "WITH k(k) AS (VALUES ('HELP-2')) INSERT INTO RequestComments (RequestKey, Body) SELECT k, 'with' FROM k" >"$work/out"
is "$(wc -l <"$work/out")" 1 "WITH … INSERT"

# the first that fails ends it; what was done stays and is said
before=$(writes)
got=$(sql "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'a'), ('NOPE-1', 'b'), ('HELP-2', 'c')")
is $? 1 "the second row is refused"
is "$(echo "$got" | wc -l)" 1 "the first was done"
like "$(cat "$work/err")" "1 row is done and will not be undone, then" "which is said"
is "$(writes)" $((before + 2)) "the third was not tried"

# rows of a SELECT go several at a time; of all that were sent the outcome is told
sim latency 60
sql "INSERT INTO RequestComments (RequestKey, Body) SELECT RequestKey, 'bulk' FROM Requests ORDER BY RequestKey LIMIT 80" >"$work/out"
sim latency 0
is "$? $(wc -l <"$work/out") $(jq -r .RequestKey "$work/out" | sort -u | wc -l)" "0 80 80" "INSERT of 80 rows"
is "$(jq -r .RequestKey "$work/out" | sort -c 2>&1)" "" "told of in their order"
sim fault 'POST */comment n=30 status=403'
sql "INSERT INTO RequestComments (RequestKey, Body) SELECT RequestKey, 'half' FROM Requests ORDER BY RequestKey LIMIT 80" >"$work/out"
is $? 1 "one of 80 is refused"
cp "$work/err" "$work/why"
sim fault
n=$(one "SELECT count(*) FROM RequestComments WHERE Body = 'half'")
is "$(wc -l <"$work/out")" "$n" "there are as many as were told of ($n)"
ok "and not many behind it" test "$n" -lt 60
like "$(cat "$work/why")" "$n rows are done and will not be undone, then: row " "which says which row"

# participants
acc=$(one "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-2' LIMIT 1")
is "$(one "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc'")" "$acc|null|HELP-2" "a participant goes"
is "$(sql "SELECT * FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc'")" "" "and is gone"
sql "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc'" >/dev/null
is "$? $(cat "$work/err")" "0 jsmfs: 1 row changed" "whether a row is there that is named the site tells"
sql "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc' AND DisplayName LIKE '%'" >/dev/null
is "$? $(cat "$work/err")" "0 jsmfs: 0 rows changed" "one that is looked for is none"
before=$(writes)
sql "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc,$acc'" >/dev/null
is "$? $(writes)" "0 $before" "a list is nobody's name"
sql "INSERT INTO RequestParticipants (RequestKey, AccountId) VALUES ('HELP-2', '$acc')" >/dev/null
is "$(one "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc'")" "$acc" "and comes back"

# rows found by OR are changed once each
n=$(one "SELECT count(*) FROM RequestParticipants WHERE RequestKey = 'HELP-2'")
before=$(writes)
sql "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND (AccountId = '$acc' OR DisplayName LIKE '%')" >/dev/null
is "$(writes)" $((before + n)) "each row is one call"

# approvals
key=$(one "SELECT RequestKey || '|' || Id FROM RequestApprovals WHERE FinalDecision = 'pending' AND CanAnswerApproval LIMIT 1")
id=${key#*|}
key=${key%|*}
like "$(one "UPDATE RequestApprovals SET FinalDecision = 'approved' WHERE RequestKey = '$key' AND Id = '$id'")" "$id|" "an approval"
is "$(one "SELECT FinalDecision FROM RequestApprovals WHERE RequestKey = '$key' AND Id = '$id'")" approved "is answered"
before=$(writes)
sql "UPDATE RequestApprovals SET FinalDecision = 'decline' WHERE RequestKey = '$key' AND Id = '$id'" >/dev/null
is "$? $(writes)" "1 $((before + 1))" "a second answer is refused by the site"
refused 1 "it is one of approve, approved, decline, declined" "UPDATE RequestApprovals SET FinalDecision = 'maybe' WHERE RequestKey = '$key' AND Id = '$id'"

# transitions
t=$(one "SELECT RequestKey || '|' || Id FROM CustomerTransitions WHERE RequestKey = 'HELP-2' LIMIT 1")
if [ -z "$t" ]; then
	t=$(one "SELECT c.RequestKey || '|' || c.Id FROM Requests r JOIN CustomerTransitions c USING (RequestKey) WHERE r.ServiceDeskId = '1' LIMIT 1")
fi
key=${t%|*}
was=$(one "SELECT CurrentStatus FROM Requests WHERE RequestKey = '$key'")
sql "INSERT INTO CustomerTransitions (RequestKey, Id, Comment) VALUES ('$key', '${t#*|}', 'done so')" >/dev/null
is $? 0 "a transition"
not_ok "changes the status" test "$(one "SELECT CurrentStatus FROM Requests WHERE RequestKey = '$key'")" = "$was"
is "$(one "SELECT count(*) FROM RequestComments WHERE RequestKey = '$key' AND Body = 'done so'")" 1 "and leaves its comment"

# organizations and their members
org=$(one "INSERT INTO Organizations (Name) VALUES ('Acme')")
org=${org%%|*}
is "$(one "SELECT Name FROM Organizations WHERE Id = '$org'")" Acme "an organization"
sql "INSERT INTO Users (OrganizationId, AccountId) VALUES ('$org', '$acc')" >/dev/null
is "$(one "SELECT AccountId FROM Users WHERE OrganizationId = '$org'")" "$acc" "gets a member"
sql "INSERT INTO Organizations (Id, ServiceDeskId) VALUES ('$org', '2')" >/dev/null
is "$(one "SELECT Name FROM Organizations WHERE ServiceDeskId = '2' AND Id = '$org'")" Acme "and a service desk"
sql "DELETE FROM Organizations WHERE ServiceDeskId = '2' AND Id = '$org'" >/dev/null
is "$(sql "SELECT Name FROM Organizations WHERE ServiceDeskId = '2' AND Id = '$org'")" "" "and loses it"
is "$(one "SELECT Name FROM Organizations WHERE Id = '$org'")" Acme "but is still there"
sql "DELETE FROM Users WHERE OrganizationId = '$org' AND AccountId = '$acc'" >/dev/null
is "$(sql "SELECT AccountId FROM Users WHERE OrganizationId = '$org'")" "" "the member goes"
sql "DELETE FROM Organizations WHERE Id = '$org'" >/dev/null
is "$(sql "SELECT Name FROM Organizations WHERE Id = '$org'")" "" "and the organization"

# customers: created and added, added, removed
cust=$(sql "INSERT INTO Customers (ServiceDeskId, EmailAddress, DisplayName) VALUES ('1', 'kim@example.com', 'Kim')" | jq -r .AccountId)
is "$(one "SELECT DisplayName FROM Customers WHERE ServiceDeskId = '1' AND AccountId = '$cust'")" Kim "a customer of a desk"
sql "INSERT INTO Customers (ServiceDeskId, AccountId) VALUES ('2', '$cust')" >/dev/null
is "$(one "SELECT DisplayName FROM Customers WHERE ServiceDeskId = '2' AND AccountId = '$cust'")" Kim "and of another"
sql "DELETE FROM Customers WHERE ServiceDeskId = '2' AND AccountId = '$cust'" >"$work/out"
is "$? $(sql "SELECT DisplayName FROM Customers WHERE ServiceDeskId = '2' AND AccountId = '$cust'")" "0 " "which it leaves"

# the second half fails: nothing is hidden, nothing is to be repeated
curl -s -d 'POST /rest/servicedeskapi/servicedesk/1/customer status=403' "$url/__sim/fault" >/dev/null
got=$(sql "INSERT INTO Customers (ServiceDeskId, EmailAddress, DisplayName) VALUES ('1', 'lee@example.com', 'Lee')")
is $? 3 "half of it is neither done nor refused"
id=$(echo "$got" | jq -r .AccountId)
like "$(cat "$work/err")" "the account was created (AccountId $id); do not repeat it, go on with that AccountId" "and the way on is said"
curl -s -d '' "$url/__sim/fault" >/dev/null
sql "INSERT INTO Customers (ServiceDeskId, AccountId) VALUES ('1', '$id')" >/dev/null
is "$(one "SELECT DisplayName FROM Customers WHERE ServiceDeskId = '1' AND AccountId = '$id'")" Lee "which leads there"

# EXEC
like "$(sql "EXEC CreateCustomer Email = 'o1@example.com', @FullName = 'Bob O''Neil'")" "Bob O'Neil" "EXEC"
like "$(sql "call createcustomer('o2@example.com', N'Ann')")" '"DisplayName":"Ann"' "CALL with values by place"
like "$(sql "EXECUTE [CreateCustomer] [Email] = 'o3@example.com', FullName => 'Z' ;")" '"DisplayName":"Z"' "EXECUTE"
echo hello >"$work/a.txt"
like "$(sql "EXEC AttachTemporaryFile Source = '$work/a.txt', ServiceDeskId = 1")" temp "a file"
is "$(env -u JSMFS_URL -u JSMFS_USER -u JSMFS_APITOKEN "$jsmfs" sql "EXEC CreateSchema TableName = 'Requests', FileName = '$work/r.rsd'" | tail -n 1)" \
	Success "one that needs no site"

# refused before anything is sent
refused 1 "that would delete all of Users" "DELETE FROM Users"
refused 1 "RequestComments takes only INSERT" "DELETE FROM RequestComments WHERE RequestKey = 'HELP-2'"
refused 1 "these can: CustomerTransitions" "DELETE FROM ServiceDesks WHERE Id = '1'"
refused 1 "cannot be set" "UPDATE RequestApprovals SET Name = 'x' WHERE RequestKey = 'HELP-2'"
refused 1 "missing: Body" "INSERT INTO RequestComments (RequestKey) VALUES ('HELP-2')"
refused 1 "no parameter 'AuthorKey'" "INSERT INTO RequestComments (RequestKey, Body, AuthorKey) VALUES ('HELP-2', 'x', 'me')"
refused 1 "must be true or false" "INSERT INTO RequestComments (RequestKey, Body, Public) VALUES ('HELP-2', 'x', 'perhaps')"
refused 1 "RETURNING" "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'x') RETURNING Id"
refused 1 "needs RequestId or RequestKey" "INSERT INTO RequestComments (Body) VALUES ('x')"
refused 1 "no procedure" "EXEC Nope"
refused 1 "single quotes" "EXEC CreateCustomer Email = a@example.com"
refused 1 "no text" "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', CAST(x'ff' AS TEXT))"
refused 1 "only one statement" "DELETE FROM Users WHERE OrganizationId = '1' AND AccountId = 'x'; DELETE FROM Users WHERE 1"
export JSMFS_READONLY=true
refused 1 "ReadOnly" "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'x')"
refused 1 "ReadOnly" "EXEC CreateCustomer Email = 'r@example.com'"
unset JSMFS_READONLY

# DryRun says what would be sent, files too
before=$(writes)
JSMFS_DRYRUN=true sql "INSERT INTO Requests (ServiceDeskId, RequestTypeId, Summary, Description, Fields) VALUES ('1', '11', 's', 'd', '{\"Attachment\":\"$work/a.txt\"}')" >/dev/null
is "$? $(writes)" "0 $before" "DryRun sends nothing"
like "$(cat "$work/err")" "POST /rest/servicedeskapi/request" "and says what it would"

# a lost answer
curl -s -d 'POST /rest/servicedeskapi/request/HELP-2/comment reset-after' "$url/__sim/fault" >/dev/null
before=$(one "SELECT count(*) FROM RequestComments WHERE RequestKey = 'HELP-2' AND Body = 'lost'")
sql "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'lost')" >/dev/null
is $? 3 "a lost answer is an unknown outcome"
curl -s -d '' "$url/__sim/fault" >/dev/null
is "$(one "SELECT count(*) FROM RequestComments WHERE RequestKey = 'HELP-2' AND Body = 'lost'")" $((before + 1)) "and is not repeated"

# what can be written is told
is "$(one "SELECT group_concat(TableName) FROM (SELECT TableName FROM sys_tables WHERE IsUpdateable ORDER BY TableName)")" \
	"CustomerTransitions,Customers,Organizations,RequestApprovals,RequestComments,RequestParticipants,Requests,Users" "sys_tables"

done_testing
