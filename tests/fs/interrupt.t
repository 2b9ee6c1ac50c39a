#!/bin/bash
# SPDX-License-Identifier: MIT
# Ctrl-C ends a process that waits for the site, long before the site answers.
. "$(dirname "$0")/lib.sh"

start_sim --data 2000
start_mount
cd "$mnt/Requests" || exit 1
slow_ms=60000

# interrupted NAME COMMAND: the command begins, a request arrives, SIGINT ends it.
interrupted() {
	before=$(calls)
	python3 -c '
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' bash -c "$2" >"$work/out" 2>&1 &
	pid=$!
	ok "$1 waits" try waits $pid
	not_ok "$1 is still there" gone $pid
	kill -INT $pid
	ok "$1 is gone soon after SIGINT" try gone $pid
	wait $pid 2>/dev/null
	is "$(calls)" "$before" "before the server answered"
}

in_request() {
	grep -Eq 'fuse|request_wait' "/proc/$1/stack" "/proc/$1/wchan" 2>/dev/null
}

# Blocked in a request of the mount, and not just passing through one: a shell
# that starts here asks for its directory, and would take the signal as its own.
waits() {
	in_request "$1" && sleep 0.05 && in_request "$1" && sleep 0.05 && in_request "$1"
}

sim latency $slow_ms
interrupted "an open" 'exec cat _limit=1/rows.csv'
interrupted "a stream" 'exec cat _limit=2/stream.csv'
interrupted "a look-up under id/" 'exec stat id/HELP-77'
interrupted "a write" 'exec python3 -c "
import os, signal
signal.signal(signal.SIGINT, signal.SIG_DFL)
fd = os.open(\"../proc/CreateCustomer/call\", os.O_WRONLY)
os.write(fd, b\"Email=x@example.com FullName=X\\n\")"'
allow_log 'proc/CreateCustomer/call'

# while one waits everybody else goes on
cat _limit=3/rows.csv >/dev/null 2>&1 &
pid=$!
ok "one waits" try waits $pid
ok "a listing meanwhile" sh -c 'ls -lR .. >/dev/null'
ok "a file from memory meanwhile" sh -c 'cat README.md >/dev/null'
not_ok "the one still waits" gone $pid
kill -INT $pid 2>/dev/null
kill -TERM $pid
wait $pid 2>/dev/null

# more waiters than threads: those in the queue can be interrupted too
pids=
for i in $(seq 1 50); do
	cat _limit=$((100 + i))/rows.csv >/dev/null 2>&1 &
	pids="$pids $!"
done
all_wait() { for p in $pids; do in_request $p || return 1; done; }
ok "fifty wait" try all_wait
kill -TERM $pids
all_gone() { for p in $pids; do gone $p || return 1; done; }
ok "and are gone soon after a signal" try all_gone
wait $pids 2>/dev/null

sim latency 0
ok "then everything works again" sh -c 'cat _limit=1/rows.csv >/dev/null'

cd /
done_testing
