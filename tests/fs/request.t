#!/bin/bash
# SPDX-License-Identifier: MIT
# What belongs to a request stands in its directory: comments, participants,
# approvals, service levels, and what was attached.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o CacheTolerance=600
cd "$mnt/Requests/id" || exit 1

# --- files of rows: the very query that could be written as a path
for pair in comments:RequestComments participants:RequestParticipants \
	approvals:RequestApprovals transitions:CustomerTransitions sla:RequestSLACycles \
	status:RequestStatusChangelog; do
	file=HELP-6/${pair%:*}.csv
	cat "$file" >"$work/got"
	before=$(calls)
	ok "$file is ${pair#*:} of the request" \
		same "$work/got" "$mnt/${pair#*:}/RequestKey=HELP-6/rows.csv"
	is "$(calls)" "$before" "which brings no call of its own"
	is "$(stat -c %s "$file")" "$(wc -c <"$work/got")" "and it has its size"
done
is "$(head -n 1 HELP-6/participants.csv)" \
	"AccountId,RequestId,RequestKey,EmailAddress,DisplayName,Active,TimeZone" \
	"with all columns of the table"
ok "HELP-6 has participants" [ "$(wc -l <HELP-6/participants.csv)" -gt 1 ]
id=$(cat HELP-6/RequestId)
ok "the other kind of key leads to the same rows" same "$id/sla.csv" HELP-6/sla.csv

# --- comments, each a file
before=$(calls)
is "$(ls -p HELP-3/comments | grep -cv /)" 130 "each comment is a file, also before one was read"
ok "for the call that looks the request up, and those that read them" [ "$(calls)" -le $((before + 4)) ]
before=$(calls)
is "$(ls -p HELP-3/comments | grep -cv /) $(calls)" "130 $before" "once"
cat HELP-3/comments.csv >"$work/comments.csv"
truth --format json "SELECT Id, Body, CreatedAt FROM RequestComments WHERE RequestKey='HELP-3'" \
	>"$work/comments.json"
is "$(ls -p HELP-3/comments | grep -v / | sort)" "$(jq -r '.[].Id + ".txt"' "$work/comments.json" | sort)" \
	"by its id"
cat HELP-3/comments/*.txt >/dev/null
mkdir "$work/comments"
before=$(calls)
cp -a HELP-3/comments/. "$work/comments/" || note "cp failed"
is "$(calls)" "$before" "to read one is to have read them all"
bad=0
while IFS=$'\t' read -r id at; do
	jq -r --arg id "$id" '.[] | select(.Id == $id) | .Body' "$work/comments.json" |
		cmp - "$work/comments/$id.txt" || bad=$((bad + 1))
	[ "$(date -d "$at" +%s)" = "$(stat -c %Y "HELP-3/comments/$id.txt")" ] || bad=$((bad + 1))
done < <(jq -r '.[] | .Id + "\t" + .CreatedAt' "$work/comments.json")
is "$bad" 0 "each holds the text and a newline, and has its date"
first=$(jq -r '.[0].Id' "$work/comments.json")
mkdir -p "$work/two" && cp -p "HELP-3/comments/$first.txt" "$work/two/"
ok "tar of them" sh -c "tar cf '$work/c.tar' -C HELP-3 comments"
is "$(tar tf "$work/c.tar" | wc -l)" 132 "takes all"

other=$(truth "SELECT Id FROM RequestComments WHERE RequestKey='HELP-5' LIMIT 1" | tail -n 1)
before=$(calls)
ok "a well-formed id resolves before anything was read" test -f "HELP-5/comments/$other.txt"
ok "with few calls" [ "$(calls)" -le $((before + 3)) ]
before=$(calls)
not_ok "an id that is not there" test -e HELP-5/comments/1.txt
not_ok "nor that of a comment on another request" test -e "HELP-5/comments/$first.txt"
for n in x.txt 1x.txt .txt "$other" "$other.md" .git ..txt; do
	[ -e "HELP-5/comments/$n" ] && note "$n exists"
done
is "$(calls)" "$before" "and names of a wrong form need no call"

# --- approvals, each a directory
with=$(truth "SELECT RequestKey FROM RequestApprovals LIMIT 1" | tail -n 1)
[ -n "$with" ] || with=$(truth "SELECT r.RequestKey FROM Requests r JOIN RequestApprovals USING (RequestId) LIMIT 1" | tail -n 1)
cat "$with/approvals.csv" >/dev/null
is "$(ls "$with/approvals" | wc -l)" "$(($(cat "$with/approvals.csv" | wc -l) - 1))" "approvals are listed"
one=$(ls "$with/approvals" | head -n 1)
is "$(cat "$with/approvals/$one/Id")" "$one" "and show a file a column"
is "$(cat "$with/approvals/$one/RequestKey")" "$with" "of that request"
ok "the name is not empty" [ -s "$with/approvals/$one/Name" ]
not_ok "an approval that is not there" test -e "$with/approvals/1"

# --- attachments, the real files
user=agent@example.com:demo-token
sd=$url/rest/servicedeskapi
before=$(calls)
is "$(ls -p HELP-4/attachments | grep -cv /)" 5 "attachments are listed at the first look"
is "$(calls "request/HELP-4/attachment")" 1 "with one call"
stat HELP-4/attachments/* >"$work/stat"
ls -lR HELP-4/attachments >/dev/null
is "$(calls)" $((before + 2)) "sizes and dates need no other"
curl -s -u "$user" "$sd/request/HELP-4/attachment" >"$work/list.json"
bad=0
while IFS=$'\t' read -r content name size ms; do
	file=HELP-4/attachments/$name
	curl -s -u "$user" "$content" | cmp - "$file" || bad=$((bad + 1))
	is "$(stat -c '%s %Y' "$file")" "$size $((ms / 1000))" "size and date of $name"
done < <(jq -r '.values[] | [._links.content, .filename, .size, .created.epochMillis] | @tsv' \
	"$work/list.json")
is "$bad" 0 "every byte is what the site has"
ok "rsync takes them" rsync -a "HELP-4/attachments/" "$work/rsync/"
is "$(rsync -ai "HELP-4/attachments/" "$work/rsync/")" "" "and has nothing to do the second time"
ok "so does tar" sh -c "tar cf - -C HELP-4 attachments | tar df - -C HELP-4"
not_ok "a name that is not there" test -e HELP-4/attachments/nope.txt

before=$(calls)
find . -type f >"$work/found"
ls -lR . >/dev/null
is "$(calls)" "$before" "who walks through id/ causes no call"
is "$(grep -c attachments/ "$work/found")" 5 "and is shown what was learned"
ok "who begins at the request gets it all" cp -r HELP-3 "$work/copy"
is "$(ls "$work/copy/attachments" | wc -l)" "$(ls HELP-3/attachments | wc -l)" "with its attachments"

# attach FILE NAME...: as another client would, to HELP-7
attach() {
	from=$1
	shift
	for name; do
		curl -s -u "$user" -H 'X-Atlassian-Token: no-check' -F "file=@$from;filename=\"$name\"" \
			"$sd/servicedesk/$(cat HELP-7/ServiceDeskId)/attachTemporaryFile" |
			jq '{public: true, temporaryAttachmentIds: [.temporaryAttachments[].temporaryAttachmentId]}' |
			curl -s -o /dev/null -u "$user" -H 'Content-Type: application/json' -d @- \
				"$sd/request/HELP-7/attachment"
	done
}
ls HELP-7/attachments >"$work/had"
stop_mount
head -c 40000000 /dev/urandom >"$work/large"
: >"$work/empty"
cd /
start_mount -o CacheTolerance=0
cd "$mnt/Requests/id" || exit 1
attach "$work/large" large.bin
attach "$work/empty" empty.txt
echo "some text" >"$work/text"
attach "$work/text" twice.txt twice.txt '..' 'a b;c%.txt'
cd HELP-7/attachments || exit 1
is "$(ls | grep -c -- '^[0-9]*-twice\.txt$')" 2 "two of one name are told apart by their ids"
ok "and can be read" same "$(ls | grep -m 1 twice)" "$work/text"
is "$(ls -A | grep -c '^%2E\.$')" 1 "a name that means something else is written another way"
is "$(cat empty.txt | wc -c)" 0 "an empty file"
is "$(stat -c %s large.bin)" 40000000 "a large file has its size before it is opened"
ok "a block in the middle" cmp <(dd if=large.bin bs=1000 skip=12345 count=70 2>/dev/null) \
	<(dd if="$work/large" bs=1000 skip=12345 count=70 2>/dev/null)
before=$(calls)
ok "the end" cmp <(tail -c 100 large.bin) <(tail -c 100 "$work/large")
ok "with few calls" [ "$(calls)" -le $((before + 3)) ]
ok "across two blocks" cmp <(tail -c +1048570 large.bin | head -c 20) \
	<(tail -c +1048570 "$work/large" | head -c 20)
ok "all of it" cmp large.bin "$work/large"
ok "by two at once" sh -c "cmp large.bin '$work/large' & cmp large.bin '$work/large' && wait \$!"
ok "mapped into memory" python3 -c '
import mmap, sys
a, b = open("large.bin", "rb"), open(sys.argv[1], "rb")
m = mmap.mmap(a.fileno(), 0, prot=mmap.PROT_READ)
sys.exit(m[:] != b.read())' "$work/large"
memory=$(awk '/VmHWM/ { print $2 }' "/proc/$daemon_pid/status")
case $bin in
*asan* | *tsan*) skip "little memory is used" "a sanitizer needs its own" ;;
*) ok "little memory is used ($memory kB)" [ "$memory" -lt 150000 ] ;;
esac

# --- failures
cd "$mnt/Requests/id" || exit 1
sim fault 'GET /rest/api/3/attachment/content/* status=403'
small=$(find HELP-4/attachments -name '*.txt' | head -n 1)
ok "customers read them by the other door" cmp "$small" "$work/rsync/${small##*/}"
sim reset
allow_log 'errno=EACCES http=403'
sim fault 'GET /rest/servicedeskapi/request/*/attachment status=403'
ls HELP-5/attachments 2>"$work/err"
is "$(grep -c 'Permission denied' "$work/err")" 1 "a list that is refused is an error, not empty"
like "$(last_error .path)" "HELP-5" "which names the place"
sim reset

cd /
done_testing
