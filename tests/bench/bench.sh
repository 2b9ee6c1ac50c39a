#!/bin/sh
# SPDX-License-Identifier: MIT
# bench.sh: what it costs to read pages and a whole table.  Runs take turns, and
# only ratios of medians are printed: they are what another machine shows too.
# N requests (50000), RUNS turns (5).
. "$(dirname "$0")/../fs/lib.sh"
: "${N:=50000}" "${RUNS:=5}"
tree=$(dirname "$bin")/tree/jsmfs

start_sim --data "$N"
export JSMFS_URL="$url" JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token

# median COLUMN < numbers
median() {
	awk -v c="$1" '{ print $c }' | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'
}
# of_ours A B: how many times B is of A
of_ours() {
	awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", b / a }'
}
get() {
	curl -sf -u "$JSMFS_USER:$JSMFS_APITOKEN" "$url/rest/servicedeskapi/request?$1"
}

get 'limit=100' >"$work/page.json"
"$bin/bench/json" "$work/page.json" >"$work/speed" || exit 1
echo "one page of $(wc -c <"$work/page.json") bytes, all columns of Requests, scanner against tree:"
echo "  $(of_ours "$(median 2 <"$work/speed")" "$(median 1 <"$work/speed")") times the bytes in the same time"

with_jq() {
	config=$work/curl.conf
	start=0
	: >"$config"
	while [ "$start" -lt "$N" ]; do
		echo "url = \"$url/rest/servicedeskapi/request?expand=participant&limit=100&start=$start\""
		start=$((start + 100))
	done >"$config"
	curl -sf -u "$JSMFS_USER:$JSMFS_APITOKEN" -K "$config" |
		jq -r '.values[] | [.issueId, .issueKey, .requestTypeId, .serviceDeskId,
			.createdDate.iso8601, .reporter.key, .reporter.displayName,
			.reporter.emailAddress, .reporter.name, .reporter.timeZone,
			.currentStatus.status, (.participants.values | tojson), .summary] | @csv'
}
with_scanner() {
	"$bin/jsmfs" sql -f csv -o ScanGuard=1000000 'SELECT * FROM Requests'
}
with_tree() {
	"$tree" sql -f csv -o ScanGuard=1000000 'SELECT * FROM Requests'
}
for how in scanner tree jq; do
	: >"$work/$how"
done
i=0
while [ $i -lt "$RUNS" ]; do
	for how in scanner tree jq; do
		wall=$(date +%s.%N)
		times >"$work/before"
		"with_$how" >"$work/out"
		times >"$work/after"
		awk -v a="$wall" -v b="$(date +%s.%N)" '
			FNR == 2 { gsub(/[ms]/, " "); cpu[FILENAME] = $1 * 60 + $2 + $3 * 60 + $4 }
			END { print b - a, cpu[ARGV[2]] - cpu[ARGV[1]] }' "$work/before" "$work/after" >>"$work/$how"
	done
	i=$((i + 1))
done
echo "all $N requests as CSV, latency 0, as multiples of jsmfs:"
for how in tree jq; do
	echo "  $how: wall $(of_ours "$(median 1 <"$work/scanner")" "$(median 1 <"$work/$how")")," \
		"CPU $(of_ours "$(median 2 <"$work/scanner")" "$(median 2 <"$work/$how")")"
done
