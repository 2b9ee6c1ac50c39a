#!/bin/bash
# SPDX-License-Identifier: MIT
# Every line that a README.md shows for writing does what it says, in each form; only
# the names of what each site has others of are put in.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt" || exit 1
echo hello >"$work/report.pdf"
reset() {
	curl -s -X POST "$url/__sim/reset" >/dev/null
}
# lines README: what it shows for writing
lines() {
	sed -n '/^```/,/^```/p' "$1" | grep ' > [^ ]*/\(call\|insert\|update\|delete\)'
}
# runs README FILE SED_SCRIPT: its lines for that file
runs() {
	n=0
	while IFS= read -r line; do
		n=$((n + 1))
		reset
		line=$(printf '%s\n' "$line" | sed "$3")
		file=$(printf '%s\n' "$line" | sed 's/.* > \([^ ]*\).*/\1/')
		ok "$line" sh -c "$line"
		case $file in
		*/call) file=${file%call}last.json ;;
		esac
		not_ok "which nothing refused" grep -q 'refused\|unknown' "$file"
	done <<-EOF
		$(lines "$1" | grep -- "$2")
	EOF
	ok "$1 has lines for $2" test $n -gt 0
}

acc=$(sed -n 2p RequestParticipants/RequestKey=HELP-2/rows.csv | cut -d , -f 1)
ap=$(sed -n 2p RequestApprovals/FinalDecision=pending/CanAnswerApproval=true/_select=RequestKey,Id/rows.csv)
t=$(sed -n 2p CustomerTransitions/RequestKey=HELP-2/_select=Id/rows.csv)
[ -n "$t" ] || t=$(sed -n 2p CustomerTransitions/RequestKey=HELP-3/_select=Id/rows.csv)

runs proc/CreateCustomer/README.md call ''
runs proc/CreateSchema/README.md call "s|/tmp/|$work/|"
runs proc/AttachTemporaryFile/README.md call "s|/tmp/|$work/|"
runs sql/README.md call ''
runs RequestComments/README.md insert ''
runs RequestParticipants/README.md insert "s|abc123|$acc|"
runs RequestParticipants/README.md delete "s|abc123|$acc|"
runs RequestApprovals/README.md update "s|HELP-2|${ap%,*}|; s|Id=\"1\"|Id=\"${ap#*,}\"|; s|\"Id\":\"1\"|\"Id\":\"${ap#*,}\"|; s|'\"1\",|'\"${ap#*,}\",|"
runs Organizations/README.md insert ''
runs Organizations/README.md delete "s|Id=1|Id=2|"
runs Users/README.md insert "s|abc123|$acc|"
runs Customers/README.md insert ''
runs Requests/README.md insert ''

# inputs and their types are told, and a line in each form
for f in proc/*/README.md; do
	p=$(basename "$(dirname "$f")")
	is "$(lines "$f" | wc -l)" 3 "$p: a line in each form"
	is "$(sed -n '/^## Parameters/,/^## Results/s/^- `\([^`]*\)` (\([A-Za-z0-9]*\).*/\1 \2/p' "$f")" \
		"$(tail -n +2 "sys/sys_procedureparameters/ProcedureName=$p/_select=ColumnName,DataTypeName,Direction/rows.csv" | grep ',1$' | cut -d , -f 1,2 | tr , ' ')" "$p: inputs and types"
done

done_testing
