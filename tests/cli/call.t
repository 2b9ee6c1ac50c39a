#!/bin/bash
# SPDX-License-Identifier: MIT
# jsmfs call: a procedure without a mount, and its exit status.
. "$(dirname "$0")/../fs/lib.sh"

start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token
jsmfs=$bin/jsmfs
cd "$work" || exit 1
call() {
	"$jsmfs" call "$@" 2>"$work/err"
}
posts() {
	calls '"method":"POST"'
}

got=$(call -f json CreateCustomer Email=k1@example.com FullName='Kay "One"')
is $? 0 "a call"
is "$(echo "$got" | jq -r '.[0] | "\(.EmailAddress) \(.DisplayName)"')" 'k1@example.com Kay "One"' "json"
is "$(call -f ndjson CreateCustomer Email=k2@example.com FullName=K | jq -r .EmailAddress)" k2@example.com "ndjson"
like "$(call -f tsv CreateCustomer Email=k3@example.com FullName=K | tail -n 1)" "$(printf '\tk3@example.com\t')" "tsv"
like "$(call -f table createcustomer email=k4@example.com fullname=K)" '-----' "table, and names in any case"
is "$(call CreateCustomer Email=k5@example.com FullName=K | head -n 1 | cut -d , -f 1-4)" \
	"Key,AccountId,Name,EmailAddress" "csv when it is no terminal"
is "$(call -f json CreateCustomer Email=k6@example.com FullName='a=b;c' | jq -r '.[0].DisplayName')" 'a=b;c' "an equals sign in a value"

# a file, by a path relative to here
echo hello >a.txt
id=$(call -f json AttachTemporaryFile Source=a.txt ServiceDeskId=1 | jq -r '.[0].TemporaryAttachmentId')
like "$id" temp "AttachTemporaryFile"
is "$(call AddAttachment RequestKey=HELP-2 AttachmentId="$id" | tail -n 1)" true "AddAttachment"
id=$(call -o ServiceDeskID=1 -f json AttachTemporaryFile Source=a.txt | jq -r '.[0].TemporaryAttachmentId')
like "$id" temp "the desk of the connection"
id=$(call -o ServiceDeskID=first -f json AttachTemporaryFile Source=./a.txt | jq -r '.[0].TemporaryAttachmentId')
like "$id" temp "or the first"

# no call at all
before=$(calls)
is "$(call CreateSchema TableName=requests FileName=r.rsd)" "$(printf 'Result\nSuccess')" "CreateSchema"
if command -v xmllint >/dev/null; then
	ok "is XML" xmllint --noout r.rsd
else
	ok "is closed" grep -q '</api:script>' r.rsd
fi
is "$(sed -n 's/.*<\(attr\|input\) name="\([^"]*\)".*/\2/p' r.rsd)" \
	"$("$jsmfs" schema Requests | sed '1,/^$/d' | cut -d ' ' -f 1)" "with every column"
is "$(stat -c %a r.rsd)" "$(printf %o $((0644 & ~$(umask))))" "and the umask's permissions"

is "$(env -u JSMFS_URL -u JSMFS_USER -u JSMFS_APITOKEN "$jsmfs" call CreateSchema TableName=Users FileName=u.rsd | tail -n 1)" \
	Success "which needs no site"
like "$(cat u.rsd)" 'title="Users"' "and writes"

# refused: 1, and why
call CreateCustomer Emil=a >out
is $? 1 "an unknown parameter is refused"
like "$(cat err)" "no parameter 'Emil'" "and named"
is "$(grep -c 'line 1' err)" 0 "there are no lines here"
is "$(cat out)" "" "nothing is printed"
call CreateCustomer
is $? 1 "no parameter at all is refused"
call AddAttachment RequestKey=HELP-2
is $? 1 "so is a missing one"
like "$(cat err)" AttachmentId "which is named"
call AddAttachment RequestKey=HELP-2 AttachmentId=x Public=maybe
is $? 1 "a value of another type"
call CreateCustomer Email=a@example.com "FullName=$(printf '\377')"
is $? 1 "what is no UTF-8"
call -o ReadOnly=true CreateCustomer Email=a@example.com FullName=A
is $? 1 "ReadOnly allows no call"
is "$(calls)" "$before" "nothing was sent"
call AddAttachment RequestKey=HELP-2 AttachmentId=nothing
is $? 1 "refused by the site"
like "$(cat err)" "nothing" "in its words"

# wrong usage: 2
call >out
is $? 2 "no procedure"
call Nothing
is $? 2 "an unknown one"
like "$(cat err)" "CreateSchema" "those there are are named"
call CreateCustomer Email
is $? 2 "no Name=Value"
call CreateCustomer Email=a EMAIL=b
is $? 2 "a parameter twice"
call -f xml CreateCustomer Email=a
is $? 2 "an unknown format"

# lost: 3, and sent once
sim fault 'POST * reset-after'
before=$(posts)
call CreateCustomer Email=l@example.com FullName=L >out
is $? 3 "a lost answer is told apart"
is $(($(posts) - before)) 1 "and was sent once"
is "$(cat out)" "" "without a result"
before=$(posts)
call AttachTemporaryFile Source=a.txt ServiceDeskId=1 >out
is $? 3 "for a file too"
is $(($(posts) - before)) 1 "once"
sim fault
sim fault 'POST * status=500'
call CreateCustomer Email=l@example.com FullName=L
is $? 3 "a server that fails may have done it"
sim fault

# ------------------------------------------------------------- calls of a file
customers() {
	echo Email,FullName
	for i in $(seq "$1"); do echo "$2$i@example.com,C"; done
}
customers 300 in >in.csv
before=$(posts)
call --input in.csv CreateCustomer >out.csv
is $? 0 "calls of a file"
is $(($(posts) - before)) 300 "are all made, once"
is "$(tail -n +2 out.csv | wc -l)" 300 "a receipt for each"
is "$(tail -n +2 out.csv | cut -d , -f 1 | paste -sd ' ')" "$(seq -s ' ' 2 301)" "by line, in order"
is "$(tail -n +2 out.csv | cut -d , -f 2 | sort -u)" applied "applied"
is "$(cat err)" "jsmfs: 300 applied" "and counted"
{ customers 3 in; echo x1@example.com,C; } | call -i - -f json CreateCustomer >out.json
is $? 1 "from standard input; those that exist are refused"
is "$(jq -r '[.[].outcome] | join(" ")' out.json)" "refused refused refused applied" "and the rest is made"
like "$(cat err)" "jsmfs: 3 refused" "counted"
sim fault 'POST */customer n=2 reset-after'
customers 3 un | call -i - CreateCustomer >out.csv
is $? 3 "one of which nobody knows"
sim fault
is "$(cut -d , -f 2 out.csv | grep -c unknown)" 1 "is told"
printf 'Nope=1\nEmail=y1@example.com FullName=Y\n' | call -i - CreateCustomer >out.csv
is $? 1 "a bad line"
is "$(cut -d , -f 1,2 out.csv | paste -sd ' ')" "line,outcome 1,refused 2,applied" "stops nothing"
before=$(posts)
call -i - CreateCustomer </dev/null >out.csv
is $? 0 "no input"
is "$(posts)" "$before" "no calls"
call -i in.csv CreateCustomer Email=a
is $? 2 "words as well make no sense"
call -i none.csv CreateCustomer
is $? 1 "no such file"
like "$(cat err)" "none.csv" "is said"
# nobody reads the receipts: nothing more is sent
sim latency 20
before=$(posts)
customers 2000 pipe | call -i - CreateCustomer | head -n 1 >/dev/null
ok "a reader that went away stops it" [ $(($(posts) - before)) -lt 1900 ]
# Ctrl-C
sim latency 300
before=$(posts)
customers 200 int >in.csv
(
	trap - INT
	exec "$jsmfs" call -i in.csv CreateCustomer >out.csv 2>err
) &
pid=$!
try sh -c '[ $(grep -c "\"method\":\"POST\"" "$1") -gt $2 ]' sh "$simlog" $((before + 4))
kill -INT $pid
wait $pid
status=$?
sim latency 0
is "$(tail -n +2 out.csv | wc -l)" 200 "interrupted: a receipt for each"
ok "most were not sent" [ "$(grep -c 'not sent' out.csv)" -gt 100 ]
is $status "$(grep -q ',unknown,' out.csv && echo 3 || echo 1)" "the exit status fits"
done_testing
