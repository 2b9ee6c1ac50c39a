#!/bin/bash
# SPDX-License-Identifier: MIT
# Looking around costs nothing: not one request, whatever walks the tree.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt" || exit 1

cat Requests/rows.csv >/dev/null # so that id/ and by/ have something to show
before=$(calls)
is_free() {
	is "$(calls)" "$before" "$1 makes no call"
}

find . >"$work/names" 2>"$work/err"
is_free find
is "$(cat "$work/err")" "" "find meets no error"
ok "it finds a good many names" [ "$(wc -l <"$work/names")" -gt 300 ]
is "$(sort "$work/names" | uniq -d)" "" "each of them once"
find . -size +1k -newer status >/dev/null 2>&1
find . -type f -printf '%s %T@ %p\n' >"$work/sizes"
is_free "find with sizes and times"
ok "no row file looks empty before it was read" \
	awk '$3 ~ /rows\./ && $1 == 0 { bad = 1 } END { exit bad }' "$work/sizes"
ls -lR . >"$work/ls" 2>"$work/err"
is_free "ls -lR"
is "$(cat "$work/err")" "" "ls meets no error"
du -a . >/dev/null
is_free "du -a"
python3 -c '
import os
for d, dirs, files in os.walk("."):
    for f in files:
        os.lstat(os.path.join(d, f))'
is_free "os.walk"
python3 -c '
import os
for d, dirs, files in os.walk(".", followlinks=False):
    for f in files:
        try: [os.getxattr(os.path.join(d, f), n) for n in os.listxattr(os.path.join(d, f))]
        except OSError as e: print(e)' >"$work/err"
is "$(cat "$work/err")" "" "extended attributes can be read"
is_free "getxattr"
for n in .git HEAD package.json .rows.csv.swp Makefile node_modules .hidden=1 rows.xls; do
	for d in . Requests Requests/RequestStatus=OPEN_REQUESTS Requests/id proc; do
		[ -e "$d/$n" ] && note "$d/$n exists"
	done
done
is_free "asking for names that are not there"
is "$(grep -c . errors.ndjson)" 0 "and nothing of it is an error"
for f in README.md status errors.ndjson Requests/README.md Requests/schema.csv \
	Requests/.ignore Requests/query.sql Requests/plan Requests/stats Requests/error \
	proc/CreateCustomer/README.md proc/CreateCustomer/call Requests/by/*/values.csv; do
	cat "$f" >/dev/null || note "$f"
done
is_free "reading what is made from memory"
df . >/dev/null
stat -f . >/dev/null
is_free statfs
if command -v updatedb >/dev/null; then
	updatedb -l 0 -U . -o "$work/db" >/dev/null 2>&1
	is_free updatedb
else
	skip "updatedb makes no call" "not installed"
fi
is "$(cat Requests/.ignore)" "rows.*
stream.*
count" ".ignore keeps searches away from rows"
is "$(find Requests -maxdepth 1 -type d | sort | tr '\n' ' ')" "Requests Requests/by Requests/id " \
	"d_type and mode agree on what is a directory"
is "$(ls -A Requests | sort)" "$(python3 -c '
import os
print("\n".join(sorted(e.name for e in os.scandir("Requests") if e.stat())))')" "readdir and lookup agree"
before=$(calls)
mkdir "$work/copy" && cp -a Requests/by "$work/copy/" 
is_free "copying by/"
is "$(readlink "$work/copy/by/RequestStatus/OPEN_REQUESTS")" "../../RequestStatus=OPEN_REQUESTS" \
	"and the links are links"

# offsets of a large directory are stable
python3 - <<'PY' >"$work/err"
import os
fd = os.open("Requests/id", os.O_RDONLY)
a = os.listdir(fd); b = os.listdir(fd)
if a != b or len(a) != len(set(a)): print("listings differ")
PY
is "$(cat "$work/err")" "" "a directory can be listed twice through one descriptor"

cd /
done_testing
