#!/bin/bash
# SPDX-License-Identifier: MIT
# The same statements, here and in a plain SQLite database that holds the same
# rows, must have the same answers: whatever was pushed down must not show.
. "$(dirname "$0")/../fs/lib.sh"

python3 -c 'import sqlite3' 2>/dev/null || skip_all "python3 has no sqlite3 module"
start_sim
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token TZ=UTC
python3 - "$bin/jsmfs" "$work" <<'EOF'
import csv, io, json, random, sqlite3, subprocess, sys

jsmfs, work = sys.argv[1:]
random.seed(20260301)


def run(sql):
    p = subprocess.run([jsmfs, "sql", "--scan", "-f", "ndjson", sql], capture_output=True, text=True)
    if p.returncode:
        return None, p.stderr.strip()
    return [json.loads(line) for line in p.stdout.splitlines()], ""


tables = {
    "ServiceDesks": "Id ProjectId ProjectName ProjectKey".split(),
    "Requests": "RequestId RequestKey RequestTypeId ServiceDeskId CreatedDate ReporterKey ReporterDisplayName "
                "ReporterEmail ReporterName ReporterTimeZone CurrentStatus Summary".split(),
    "RequestComments": "Id RequestId RequestKey Body Public AuthorKey CreatedAt".split(),
    "Customers": "AccountId Active DisplayName EmailAddress TimeZone ServiceDeskId".split(),
    "CustomerTransitions": "RequestId RequestKey Id Name".split(),
    "RequestApprovals": "Id RequestKey RequestId Name FinalDecision CanAnswerApproval CreatedDate CompletedDate".split(),
    "RequestParticipants": "AccountId RequestId RequestKey EmailAddress DisplayName Active TimeZone".split(),
    "RequestSLACycles": "Id RequestId RequestKey Name OngoingCycleBreached OngoingCyclePaused CompletedCycleStartTime "
                        "CompletedCycleBreached CompletedCycleStopTime".split(),
    "RequestStatusChangelog": "RequestId RequestKey Status StatusDate".split(),
    # (an organization's ServiceDeskId is what was asked for, so it is left out)
    "Organizations": "Id Name".split(),
    "Users": "AccountId OrganizationId EmailAddress DisplayName Active TimeZone".split(),
    "RequestTypes": "Id ServiceDeskId Name Description PortalId IssueTypeId".split(),
    "RequestTypeGroups": "Id ServiceDeskId Name".split(),
    "RequestTypeFields": "ServiceDeskId RequestTypeId FieldId Name Required Visible".split(),
    "QueueRequests": "RequestId RequestKey Summary Status QueueId QueueName ServiceDeskId".split(),
}
children = ["RequestComments", "CustomerTransitions", "RequestApprovals", "RequestParticipants", "RequestSLACycles",
            "RequestStatusChangelog"]
booleans = {"Public", "Active", "CanAnswerApproval", "OngoingCycleBreached", "OngoingCyclePaused",
            "CompletedCycleBreached", "Required", "Visible"}
db = sqlite3.connect(":memory:")
truth = {"true": 1, "1": 1, "false": 0, "0": 0}


def compare(a, b):
    x, y = truth.get(a.lower()), truth.get(b.lower())
    if x is not None and y is not None:
        return x - y
    return (a > b) - (a < b)


db.create_collation("BOOL", compare)
for name, columns in tables.items():
    rows, why = run(f"SELECT {','.join(columns)} FROM {name}")
    assert rows, why
    db.execute(f"CREATE TABLE {name} (" + ",".join(
        f"{c} TEXT" + (" COLLATE BOOL" if c in booleans else "") for c in columns) + ")")
    for r in rows:
        db.execute(f"INSERT INTO {name} VALUES ({','.join('?' * len(columns))})",
                   [("1" if r[c] else "0") if c in booleans and r[c] is not None else r[c] for c in columns])
views = {
    "OfOneDesk": ("SELECT RequestId, RequestKey, CurrentStatus, Summary FROM Requests WHERE ServiceDeskId = '1'",
                  "RequestId RequestKey CurrentStatus Summary".split()),
    "Talk": ("SELECT r.RequestKey AS Request, c.Id AS Comment, c.Public AS Public FROM Requests r "
             "JOIN RequestComments c USING (RequestId)", "Request Comment Public".split()),
    "Load": ("SELECT CurrentStatus, count(*) AS N FROM UserViews.OfOneDesk GROUP BY 1", "CurrentStatus N".split()),
}
for name, (query, columns) in views.items():
    p = subprocess.run([jsmfs, "sql", f"CREATE LOCAL VIEW [{name}] AS {query}"], capture_output=True, text=True)
    assert not p.returncode, p.stderr
    db.execute(f"CREATE VIEW {name} AS {query.replace('UserViews.', '')}")
sample = {(t, c): [r[0] for r in db.execute(f"SELECT DISTINCT {c} FROM {t} WHERE {c} IS NOT NULL ORDER BY 1 LIMIT 400")]
          for t, cs in tables.items() for c in cs}


def literal(v):
    return "'" + str(v).replace("'", "''") + "'"


def condition(t, a):
    c = name = random.choice(tables[t])
    v = lambda: literal(random.choice(sample[t, name]) if random.random() < .9 else "nothing like it")
    if name in booleans:
        v = lambda: random.choice(["true", "false", "1", "0", "'True'", "'false'"])
    kind = random.randrange(10)
    c = f"{a}.{c}"
    if kind < 4:
        return f"{c} = {v()}"
    if kind == 4:
        return f"{c} IN ({', '.join(v() for _ in range(random.randint(1, 4)))})"
    if kind == 5:
        return f"{c} NOT IN ({v()}, {v()})"
    if kind == 6:
        return f"{c} {random.choice(['<', '<=', '>', '>=', '<>'])} {v()}"
    if kind == 7:
        return f"{c} IS {random.choice(['', 'NOT '])}NULL"
    if kind == 8:
        return f"{c} LIKE {literal('%' + random.choice('aeiou1') + '%')}"
    return f"NOT ({c} = {v()})"


def where(t, a):
    n = random.randint(0, 3)
    return " WHERE " + random.choice([" AND ", " OR "] if n == 2 else [" AND "]).join(
        condition(t, a) for _ in range(n)) if n else ""


def view_statement():
    v, (_, columns) = random.choice(list(views.items()))
    c = random.choice(columns)
    values = [r[0] for r in db.execute(f"SELECT DISTINCT {c} FROM {v} WHERE {c} IS NOT NULL ORDER BY 1 LIMIT 50")]
    x = random.choice(values)
    x = str(x) if isinstance(x, int) else literal(x)
    w = random.choice(["", f" WHERE v.{c} = {x}", f" WHERE v.{c} <> {x} AND v.{columns[0]} IS NOT NULL",
                       f" WHERE v.{c} IN ({x}, 'nothing')"])
    if random.random() < .3:
        return f"SELECT count(*) AS n FROM UserViews.{v} v{w}", True
    return f"SELECT {', '.join('v.' + k for k in columns)} FROM UserViews.{v} v{w}", False


def statement():
    if random.random() < .12:
        return view_statement()
    t = random.choice(["Requests"] * 6 + list(tables))
    shape = random.randrange(6)
    key = ", t.".join(tables[t])
    if shape == 0:
        return f"SELECT count(*) AS n, min({tables[t][0]}) AS m FROM {t} t{where(t, 't')}", True
    if shape == 1:
        c = random.choice(tables[t])
        return f"SELECT t.{c} AS c, count(*) AS n FROM {t} t{where(t, 't')} GROUP BY 1 ORDER BY 2, 1", True
    if shape == 2 and t == "Requests":
        c = random.choice(children)
        cs = [x for x in tables[c] if x not in ("RequestId", "RequestKey")]
        return (f"SELECT t.RequestKey AS k, c.RequestKey AS ck, {', '.join('c.' + x + ' AS x_' + x for x in cs)} FROM Requests t"
                f" {random.choice(['', 'LEFT '])}JOIN {c} c USING (RequestId){where('Requests', 't')}"), False
    if shape == 3 and t == "Requests":
        return (f"SELECT t.RequestKey AS k, d.ProjectName AS p FROM Requests t LEFT JOIN ServiceDesks d"
                f" ON d.Id = t.ServiceDeskId{where('Requests', 't')} ORDER BY t.RequestId"), True
    if shape == 4:
        return (f"SELECT * FROM (SELECT {', '.join('t.' + c for c in tables[t])} FROM {t} t{where(t, 't')}"
                f" ORDER BY t.{key} LIMIT {random.randint(0, 20)} OFFSET {random.randint(0, 5)})"), True
    return f"SELECT {', '.join('t.' + c for c in tables[t])} FROM {t} t{where(t, 't')}", False


def norm(row):
    return [("1" if v else "0") if isinstance(v, bool) else v if v is None else str(v) for v in row]


n, bad = 250, 0
for i in range(n):
    sql, ordered = statement()
    got, why = run(sql)
    want = [norm(r) for r in db.execute(sql.replace("UserViews.", ""))]
    if got is not None:
        got = [norm(r.values()) for r in got]
        if not ordered:
            key = lambda r: [x or "" for x in r]
            got, want = sorted(got, key=key), sorted(want, key=key)
    good = got == want
    bad += not good
    print(("ok" if good else "not ok"), i + 1, "-", sql[:150].replace("#", ""))
    if not good:
        print("#", why or f"{len(got)} rows, want {len(want)}: {str(got)[:300]} / {str(want)[:300]}")
print(f"1..{n}")
sys.exit(bad > 0)
EOF
code=$?
trap - EXIT
stop_sim
rm -rf "$work"
exit $code
