#!/bin/bash
# SPDX-License-Identifier: MIT
# id/<key>/ is one row: its names, its sizes, its calls.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt/Requests/id" || exit 1

is "$(ls)" "" "nothing is listed before a row went by"
before=$(calls)
ok "a well-formed key resolves" test -d HELP-42
is "$(calls)" $((before + 1)) "with one call"
is "$(cat HELP-42/RequestKey)" HELP-42 "a column is a file with its value"
is "$(jq -r .RequestKey HELP-42/row.json)" HELP-42 "row.json is an object"
is "$(calls)" $((before + 1)) "the columns come with the row"
files='row.json error comments.csv participants.csv approvals.csv transitions.csv sla.csv status.csv'
is "$(ls -p HELP-42 | grep -v / | sort)" \
	"$( (tr ' ' '\n' <<<"$files"; head -n 1 ../rows.csv | tr ',' '\n') | sort)" \
	"every column that rows.csv has, row.json, error, and what belongs to the request"
is "$(cd HELP-42 && for f in *; do [ -d "$f" ] || { : <"$f"; stat -c %s "$f"; }; done)" \
	"$(cd HELP-42 && for f in *; do [ -d "$f" ] || cat "$f" | wc -c; done)" \
	"sizes are exact"
id=$(cat HELP-42/RequestId)
is "$(cat "$id/RequestKey")" HELP-42 "the other kind of key leads to the same row"
like "$(ls)" "HELP-42" "a row that went by is listed"

before=$(calls)
for n in nonsense help-42 HELP-x HELP- -42 .git HEAD package.json 1x "HELP-42 " HELP-42=1; do
	[ -e "./$n" ] && note "$n exists"
done
is "$(calls)" "$before" "names of a wrong form are unknown without a call"
not_ok "a key that does not exist" test -e NOPE-7
is "$(calls)" $((before + 1)) "takes one call"
not_ok "and asked again" test -e NOPE-7
not_ok "and again" test -e NOPE-7
is "$(calls)" $((before + 1)) "none"
is "$(stat NOPE-7 2>&1 | grep -c 'No such file')" 1 "it is ENOENT"

# a value that is NULL is an empty file, one that is not ends in a newline
null=$(truth "SELECT RequestKey FROM Requests WHERE ReporterEmail IS NULL LIMIT 1" | tail -n 1)
is "$(cat "$null/ReporterEmail" | wc -c)" 0 "NULL is an empty file"
is "$(tail -c 1 "$null/RequestKey" | od -An -c | tr -d ' ')" '\n' "a value ends in a newline"
not_ok "what is only a parameter is no file" test -e HELP-42/RequestStatus

# several columns as the key
cd ../../RequestComments || exit 1
comment=$(tail -n 1 RequestKey=HELP-42/_select=Id/rows.csv)
is "$(cat "id/HELP-42,$comment/Id")" "$comment" "a key of two columns"
before=$(calls)
not_ok "half a key is none" test -e id/HELP-42
not_ok "nor are three parts" test -e "id/HELP-42,$comment,1"
is "$(calls)" "$before" "both without a call"

cd /
done_testing
