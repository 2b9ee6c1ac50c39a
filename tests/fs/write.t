#!/bin/bash
# SPDX-License-Identifier: MIT
# Procedures: a line written is a call made, a call refused is a write that fails.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt/proc/CreateCustomer" || exit 1
allow_log 'path="proc/CreateCustomer/call"'

posts() {
	calls '"method":"POST"'
}

ok "a line of words" sh -c 'echo "Email=a1@example.com FullName=\"Ann One\"" >call'
is "$(posts)" 1 "is one call"
is "$(jq -r '.[0].outcome' last.json)" applied "which was applied"
is "$(jq -r '.[0].EmailAddress' last.json)" a1@example.com "with its results"
is "$(head -n 1 last.csv | cut -d, -f1-4)" line,outcome,errno,message "last.csv has a header"
like "$(tail -n 1 last.csv)" a1@example.com "and the same row"
is "$(cat error)" "" "error is empty"
ok "a JSON object" sh -c 'echo "{\"Email\":\"a2@example.com\",\"FullName\":\"Ann Two\"}" >call'
ok "a pretty-printed one" sh -c 'printf "{\n  \"Email\": \"a3@example.com\",\n  \"FullName\": \"A\"\n}\n" >call'
ok "CSV under a header" sh -c 'printf "Email,FullName\na4@example.com,Ann\na5@example.com,Bea\n" >call'
is "$(posts)" 5 "five customers"
is "$(jq length last.json)" 2 "one row a call of the session"
ok "without a newline: at the close" sh -c 'printf "Email=a6@example.com FullName=A" >call'
is "$(posts)" 6 "was sent"
ok "append" sh -c 'echo "Email=a7@example.com FullName=A" >>call'
ok "tee" sh -c 'echo "Email=a8@example.com FullName=A" | tee call >/dev/null'
ok "dd" sh -c 'echo "Email=a9@example.com FullName=A" | dd of=call status=none'
echo "Email=a10@example.com FullName=A" >"$work/input"
ok "cp" cp "$work/input" call
echo "Email=a11@example.com FullName=A" >"$work/input"
ok "cat" sh -c 'cat "$1" >call' sh "$work/input"
before=$(posts)
ok "an empty write" sh -c ': >call'
ok "a blank line" sh -c 'echo >call'
ok "NUL bytes" sh -c 'head -c 4096 /dev/zero >call'
is "$(posts)" "$before" "do nothing"

for shell in sh bash; do
	$shell -c 'echo "Emailx=b@example.com" >call' 2>"$work/err"
	is $? 1 "$shell: echo fails when the call is refused"
	[ $shell = sh ] || # dash calls every failure of echo an I/O error
		like "$(cat "$work/err")" "Invalid argument" "with the errno in the message"
done
is "$(posts)" "$before" "nothing was sent"
like "$(jq -r .message error)" "Emailx" "error names the word"
is "$(jq -r '.[0].outcome' last.json)" refused "last.json says refused"
is "$(jq -r '.[0].errno' last.json)" EINVAL "and the errno"
sh -c 'printf "Emailx=1" >call' 2>/dev/null
ok "a refusal at the close leaves its word too" [ -s error ]
ok "a good call empties error" sh -c 'echo "Email=c1@example.com FullName=A" >call && ! [ -s error ]'

# several lines in one write: all run, the first refusal is the errno
before=$(posts)
printf 'Email=d1@example.com FullName=A\nNope=1\nEmail=d2@example.com FullName=A\n' >"$work/input"
dd if="$work/input" of=call bs=64k status=none 2>/dev/null
is $? 1 "one bad line fails the write"
is $(($(posts) - before)) 2 "the good ones were sent"
is "$(jq -r '[.[].outcome] | join(" ")' last.json)" "applied refused applied" "each has its outcome"

# the server refuses
sim fault 'POST * status=400'
sh -c 'echo "Email=e@example.com FullName=A" >call' 2>"$work/err"
is $? 1 "a refusal of the server fails the write"
is "$(jq -r .http error)" 400 "with the status in error"
sim fault
sim fault 'POST * reset-after'
before=$(posts)
sh -c 'echo "Email=f@example.com FullName=A" >call' 2>"$work/err"
is $? 1 "a lost answer fails the write"
is "$(jq -r '.[0].outcome' last.json)" unknown "its outcome is unknown"
is $(($(posts) - before)) 1 "and it was sent once"
sim fault

# reading
like "$(cat call)" "Email=" "cat call teaches"
got=$(python3 -c '
import os
fd = os.open("call", os.O_RDWR)
os.write(fd, b"Email=g@example.com FullName=A\n")
print(os.read(fd, 100000).decode(), end="")
os.close(fd)')
is "$got" "$(cat last.json)" "reading on the same descriptor gives the result"

# two writers never mix their lines
python3 - <<'PY'
import os
a = os.open("call", os.O_WRONLY); b = os.open("call", os.O_WRONLY)
os.write(a, b"Email=h1@exam"); os.write(b, b"Email=h2@exam")
os.write(a, b"ple.com FullName=A\n"); os.write(b, b"ple.com FullName=B\n")
os.close(a); os.close(b)
PY
is $? 0 "two half lines at a time"

# own writes are visible at once
cd "$mnt/Customers" || exit 1
where=ServiceDeskId=1
if cat $where/rows.csv >"$work/before" 2>/dev/null; then
	ino=$(stat -c %i $where/rows.csv)
	is "$(stat -c %i $where/rows.csv)" "$ino" "a fresh result keeps its inode"
	echo "Email=z@example.com FullName=Zoe" >"$mnt/proc/CreateCustomer/call"
	not_ok "after a write that touches it the inode is another" \
		[ "$(stat -c %i $where/rows.csv)" = "$ino" ]
	ok "and it can be copied" cp $where/rows.csv "$work/after"
fi

cd /
done_testing
