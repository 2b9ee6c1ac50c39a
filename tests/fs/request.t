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
is "$(ls HELP-3/comments)" "" "no comment is listed before they were read"
is "$(calls)" $((before + 1)) "only the request itself was looked up"
cat HELP-3/comments.csv >"$work/comments.csv"
is "$(ls HELP-3/comments | wc -l)" 130 "each comment is a file once they were"
truth --format json "SELECT Id, Body, CreatedAt FROM RequestComments WHERE RequestKey='HELP-3'" \
	>"$work/comments.json"
is "$(ls HELP-3/comments | sort)" "$(jq -r '.[].Id + ".txt"' "$work/comments.json" | sort)" \
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
is "$(tar tf "$work/c.tar" | wc -l)" 131 "takes all"

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

cd /
done_testing
