#!/bin/bash
# SPDX-License-Identifier: MIT
# Changes that break off: time runs out, somebody interrupts, the server or jsmfs itself
# is gone.  Each is told as what it is, and none is made twice.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all "python3 is not installed"
start_sim
start_mount -o Timeout=2 -o Logfile="$work/log"
allow_log 'path='
dir=$mnt/proc/CreateCustomer
n=0
posts() {
	calls '"method":"POST"'
}
last() {
	jq -r '.[-1] | [.outcome, .errno] | join(",")' "$dir/last.json"
}
# customer: a line that nobody wrote before
customer() {
	n=$((n + 1))
	line="Email=lost$n@example.com FullName=L"
}
# write: what the shell says of it
write() {
	customer
	sh -c 'echo "$1" >"$2"' sh "$line" "$dir/call" 2>"$work/err"
}

before=$(posts)
sim fault 'POST * slow=6000'
write
is $? 1 "no answer in time"
is "$(last)" unknown,ETIMEDOUT "nobody knows what became of it"
like "$(jq -r .message "$dir/error")" "may have been done" "which is said"
sim fault
ok "it was sent once" try sh -c '[ $(grep -c "\"method\":\"POST\"" "$1") = $2 ]' sh "$simlog" $((before + 1))
write
is $? 0 "the next is fine"

# interrupted while it is on its way
sim latency 1500
before=$(posts)
# who is quicker than the call is told that nothing was sent, rightly: then once more
for attempt in 1 2 3 4 5 6 7 8 9 10; do
	customer
	printf '%s\n' "$line" >"$work/line"
	cat "$work/line" >"$dir/call" 2>/dev/null &
	pid=$!
	try sh -c 'tail -n 1 "$1" | grep -q "lost'$n'@.*sending"' sh "$work/log"
	kill -TERM $pid
	wait $pid 2>/dev/null
	status=$?
	try sh -c '! tail -n 1 "$1" | grep -q sending' sh "$work/log"
	try sh -c '[ "$(jq -r ".[-1].outcome" "$1")" != applied ]' sh "$dir/last.json"
	[ "$(last)" = refused,EINTR ] || break
done
is $status 143 "a writer is interrupted"
ok "that is told" try sh -c '[ "$(jq -r ".[-1].outcome" "$1")" = unknown ]' sh "$dir/last.json"
is "$(last)" unknown,EINTR "nobody knows either"
ok "it was sent once" try sh -c '[ $(grep -c "\"method\":\"POST\"" "$1") = $2 ]' sh "$simlog" $((before + 1))

# a program that goes on after a signal writes again when it is told EINTR
before=$(posts)
customer
python3 - "$dir/call" "$line" >"$work/out" <<'PY'
import os, signal, sys
signal.signal(signal.SIGALRM, lambda *_: None)
fd = os.open(sys.argv[1], os.O_WRONLY)
signal.setitimer(signal.ITIMER_REAL, 0.5)
try:
    os.write(fd, sys.argv[2].encode() + b"\n")
    print("written")
except OSError as e:
    print(os.strerror(e.errno))
PY
is "$(cat "$work/out")" "Operation canceled" "a program with a handler is not told to try again"
ok "so it does not" try sh -c '[ $(grep -c "\"method\":\"POST\"" "$1") = $2 ]' sh "$simlog" $((before + 1))
sim latency 0

# jsmfs itself is killed: the log tells what was under way
sim latency 3000
customer
sh -c 'echo "$1" >"$2"' sh "$line" "$dir/call" 2>/dev/null &
pid=$!
try sh -c 'tail -n 1 "$1" | grep -q "lost'$n'@.*sending"' sh "$work/log"
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null
wait $pid 2>/dev/null
umount -l "$mnt" 2>/dev/null || fusermount3 -uz "$mnt"
daemon_pid=
sim latency 0
is "$(tail -n 1 "$work/log" | sed 's/.* change: //' | jq -r '[.outcome, .target] | join(",")')" \
	"sending,lost$n@example.com" "killed on the way: the log says what was being sent"

# too many requests, for longer than anybody waits
start_mount -o Timeout=2
sim fault 'POST * status=429 retry-after=1000'
before=$(posts)
write
is $? 1 "a pause that outlasts the time"
is "$(last)" refused,EAGAIN "is a refusal: it was not done"
is $(($(posts) - before)) 1 "asked once"
sim fault
ok "unmounted" stop_mount

# the server is gone
# long enough for the last attempt: one that the time cuts off is called a timeout
start_mount -o Timeout=10
stop_sim
write
is $? 1 "no server"
is "$(last)" refused,ECONNREFUSED "nothing was sent"
record=
done_testing
