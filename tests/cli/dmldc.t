#!/bin/bash
# SPDX-License-Identifier: MIT
# What changes the site, on Data Center: the same statements, other bodies.
. "$(dirname "$0")/../fs/lib.sh"

start_sim --flavour datacenter --context /jira
export JSMFS_URL=$url/jira JSMFS_USER=agent JSMFS_PASSWORD=demo-password JSMFS_AUTHSCHEME=Basic
unset JSMFS_APITOKEN
jsmfs=$bin/jsmfs
sql() {
	"$jsmfs" sql -f ndjson "$@" 2>"$work/err"
}
one() {
	sql "$1" | jq -r '.[]' | paste -sd '|'
}

id=$(sql "INSERT INTO RequestComments (RequestKey, Body, Public) VALUES ('HELP-2', 'dc', 'no')" | jq -r .Id)
is "$(one "SELECT Body FROM RequestComments WHERE RequestKey = 'HELP-2' AND Id = '$id'")" dc "a comment"

# whom a row names is whom the next statement can name
acc=$(one "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-2' LIMIT 1")
sql "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc'" >/dev/null
is "$? $(sql "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-2'")" "0 " "a participant goes: $(cat "$work/err")"
sql "INSERT INTO RequestParticipants (RequestKey, AccountId) VALUES ('HELP-2', '$acc')" >/dev/null
is "$? $(one "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-2'")" "0 $acc" "and comes back"

org=$(sql "INSERT INTO Organizations (Name, ServiceDeskId) VALUES ('Acme', '2')" | jq -r .Id)
is "$(one "SELECT Name FROM Organizations WHERE ServiceDeskId = '2' AND Id = '$org'")" Acme "an organization of a desk"
sql "INSERT INTO Users (OrganizationId, AccountId) VALUES ('$org', '$acc')" >/dev/null
is "$(one "SELECT AccountId FROM Users WHERE OrganizationId = '$org'")" "$acc" "with a member"
sql "DELETE FROM Users WHERE OrganizationId = '$org' AND AccountId = '$acc'" >/dev/null
is "$(sql "SELECT AccountId FROM Users WHERE OrganizationId = '$org'")" "" "who leaves"
sql "DELETE FROM Organizations WHERE Id = '$org' AND Name = 'Acme'" >/dev/null
is "$? $(sql "SELECT Name FROM Organizations WHERE Id = '$org'")" "0 " "and is deleted"

got=$(sql "INSERT INTO Customers (ServiceDeskId, EmailAddress, DisplayName) VALUES ('1', 'kim@example.com', 'Kim')")
is "$? $(echo "$got" | jq -r .DisplayName)" "0 Kim" "a customer: $(cat "$work/err")"
cust=$(echo "$got" | jq -r .AccountId)
sql "INSERT INTO Customers (ServiceDeskId, AccountId) VALUES ('2', '$cust')" >/dev/null
is $? 0 "of another desk too: $(cat "$work/err")"
is "$(sql "DELETE FROM Customers WHERE ServiceDeskId = '2' AND AccountId = '$cust'" | jq -r .AccountId)" "$cust" "which it leaves, though nobody lists them: $(cat "$work/err")"
is "$(calls '"path":"/rest/servicedeskapi/servicedesk/2/customer".*"status":2')" 2 "the site was told"
sql "DELETE FROM Customers WHERE ServiceDeskId = '2' AND AccountId IN ('$cust', 'nobody')" >/dev/null
like "$? $(cat "$work/err")" "1 jsmfs: " "whom nobody knows the site refuses"
sql "DELETE FROM Customers WHERE ServiceDeskId = '2' AND DisplayName = 'Kim'" >/dev/null
like "$? $(cat "$work/err")" "Customers is available on Jira Cloud only" "by another column it cannot be"

a=$(sql "SELECT RequestKey, Id FROM RequestApprovals WHERE FinalDecision = 'pending' AND CanAnswerApproval LIMIT 1")
key=$(echo "$a" | jq -r .RequestKey)
id=$(echo "$a" | jq -r .Id)
sql "UPDATE RequestApprovals SET FinalDecision = 'approve' WHERE RequestKey = '$key' AND Id = '$id'" >/dev/null
is "$? $(one "SELECT FinalDecision FROM RequestApprovals WHERE RequestKey = '$key' AND Id = '$id'")" "0 approved" "an approval"
t=$(one "SELECT Id FROM CustomerTransitions WHERE RequestKey = 'HELP-3' LIMIT 1")
sql "INSERT INTO CustomerTransitions (RequestKey, Id) VALUES ('HELP-3', '$t')" >/dev/null
is $? 0 "a transition: $(cat "$work/err")"

key=$(sql "INSERT INTO Requests (ServiceDeskId, RequestTypeId, Summary, Description, RaiseOnBehalfOf, Fields) VALUES ('1', '18', 's', 'd', '$acc', '{\"Manager or owner\":\"$acc\",\"People to inform\":[\"$acc\"]}')" | jq -r .RequestKey)
is "$(one "SELECT Summary FROM Requests WHERE RequestKey = '$key'")" s "a request for somebody: $(cat "$work/err")"
like "$(sql "EXEC CreateCustomer Email = 'o1@example.com', FullName = 'Bob'" | jq -r .DisplayName)" Bob "EXEC"

done_testing
