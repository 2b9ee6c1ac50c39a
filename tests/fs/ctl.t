#!/bin/bash
# SPDX-License-Identifier: MIT
# ctl/: what a line that is written to it does, and what a read tells.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o CacheTolerance=3600
cd "$mnt" || exit 1

is "$(ls ctl | sort | xargs)" "offline refresh verbosity" "what there is"
is "$(cat ctl/offline ctl/verbosity | xargs)" "0 1" "how it is set"
like "$(cat ctl/refresh)" "$(date +%Y)-" "since when answers may be kept"
is "$(stat -c %A ctl/offline)" -rw------- "to be written"

# ------------------------------------------------------------------- refresh
asks() { # COMMAND...: does it ask the site?
	before=$(calls)
	"$@" >"$work/out" 2>&1
	[ "$(calls)" -gt "$before" ]
}
ok "the first read asks" asks cat Users/rows.csv
not_ok "the second does not" asks cat Users/rows.csv
not_ok "nor a table that is known" asks cat ServiceDesks/rows.csv
ok "a table" sh -c 'echo ServiceDesks >ctl/refresh'
ok "is asked for again" asks cat ServiceDesks/rows.csv
not_ok "and no other" asks cat Users/rows.csv
ok "a path" sh -c 'echo Requests/RequestStatus=OPEN_REQUESTS/rows.csv >ctl/refresh'
not_ok "does not touch other tables" asks cat Users/rows.csv
cat Requests/RequestStatus=OPEN_REQUESTS/rows.csv >"$work/out"
not_ok "kept" asks cat Requests/RequestStatus=OPEN_REQUESTS/rows.csv
ok "a path from the root of the system" sh -c 'echo "$PWD/Requests" >ctl/refresh'
ok "is asked for again" asks cat Requests/RequestStatus=OPEN_REQUESTS/rows.csv
before_all=$(calls 'servicedeskapi/servicedesk"')
ok "all" sh -c 'echo all >ctl/refresh'
ok "are asked for" asks cat Users/rows.csv
is_learned() { [ "$(calls 'servicedeskapi/servicedesk"')" -gt "$before_all" ]; }
ok "and what the site defines is learned again without being asked for" try is_learned
not_ok "what is no table" bash -c 'echo Nonsense >ctl/refresh' 2>"$work/err"
like "$(cat "$work/err")" 'Invalid argument' "is refused"
like "$(last_error)" "write a table" "with what to write"
is "$(last_error .path)" ctl/refresh "and where"
ok "nothing" sh -c 'echo >ctl/refresh'

# ------------------------------------------------------------------- offline
allow_log 'errno=ENETDOWN'
cat Organizations/rows.csv >"$work/before"
ok "offline" sh -c 'echo 1 >ctl/offline'
is "$(cat ctl/offline)" 1 "says so"
not_ok "nothing is asked" asks cat Organizations/rows.csv
ok "what was read is there" cmp -s "$work/before" "$work/out"
not_ok "nor for more" asks cat Requests/SearchTerm=x/rows.csv
is "$(cat RequestComments/RequestKey=HELP-3/rows.csv 2>&1 >/dev/null | sed 's/.*: //')" 'Network is down' "which fails"
like "$(cat RequestComments/RequestKey=HELP-3/error)" ctl/offline "with why"
not_ok "a key that was not seen" test -e Requests/id/HELP-4
ok "online" sh -c 'echo 0 >ctl/offline'
ok "asks again" asks cat RequestComments/RequestKey=HELP-3/rows.csv
ok "and has it" test -s "$work/out"
not_ok "another word" sh -c 'echo maybe >ctl/offline' 2>/dev/null
like "$(last_error)" "it is 1 or 0" "is refused with those there are"

# ----------------------------------------------------------------- verbosity
ok "louder" sh -c 'printf 3 >ctl/verbosity'
is "$(cat ctl/verbosity)" 3 "says so"
echo ServiceDesks >ctl/refresh
cat ServiceDesks/rows.csv >"$work/out"
ok "is heard" grep -q '<7>net: GET ' "$daemonlog"
for v in 0 6 loud 1.5 -1; do
	not_ok "not $v" sh -c 'echo "$1" >ctl/verbosity' sh $v 2>/dev/null
done
like "$(last_error)" "from 1 to 5" "with what it can be"
ok "quiet" sh -c 'echo 1 >ctl/verbosity'
is "$(cat ctl/verbosity)" 1 "again"
is "$(wc -c <ctl/verbosity)" 2 "of its size"
allow_log 'errno=EFBIG'
{ head -c 9000 /dev/zero | tr '\0' x && echo; } >"$work/long"
not_ok "a long line" sh -c 'cat "$1" >ctl/verbosity' sh "$work/long" 2>/dev/null
ok "nothing is made there" sh -c '! echo 1 >ctl/other' 2>/dev/null
ok "nor taken away" sh -c '! rm ctl/offline' 2>/dev/null

cd /
done_testing
