#!/bin/sh
# SPDX-License-Identifier: MIT
# fuzz.sh TARGET...: each target under libFuzzer for FUZZTIME seconds, starting
# from its corpus; what is new goes to build/fuzz/corpus.
set -eu
: "${CLANG:=clang}" "${FUZZTIME:=30}"
command -v "$CLANG" >/dev/null || { echo "fuzzing needs clang (apt-get install clang)" >&2; exit 1; }
sources=$(find src -name '*.c' ! -name main.c)
for target; do
	mkdir -p "build/fuzz/corpus/$target"
	# shellcheck disable=SC2046,SC2086
	$CLANG -std=c17 -D_GNU_SOURCE -DFUSE_USE_VERSION=314 -DJSMFS_VERSION='"fuzz"' -Isrc -Itests \
		-O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$(pkg-config --cflags $PKGS) -o "build/fuzz/$target" "tests/fuzz/$target.c" $sources \
		$(pkg-config --libs $PKGS) -pthread
	dict=tests/fuzz/$target.dict
	"build/fuzz/$target" -max_total_time="$FUZZTIME" -timeout=10 -rss_limit_mb=2048 \
		$([ -f "$dict" ] && echo "-dict=$dict") \
		"build/fuzz/corpus/$target" "tests/fuzz/corpus/$target"
done
