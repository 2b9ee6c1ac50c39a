#!/bin/bash
# SPDX-License-Identifier: MIT
# A walk through names that the kernel knows asks the daemon for next to nothing, and what
# the kernel keeps is no reason to show what is not true any more.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o debug
allow_log 'errno=E'
cat "$mnt/Requests/rows.csv" >/dev/null

# How many requests of such a kind the daemon has had.
asked() {
	grep -c -E "opcode: ($1) " "$daemonlog"
}
naming='LOOKUP|OPENDIR|READDIRPLUS|READDIR|READLINK|GETXATTR'

ls -lR "$mnt/Requests/id" >"$work/first"
n=$(asked "$naming")
ok "the first walk finds out what there is" [ "$n" -gt 100 ]
ls -lR "$mnt/Requests/id" >"$work/second"
ok "the second sees the same" cmp "$work/first" "$work/second"
# id/ itself is read anew, that is how a walk is known, and what the kernel gave up
again=$(($(asked "$naming") - n))
ok "it asks for next to nothing: $again of $n" [ "$again" -le $((n / 20)) ]
is "$(asked OPENDIR)" 1 "opening a directory was asked about once"

# what tells of failures is empty until there is one, and not a moment longer
cd "$mnt/Requests" || exit 1
for where in . id/HELP-2 id/HELP-2/participants; do
	is "$(stat -c %s $where/error)" 0 "$where: nothing has failed"
done
sim fault 'GET */request* status=403'
not_ok "a query fails" cat rows.tsv 2>/dev/null
ok "error has something to tell" test -s error
like "$(cat error)" EACCES "that is read"
echo Requests >../ctl/refresh
not_ok "a row fails" cat id/HELP-2/row.json 2>/dev/null
ok "its error too" test -s id/HELP-2/error
like "$(cat id/HELP-2/error)" EACCES "that is read as well"
sim fault
ok "the row can be read again" try cmp -s id/HELP-2/row.json id/HELP-2/row.json
is "$(cat id/HELP-2/error)$(stat -c %s id/HELP-2/error)" 0 "then it has nothing to tell"
sim fault 'POST * status=400'
not_ok "a write fails" sh -c 'echo x >id/HELP-2/participants/add' 2>/dev/null
sim fault
ok "and what tells of it is not empty" test -s id/HELP-2/participants/error

# files that do something: each who writes has a file of his own, however often it was listed
ls -l id/HELP-2/participants ../proc/CreateCustomer >/dev/null
exec 5>../proc/CreateCustomer/call 6>../proc/CreateCustomer/call
a=$(stat -L -c %i /dev/fd/5)
b=$(stat -L -c %i /dev/fd/6)
exec 5>&- 6>&-
not_ok "two who write at once are not kept waiting for each other" [ "$a" = "$b" ]

# a listing that was kept shows what came since
ls id/HELP-3/comments >"$work/before"
ls id/HELP-3/comments >"$work/again"
ok "a directory is the same twice" cmp "$work/before" "$work/again"
echo 'New here.' >id/HELP-3/comments/new.txt
is "$(comm -13 <(sort "$work/before") <(ls id/HELP-3/comments | grep -v new.txt | sort) | wc -l)" 1 \
	"what was written is there at once"
ls id/HELP-3/attachments >/dev/null
echo log >"$work/one.log"
cp "$work/one.log" id/HELP-3/attachments/
is "$(ls id/HELP-3/attachments | grep -c '^one.log$')" 1 "also a file"
ls id/HELP-3/transitions >"$work/before"
first=$(grep -v error "$work/before" | head -n 1)
echo done >"id/HELP-3/transitions/$first"
ok "and what can be done after something was done" \
	[ "$(ls id/HELP-3/transitions | tr '\n' ' ')" != "$(tr '\n' ' ' <"$work/before")" ]

# who walks is shown what is known, everybody else what there is
ls id/HELP-6/comments >"$work/all"
ok "there are comments" [ -s "$work/all" ]
find id -path '*/HELP-5/comments/*' >"$work/walked"
before=$(calls)
ok "who looks after a walk is shown all" try sh -c 'ls id/HELP-5/comments | grep -q "^[0-9].*txt"'
ok "and it was asked for" [ "$(calls)" -gt "$before" ]

# a view comes and goes
ls "$mnt/UserViews" >/dev/null
"$bin/jsmfs" sql --connection "$connection" 'CREATE LOCAL VIEW Fresh AS SELECT * FROM ServiceDesks' >/dev/null 2>&1
ok "a view that another process made is listed" try sh -c 'ls "$1" | grep -q "^Fresh$"' sh "$mnt/UserViews"
ok "and can be read" cmp -s "$mnt/UserViews/Fresh/rows.csv" "$mnt/ServiceDesks/rows.csv"
echo 'CREATE LOCAL VIEW Other AS SELECT * FROM ServiceDesks' >"$mnt/sql/call"
is "$(ls "$mnt/UserViews" | tr '\n' ' ')" "Fresh Fresh.sql Other Other.sql README.md error " \
	"one that was made here is listed at once"
ls -lR "$mnt/UserViews" >"$work/first"
n=$(asked "$naming")
ls -lR "$mnt/UserViews" >"$work/second"
ok "views are the same twice" cmp "$work/first" "$work/second"
again=$(($(asked "$naming") - n))
ok "and next to nothing is looked up: $again" [ "$again" -le 10 ]
echo 'DROP LOCAL VIEW Fresh' >"$mnt/sql/call"
not_ok "one that was dropped is gone" test -e "$mnt/UserViews/Fresh"
not_ok "and is not listed" grep -q '^Fresh$' <(ls "$mnt/UserViews")
ls -l "$mnt/UserViews" >/dev/null
rm "$mnt/UserViews/Other.sql"
ok "one whose text was removed goes with it" try sh -c '! test -e "$1"' sh "$mnt/UserViews/Other"

# the file that views are in, edited by another program, also where a link leads to it
views=$(find "$HOME" -name UserDefinedViews.json)
for where in "$views" "$work/elsewhere.json"; do
	[ "$where" = "$views" ] || { cp "$views" "$where" && ln -sf "$where" "$views"; }
	for query in 'SELECT 1 AS a' 'SELECT 2 AS b' 'SELECT 3 AS c, 4 AS d'; do
		jq -n --arg q "$query" '{Edited: {query: $q}}' >"$work/new.json"
		cat "$work/new.json" >"$where"
		ok "$(basename "$where"): $query" try sh -c '[ "$(cat "$1/Edited.sql")" = "$2" ]' sh "$mnt/UserViews" "$query"
		is "$(stat -c %s "$mnt/UserViews/Edited.sql")" "$((${#query} + 1))" "with its size"
		is "$(tail -n 1 "$mnt/UserViews/Edited/rows.csv" | tr , ' ')" "$(tr -dc '0-9 ' <<<"$query" | xargs)" "and its rows"
	done
done

cd /
done_testing
