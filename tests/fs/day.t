#!/bin/bash
# SPDX-License-Identifier: MIT
# A day's work (day.steps) while the network and the server fail at every call of it: what
# is told is what is so.  DAY=all lets every call fail in every way (make soak),
# FLAVOUR=datacenter does it there.
. "$(dirname "$0")/lib.sh"

command -v python3 >/dev/null || skip_all "python3 is not installed"
context=
credentials=agent@example.com:demo-token
if [ "${FLAVOUR:-}" = datacenter ]; then
	context=/jira
	credentials=agent:demo-password
	start_sim --flavour datacenter --context $context
	connection="URL=$url$context;AuthScheme=Basic;User=agent;Password=demo-password"
else
	start_sim
fi
start_mount -o MetadataTTL=0
allow_log 'path='
here=$(dirname "$0")
python3 "$here/day.py" "$here/day.steps" "$mnt" "$url" "$context" "$credentials" "$simlog" \
	"$bin/jsmfs" "$connection" ${DAY:+"$DAY"} >"$work/day" 2>&1
status=$?
while IFS= read -r line; do
	case $line in
	'not ok '*) result 1 "${line#not ok }" ;;
	'ok '*) result 0 "${line#ok }" ;;
	*) note "${line#\# }" ;;
	esac
done <"$work/day"
is $status 0 "all steps were run"
done_testing
