#!/bin/bash
# SPDX-License-Identifier: MIT
# The SELECTs of select.sql have the answers that plain SQLite gives.
cases=$(dirname "$0")/select.sql
. "$(dirname "$0")/lib.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 has no sqlite3 module"
export TZ=UTC
start_sim
start_mount -o ScanGuard=5000
allow_log 'path="sql/'
python3 - "$mnt" "$cases" >"$work/tap" 2>"$work/err" <<'EOF'
import json, os, sqlite3, sys

mnt, cases = sys.argv[1:]
fd = os.open(mnt + "/sql/call", os.O_RDWR)


def run(sql):
    try:
        os.write(fd, (sql + ";\n").encode())
        parts = []
        while part := os.read(fd, 1 << 20):
            parts.append(part)
        return json.loads(b"".join(parts)), ""
    except OSError as e:
        return None, json.load(open(mnt + "/sql/error"))["message"]


def compare(a, b):
    x, y = truth.get(a.lower()), truth.get(b.lower())
    if x is not None and y is not None:
        return x - y
    return (a > b) - (a < b)


def cell(v):
    if isinstance(v, bool):
        return "1" if v else "0"
    if isinstance(v, (list, dict)):
        return json.dumps(v, separators=(",", ":"), ensure_ascii=False)
    return v


truth = {"true": 1, "1": 1, "false": 0, "0": 0}
db = sqlite3.connect(":memory:")
db.create_collation("BOOL", compare)
kinds = {}
for r in run("SELECT TableName, ColumnName, DataTypeName FROM sys_tablecolumns WHERE IsHidden = false")[0]:
    kinds.setdefault(r["TableName"], {})[r["ColumnName"]] = r["DataTypeName"]
for table in ("ServiceDesks Requests RequestComments Customers CustomerTransitions RequestApprovals RequestParticipants "
              "RequestSLACycles RequestStatusChangelog Organizations Users RequestTypes RequestTypeGroups "
              "RequestTypeFields QueueRequests").split():
    # (an organization's ServiceDeskId is what was asked for)
    columns = [c for c in kinds[table] if (table, c) != ("Organizations", "ServiceDeskId")]
    rows, why = run(f"SELECT {','.join(columns)} FROM {table}")
    assert rows, (table, why)
    db.execute(f"CREATE TABLE {table} (" + ",".join(
        f"{c} TEXT" + (" COLLATE BOOL" if kinds[table][c].lower().startswith("bool") else "") for c in columns) + ")")
    db.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})",
                   [[cell(r[c]) for c in columns] for r in rows])
for status, table in (("OPEN_REQUESTS", "OpenR"), ("CLOSED_REQUESTS", "ClosedR")):
    rows, why = run(f"SELECT RequestId FROM Requests WHERE RequestStatus = '{status}'")
    assert rows, why
    db.execute(f"CREATE TABLE {table} (RequestId TEXT)")
    db.executemany(f"INSERT INTO {table} VALUES (?)", [[r["RequestId"]] for r in rows])


def norm(row):
    return [v if v is None else f"{v:.9g}" if isinstance(v, float) else str(cell(v)) for v in row]


n = 0
for line in open(cases):
    line = line.strip()
    if not line or line.startswith(("#", "--")):
        continue
    n += 1
    words, note = None, ""
    if line.startswith("!"):
        words, line = line[1:].split(":", 1)
    sql, _, other = line.partition("|||")
    rows, why = run(sql.strip())
    if words is not None:
        good = rows is None and words.strip() in why
        note = why or f"{len(rows)} rows"
    else:
        want = [norm(r) for r in db.execute(other or sql)]
        got = None if rows is None else [norm(r.values()) for r in rows]
        if got is not None and ("ORDER BY" not in sql or "OVER" in sql):
            key = lambda r: [x or "" for x in r]
            got, want = sorted(got, key=key), sorted(want, key=key)
        good = got == want
        note = why or f"{len(got)} rows, want {len(want)}: {str(got)[:300]} / {str(want)[:300]}"
    print("ok" if good else "not ok", n, "-", sql.strip()[:150].replace("#", ""))
    if not good:
        print("#", note)
EOF
is "$?$(head -c 300 "$work/err")" 0 "all statements were tried"
cat "$work/tap" | sed 's/^ok [0-9]* /ok /;s/^not ok [0-9]* /not ok /'
n_run=$((n_run + $(grep -c '^\(not \)*ok ' "$work/tap")))
n_failed=$((n_failed + $(grep -c '^not ok ' "$work/tap")))

# columns of the site that are shown, and those that a view hands on: right, or an error
sql() {
	"$bin/jsmfs" sql --connection "$connection" "$@" 2>&1 | grep -v 'can be seen by others' | tail -n 1
}
sql "CREATE LOCAL VIEW [Handed] AS SELECT RequestKey, CurrentStatus, RequestStatus AS State FROM Requests" >"$work/out"
sql "CREATE LOCAL VIEW [Open] AS SELECT * FROM Requests WHERE RequestStatus = 'OPEN_REQUESTS'" >"$work/out"
open=$(sql "SELECT count(*) FROM Requests WHERE RequestStatus = 'OPEN_REQUESTS'")
all=$(sql "SELECT count(*) FROM Requests")
while read -r want statement; do
	for shown in '' '*=*'; do
		got=$(sql -o "PseudoColumns=$shown" "$statement")
		case $want in
		fails) like "$got" "known to the site only" "${shown:-none} shown, fails: $statement" ;;
		open) is "$got" "$open" "${shown:-none} shown: $statement" ;;
		all) is "$got" "$all" "${shown:-none} shown: $statement" ;;
		esac
	done
done <<'EOF'
all SELECT count(*) FROM (SELECT * FROM Requests)
open SELECT count(*) FROM (SELECT * FROM Requests WHERE RequestStatus = 'OPEN_REQUESTS')
fails SELECT count(*) FROM Requests WHERE RequestStatus = 'OPEN_REQUESTS' OR CurrentStatus = 'Closed'
fails SELECT count(*) FROM Requests WHERE NOT (RequestStatus = 'OPEN_REQUESTS')
all SELECT count(*) FROM (SELECT * FROM UserViews.Handed)
open SELECT count(*) FROM (SELECT * FROM UserViews.Handed WHERE State = 'OPEN_REQUESTS')
fails SELECT count(*) FROM UserViews.Handed WHERE State = 'OPEN_REQUESTS' OR CurrentStatus = 'Closed'
fails SELECT sum(CASE State WHEN 'OPEN_REQUESTS' THEN 1 ELSE 0 END) FROM UserViews.Handed
fails SELECT count(*) FROM UserViews.Handed WHERE 'OPEN_REQUESTS' IN (State, CurrentStatus)
all SELECT count(*) FROM (SELECT * FROM UserViews.Handed WHERE CurrentStatus <> 'x')
open SELECT count(*) FROM UserViews.[Open] WHERE CurrentStatus <> 'x'
EOF

# one of many that is gone is none; all of them, or one that is named, is a failure
walk="SELECT count(*) FROM RequestApprovals"
sim fault 'GET */approval* n=2 status=404'
n=$(sql -o CacheTolerance=0 "$walk")
sim fault
ok "a request that vanishes while all are read has no rows" \
	test "$n" -gt 0 -a "$n" -le "$(sql -o CacheTolerance=0 "$walk")"
sim fault 'GET */approval* status=404'
like "$(sql "SELECT count(*) FROM RequestApprovals WHERE CreatedDate > '2000'")" "HTTP 404" "all of them"
sim fault
like "$(sql "SELECT count(*) FROM RequestApprovals WHERE RequestKey = 'NONE-1'")" "HTTP 404" "one that is named"
ok "enough of them" test "$n_run" -gt 150
done_testing
