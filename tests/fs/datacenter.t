#!/bin/bash
# SPDX-License-Identifier: MIT
# A mount of Data Center, below a context path: what differs from Cloud.
. "$(dirname "$0")/lib.sh"

start_sim --flavour datacenter --context /jira --record "$work/record"
url=$url/jira
connection="URL=$url;AuthScheme=Basic;User=agent;Password=demo-password"
start_mount
allow_log 'path="Customers'
allow_log 'path="proc/CreateCustomer/call"'
cd "$mnt" || exit 1

# reading
is "$(tail -n +2 ServiceDesks/rows.csv | wc -l)" 3 "the desks"
ok "request types" [ "$(tail -n +2 RequestTypes/rows.csv | wc -l)" -gt 10 ]
is "$(cat RequestTypes/count)" "$(tail -n +2 RequestTypes/rows.csv | wc -l)" "and their count"
like "$(cat RequestTypes/plan)" "/servicedesk/{desk}/requesttype" "the plan walks the desks"
like "$(cut -d, -f6 Requests/_limit=3/rows.csv)" JIRAUSER "reporters have keys"
before=$(calls)
not_ok "Customers cannot be read" cat Customers/rows.csv 2>"$work/err"
like "$(cat "$work/err")" "Operation not supported" "with the errno of that"
like "$(jq -r .message Customers/error)" "Customers is available on Jira Cloud only" "and the sentence beside it"
not_ok "nor the customers of a desk" cat Customers/ServiceDeskId=1/count 2>/dev/null
is "$(calls)" "$before" "without a call"

# what belongs to a request
ok "comments" same Requests/id/HELP-3/comments.csv RequestComments/RequestKey=HELP-3/rows.csv
file=Requests/id/HELP-4/attachments/log.txt
link=$(curl -s -u agent:demo-password "$url/rest/servicedeskapi/request/HELP-4/attachment" |
	jq -r '.values[] | select(.filename == "log.txt")._links.content')
ok "attachments" cmp "$file" <(curl -s -u agent:demo-password "$link")
is "$(calls 'secure/attachment/')" 2 "by their own address there"

# writing
cd proc/CreateCustomer || exit 1
ok "a customer" sh -c 'echo "Email=ann.lee@example.net FullName=\"Ann Lee\"" >call'
is "$(jq -r '.[0].outcome' last.json)" applied "was made"
is "$(jq -r '.[0].Name' last.json)" ann.lee@example.net "the user name is the address"
like "$(jq -r '.[0].Key' last.json)" JIRAUSER "there is a key"
is "$(jq -r ".[0].AccountId" last.json)" ann.lee@example.net "and the name, by which writing knows people, stands for the account"
is "$(jq -r '.[0].DisplayName' last.json)" "Ann Lee" "the full name came through"
is "$(jq -r 'select(.method == "POST") | .request_body' "$work/record")" \
	'{"email":"ann.lee@example.net","fullName":"Ann Lee"}' "under the name it has there"
is "$(jq -r 'select(.method == "POST") | .query' "$work/record")" "" "without a parameter of Cloud"
is "$(jq -r 'select(.method == "POST") | .request_headers["X-ExperimentalApi"]' "$work/record")" true \
	"with the word for experiments that is documented there"
sh -c 'echo "Email=ann.lee@example.net FullName=\"Ann Lee\"" >call' 2>/dev/null
is $? 1 "the same customer again is refused"
is "$(jq -r '.[0].outcome' last.json)" refused "and was"

# attaching
cd ../AttachTemporaryFile || exit 1
echo "some bytes" >"$work/file.txt"
before=$(calls '"method":"POST"')
ok "a file" sh -c 'echo "Source=$1 ServiceDeskId=1" >call' sh "$work/file.txt"
is "$(($(calls '"method":"POST"') - before))" 1 "is sent once"
id=$(jq -r '.[0].TemporaryAttachmentId' last.json)
ok "and attached" sh -c 'echo "RequestKey=HELP-2 AttachmentId=$1" >../AddAttachment/call' sh "$id"

# insert and delete
cd "$mnt" || exit 1
org=$(sed -n 2p Organizations/rows.csv | cut -d, -f1)
who=$(sed -n 2p "Users/OrganizationId=$org/rows.csv" | cut -d, -f1)
member() {
	curl -s -u agent:demo-password -H "X-ExperimentalApi: opt-in" "$url/rest/servicedeskapi/organization/$org/user?limit=50" |
		jq -r '.values[].name' | grep -cxF "$who"
}
not_ok "a member has a user name" grep -q JIRAUSER <<<"$who"
ok "is removed" sh -c 'echo "AccountId=$0" >"Users/OrganizationId=$1/delete"' "$who" "$org"
is "$(member) $(grep -c "^$who," "Users/OrganizationId=$org/rows.csv")" "0 0" "and gone"
ok "comes back" sh -c 'echo "AccountId=$0" >"Users/OrganizationId=$1/insert"' "$who" "$org"
is "$(member)" 1 "and is there"
name=$(grep "^$who," "Users/OrganizationId=$org/rows.csv" | cut -d, -f4)
ok "goes by another column" sh -c 'echo "AccountId=$0" >"Users/OrganizationId=$1/DisplayName=$2/delete"' "$who" "$org" "$name"
is "$(member)" 0 "as well"
ok "so do all" sh -c 'echo all >"Users/OrganizationId=$0/delete"' "$org"
is "$(cat "Users/OrganizationId=$org/count")" 0 "of them"
# customers cannot be read there, which is no reason not to remove one
c=Customers/ServiceDeskId=1
ok "a customer of a desk" sh -c 'echo "EmailAddress=kim@example.com DisplayName=Kim" >"$0/insert"' $c
is "$(jq -r '.[0].AccountId' $c/insert)" kim@example.com "has a user name"
customer() {
	calls '"method":"DELETE","path":"/rest/servicedeskapi/servicedesk/1/customer".*"status":204'
}
ok "leaves it" sh -c 'echo AccountId=kim@example.com >"$0/delete"' $c
is "$(jq -r '.[0].outcome' $c/delete) $(customer)" "applied 1" "by one call"
not_ok "all of them are not known" sh -c 'echo all >"$0/delete"' $c 2>/dev/null
like "$(jq -r '.[0].message' $c/delete)" "available on Jira Cloud only" "it says"
not_ok "nor who has that name" sh -c 'echo AccountId=kim@example.com >"$0/DisplayName=Kim/delete"' $c 2>/dev/null
is "$(customer)" 1 "nothing was sent"

cd /
done_testing
