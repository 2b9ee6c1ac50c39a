#!/bin/sh
# SPDX-License-Identifier: MIT
# Every input that was ever interesting goes through its parser again.
cd "$(dirname "$0")/corpus" || exit 1
n=0
for target in */; do
	target=${target%/}
	n=$((n + 1))
	out=$("../../../${BUILD:-build/release}/fuzz/$target" "$target"/* 2>&1)
	code=$?
	count=$(printf '%s\n' "$out" | grep -c '^ok')
	if [ $code = 0 ]; then
		echo "ok $n - $target: $count inputs"
	else
		echo "not ok $n - $target: exit status $code after $count inputs"
		printf '%s\n' "$out" | tail -n 30 | sed 's/^/# /'
	fi
done
echo "1..$n"
