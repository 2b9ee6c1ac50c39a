#!/bin/bash
# SPDX-License-Identifier: MIT
# What keeps a careless reader from costing a thousand calls.
. "$(dirname "$0")/lib.sh"

start_sim --data 20000
start_mount -o ScanGuard=20,ProcessBudget=30
allow_log 'EDQUOT|ENETDOWN'
cd "$mnt/Requests" || exit 1

cat rows.csv >"$work/out" 2>"$work/err"
is $? 1 "a scan beyond ScanGuard fails"
like "$(cat "$work/err")" "Disk quota exceeded" "with EDQUOT"
is "$(cat "$work/out")" "" "and without a single row"
like "$(jq -r .message error)" "_scan=yes" "its sentence says how to go on"
ok "after no more calls than that" [ "$(calls '/request"')" -le 20 ]
is "$(cat _limit=500/count)" 500 "what needs fewer is answered"
is "$(cat _scan=yes/_select=RequestId/count)" 20000 "_scan=yes lifts the guard"

# an indexer gets what is known already, and causes no call
cp "$(command -v cat)" "$work/updatedb"
before=$(calls)
"$work/updatedb" _limit=7/rows.csv >"$work/out" 2>"$work/err"
is $? 1 "an indexer is not served what is not known"
like "$(cat "$work/err")" "Network is down" "with ENETDOWN"
is "$(calls)" "$before" "and causes no call"
cat _limit=7/_fresh=60s/rows.csv >"$work/want"
"$work/updatedb" _limit=7/_fresh=60s/rows.csv >"$work/out"
ok "it is served what is" same "$work/out" "$work/want"

# one process that opens one cold result after the other
python3 - >"$work/opened" <<'EOF'
import errno
n = 0
try:
    for i in range(100):
        open(f"_limit={1000 + i % 50}/_offset={i}/count").read()
        n += 1
except OSError as e:
    print(n, errno.errorcode[e.errno])
EOF
is "$(cat "$work/opened")" "30 EDQUOT" "a process is stopped at its ProcessBudget"
is "$(cat _limit=3/count)" 3 "others are not"

cd /
done_testing
