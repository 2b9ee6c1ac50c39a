#!/bin/bash
# SPDX-License-Identifier: MIT
# Every tool gets every byte of a result, on a path that was never opened before.
. "$(dirname "$0")/lib.sh"

start_sim --data 800
start_mount
cd "$mnt" || exit 1

truth "SELECT * FROM Requests" >"$work/truth"
[ -s "$work/truth" ] || note "the truth is empty"
sum=$(sha256sum <"$work/truth")
bytes=$(wc -c <"$work/truth")
ok "the result is large enough to matter ($bytes bytes)" [ "$bytes" -gt 140000 ]

# A new path with the same rows: a limit beyond all of them.
n=100000
fresh() {
	n=$((n + 1))
	f=Requests/_limit=$n/rows.csv
}

# tool NAME COMMAND: what the command prints, given $f, is the whole file.
tool() {
	fresh
	got=$(f=$f bash -c "$2" | sha256sum)
	is "$got" "$sum" "$1"
}

# line NAME COMMAND: a command prints the same of the file and of the truth.
line() {
	fresh
	got=$(f=$f bash -c "$2")
	want=$(f=$work/truth bash -c "$2")
	is "$got" "$want" "$1"
	[ -n "$want" ] || result 1 "$1 says something"
}

export work
tool cat 'cat "$f"'
tool 'cat <' 'cat <"$f"'
tool 'head -c' 'head -c 100000000 "$f"'
tool 'head -n' 'head -n 100000 "$f"'
tool 'tail -c +1' 'tail -c +1 "$f"'
tool 'dd bs=1M' 'dd if="$f" bs=1M status=none'
tool 'dd bs=777' 'dd if="$f" bs=777 status=none'
tool 'cp' 'cp "$f" "$work/copy" && cat "$work/copy"'
tool 'cp --sparse=always' 'cp --sparse=always "$f" "$work/copy" && cat "$work/copy"'
tool 'cp --reflink=auto -p' 'cp --reflink=auto -p "$f" "$work/copy" && cat "$work/copy"; rm -f "$work/copy"'
tool 'rsync' 'rsync -a "$f" "$work/copy" && cat "$work/copy"; rm -f "$work/copy"'
tool 'tar' 'tar -cf - "$f" 2>&1 | tar -xOf -'
tool 'install' 'install -m 600 "$f" "$work/copy" && cat "$work/copy"'
tool 'grep' 'grep "" "$f"'
tool 'awk' 'awk 1 "$f"'
tool 'sed' 'sed -n p "$f"'
tool 'tac' 'tac "$f" | tac'
tool 'python read' 'python3 -c "import sys;sys.stdout.buffer.write(open(sys.argv[1],\"rb\").read())" "$f"'
tool 'python mmap' 'python3 -c "
import mmap,sys
with open(sys.argv[1],\"rb\") as f, mmap.mmap(f.fileno(),0,prot=mmap.PROT_READ) as m:
    sys.stdout.buffer.write(m[:])" "$f"'
tool 'python shutil.copyfile' 'python3 -c "
import shutil,sys
shutil.copyfile(sys.argv[1],sys.argv[2])" "$f" "$work/copy" && cat "$work/copy"'
tool 'python os.sendfile' 'python3 -c "
import os,sys
with open(sys.argv[1],\"rb\") as f, open(sys.argv[2],\"wb\") as t:
    n=os.fstat(f.fileno()).st_size
    at=0
    while at<n:
        at+=os.sendfile(t.fileno(),f.fileno(),at,n-at)" "$f" "$work/copy" && cat "$work/copy"'
# these ask nobody how long the file is: they stop where the kernel believes it ends
tool 'sendfile without a look at the size' 'python3 -c "
import os,sys
f, t = os.open(sys.argv[1],os.O_RDONLY), os.open(sys.argv[2],os.O_WRONLY|os.O_CREAT|os.O_TRUNC)
at = n = 0
while n or not at:
    n = os.sendfile(t,f,at,1<<20)
    at += n" "$f" "$work/copy" && cat "$work/copy"'
tool 'splice' 'python3 -c "
import os,sys
f = os.open(sys.argv[1],os.O_RDONLY)
while os.splice(f,1,1<<16): pass" "$f" | cat'
if command -v busybox >/dev/null; then
	tool 'busybox cat' 'busybox cat "$f"'
	tool 'busybox cp' 'busybox cp "$f" "$work/copy" && cat "$work/copy"'
else
	skip "busybox cat and cp" "there is no busybox"
fi
tool 'python pread backwards' 'python3 -c "
import os,sys
fd=os.open(sys.argv[1],os.O_RDONLY)
n=os.fstat(fd).st_size
parts=[]
for at in range((n-1)//5000*5000,-1,-5000):
    parts.append(os.pread(fd,5000,at))
sys.stdout.buffer.write(b\"\".join(reversed(parts)))" "$f"'

line 'wc' 'wc <"$f"'
line 'wc -c' 'wc -c <"$f"'
line 'wc -l' 'wc -l <"$f"'
line 'sha256sum' 'sha256sum <"$f"'
line 'tail -n 1' 'tail -n 1 "$f"'
line 'tail -c 100' 'tail -c 100 "$f"'
line 'sort' 'sort "$f" | sha256sum'
line 'cut' 'cut -d, -f2 "$f" | sha256sum'
line 'git hash-object' 'git hash-object --no-filters "$f"'
line 'python os.stat after open' 'python3 -c "
import os,sys
f=open(sys.argv[1]);print(os.stat(sys.argv[1]).st_size==os.fstat(f.fileno()).st_size==len(open(sys.argv[1],\"rb\").read()))" "$f"'
fresh
ok "cmp" cmp "$f" "$work/truth"
fresh
ok "diff" diff "$f" "$work/truth"

n=$((n + 1))
is "$(jq length Requests/_limit=$n/rows.json)" "$(($(truth 'SELECT count(*) FROM Requests' | tail -n 1)))" "jq"
fresh
is "$(stat -c %s "$f" >/dev/null; cat "$f" >/dev/null; stat -c %s "$f")" "$bytes" \
	"stat is exact once the file was read"

if command -v curl >/dev/null; then
	fresh
	curl -s -T "$f" "file://$work/uploaded"
	ok "curl -T" same "$work/uploaded" "$work/truth"
fi
if command -v less >/dev/null && command -v script >/dev/null; then
	fresh
	script -qec "TERM=xterm less -X +Gq '$f'" /dev/null </dev/null >"$work/less" 2>&1
	last=$(tail -n 1 "$work/truth" | tail -c 20)
	ok "less shows the last line" grep -aqF -- "$last" "$work/less"
fi

# generated files are exact before they are opened
for f in README.md status Requests/README.md Requests/schema.csv Requests/plan \
	Requests/query.sql Requests/stats Requests/error errors.ndjson \
	proc/CreateCustomer/README.md proc/CreateCustomer/last.json \
	proc/CreateCustomer/call Requests/by/RequestStatus/values.csv; do
	is "$(stat -c %s $f)" "$(cat $f | wc -c)" "$f: stat tells what cat gives"
	cp $f "$work/copy"
	is "$(wc -c <"$work/copy")" "$(stat -c %s $f)" "$f: cp"
done
ok "tar of a directory of generated files" \
	sh -c 'tar -cf "$work/t.tar" Requests/README.md Requests/plan Requests/stats status proc'

cd /
done_testing
