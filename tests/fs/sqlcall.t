#!/bin/bash
# SPDX-License-Identifier: MIT
# sql/call: any statement, one or many, and what each leaves.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt" || exit 1
allow_log 'path="sql/call"'
writes() {
	calls '"method":"\(POST\|DELETE\|PUT\)"'
}
# run TEXT: in one write
run() {
	printf '%s\n' "$1" >sql/call 2>/dev/null
}
comments() {
	curl -s -u agent@example.com:demo-token "$url/rest/servicedeskapi/request/$1/comment?limit=100" |
		jq -r '.values[].body' | grep -c -- "$2"
}

is "$(ls sql | paste -sd ' ')" "README.md call error last.csv last.json" "the directory"
is "$(cat sql/last.json)$(cat sql/error)" "[]" "nothing was run yet"
like "$(cat sql/call)" "EXEC CreateCustomer" "call tells how"

# SELECT
run 'SELECT Id, ProjectKey FROM ServiceDesks;'
is $? 0 "a SELECT"
is "$(cat sql/last.csv)" "$(printf 'Id,ProjectKey\n1,HELP\n2,HR\n3,FAC')" "last.csv has its rows"
is "$(jq -r 'map(.ProjectKey) | join(",")' sql/last.json)" HELP,HR,FAC "and last.json"
exec 3<>sql/call
echo "SELECT 1 AS one, NULL AS n, 'a;b' AS s;" >&3
is "$(jq -c . <&3)" '[{"one":1,"n":null,"s":"a;b"}]' "the same descriptor too"
echo "SELECT 2 AS two;" >&3
is "$(jq -c . <&3)" '[{"two":2}]' "again"
exec 3>&-
run "SELECT Id -- ; in a comment
/* ; */ FROM [ServiceDesks]
WHERE ProjectKey <> ';' AND Id = '1'"
is "$? $(tail -n +2 sql/last.csv)" "0 1" "lines, comments, quotes, no semicolon"
printf 'SELECT 3 ' >sql/call
is "$(tail -n 1 sql/last.csv)" 3 "at the close"
run "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) SELECT i FROM n;"
is "$(wc -l <sql/last.csv)" 100001 "many rows"
run 'SELECT * FROM Requests WHERE RequestKey = '"'NOPE-1';"
is "$? $(wc -l <sql/last.csv)" "0 1" "no rows"

# changes
run "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'q;1'), ('HELP-2', 'q;2');"
is "$? $(comments HELP-2 'q;')" "0 2" "INSERT"
is "$(jq -r 'map(.outcome) | join(",")' sql/last.json)" applied,applied "a receipt a row"
is "$(jq -r '.[0].Id' sql/last.json)" "$(sed -n 2p sys/sys_identity/rows.csv | cut -d , -f 1)" "which sys_identity has too"
like "$(cat Requests/id/HELP-2/comments.csv)" 'q;2' "the mount shows it at once"
run "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-4', 'm1');
INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-4', 'm2');
INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-4', 'm3')"
is "$(jq -r 'map(.line | tostring) | join(",")' sql/last.json)" 1,2,3 "changes of one kind are one result, joined by their lines"
is "$(comments HELP-4 '^m[123]$')" 3 "all of them"
acc=$(sed -n 2p RequestParticipants/RequestKey=HELP-2/rows.csv | cut -d , -f 1)
run "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2' AND AccountId = '$acc';"
is "$? $(cat RequestParticipants/RequestKey=HELP-2/count)" "0 0" "DELETE"
run "INSERT INTO RequestParticipants (RequestKey, AccountId) VALUES ('HELP-2', '$acc')"
is "$? $(cat RequestParticipants/RequestKey=HELP-2/count)" "0 1" "and back, without a semicolon"
key=$(sed -n 2p RequestApprovals/FinalDecision=pending/CanAnswerApproval=true/_select=RequestKey,Id/rows.csv)
run "UPDATE RequestApprovals SET FinalDecision = 'decline' WHERE RequestKey = '${key%,*}' AND Id = '${key#*,}';"
is "$? $(cat "RequestApprovals/id/$key/FinalDecision")" "0 declined" "UPDATE"
run "EXEC CreateCustomer Email = 'ann1@example.com', FullName = 'Ann';"
is "$(jq -r '.[0].DisplayName' sql/last.json)" Ann "EXEC gives its results"
echo "CALL CreateCustomer('ann2@example.com', 'Bea')" >sql/call
is "$? $(jq -r '.[0].DisplayName' sql/last.json)" "0 Bea" "CALL, a line"
run "CREATE LOCAL VIEW Desks AS SELECT Id FROM ServiceDesks; SELECT count(*) AS n FROM UserViews.Desks;"
is "$(tail -n 1 sql/last.csv) $(cat UserViews/Desks/count)" "3 3" "a view, and a look at it"
run "DROP LOCAL VIEW Desks"
is "$? $(ls UserViews | grep -c Desks)" "0 0" "which goes"

# what fails is told: by the write when it ends a statement
for s in "SELEC 1" "SELECT colour FROM Requests;" "SELECT 1 FROM Nope;" "EXEC Nope" "EXEC CreateCustomer Nope = '1'" \
	"INSERT INTO ServiceDesks (Id) VALUES ('1')" "DELETE FROM Users" "DELETE FROM Nope WHERE Id = '1'" \
	"UPDATE RequestApprovals SET Name = 'x' WHERE Id = '1'" "CREATE LOCAL VIEW x AS SELEC;" "PRAGMA x" \
	"ATTACH 'x' AS y" "INSERT INTO RequestComments (RequestKey) VALUES ('HELP-2')"; do
	before=$(writes)
	not_ok "$s: fails" run "$s"
	is "$(jq -r '.[0].outcome' sql/last.json) $(writes)" "refused $before" "and sends nothing"
	like "$(cat sql/error)" errno "and says why"
done
not_ok "the site refuses" run "INSERT INTO RequestComments (RequestKey, Body) VALUES ('NOPE-1', 'x')"
is "$(jq -r '.[0] | "\(.outcome) \(.errno)"' sql/last.json)" "refused ENOENT" "which is told"
before=$(writes)
cat >"$work/two.sql" <<'E2'
INSERT INTO RequestComments (RequestKey, Body) VALUES ('NOPE-1', 'x');
INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'after');
E2
not_ok "several" cp "$work/two.sql" sql/call 2>/dev/null
is "$(jq -r 'map(.outcome) | join(",")' sql/last.json) $(writes)" "refused,applied $((before + 2))" "those behind still run"
printf '%s\n' 'SELECT CurrentStatus, count(*)' 'FROM Requests' "WHERE ServiceDeskId = '1'" 'GROUP BY 1;' >sql/call
is "$? $(head -n 1 sql/last.csv)" "0 CurrentStatus,count(*)" "a statement over several writes"
is "$(cat sql/error)" "" "error is empty when there was none"

# nothing to do
before=$(calls)
: >sql/call
printf '\n\n ; -- nothing\n/* at all */;;\n' >sql/call
head -c 4096 /dev/zero >sql/call
is "$? $(calls)" "0 $before" "blanks, comments and NUL bytes do nothing"

# DELETE waits for its end
exec 3>sql/call
echo "DELETE FROM RequestParticipants WHERE RequestKey = 'HELP-2'" >&3
is "$(cat RequestParticipants/RequestKey=HELP-2/count)" 1 "a line of DELETE may go on"
echo "AND DisplayName = 'Nobody';" >&3
is "$? $(cat RequestParticipants/RequestKey=HELP-2/count)" "0 1" "in the next"
exec 3>&-
for s in "SELECT 'a" "b' AS x" "; SELECT 'c' AS y;"; do printf '%s\n' "$s"; done >sql/call
is "$(cat sql/last.csv)" "$(printf 'y\nc')" "a text over two lines"

# two writers
(for i in 1 2 3 4 5 6 7 8; do echo "SELECT"; echo "$i AS a"; echo ";"; done >sql/call) &
writer=$!
for i in 1 2 3 4 5 6 7 8; do echo "SELECT $i AS b;"; done >sql/call
wait $writer
like "$(cat sql/last.csv)" 8 "do not mix their statements"
is "$(cat sql/error)" "" "none fails"

# a lost answer
curl -s -d 'POST *comment reset-after' "$url/__sim/fault" >/dev/null
not_ok "a lost answer" run "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-2', 'lost');"
curl -s -d '' "$url/__sim/fault" >/dev/null
is "$(jq -r '.[0].outcome' sql/last.json) $(comments HELP-2 '^lost$')" "unknown 1" "is an unknown outcome, and once there"

# of a row that failed among others it is told which
sim fault 'POST */HELP-4/comment status=403'
before=$(calls '"POST".*/comment".*"status":201')
not_ok "one of three is refused" sh -c "echo \"INSERT INTO RequestComments (RequestKey, Body) SELECT RequestKey, 'x' FROM Requests WHERE RequestKey IN ('HELP-2', 'HELP-4', 'HELP-5');\" >\"\$0\"" "$mnt/sql/call" 2>/dev/null
is "$(jq -r '.[] | select(.outcome == "refused") | [.RequestKey, .errno] | join(" ")' "$mnt/sql/last.json")" "HELP-4 EACCES" "which row that was"
is "$(jq '[.[] | select(.outcome == "applied")] | length' "$mnt/sql/last.json")" $(($(calls '"POST".*/comment".*"status":201') - before)) "of the others what was done is told"
sim fault

# DryRun
cd "$work" || exit 1
stop_mount
start_mount -o DryRun=true
before=$(writes)
ok "with DryRun" sh -c 'echo "EXEC CreateCustomer Email = '"'d@example.com', FullName = 'D'"';" >"$1"' sh "$mnt/sql/call"
is "$(jq -r '.[0].outcome' "$mnt/sql/last.json") $(writes)" "dry $before" "nothing is sent"
like "$(jq -r '.[0].message' "$mnt/sql/last.json")" "POST /rest/servicedeskapi/customer" "and what would be is told"
echo all >"$mnt/RequestParticipants/RequestKey=HELP-2/delete"
is "$? $(jq -r '.[0].outcome' "$mnt/RequestParticipants/RequestKey=HELP-2/delete") $(writes)" "0 dry $before" "nor in a table"

# read only
cd "$work" || exit 1
stop_mount
start_mount -o ro
before=$(writes)
not_ok "a read-only mount takes none" sh -c 'echo "EXEC CreateCustomer Email = 1;" >"$1"' sh "$mnt/sql/call" 2>/dev/null
is "$(writes)" "$before" "and sends nothing"

done_testing
