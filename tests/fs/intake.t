#!/bin/bash
# SPDX-License-Identifier: MIT
# What is put into the directory of a request goes to the site: all of it, once,
# and whoever wrote it is told when it did not.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o CacheTolerance=600
allow_log 'path="Requests/id/'
cd "$mnt/Requests/id/HELP-7" || exit 1
api=$url/rest/servicedeskapi/request/HELP-7
posts() {
	calls '"method":"POST"'
}
ask() { # PATH FILTER
	curl -s -u agent@example.com:demo-token "$api/$1" | jq -r "$2"
}
sent() { # how many times the site has a file of that name
	ask attachment?limit=100 '.values[].filename' | grep -cxF -- "$1"
}
sentence() {
	jq -r .message error
}
printf 'some\0bytes\r\n\xff' >"$work/a.bin"

# --- attachments
is "$(ls attachments)" internal "nothing is attached"
ok "cp" cp "$work/a.bin" attachments/
ok "the file is there, byte for byte" cmp "$work/a.bin" attachments/a.bin
is "$(ls attachments)" "$(printf 'a.bin\ninternal')" "and listed"
ok "it has the date of the site" [ "$(($(date +%s) - $(stat -c %Y attachments/a.bin)))" -lt 3600 ]
is "$(sent a.bin)" 1 "once"
is "$(ask 'comment?limit=100' '.values[-1].public')" true "in public"
ok "internal" cp "$work/a.bin" attachments/internal/secret.bin
is "$(ask 'comment?limit=100' '.values[-1].public')" false "which customers do not see"
ok "and shows among the others" cmp "$work/a.bin" attachments/secret.bin
not_ok "a second file of the name" cp "$work/a.bin" attachments/a.bin
like "$(sentence)" "a.bin is there already" "is refused with a sentence"
not_ok "nor can it be removed" rm -f attachments/a.bin
not_ok "nor all" rm -rf attachments
is "$(sent a.bin)" 1 "it stays"
ok "mode, owner and date can be set" sh -c 'chmod 600 attachments/a.bin && touch -d yesterday attachments/a.bin'

ok "an empty file" cp /dev/null attachments/empty
is "$(sent empty) $(stat -c %s attachments/empty)" "1 0" "is attached"
: >attachments/empty2
is "$(sent empty2)" 1 "by a shell as well, once"
before=$(posts)
{ echo 1; cat "$work/a.bin"; /bin/echo 3; } >attachments/several
ok "what several commands write" cmp attachments/several <(echo 1; cat "$work/a.bin"; echo 3)
is "$(($(posts) - before))" 2 "is one file"
(echo a; (echo b)) >attachments/nested
is "$(cat attachments/nested)" "$(printf 'a\nb')" "also from processes below"
exec 3>attachments/long
echo one >&3
cat >&3 <<<two
is "$(sent long)" 0 "nothing is sent while somebody can go on"
exec 3>&-
is "$(cat attachments/long)" "$(printf 'one\ntwo')" "and all of it then"
python3 - <<'PY'
import os
a = os.open("attachments/two", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
b = os.open("attachments/two", os.O_WRONLY | os.O_APPEND)
os.write(a, b"first ")
os.close(a)
os.write(b, b"second")
os.ftruncate(b, 12)
os.close(b)
c = os.open("attachments/seek", os.O_RDWR | os.O_CREAT)
os.pwrite(c, b"end", 3000000)
os.pwrite(c, b"start", 0)
assert os.pread(c, 5, 0) == b"start"
os.close(c)
PY
is "$(cat attachments/two)" "first second" "two descriptors are one file"
is "$(stat -c %s attachments/seek) $(tail -c 3 attachments/seek)" "3000003 end" "with holes, in any order"

before=$(posts)
sh -c 'exec >attachments/killed; echo half; kill -KILL $$' 2>/dev/null
# whose end waits for no file system
ok "a writer that was killed leaves nothing" try sh -c '! test -e attachments/killed'
is "$(posts)" "$before" "nothing was sent"
like "$(sentence)" "killed" "and the row tells of it"
rm -f attachments/gone
exec 3>attachments/gone
echo x >&3
ok "what is being written can be removed" rm attachments/gone
exec 3>&-
is "$(sent gone)" 0 "and is not sent"

for name in 'a b;c%.txt' 'Größe.txt' '-rf' '100%25' 'back\slash' 'end\' '%22'; do
	ok "the name $name" cp -- "$work/a.bin" "attachments/$name"
	is "$(sent "$name") $(cmp "$work/a.bin" "attachments/$name" && echo same)" "1 same" "is kept"
done
cp "$work/a.bin" "attachments/$(printf 'new\nline')"
cp "$work/a.bin" 'attachments/q"uote'
ok "a quote, as browsers send it" cmp "$work/a.bin" attachments/q%22uote
ok "a name that is none for the site" cmp "$work/a.bin" attachments/new%0Aline
not_ok "a name that is too long" cp "$work/a.bin" "attachments/$(printf '%0300d' 0)"

# --- saved under another name first
ok "a scratch name" sh -c 'echo x >attachments/.draft.txt'
is "$(posts) $(sent .draft.txt)" "$(posts) 0" "is not sent"
is "$(ls -A attachments | grep -c draft)" 1 "it is here"
ok "until it gets its real name" mv attachments/.draft.txt attachments/draft.txt
is "$(cat attachments/draft.txt) $(sent draft.txt)" "x 1" "then it is"
not_ok "it cannot take that of another" sh -c 'echo y >attachments/.other && mv -f attachments/.other attachments/draft.txt'
rm -f attachments/.other
is "$(sent draft.txt)" 1 "and does not"

# --- memory, and more than a buffer
head -c 60000000 /dev/urandom >"$work/large"
hwm() {
	awk '/VmHWM/ { print $2 }' "/proc/$daemon_pid/status"
}
grown=$(hwm)
ok "a large file" cp "$work/large" attachments/
grown=$(($(hwm) - grown))
ok "arrives" cmp "$work/large" attachments/large
case $bin in
*asan* | *tsan*) skip "in constant memory" "the sanitizer needs memory of its own" ;;
*) ok "in constant memory ($grown KiB)" [ $grown -lt 20480 ] ;;
esac

# --- the site refuses, or its answer is lost
refused() { # ERRNO FAULT WHAT
	sim fault "$2"
	cp "$work/a.bin" attachments/bad.bin 2>"$work/err"
	is "$? $(jq -r .errno error)" "1 $1" "$3 fails the cp as $1"
	sim fault
	not_ok "  and there is no such file" test -e attachments/bad.bin
}
refused EACCES 'POST */attachTemporaryFile status=403' "an upload that is not allowed"
refused EACCES 'POST */attachment status=403' "an attachment that is not allowed"
refused EFBIG 'POST */attachTemporaryFile status=413' "a file that is too large for the site"
refused EREMOTEIO 'POST */attachTemporaryFile status=500' "a site that fails"
like "$(sentence)" "nothing was attached" "which says that nothing was attached"
refused EBADMSG 'POST */attachTemporaryFile badjson' "an upload that is given no name"
is "$(jq -r .outcome error)" refused "of which nothing is left"
like "$(sentence)" "nothing was attached" "and which says so"
sim fault 'POST */attachment reset-after'
before=$(posts)
not_ok "a lost answer fails the cp" cp "$work/a.bin" attachments/lost.bin
sim fault
is "$(jq -r .outcome error)" unknown "its outcome is unknown"
is "$(($(posts) - before))" 2 "nothing was sent twice"
is "$(sent lost.bin)" "$(ls attachments | grep -cx lost.bin)" "a look tells"
ok "the next success" cp "$work/a.bin" attachments/good.bin
is "$(cat error)" "" "empties error"

# --- comments
count=$(ask 'comment?limit=100' .size)
comments() {
	echo $(($(ask 'comment?limit=100' .size) - count))
}
ok "a file in comments/" cp /dev/stdin comments/x.txt <<<'It works.'
is "$(comments) $(ask 'comment?limit=100' '.values[-1] | "\(.public) \(.body)"')" "1 true It works." "is a comment"
id=$(ask 'comment?limit=100' '.values[-1].id')
is "$(cat "comments/$id.txt")" "It works." "that is there by its id"
is "$(ls comments | grep -c "$id")" 1 "and listed"
is "$(tail -n 1 comments.csv | cut -d, -f1)" "$id" "comments.csv has it"
printf 'two\nlines' >comments/internal/y.md
is "$(comments) $(ask 'comment?limit=100' '.values[-1] | "\(.public) \(.body)"')" "$(printf '2 false two\nlines')" "an internal one"
ok "the same name again" sh -c 'echo again >comments/x.txt'
is "$(comments)" 3 "is another one"
: >comments/empty.txt
echo >comments/blank.txt
is "$(comments)" 3 "no text is no comment"
for bad in '\r\n' '\0' '\xff'; do
	printf "a${bad}b" >"$work/bad.txt"
	not_ok "$bad in a text is refused" cp "$work/bad.txt" comments/
done
head -c 40000 /dev/zero | tr '\0' x >"$work/bad.txt"
not_ok "a text that is too long" cp "$work/bad.txt" comments/
like "$(sentence)" 32767 "with the limit"
not_ok "another ending" cp "$work/a.bin" comments/
not_ok "a comment cannot be changed" sh -c 'echo more >>"comments/$0.txt"' "$id" 2>/dev/null
like "$(sentence)" "cannot be changed" "it says"
is "$(comments)" 3 "none of them was sent"

# --- participants
who=$(truth "SELECT AccountId FROM RequestParticipants WHERE RequestKey = 'HELP-6' LIMIT 1" | tail -n 1)
ok "a participant is added" sh -c 'echo "$0" >participants/add' "$who"
is "$(cut -d, -f1 participants.csv | tail -n 1)" "$who" "participants.csv has it"
is "$(ls participants | grep -cx "$who")" 1 "it has a directory"
is "$(cat "participants/$who/RequestKey")" HELP-7 "with its columns"
bash -c 'echo nobody >participants/add' 2>"$work/err"
is $? 1 "nobody cannot be added"
ok "which participants/error says" [ -s participants/error ]
ok "in words as well" sh -c 'echo "AccountId=$0" >participants/rm' "$who"
is "$(wc -l <participants.csv)" 1 "it is gone"
is "$(ls participants | grep -cx "$who")" 0 "also from the directory"
is "$(cat participants/error)" "" "and error is empty"

# --- transitions
t=$(ls transitions | grep -v error | head -n 1)
like "$t" "71-Reopen" "transitions are listed by number and name"
ok "one is performed" sh -c 'echo "Not yet." >"transitions/$0"' "$t"
is "$(cat CurrentStatus)" "Waiting for support" "the status is another"
is "$(ask 'comment?limit=100' '.values[-1].body')" "Not yet." "with a comment"
not_ok "other transitions are there now" test -e "transitions/$t"
before=$(ask 'comment?limit=100' .size)
ok "without a comment" sh -c 'echo >"transitions/$(ls transitions | grep solved)"'
is "$(cat CurrentStatus) $(ask 'comment?limit=100' .size)" "Solved $before" "it is solved"
not_ok "a name that is not right" test -e transitions/71-Cancel

# --- approvals
key=$(truth "SELECT r.RequestKey FROM Requests r JOIN RequestApprovals a USING (RequestId)
	WHERE a.FinalDecision = 'pending' AND a.CanAnswerApproval LIMIT 1" | tail -n 1)
cd "$mnt/Requests/id/$key" || exit 1
id=$(grep pending approvals.csv | head -n 1 | cut -d, -f1)
not_ok "neither yes nor no" sh -c 'echo maybe >"approvals/$0/decision"' "$id" 2>/dev/null
like "$(jq -r .message "approvals/$id/error")" decline "it says what is possible"
ok "approve" sh -c 'echo approve >"approvals/$0/decision"' "$id"
is "$(cat "approvals/$id/FinalDecision")" approved "is the decision"
bash -c 'echo decline >"approvals/$0/decision"' "$id" 2>"$work/err"
like "$(cat "$work/err")" busy "it cannot be answered again"

# --- files to upload only
cd "$mnt/proc/AttachTemporaryFile" || exit 1
allow_log 'path="proc/AttachTemporaryFile/call"'
is "$(ls -p | grep /)" upload/ "a directory to upload"
ok "what is copied there" cp "$work/a.bin" upload/1/a.bin
temp=$(jq -r '.[0].TemporaryAttachmentId' last.json)
like "$temp" temp "has a temporary ID"
is "$(jq -r '.[0].FileName' last.json)" a.bin "and its name"
ok "with which it is attached" sh -c 'echo "RequestKey=HELP-8 AttachmentId=$0" >../AddAttachment/call' "$temp"
ok "as it was" cmp "$work/a.bin" "$mnt/Requests/id/HELP-8/attachments/a.bin"
ok "the same name again" cp "$work/a.bin" upload/1/a.bin
not_ok "which desk, where there are several," cp "$work/a.bin" upload/b.bin
like "$(jq -r .message error)" ServiceDeskID "has to be said"
sim fault 'POST * status=413'
not_ok "a file that is too large" cp "$work/a.bin" upload/1/c.bin
is "$(jq -r '.[0].errno' last.json)" EFBIG "says so"
sim fault

# --- a mount that cannot be written to
cd /
stop_mount
start_mount -o ReadOnly=true
cd "$mnt/Requests/id/HELP-7" || exit 1
before=$(posts)
for name in attachments/x comments/x.txt comments/internal/x.txt participants/add; do
	sh -c ': >"$0"' "$name" 2>"$work/err"
	like "$(cat "$work/err")" "Read-only" "read only: $name"
done
is "$(posts)" "$before" "nothing was sent"

cd /
done_testing
