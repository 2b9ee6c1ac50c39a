#!/bin/bash
# SPDX-License-Identifier: MIT
# stream.* gives rows as they come and stops when the reader leaves.
. "$(dirname "$0")/lib.sh"

start_sim --data 20000
start_mount
cd "$mnt/Requests" || exit 1

is "$(stat -c %s stream.csv)" 0 "size 0"
before=$(calls)
head -n 1 stream.csv >"$work/one" 2>"$work/err"
is $? 0 "head succeeds"
is "$(cat "$work/err")" "" "and has nothing to complain about"
is "$(cat "$work/one")" "$(truth 'SELECT * FROM Requests LIMIT 1' | head -n 1)" "head -n 1 gives the header"
after=$(calls)
ok "after few calls ($((after - before)))" [ $((after - before)) -lt 60 ]
settled() {
	now=$(calls)
	[ "$now" = "$after" ] && return 0
	after=$now
	return 1
}
ok "the fetch stops" try settled
all=$((20000 / 100))
ok "far from all $all pages ($((after - before)))" [ $((after - before)) -lt $((all / 2)) ]

cat ServiceDeskId=1/_scan=yes/stream.csv >"$work/stream"
ok "cat reads all of a stream" [ "$(wc -l <"$work/stream")" -gt 1000 ]
cat ServiceDeskId=1/_scan=yes/rows.csv >"$work/rows"
ok "which is what rows.csv holds" same "$work/stream" "$work/rows"
cat ServiceDeskId=1/_limit=1000/stream.tsv >"$work/stream"
cat ServiceDeskId=1/_limit=1000/rows.tsv >"$work/rows"
ok "tsv too" same "$work/stream" "$work/rows"
is "$(cat ServiceDeskId=1/_limit=1000/stream.ndjson | jq -s length)" 1000 "ndjson too"
is "$( (head -n 1; head -n 1) <ServiceDeskId=1/_limit=10/stream.csv)" \
	"$(head -n 2 ServiceDeskId=1/_limit=10/rows.csv)" "two readers in turn share one descriptor"
like "$(cat ServiceDeskId=1/_limit=10/stats)" "rows: 10" "stats tells what it took"

# rows before the answer is complete
sim latency 300
first=$(python3 -c '
import os, time
fd = os.open("_select=RequestKey/stream.csv", os.O_RDONLY)
data = os.read(fd, 65536)
print(len(data) > 0)')
is "$first" True "the first read has rows"
sim latency 0

# a failure in the middle is a failure of the read
sim fault 'GET */request n=3 status=500'
cat ServiceDeskId=2/_fresh=0/stream.csv >"$work/part" 2>"$work/err"
is $? 1 "cat fails"
like "$(cat "$work/err")" "Remote I/O error" "with EREMOTEIO"
like "$(jq -r .errno ServiceDeskId=2/_fresh=0/error)" "EREMOTEIO" "and the reason is in error"
sim fault
allow_log EREMOTEIO

cd /
done_testing
