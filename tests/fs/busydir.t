#!/bin/bash
# SPDX-License-Identifier: MIT
# More writers, readers and renames in one directory than there are threads: names
# are forgotten while the kernel holds the directory, and nobody waits for ever.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o ProcessBudget=0
row=$mnt/Requests/id/HELP-2
one() { # NUMBER
	case $(($1 % 4)) in
	0) echo "$1" >"$row/attachments/f$1.txt" ;;
	1) echo "$1" >"$work/g$1" && mv "$work/g$1" "$row/attachments/" 2>"$work/mv.$1" ;;
	2) echo "$1" >"$row/attachments/.h$1.tmp" && mv "$row/attachments/.h$1.tmp" "$row/attachments/h$1" ;;
	3) ls -l "$row/attachments" >/dev/null ;;
	esac
}
pids=
for i in $(seq 160); do
	one "$i" &
	pids="$pids $!"
done
failed=0
for pid in $pids; do wait "$pid" || failed=$((failed + 1)); done
is "$failed" 0 "160 at once in one directory all end well"
is "$(ls "$row/attachments" | grep -cE '^[fgh][0-9]+')" 120 "and what they wrote is there"
done_testing
