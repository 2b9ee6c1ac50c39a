#!/bin/sh
# SPDX-License-Identifier: MIT
# How many calls readers of long lists cause, whatever they and the server do.
. "$(dirname "$0")/lib.sh"

ulimit -n 4096 2>/dev/null || ulimit -n "$(ulimit -Hn)"
start_sim --data 3000 --page-cap 37
start_mount -o MaxConnections=8 -o ProcessBudget=100000 -o CacheTolerance=600

# --- a server that gives 37 rows a page, whatever is asked for
rows=$(wc -l <"$mnt/Requests/rows.tsv")
is "$rows" 3001 "all rows in pages of 37"
first=$(calls /servicedeskapi/request)
ok "at the first time $first calls, 82 and fewer than 8 behind the end" test "$first" -ge 82 -a "$first" -lt 90
stop_mount
start_mount -o MaxConnections=8 -o ProcessBudget=100000 -o CacheTolerance=600
before=$(calls)
cat "$mnt/Requests/_scan=yes/rows.tsv" >"$work/again"
is "$(wc -l <"$work/again")" 3001 "another mount gets them too"
is $(($(calls) - before)) 82 "with no call in vain"

# --- what such pages leave out of the rows within: goes on where they end
before=$(calls)
sort "$mnt/RequestComments/rows.tsv" >"$work/comments"
sort "$mnt/RequestParticipants/rows.tsv" >"$work/participants"
is "$(uniq -d "$work/comments" | wc -l) $(uniq -d "$work/participants" | wc -l)" "0 0" "no child comes twice"
within=$(calls 'request/[0-9]*/')
pages=$(($(calls) - before - within))
# thrice 130 comments, of which 37 are there, and 55 participants
is "$within" $((3 * 3 + 3 * 1)) "the rest of six requests in pages of 37"
is "$pages" $((2 * 82)) "and the list, whose length is known, without a call in vain"

# --- readers that want little
before=$(calls)
is "$(head -n 1 "$mnt/Requests/_select=ServiceDeskId/stream.tsv")" ServiceDeskId "one line of narrow rows"
ok "takes $(($(calls) - before)) calls, fewer than ten" test $(($(calls) - before)) -lt 10
before=$(calls)
exec 3<"$mnt/Requests/_select=RequestKey,Summary/stream.tsv"
head -c 1000 <&3 >"$work/begin"
last=
quiet() {
	n=$last
	last=$(calls)
	[ "$last" = "$n" ]
}
ok "a slow reader: the calls stop" try quiet
ok "after $(($(calls) - before)), long before the end" test $(($(calls) - before)) -lt 60
cat <&3 >"$work/rest"
exec 3<&-
is "$(cat "$work/begin" "$work/rest" | wc -l)" 3001 "and it gets every line when it goes on"

# --- many readers of one thing
before=$(calls)
is "$(python3 - "$mnt/Requests/_select=RequestKey,CurrentStatus/rows.tsv" <<'END'
import sys, threading
seen, lock, together = set(), threading.Lock(), threading.Barrier(1000)
def read():
    together.wait()
    with open(sys.argv[1], "rb") as f:
        data = f.read()
    with lock:
        seen.add(data)
threads = [threading.Thread(target=read) for _ in range(1000)]
for t in threads: t.start()
for t in threads: t.join()
print(len(seen), seen.pop().count(b"\n"))
END
)" "1 3001" "a thousand readers of one file read the same"
ok "and cause the calls of one: $(($(calls) - before))" test $(($(calls) - before)) -le 90
stop_mount
stop_sim
rm -f "$simlog"

# --- a server that refuses what is too much
start_sim --data 3000 --rate 20
start_mount -o MaxConnections=16 -o Timeout=120
is "$(wc -l <"$mnt/Requests/rows.tsv")" 3001 "a server that allows 20 calls a second gives all rows"
refused=$(grep -c '"status":429' "$simlog")
served=$(grep -c '"status":200' "$simlog")
ok "it refused $refused calls, fewer than the $served it served" test "$refused" -lt "$served"
sort "$mnt/RequestComments/rows.tsv" | cmp - "$work/comments"
is $? 0 "its comments are those that came in pages of 37"
sort "$mnt/RequestParticipants/rows.tsv" | cmp - "$work/participants"
is $? 0 "and so are its participants"
is "$(sed -n 's/^retries: *//p' "$mnt/Requests/stats" | head -n 1)" "$refused" "stats says how many were repeated"
done_testing
