#!/bin/bash
# SPDX-License-Identifier: MIT
# insert, update and delete of tables: what the directory's query adds to a line, what
# it refuses, what is told afterwards.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt" || exit 1
writes() {
	calls '"method":"\(POST\|DELETE\|PUT\)"'
}
# put TEXT FILE: in one write, as echo does
put() {
	{ printf '%s\n' "$1" >"$2"; } 2>>"$work/put" || { echo "  $2: $1" >>"$work/put" && false; }
}
last() {
	jq -r "$2" "$1"
}

allow_log 'path="(RequestParticipants|RequestApprovals)/'

# where they are
begun=$(calls)
here=RequestParticipants/RequestKey=HELP-2
ok "insert in a table that can be written" test -f RequestComments/insert
not_ok "no delete without a filter" test -e RequestParticipants/delete
not_ok "nor with directives alone" test -e RequestParticipants/_limit=5/delete
ok "delete in a filtered directory" test -f $here/delete
not_ok "no update where nothing can be changed" test -e $here/update
ok "update where something can" test -f RequestApprovals/RequestKey=HELP-2/update
not_ok "nothing in a table that cannot be written" test -e ServiceDesks/insert
is "$(ls $here | grep -c '^\(insert\|delete\)$')" 2 "they are listed"
is "$(cat $here/insert)" "[]" "nothing was done yet"
is "$(calls)" "$begun" "none of which makes a call"

# insert: the query's values are those of the line
f=RequestComments/RequestKey=HELP-2/insert
put 'Body="one two" Public=no' $f
is $? 0 "a comment"
is "$(last $f '.[0] | "\(.outcome) \(.RequestKey) \(.Public)"')" "applied HELP-2 false" "insert tells everyone what came of it"
id=$(last $f '.[0].Id')
is "$(cat "Requests/id/HELP-2/comments/$id.txt")" "one two" "it is there"
is "$(sed -n 2p sys/sys_identity/rows.csv | cut -d , -f 1,3,4)" "$id,INSERTED,SUCCESS" "sys_identity knows it"
put "$(printf 'Body,Public\n"a, b",true\nc,')" $f
is "$(last $f 'map(.outcome) | join(",")')" applied,applied "CSV"
put '[{"Body":"j1"},
 {"Body":"j2", "Public":false}]' $f
is "$(last $f 'map(.Public | tostring) | join(",")')" true,false "JSON"
put 'RequestKey=HELP-3 Body=other' RequestComments/insert
is "$(last RequestComments/insert '.[0].RequestKey')" HELP-3 "in the table itself a line says all"
put 'RequestKey=HELP-3 Body=other' $f
is "$(last $f '.[0].RequestKey')" HELP-3 "and elsewhere it may say otherwise"
exec 3<>$f
echo 'Body=same' >&3
is "$(jq -r '.[0].outcome' <&3)" applied "the same descriptor gives the result"
exec 3>&-

# delete: one row a line, which the query has to select
acc=$(sed -n 2p $here/rows.csv | cut -d , -f 1)
put "AccountId=$acc" $here/delete
is "$(cat $here/count)" 0 "a participant goes"
is "$(last $here/delete '.[0] | "\(.outcome) \(.AccountId)"')" "applied $acc" "which is told"
put "AccountId=$acc" $here/insert
is "$(cat $here/count)" 1 "and comes back"
before=$(writes)
put "AccountId=$acc RequestKey=HELP-3" $here/delete
is $? 1 "another request than that of the directory"
like "$(jq -r .message $here/error)" "RequestKey is HELP-2 here" "is refused"
put "AccountId=$acc" "$here/DisplayName=Nobody/delete"
is $? 1 "a row that the filter does not select"
like "$(last $here/DisplayName=Nobody/delete '.[0].message')" "no such row in" "is refused"
put "RequestKey=HELP-2" $here/delete
is $? 1 "a line that names no row"
like "$(last $here/delete '.[0].message')" "missing: AccountId, or the word all" "is refused"
put "all AccountId=$acc" $here/delete
is $? 1 "all and a row"
put "all=yes AccountId=$acc" $here/delete
is $? 1 "in either form"
put "everything" $here/delete
is $? 1 "another word"
put all $here/_limit=1/delete
is $? 1 "a limit says nothing of rows"
: >$here/delete
printf '\n\n' >$here/delete
is "$(writes)" "$before" "none of that sends anything"
put 'AccountId=nobody' $here/delete
is "$? $(last $here/delete '.[0].outcome')" "1 refused" "a row that is not there is the site's to refuse"

name=$(sed -n 2p $here/_select=DisplayName/rows.csv)
put "AccountId=$acc" "$here/DisplayName=$name/delete"
is "$? $(cat $here/count)" "0 0" "a filter that has to be looked at"
put "AccountId=$acc" $here/insert
put all $here/delete
is "$? $(last $here/delete length) $(cat $here/count)" "0 1 0" "all rows of the directory"
put all $here/delete
is $? 0 "there may be none"

# update
dir=$(tail -n +2 'RequestApprovals/FinalDecision=pending/CanAnswerApproval=true/_select=RequestKey,Id/rows.csv' | head -n 1)
key=${dir%,*}
id=${dir#*,}
put "Id=$id FinalDecision=perhaps" "RequestApprovals/RequestKey=$key/update"
is $? 1 "a decision that is none"
put "FinalDecision=approve" "RequestApprovals/RequestKey=$key/update"
is $? 1 "no approval"
like "$(last "RequestApprovals/RequestKey=$key/update" '.[0].message')" "missing: Id" "is refused"
put "FinalDecision=approve" "RequestApprovals/RequestKey=$key/Id=$id/FinalDecision=pending/update"
is $? 0 "an approval is answered"
is "$(cat "RequestApprovals/id/$key,$id/FinalDecision")" approved "and shows it"
put "FinalDecision=decline" "RequestApprovals/RequestKey=$key/Id=$id/FinalDecision=pending/update"
is "$? $(jq -r .errno "RequestApprovals/RequestKey=$key/Id=$id/FinalDecision=pending/error")" "1 ENOENT" "no row is pending any more"
put "FinalDecision=decline" "RequestApprovals/RequestKey=$key/Id=$id/update"
is "$? $(jq -r .errno "RequestApprovals/RequestKey=$key/Id=$id/error")" "1 EBUSY" "nor can it be answered again"

# organizations: members come and go
put 'Name=Acme' Organizations/insert
org=$(last Organizations/insert '.[0].Id')
put "AccountId=$acc" "Users/OrganizationId=$org/insert"
is "$(cat "Users/OrganizationId=$org/count")" 1 "a member"
put all "Users/OrganizationId=$org/delete"
is "$(cat "Users/OrganizationId=$org/count")" 0 "goes"
put "ServiceDeskId=2 Id=$org" Organizations/insert
is "$(cat "Organizations/ServiceDeskId=2/Id=$org/count")" 1 "a desk gets it"
put all "Organizations/ServiceDeskId=2/Id=$org/delete"
is "$(cat "Organizations/ServiceDeskId=2/Id=$org/count") $(cat "Organizations/id/$org/Name")" "0 Acme" "and loses it"
put "Id=$org" "Organizations/Name=Acme/delete"
is "$? $(cat "Organizations/id/$org/Name" 2>/dev/null)" "0 " "then it is deleted"

# customers
put 'EmailAddress=kim@example.com DisplayName=Kim' Customers/ServiceDeskId=1/insert
cust=$(last Customers/ServiceDeskId=1/insert '.[0].AccountId')
is "$(cat "Customers/id/1,$cust/DisplayName")" Kim "a customer"
put "AccountId=$cust" Customers/ServiceDeskId=1/delete
is $? 0 "leaves the desk"
not_ok "and is no customer there" cat "Customers/id/1,$cust/DisplayName" 2>/dev/null

# transitions
f=CustomerTransitions/RequestKey=HELP-3
t=$(sed -n 2p "$f/_select=Id/rows.csv")
was=$(cat Requests/id/HELP-3/CurrentStatus)
put "Id=$t Comment='so be it'" "$f/insert"
is $? 0 "a transition"
not_ok "changes the status" test "$(cat Requests/id/HELP-3/CurrentStatus)" = "$was"

# a tree that is deleted deletes nothing
before=$(writes)
rm -rf "$mnt"/* 2>/dev/null
not_ok "rm -rf fails" rm -rf "$mnt"/Users 2>/dev/null
rm -rf RequestParticipants/RequestKey=HELP-3 2>/dev/null
: >Users/insert
is "$(writes)" "$before" "and sends nothing"
cd "$work" || exit 1
stop_mount
start_mount -o ro
ok "a mount that is read only has them" test -f "$mnt/Users/insert"
not_ok "and they cannot be written" put "Name=x" "$mnt/Organizations/insert" 2>/dev/null
is "$(writes)" "$before" "at all"

# what the shell said of each write that failed, wanted or not
[ $n_failed -eq 0 ] || note "$(cat "$work/put")"
done_testing
