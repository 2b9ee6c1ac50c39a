#!/bin/bash
# SPDX-License-Identifier: MIT
# LOCAL VIEW statements, UserDefinedViews and UserViewsSchemaName without a mount.
. "$(dirname "$0")/../fs/lib.sh"

start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token
jsmfs=$bin/jsmfs
file=$XDG_CONFIG_HOME/jsmfs/UserDefinedViews.json
sql() {
	"$jsmfs" sql "$@" 2>"$work/err"
}

ok "a view is made" sql "CREATE LOCAL VIEW [Open] AS SELECT *, RequestStatus FROM Requests;"
is "$(calls)" 0 "without a call"
is "$(jq -r .Open.query "$file")" "SELECT *, RequestStatus FROM Requests" "in the file of the user"
is "$(stat -c %a "$file")" 600 "which is his alone"
ok "a view of a view" sql 'create local view UserViews."load" as select CurrentStatus, count(*) as n from UserViews.[Open] group by 1'
is "$(sql 'SELECT sum(n) FROM UserViews.load' | tail -n 1)" "$(sql 'SELECT count(*) FROM Requests' | tail -n 1)" "gives the same rows"
before=$(calls requestStatus=OPEN_REQUESTS)
sql "SELECT RequestKey FROM UserViews.[Open] WHERE RequestStatus = 'OPEN_REQUESTS' LIMIT 2" >"$work/out"
is "$(wc -l <"$work/out")" 3 "a condition on it"
is $(($(calls requestStatus=OPEN_REQUESTS) - before)) 1 "reaches the server"
like "$("$jsmfs" plan "SELECT * FROM UserViews.[Open] WHERE RequestStatus = 'OPEN_REQUESTS'")" requestStatus=OPEN_REQUESTS "and the plan"
is "$(sql -f ndjson "SELECT Public FROM RequestComments WHERE RequestKey = 'HELP-2' LIMIT 1")" '{"Public":true}' "a boolean"
sql "CREATE LOCAL VIEW talk AS SELECT Public, RequestKey FROM RequestComments"
is "$(sql -f ndjson "SELECT Public FROM UserViews.talk WHERE RequestKey = 'HELP-2' AND Public = 'True' LIMIT 1")" '{"Public":true}' "is one through a view"

# refused: exit status, one sentence, nothing written
cp "$file" "$work/before"
while IFS='|' read -r statement why; do
	sql "$statement" >"$work/out"
	is $? 1 "refused: $statement"
	like "$(cat "$work/err")" "$why" "  with its reason"
done <<'EOF'
CREATE LOCAL VIEW load AS SELECT 1|already
CREATE LOCAL VIEW LOAD AS SELECT 1|already
ALTER LOCAL VIEW nothing AS SELECT 1|no view
DROP LOCAL VIEW nothing|no view
ALTER LOCAL VIEW load AS SELECT nope FROM Requests|no such column: nope
ALTER LOCAL VIEW load AS SELECT * FROM Nothing2|no such table
ALTER LOCAL VIEW load AS SELECT * FROM UserViews.load|circular
ALTER LOCAL VIEW Open AS SELECT * FROM UserViews.load|circular
CREATE LOCAL VIEW x AS SELECT 1; ATTACH 'x' AS y|one statement
CREATE LOCAL VIEW x AS DELETE FROM Requests|syntax
CREATE LOCAL VIEW [../x] AS SELECT 1|cannot be called
CREATE LOCAL VIEW Requests AS SELECT 1|a table is called that
CREATE LOCAL VIEW main.x AS SELECT 1|schema UserViews
CREATE LOCAL VIEW x|LOCAL VIEW [Name] AS
CREATE VIEW UserViews.x AS SELECT 1|can only read
EOF
ok "nothing was written" same "$file" "$work/before"

ok "a view is altered" sql "ALTER LOCAL VIEW load AS SELECT 7 AS seven"
is "$(sql 'SELECT seven FROM UserViews.load' | tail -n 1)" 7 "and is another"
like "$("$jsmfs" plan 'DROP LOCAL VIEW load')" "taken out" "plan tells what a statement would change"
is "$(sql 'SELECT seven FROM UserViews.load' | tail -n 1)" 7 "and changes nothing"
ok "a view is dropped" sql "DROP LOCAL VIEW \`load\`;"
sql 'SELECT * FROM UserViews.load' >/dev/null
is $? 1 "and is gone"

# a file that others wrote
cat >"$file" <<'EOF'
{ "bad": {"query": "SELEC 1"}, "x/y": {"query": "SELECT 1"}, "n": 3,
  "on": {"query": "SELECT * FROM bad"}, "good": {"query": "SELECT 'fine' AS f", "note": [1]},
  "a": {"query": "SELECT * FROM b"}, "b": {"query": "SELECT * FROM UserViews.a"} }
EOF
is "$(sql 'SELECT f FROM UserViews.good' | tail -n 1)" fine "broken neighbours do not matter"
sql 'SELECT * FROM UserViews.[on]' >/dev/null
like "$(cat "$work/err")" "UserViews.bad: near \"SELEC\"" "a broken view is named with SQLite's reason"
sql 'SELECT * FROM UserViews.a' >/dev/null
like "$(cat "$work/err")" "circular" "a circle is found when it is read"
ok "the file can be edited" sql "CREATE LOCAL VIEW more AS SELECT 1"
is "$(jq -c 'keys_unsorted' "$file")" '["bad","x/y","n","on","good","a","b","more"]' "and keeps its order"
is "$(jq -c .good.note "$file")" '[1]' "and what is not ours"
echo '{' >"$file"
sql 'SELECT * FROM UserViews.good' >/dev/null
like "$(cat "$work/err")" "UserDefinedViews.json" "a file that is not JSON is named"
sql "CREATE LOCAL VIEW more AS SELECT 1"
is $? 1 "and not overwritten"
is "$(cat "$file")" "{" "at all"
is "$(sql 'SELECT Id FROM ServiceDesks LIMIT 1' | tail -n 1)" 1 "tables work without it"

# the properties
ok "another file" sql -o "UserDefinedViews=$work/mine/views.json" "CREATE LOCAL VIEW v AS SELECT 2 AS two"
is "$(jq -r .v.query "$work/mine/views.json")" "SELECT 2 AS two" "its directory is made"
is "$(sql -o "UserDefinedViews=$work/mine/views.json,UserViewsSchemaName=Mine" 'SELECT two FROM Mine.v' | tail -n 1)" 2 "another schema"
is "$(cat "$work/err")" "" "without a warning"
for name in 'a b' main 'x";' 1st; do
	sql -o "UserViewsSchemaName=$name" 'SELECT 1' >/dev/null
	is $? 2 "no schema: $name"
	like "$(cat "$work/err")" UserViewsSchemaName "  says which property"
done

done_testing
