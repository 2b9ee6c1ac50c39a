#!/bin/bash
# SPDX-License-Identifier: MIT
# Ten opens of one result are one query; a fresh result is not asked for again.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o CacheTolerance=3
cd "$mnt/Requests" || exit 1
d=RequestStatus=OPEN_REQUESTS

sim latency 500
before=$(calls)
pids=
for i in 1 2 3 4 5 6 7 8 9 10; do
	cat $d/rows.csv >"$work/copy.$i" &
	pids="$pids $!"
done
wait $pids
sim latency 0
one=$(($(calls) - before))
is "$one" 1 "ten opens at a time are one request"
same_all=0
for i in 2 3 4 5 6 7 8 9 10; do
	cmp -s "$work/copy.1" "$work/copy.$i" || same_all=1
done
is "$same_all" 0 "and all got the same bytes"
ok "which are some" [ -s "$work/copy.1" ]

before=$(calls)
cat $d/rows.csv $d/rows.csv >/dev/null
cat $d/./../$d/rows.csv >/dev/null
cat requeststatus=open_requests/rows.csv >/dev/null
is "$(calls)" "$before" "a fresh result is not asked for again, however it is spelled"

# one open file keeps its bytes, a later open gets new ones
exec 3<$d/rows.csv
head -c 10 <&3 >"$work/head"
ino=$(stat -c %i $d/rows.csv)
newer() { [ "$(stat -c %i $d/rows.csv)" != "$ino" ]; }
ok "the name gets a new inode when the result is too old" try newer
ok "a new open reads anew" sh -c "cat $d/rows.csv >/dev/null"
ok "with a request" [ "$(calls)" -gt "$before" ]
cat "$work/head" - <&3 >"$work/whole"
exec 3<&-
ok "the open file still has its bytes" same "$work/whole" "$work/copy.1"

before=$(calls)
cat $d/_fresh=0/rows.csv >/dev/null
cat $d/_fresh=0/rows.csv >/dev/null
is $(($(calls) - before)) 2 "_fresh=0 asks every time"
cp $d/_fresh=0/rows.csv "$work/copy" 2>"$work/err"
is "$(cat "$work/err")" "" "and can be copied"
before=$(calls)
cat $d/_fresh=1h/rows.csv >/dev/null
cat $d/_fresh=1h/rows.csv >/dev/null
ok "_fresh=1h asks at most once" [ $(($(calls) - before)) -le 1 ]

# what the query's own path has is there for these too, without a call
e=_limit=9
cat $e/rows.csv >"$work/plain"
before=$(calls)
ok "_fresh=1h shows what was read without it" cmp $e/_fresh=1h/rows.csv "$work/plain"
ok "and so does _fresh=cache" cmp $e/_fresh=cache/rows.csv "$work/plain"
is "$(calls)" "$before" "which asks nobody"

# once more through the page cache

cat $d/_fresh=1h/rows.json >/dev/null
ok "read again and again" sh -c "for i in 1 2 3 4 5 6 7 8 9; do cat $d/_fresh=1h/rows.json; done >/dev/null"

cd /
done_testing
