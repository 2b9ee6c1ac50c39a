#!/bin/bash
# SPDX-License-Identifier: MIT
# by/ shows the values that are known, as links to queries.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt/Requests" || exit 1

ok "a column with values is there" test -d by/RequestStatus
not_ok "one whose values nobody knows is not" test -e by/CreatedDate
is "$(ls by/RequestStatus | tr '\n' ' ')" "ALL_REQUESTS CLOSED_REQUESTS OPEN_REQUESTS values.csv " \
	"the values and values.csv"
is "$(readlink by/RequestStatus/OPEN_REQUESTS)" "../../RequestStatus=OPEN_REQUESTS" "a link to the query"
is "$(cat by/RequestStatus/OPEN_REQUESTS/count)" "$(cat RequestStatus=OPEN_REQUESTS/count)" \
	"which leads there"
is "$(stat -c %s by/RequestStatus/OPEN_REQUESTS)" \
	"$(readlink by/RequestStatus/OPEN_REQUESTS | tr -d '\n' | wc -c)" "its size is that of the target"
not_ok "a value that is not known is no link" test -L by/RequestStatus/NOPE
is "$(head -n 1 by/RequestStatus/values.csv)" "name,value,count" "values.csv has its header"
like "$(cat by/ServiceDeskId/values.csv)" "IT Help Desk,1," "with names for people"
is "$(grep -c OPEN_REQUESTS by/RequestStatus/values.csv)" 1 "and every value once"
rows=$(tail -n +2 RequestStatus=CLOSED_REQUESTS/_select=RequestKey/rows.csv | wc -l)
tail -n +2 RequestStatus=CLOSED_REQUESTS/rows.csv >/dev/null
like "$(cat by/RequestStatus/values.csv)" "CLOSED_REQUESTS,CLOSED_REQUESTS,$rows" \
	"the count is known after the query was read"
before=$(calls)
ls -lR by >/dev/null
is "$(calls)" "$before" "and nothing of it makes a call"

cd /
done_testing
