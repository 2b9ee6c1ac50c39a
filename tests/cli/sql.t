#!/bin/bash
# SPDX-License-Identifier: MIT
# jsmfs sql, plan and schema: the engine without a mount.
. "$(dirname "$0")/../fs/lib.sh"

start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token
jsmfs=$bin/jsmfs
sql() {
	"$jsmfs" sql "$@" 2>"$work/err"
}

is "$(sql -f csv 'SELECT Id, ProjectKey FROM ServiceDesks')" "$(printf 'Id,ProjectKey\n1,HELP\n2,HR\n3,FAC')" "csv"
is "$(sql -f tsv 'SELECT Id, NULL AS n FROM ServiceDesks LIMIT 1')" "$(printf 'Id\tn\n1\t\\N')" "tsv"
is "$(sql -f json 'SELECT Id FROM ServiceDesks' | jq -c 'map(.Id)')" '["1","2","3"]' "json"
is "$(sql -f ndjson 'SELECT Id FROM ServiceDesks WHERE Id = 2')" '{"Id":"2"}' "ndjson"
like "$(sql -f table 'SELECT ProjectKey FROM ServiceDesks')" '----------' "table"
is "$(sql 'SELECT Id FROM ServiceDesks' | head -n 1)" Id "csv when it is no terminal"
like "$(script -qec "$jsmfs sql 'SELECT Id FROM ServiceDesks'" /dev/null)" -- "table on a terminal"

# booleans
q='SELECT count(*) FROM RequestComments WHERE RequestKey = '"'HELP-2'"' AND Public ='
n=$(sql "$q 'true'" | tail -n 1)
ok "there are public comments" [ "$n" -gt 0 ]
for v in true 1 "'True'" "'TRUE'"; do
	is "$(sql "$q $v" | tail -n 1)" "$n" "Public = $v"
done
is "$(sql "SELECT count(*) FROM RequestComments WHERE RequestKey = 'HELP-2' AND Public" | tail -n 1)" "$n" "Public alone"
is "$(sql "SELECT count(*) FROM RequestComments WHERE RequestKey = 'HELP-2' AND NOT Public OR 0" | tail -n 1)" 0 "NOT Public"
is "$(sql -f ndjson "SELECT Public FROM RequestComments WHERE RequestKey = 'HELP-2' LIMIT 1")" '{"Public":true}' "a boolean in JSON"
is "$(sql -f ndjson "SELECT RequestParticipants FROM Requests WHERE RequestKey = 'HELP-2'" | jq -r '.RequestParticipants | type')" array "JSON in JSON"

# times compare as moments, whatever the zone they are written in
a=$(TZ=UTC sql "SELECT count(*) FROM Requests WHERE CreatedDate >= '2026-03-01T00:00:00Z'" | tail -n 1)
b=$(TZ=Asia/Tokyo sql "SELECT count(*) FROM Requests WHERE CreatedDate >= '2026-03-01T00:00:00Z'" | tail -n 1)
c=$(TZ=America/New_York sql "SELECT count(*) FROM Requests WHERE CreatedDate >= '2026-03-01 05:30:00+05:30'" | tail -n 1)
is "$b" "$a" "the same rows in Tokyo"
is "$c" "$a" "and under another offset"
like "$(TZ=Asia/Tokyo sql 'SELECT CreatedDate FROM Requests LIMIT 1')" +09:00 "times are shown in the local zone"
like "$(TZ=Asia/Tokyo sql -o Other=ConvertDateTimeToGMT=true 'SELECT CreatedDate FROM Requests LIMIT 1')" Z "or in UTC"

# properties
is "$(sql -o MaxRows=2 'SELECT Id FROM ServiceDesks' | wc -l)" 3 "MaxRows cuts"
like "$(cat "$work/err")" MaxRows "and says so"
is "$(sql -o MaxRows=2 'SELECT count(*) FROM ServiceDesks' | tail -n 1)" 3 "but not an aggregate"
is "$(sql -o ServiceDeskID=2 'SELECT DISTINCT ServiceDeskId FROM Requests' | tail -n +2)" 2 "ServiceDeskID restricts"
is "$(sql -o 'PseudoColumns=Requests=RequestStatus' "SELECT * FROM Requests WHERE RequestStatus = 'OPEN_REQUESTS' LIMIT 1" | head -n 1 | grep -o RequestStatus)" RequestStatus "PseudoColumns shows one"
is "$(sql "SELECT * FROM Requests LIMIT 1" | head -n 1 | grep -c RequestStatus)" 0 "otherwise it is hidden"

# a request type is asked for with its desk
type=$(sql 'SELECT RequestTypeId FROM Requests WHERE ServiceDeskId = 2 LIMIT 1' | tail -n 1)
is "$(sql "SELECT count(*) FROM Requests WHERE RequestTypeId = '$type'" | tail -n 1)" \
	"$(sql "SELECT count(*) FROM Requests WHERE RequestTypeId || '' = '$type'" | tail -n 1)" "RequestTypeId pushed down gives the same rows"
is "$(sql "SELECT count(*) FROM Requests WHERE RequestTypeId = '999999'" | tail -n 1)" 0 "a type that is not there has no requests"

# each side of an OR is a call of its own, whose rows must not be taken for those of the other
either() { # TABLE COLUMNS ONE OTHER
	like "$("$jsmfs" plan "SELECT * FROM $1 WHERE $3 OR $4" | grep -c 'GET /rest' | sed 's/^[2-9]$/several/')" several \
		"$3 OR $4 of $1 asks for both"
	sql "SELECT $2 FROM $1 WHERE $3 OR $4" | sort >"$work/either"
	sql "SELECT $2 FROM $1 WHERE $3 UNION SELECT $2 FROM $1 WHERE $4" | sort >"$work/want"
	ok "of one side there are rows" [ "$(sql "SELECT $2 FROM $1 WHERE $3" | wc -l)" -gt 1 ]
	ok "and of the other" [ "$(sql "SELECT $2 FROM $1 WHERE $4" | wc -l)" -gt 1 ]
	ok "all rows of either are there, once" cmp -s "$work/want" "$work/either"
}
either Requests RequestKey "RequestKey = 'HELP-2'" "ServiceDeskId = '2'"
either Requests RequestKey "RequestKey = 'HELP-2'" "RequestKey = 'HELP-3'"
either Requests RequestKey "ServiceDeskId = '2'" "RequestStatus = 'CLOSED_REQUESTS'"
either RequestComments Id "RequestKey = 'HELP-2'" "RequestKey = 'HELP-3' AND Public"
either RequestTypes Id "ServiceDeskId = '1'" "ServiceDeskId = '2' AND Id > '1'"

# where they cannot be two calls nothing is lost in silence
sql "SELECT RequestKey FROM Requests WHERE Summary LIKE '%a%' OR RequestStatus = 'CLOSED_REQUESTS'" >"$work/out"
is "$? $(wc -l <"$work/out")" "1 0" "what only the site can decide is not taken for false"
like "$(cat "$work/err")" "RequestStatus of Requests is known to the site only" "and it says so"
is "$(sql -o 'PseudoColumns=*=*' 'SELECT * FROM Requests' | wc -l)" "$(sql 'SELECT * FROM Requests' | wc -l)" \
	"a pseudo column that is shown has no value without a condition"

# failures: exit status and one sentence
sql 'SELECT nope FROM Requests' >"$work/out"
is $? 1 "a wrong column fails"
like "$(cat "$work/err")" "no such column: nope" "and is named"
is "$(cat "$work/out")" "" "without output"
sql >"$work/out"
is $? 2 "no statement is wrong usage"
JSMFS_APITOKEN=wrong sql 'SELECT * FROM ServiceDesks' >/dev/null
is $? 1 "wrong credentials fail"
like "$(cat "$work/err")" "credentials" "and are named, whatever the cache holds"
is "$(grep -c wrong "$work/err")" 0 "without the token"
for q in "ATTACH 'x' AS y" 'PRAGMA database_list' "SELECT load_extension('x')" 'CREATE TABLE t(a)' \
	"DELETE FROM Requests" "SELECT * FROM sqlite_master; SELECT 1" "VACUUM INTO 'x'"; do
	sql "$q" >/dev/null
	is $? 1 "refused: $q"
done

before=$(calls)
like "$("$jsmfs" plan "SELECT * FROM Requests WHERE RequestStatus='OPEN_REQUESTS'")" requestStatus=OPEN_REQUESTS "plan shows the call"
is "$(calls)" "$before" "and makes none"
"$jsmfs" plan 'SELECT * FROM Nothing' >/dev/null 2>&1
is $? 1 "a plan of nothing fails"

like "$("$jsmfs" schema)" RequestComments "schema lists tables"
like "$("$jsmfs" schema requests)" "RequestKey" "schema TABLE lists columns"
"$jsmfs" schema nothing >/dev/null 2>&1
is $? 2 "schema of nothing is wrong usage"
like "$("$jsmfs" --help)" "umount" "--help lists the commands"
like "$("$jsmfs" --version)" "jsmfs " "--version"
"$jsmfs" frobnicate >/dev/null 2>&1
is $? 2 "an unknown command is wrong usage"

# the system tables need no site
is "$(env -u JSMFS_URL -u JSMFS_USER -u JSMFS_APITOKEN "$jsmfs" sql 'SELECT count(*) > 60 FROM sys_connection_props' | tail -n 1)" 1 \
	"sys_connection_props without a connection"
env -u JSMFS_URL "$jsmfs" sql 'SELECT * FROM Requests' >/dev/null 2>"$work/err"
is $? 2 "a table of the site needs one"
like "$(cat "$work/err")" "URL is not set" "and says what to set"

# Ctrl-C ends a statement that waits for a slow server
sim latency 30000
"$jsmfs" sql 'SELECT * FROM Requests' >/dev/null 2>"$work/err" &
pid=$!
try sh -c "grep -q 'SigCgt' /proc/$pid/status && [ \$(ls /proc/$pid/task | wc -l) -ge 3 ]"
kill -INT $pid
wait $pid
is $? 1 "an interrupted statement fails"
like "$(cat "$work/err")" interrupted "as interrupted"
sim latency 0

done_testing
