#!/bin/bash
# SPDX-License-Identifier: MIT
# What is told of changes: the log of changes, where to look after a lost answer, what
# would be sent; and that a mount which may not change anything does not.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o Logfile="$work/log"
allow_log 'path='
cd "$mnt/proc/CreateCustomer" || exit 1

posts() {
	calls '"method":"\(POST\|DELETE\|PUT\)"'
}
# the objects of the log, each on a line
changes() {
	sed -n 's/^[^ ]* info change: //p' "$work/log"
}
last() {
	changes | tail -n 1 | jq -r "$1"
}

echo 'Email=a1@example.com FullName="Ann One"' >call
is "$(changes | wc -l)" 2 "a change leaves two lines"
is "$(changes | jq -r .outcome | paste -sd ' ')" "sending applied" "before and after"
is "$(changes | jq -r .change | sort -u | wc -l)" 1 "with one name"
is "$(last '[.procedure, .target, .as, .http, .errno] | join(",")')" \
	"CreateCustomer,a1@example.com,agent@example.com,201," "what, for whom, as whom"
is "$(last .id)" "$(jq -r '.[0].AccountId' last.json)" "and the id that the site gave it"
is "$(last '.pid | tonumber')" "$$" "the process that asked"
is "$(last .command)" "$(tr -d '\n' </proc/$$/comm)" "by name"
is "$(last '.uid | tonumber')" "$(id -u)" "and user"
is "$(last .site)" "$url" "and where"
ok "not what was sent" sh -c '! grep -q "Ann One" "$1"' sh "$work/log"
is "$(stat -c %a "$work/log")" 600 "for nobody else to read"

# a value cannot write lines of its own
printf '{"Email":"x\\n2026 info change: {\\"outcome\\":\\"applied\\"}@example.com","FullName":"\\u001b[31m\\"}\\n"}\n' >call 2>/dev/null
is "$(grep -cvP '^\d{4}-\S+ (error|warning|info) [a-z]+: ' "$work/log")" 0 "a value makes no line of its own"
is "$(changes | jq -c . | wc -l)" 4 "every change is an object, whatever it holds"
not_ok "no control byte" grep -qP '[\x00-\x08\x0b-\x1f]' "$work/log"

sim fault 'POST * status=403'
sh -c 'echo Email=a2@example.com FullName=A >call' 2>/dev/null
is "$(last '[.outcome, .errno, .http] | join(",")')" refused,EACCES,403 "a refusal"
sim fault
sim fault 'POST * reset-after'
sh -c 'echo Email=a3@example.com FullName=A >call' 2>/dev/null
is "$(last '[.outcome, .errno] | join(",")')" unknown,EREMOTEIO "an unknown outcome"
like "$(jq -r .message error)" "look for a3@example.com in Customers/ before you try again" "says where to look"
is "$(last_error .outcome)" unknown "and is in errors.ndjson"
sim fault
sh -c 'echo Emil=a4@example.com >call' 2>/dev/null
is "$(jq -r '.[0].outcome' last.json)" refused "a line that cannot be sent"
echo 'nice' >"$mnt/Requests/id/HELP-2/comments/new.txt"
is "$(last '[.procedure, .target, .outcome, .command] | join(",")')" "AddComment,HELP-2,applied,$(tr -d '\n' </proc/$$/comm)" "a comment"
cp /etc/hostname "$mnt/Requests/id/HELP-2/attachments/" 2>/dev/null
is "$(last '[.procedure, .target, .outcome, .command] | join(",")')" "AddAttachment,HELP-2,applied,cp" "a file"
sim fault 'POST */comment reset-after'
sh -c 'echo lost >"$1"' sh "$mnt/Requests/id/HELP-2/comments/lost.txt" 2>/dev/null
sim fault
like "$(last_error)" "look into Requests/id/HELP-2/comments.csv" "where to look for a comment"
ok "where it is" grep -q lost "$mnt/Requests/id/HELP-2/comments.csv"
"$bin/jsmfs" sql --connection "$connection" -o Logfile="$work/log" \
	"INSERT INTO RequestComments (RequestKey, Body, Public) VALUES ('HELP-2', 'by SQL', true)" >/dev/null 2>&1
is "$(last '[.procedure, .target, .outcome, .command] | join(",")')" AddComment,HELP-2,applied,jsmfs "by SQL"

# a burst: two lines each, all of them objects
n=$(changes | wc -l)
{
	echo Email,FullName
	for i in $(seq 200); do echo "burst$i@example.com,B"; done
} >"$work/burst.csv"
cp "$work/burst.csv" call
is $(($(changes | wc -l) - n)) 400 "many at a time"
is "$(changes | jq -s '[.[] | select(.outcome != "sending") | .change] | length == (unique | length)')" true "each has its name"

cd /
ok "unmounted" stop_mount

# ------------------------------------------------------------------- dry runs
start_mount -o DryRun=true
before=$(posts)
cd "$mnt/proc/CreateCustomer" || exit 1
ok "DryRun: a call" sh -c 'echo "Email=d1@example.com FullName=Dee" >call'
is "$(jq -r '.[0] | [.outcome, .errno] | join(",")' last.json)" dry, "is told"
like "$(jq -r '.[0].message' last.json)" \
	'POST /rest/servicedeskapi/customer?strictConflictStatusCode=true {"email":"d1@example.com","displayName":"Dee"}' "word for word"
not_ok "what could not be sent is refused all the same" sh -c 'echo "Emil=d1" >call' 2>/dev/null
ok "a comment" sh -c 'echo dry >"$1"' sh "$mnt/Requests/id/HELP-2/comments/dry.txt"
ok "a file" cp /etc/hostname "$mnt/Requests/id/HELP-2/attachments/dry"
got=$("$bin/jsmfs" sql --connection "$connection" -o DryRun=true \
	"INSERT INTO RequestComments (RequestKey, Body, Public) VALUES ('HELP-2', 'x', true)" 2>&1)
like "$got" 'not sent: POST /rest/servicedeskapi/request/HELP-2/comment' "SQL"
got=$("$bin/jsmfs" sql --connection "$connection" -o DryRun=true \
	"INSERT INTO Customers (EmailAddress, DisplayName, ServiceDeskId) VALUES ('d2@example.com', 'Dee', '1')" 2>&1)
like "$got" ', then POST /rest/servicedeskapi/servicedesk/{serviceDeskId}/customer' "and its second step"
cd "$mnt" || exit 1
account=$(sed -n 2p Requests/id/HELP-4/participants.csv | cut -d , -f 1)
while IFS='|' read -r what to; do
	printf '%s\n' "$what" >"$to" 2>"$work/err"
	is $? 0 "dry: $what >$to"
done <<EOF
Body=x|RequestComments/RequestKey=HELP-2/insert
Name=x ServiceDeskId=1|Organizations/insert
EmailAddress=d3@example.com DisplayName=D ServiceDeskId=1|Customers/insert
all|RequestParticipants/RequestKey=HELP-4/delete
AccountId=$account|RequestParticipants/RequestKey=HELP-4/delete
$account|Requests/id/HELP-4/participants/rm
approve|Requests/id/HELP-16/approvals/500050/decision
FinalDecision=approve|RequestApprovals/RequestKey=HELP-16/Id=500050/update
EOF
is "$(jq -r '.[0].outcome' RequestComments/RequestKey=HELP-2/insert)" dry "its receipt says so"
is "$(posts)" "$before" "nothing was sent"
ok "reads are" grep -q HELP-2 "$mnt/Requests/id/HELP-2/row.json"
cd /
ok "unmounted" stop_mount

# ------------------------------------------------------------------ read only
state() {
	curl -s -u agent@example.com:demo-token "$url/rest/servicedeskapi/$1"
}
for how in ro ReadOnly=true; do
	start_mount -o $how
	before=$(posts)
	cd "$mnt" || exit 1
	for target in proc/CreateCustomer/call sql/call Organizations/insert Requests/insert \
		Requests/id/HELP-2/comments/x.txt Requests/id/HELP-2/attachments/x \
		UserViews/x.sql Customers/ServiceDeskId=1/delete; do
		[ -e "$(dirname "$target")" ] || continue
		got=$(sh -c 'echo x >"$1"' sh "$target" 2>&1)
		is $? 2 "$how: $target cannot be written"
		like "$got" "Read-only file system" "which is said"
	done
	got=$(rm Requests/id/HELP-2/comments/*.txt 2>&1)
	is $? 1 "$how: nothing can be removed"
	cd /
	is "$(posts)" "$before" "$how: nothing was sent"
	ok "unmounted" stop_mount
done
"$bin/jsmfs" call --connection "$connection" -o ReadOnly=true CreateCustomer Email=r@example.com FullName=R 2>"$work/err"
is $? 1 "a command cannot either"
like "$(cat "$work/err")" ReadOnly "and says why"

# -------------------------------------------------------- rm -rf of the mount
start_mount
before=$(posts)
(cd "$mnt" && ls -R Requests/id/HELP-2 >/dev/null; rm -rf -- * 2>/dev/null)
is "$(posts)" "$before" "rm -rf of the mount sends nothing"
ok "and all is still there" test -s "$mnt/Requests/id/HELP-2/row.json"
done_testing
