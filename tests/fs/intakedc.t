#!/bin/bash
# SPDX-License-Identifier: MIT
# What is written in a request's directory, on Data Center: other bodies, user names in
# place of account IDs.
. "$(dirname "$0")/lib.sh"

start_sim --flavour datacenter --context /jira
url=$url/jira
connection="URL=$url;AuthScheme=Basic;User=agent;Password=demo-password"
start_mount -o CacheTolerance=600
allow_log 'path="Requests/id/'
cd "$mnt/Requests/id/HELP-7" || exit 1
api=$url/rest/servicedeskapi/request/HELP-7
ask() { # PATH FILTER
	curl -s -u agent:demo-password "$api/$1" | jq -r "$2"
}
posts() {
	calls '"method":"POST"'
}
printf 'some\0bytes\r\n\xff' >"$work/a.bin"

# attachments
before=$(posts)
ok "a file" cp "$work/a.bin" attachments/
is $(($(posts) - before)) 2 "is uploaded and attached, each once"
ok "it is there, byte for byte" cmp "$work/a.bin" attachments/a.bin
is "$(ask 'attachment?limit=100' '.values[].filename' | grep -cx a.bin)" 1 "once"
is "$(ask 'comment?limit=100' '.values[-1].public')" true "in public"
ok "internal" cp "$work/a.bin" attachments/internal/secret.bin
is "$(ask 'comment?limit=100' '.values[-1].public')" false "which customers do not see"
ok "and shows among the others" cmp "$work/a.bin" attachments/secret.bin
not_ok "a second file of the name" cp "$work/a.bin" attachments/a.bin 2>/dev/null
ok "a file to upload alone" cp "$work/a.bin" "$mnt/proc/AttachTemporaryFile/upload/1/b.bin"
temp=$(jq -r '.[0].TemporaryAttachmentId' "$mnt/proc/AttachTemporaryFile/last.json")
ok "is attached by its temporary ID" sh -c 'echo "RequestKey=HELP-8 AttachmentId=$0" >"$1/proc/AddAttachment/call"' "$temp" "$mnt"
ok "as it was" cmp "$work/a.bin" "$mnt/Requests/id/HELP-8/attachments/b.bin"

# comments
echo 'It works.' >comments/x.txt
is "$? $(ask 'comment?limit=100' '.values[-1] | "\(.public) \(.body)"')" "0 true It works." "a comment"
id=$(ask 'comment?limit=100' '.values[-1].id')
is "$(cat "comments/$id.txt")" "It works." "that is there by its id"
printf 'two\nlines' >comments/internal/y.md
is "$? $(ask 'comment?limit=100' '.values[-1] | "\(.public) \(.body)"')" "$(printf '0 false two\nlines')" "an internal one"

# participants
who=$(truth "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-6' LIMIT 1" | tail -n 1)
not_ok "who is called by a user name" grep -q JIRAUSER <<<"$who"
ok "is added" sh -c 'echo "$0" >participants/add' "$who"
is "$(cut -d, -f1 participants.csv | tail -n 1)" "$who" "participants.csv has it"
is "$(ask participant '.values[-1].name')" "$who" "and so has the site"
is "$(ls participants | grep -cx "$who")" 1 "it has a directory"
is "$(cat "participants/$who/RequestKey")" HELP-7 "with its columns"
bash -c 'echo nobody.at.all >participants/add' 2>"$work/err"
is $? 1 "nobody cannot be added"
ok "which participants/error says" [ -s participants/error ]
ok "and is removed" sh -c 'echo "$0" >participants/rm' "$who"
is "$(wc -l <participants.csv) $(ask participant .size)" "1 0" "it is gone"
is "$(ls participants | grep -cx "$who")" 0 "also from the directory"
ok "under the name of the column" sh -c 'echo "AccountId=$0" >participants/add' "$who"
is "$(ask participant '.values[-1].name')" "$who" "as well"

# transitions
t=$(ls transitions | grep -m 1 '^[0-9]')
was=$(cat CurrentStatus)
ok "a transition: $t" sh -c 'echo "Not yet." >"transitions/$0"' "$t"
not_ok "changes the status" test "$(cat CurrentStatus)" = "$was"
is "$(ask 'comment?limit=100' '.values[-1].body')" "Not yet." "with a comment"
was=$(cat CurrentStatus)
t=$(ls transitions | grep -m 1 '^[0-9]')
ok "another without one: $t" sh -c 'echo >"transitions/$0"' "$t"
not_ok "changes it again" test "$(cat CurrentStatus)" = "$was"

# approvals
key=$(truth "SELECT r.RequestKey FROM Requests r JOIN RequestApprovals a USING (RequestId)
	WHERE a.FinalDecision = 'pending' AND a.CanAnswerApproval LIMIT 1" | tail -n 1)
cd "$mnt/Requests/id/$key" || exit 1
id=$(grep pending approvals.csv | head -n 1 | cut -d, -f1)
ok "an approval is declined" sh -c 'echo decline >"approvals/$0/decision"' "$id"
is "$(cat "approvals/$id/FinalDecision")" declined "is the decision"
bash -c 'echo approve >"approvals/$0/decision"' "$id" 2>"$work/err"
is $? 1 "it cannot be answered again"

cd /
done_testing
