#!/bin/bash
# SPDX-License-Identifier: MIT
# Many lines at once: several calls at a time, none left out, none made twice, and a
# receipt for each line.
. "$(dirname "$0")/lib.sh"

start_sim --latency 5
start_mount
call=$mnt/proc/CreateCustomer/call
dir=$mnt/proc/CreateCustomer
allow_log 'path="proc/CreateCustomer/call"'

posts() {
	calls '"method":"POST"'
}

# 1 000 customers; every hundredth is refused: the name of its neighbour before
customers() {
	echo "Email,FullName"
	awk -v n="$1" -v p="$2" 'BEGIN {
		for (i = 1; i <= n; i++)
			printf "%s%d@example.com,%s\n", p, i % 100 ? i : i - 1, "Customer " i
	}'
}

customers 1000 b >"$work/in.csv"
cp "$work/in.csv" "$call" 2>"$work/err"
is $? 1 "cp of 1 000 customers, ten of which exist already, fails"
like "$(cat "$work/err")" "busy" "and says why the first did"
is "$(posts)" 1000 "each was sent, once"
is "$(jq length "$dir/last.json")" 1000 "a receipt for every line"
is "$(jq -r '[.[].line] == [range(2; 1002)]' "$dir/last.json")" true "in the order of the lines"
is "$(jq -r '[.[] | select(.outcome == "refused") | .line] == [range(101; 1002; 100)]' "$dir/last.json")" true \
	"ten are refused, the right ones"
is "$(jq -r '[.[].outcome] | unique | join(" ")' "$dir/last.json")" "applied refused" "the others are applied"
join -t, -1 1 -2 1 <(tail -n +2 "$work/in.csv" | awk -F, '{print NR + 1 "," $1}' | sort -t, -k1,1) \
	<(tail -n +2 "$dir/last.csv" | awk -F, '{print $1 "," $2}' | sort -t, -k1,1) >"$work/joined"
is "$(wc -l <"$work/joined")" 1000 "the receipt joins to the input line by line"
is "$(jq -r 'select(.errno == "EBUSY") | .errno' "$dir/error" | head -n 1)" EBUSY "error tells of the first"
rows=$mnt/sys/sys_identity/rows.csv
is "$(tail -n +2 "$rows" | wc -l)" 1000 "sys_identity has them as well"
is "$(tail -n +2 "$rows" | grep -c SUCCESS)" 990 "with the same outcomes"

# pieces: what a program writes in many writes, and what the kernel divides
before=$(posts)
customers 3000 p >"$work/pieces.csv"
cat "$work/pieces.csv" | python3 -c '
import sys
data = sys.stdin.buffer.read()
f = open(sys.argv[1], "wb", buffering=4096)
try:
    for i in range(0, len(data), 1000):
        f.write(data[i:i + 1000])
    f.close()
    print("no failure")
except OSError as e:
    print("failure", e.errno)
' "$call" >"$work/out"
is "$(cat "$work/out")" "failure 16" "a program that writes in pieces hears of the refused ones"
is $(($(posts) - before)) 3000 "and all lines were sent, once"

before=$(posts)
# over 1 MiB in one write, whose last part has the refused line
python3 - "$call" <<'PY' >"$work/out"
import os, sys
head = "Email,FullName\n"
rows = "".join(f"q{i}@example.com,Q\n" for i in range(200))
pad = "\n" * ((1 << 20) + 5000)
tail = "".join(f"r{i}@example.com,R\n" for i in range(200)) + "q7@example.com,again\n"
data = (head + rows + pad + tail).encode()
fd = os.open(sys.argv[1], os.O_WRONLY)
n = 0
try:
    while n < len(data):
        n += os.write(fd, data[n:])
    print("written", end=" ")
except OSError as e:
    print("write", e.errno, end=" ")
try:
    os.close(fd)
    print("closed")
except OSError as e:
    print("close", e.errno)
PY
is "$(cat "$work/out")" "written close 16" "a write that the kernel divides fails at the close"
is $(($(posts) - before)) 401 "and no line of it is sent twice"

# 100 000 lines, refused here: their receipts need no memory
# (the pages of the nameless files count as nobody's)
memory() { awk '/RssAnon/ { print $2 }' /proc/$daemon_pid/status; }
before=$(memory)
awk 'BEGIN { for (i = 1; i <= 100000; i++) print "Nope=" i }' >"$work/many"
cp "$work/many" "$call" 2>/dev/null
is $? 1 "100 000 bad lines"
is "$(jq length "$dir/last.json")" 100000 "all have a receipt"
is "$(tail -n 1 "$dir/last.csv" | cut -d, -f1-3)" "100000,refused,EINVAL" "the last one too"
grown=$(($(memory) - before))
note "grown by $grown KiB"
case $BUILD in
*asan* | *tsan*) skip "in bounded memory" "a sanitizer keeps what was freed" ;;
*) ok "in bounded memory" test $grown -lt 20000 ;;
esac

# interrupted: no more are started, the rest is told
sim latency 400
before=$(posts)
customers 400 i >"$work/slow.csv"
cp "$work/slow.csv" "$call" 2>/dev/null &
pid=$!
try sh -c '[ $(grep -c "\"method\":\"POST\"" "$1") -gt $2 ]' sh "$simlog" $((before + 4))
kill -TERM $pid
wait $pid 2>/dev/null
sim latency 0
try sh -c '[ "$(jq length "$1")" = 400 ]' sh "$dir/last.json"
is "$(jq length "$dir/last.json")" 400 "interrupted: every line has a receipt"
told=$(jq '[.[] | select(.message // "" | contains("not sent") | not)] | length' "$dir/last.json")
note "$told were sent"
ok "most were not sent" [ $told -lt 100 ]
ok "the server got those that do not say so, and no others" \
	try sh -c '[ $(grep -c "\"method\":\"POST\"" "$1") = $2 ]' sh "$simlog" $((before + told))
is "$(jq -r '[.[] | select(.message // "" | contains("not sent")) | .errno] | unique | join(" ")' "$dir/last.json")" \
	EINTR "the rest has the errno"
# none are on their way if all answers that were waited for had come just then
is "$(jq '[.[] | select(.outcome == "unknown" and .errno != "EINTR")] | length' "$dir/last.json")" \
	0 "of those on their way nobody knows"

# a site that wants no more than so many a second
ok "unmounted" stop_mount
stop_sim
: >"$simlog"
start_sim --rate 40/s
start_mount
customers 99 rate >"$work/rate.csv"
ok "a site with a limit" cp "$work/rate.csv" "$call"
is "$(jq -r '[.[].outcome] | unique | join(" ")' "$dir/last.json")" applied "sees all of it"
ok "although it sent some away" test "$(calls '"status":429')" -gt 0
is "$(calls '"method":"POST".*"status":201')" 99 "and none twice"

cd /
done_testing
