#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh UNIT...: everything that speaks TAP, under one prove; closes with one
# line "N passed, N failed[, N skipped]" that totals what prove ran.
set -u
: "${BUILD:=build/release}"
export BUILD
out=$(mktemp) || exit 1
trap 'rm -f "$out"' EXIT
set -- "$@" $(ls tests/cases/*.t tests/exchanges/*.t tests/fuzz/*.t tests/conform/*.t tests/fs/*.t tests/cli/*.t 2>/dev/null)
prove --jobs "${JOBS:-2}" --merge --verbose --exec '' "$@" >"$out" 2>&1 </dev/null
code=$?
if [ $code != 0 ] || [ -n "${V:-}" ]; then
	grep -E '(^not ok|^#|Failed|Dubious|Wstat|No plan|Bad plan|Parse err)' "$out" | head -n 300
	[ -z "${V:-}" ] || cat "$out"
fi
grep -E '# [Ss][Kk][Ii][Pp]|skipped:' "$out" | sed 's/^/  /' | sort | uniq -c | head -n 40
# A number is not asked of a test; a program that is skipped whole counts as one.
passed=$(grep -caE '^ok ([0-9]|-)' "$out")
failed=$(grep -caE '^not ok ([0-9]|-)' "$out")
skip_ok=$(grep -caiE '^ok .*# skip' "$out")
skipped=$((skip_ok + $(grep -caE '^[^ ]+ \.\.+ skipped:' "$out")))
passed=$((passed - skip_ok))
# A test program that died without a "not ok" is a failure too.
if [ $code != 0 ] && [ "$failed" = 0 ]; then
	failed=1
fi
if [ "$passed" = 0 ]; then
	failed=$((failed + 1))
fi
tail -n 3 "$out"
if [ "$skipped" -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ "$failed" = 0 ]
