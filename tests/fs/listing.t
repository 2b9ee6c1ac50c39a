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

# a size that was estimated, and that the kernel was told to keep, cuts no reader short
is "$(python3 - <<'PY'
import os, mmap, shutil, subprocess, sys
wrong = []
for where in ("Requests/_limit=40", "Requests/_limit=3", "Requests/_limit=0", "ServiceDesks"):
    for entry in list(os.scandir(where)):
        if not entry.name.startswith(("rows.", "count")):
            continue
        path = entry.path
        guess = os.stat(path).st_size
        fd = os.open(path, os.O_RDONLY)
        data = b""
        while True:  # no fstat in between
            part = os.read(fd, 1 << 20)
            if not part:
                break
            data += part
        again = subprocess.run(["cat", path], capture_output=True).stdout
        sizes = {len(data), len(again), os.fstat(fd).st_size, os.stat(path).st_size}
        if data:
            sizes.add(len(mmap.mmap(fd, 0, prot=mmap.PROT_READ)[:]))
        os.close(fd)
        if len(sizes) > 1 or (not data and not path.endswith("ndjson")):
            wrong.append((path, guess, sizes))
print(wrong)
PY
)" "[]" "every byte is read, whatever the size was thought to be"
is "$(ls -l "Requests/_limit=41" | wc -l)$(tail -n 1 Requests/_limit=41/rows.tsv | cut -f 1)" \
	"$(ls -l "Requests/_limit=41" | wc -l)$(cut -f 1 Requests/_limit=41/rows.tsv | tail -n 1)" \
	"also the end, right after a listing"

cd /
done_testing
