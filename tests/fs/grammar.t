#!/bin/bash
# SPDX-License-Identifier: MIT
# Paths are queries: operators, lists, directives, escapes, and what is refused.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt/Requests" || exit 1

rows() {
	cat "$1/_select=RequestKey/rows.csv" | tail -n +2 | sort
}

sql() {
	truth "SELECT RequestKey FROM Requests WHERE $1" | tail -n +2 | sort
}

same_as() {
	is "$(rows "$1")" "$(sql "$2")" "$1"
}

all=$(cat count)
ok "there are requests" [ "$all" -gt 20 ]
same_as RequestStatus=OPEN_REQUESTS "RequestStatus = 'OPEN_REQUESTS'"
same_as requeststatus=open_requests "RequestStatus = 'OPEN_REQUESTS'"
same_as CurrentStatus=Closed "CurrentStatus = 'Closed'"
same_as CurrentStatus.eq=Closed "CurrentStatus = 'Closed'"
same_as CurrentStatus.ne=Closed "CurrentStatus <> 'Closed'"
same_as ServiceDeskId.in=1,2 "ServiceDeskId IN ('1','2')"
same_as ServiceDeskId.notin=1,2 "ServiceDeskId NOT IN ('1','2')"
same_as CurrentStatus.contains=for "instr(CurrentStatus, 'for')"
same_as CurrentStatus.starts=Wait "CurrentStatus GLOB 'Wait*'"
same_as CurrentStatus.ends=ed "CurrentStatus GLOB '*ed'"
same_as CurrentStatus.like=w%25 "CurrentStatus LIKE 'w%'"
same_as ReporterEmail.null=yes "ReporterEmail IS NULL"
same_as ReporterEmail.null=no "ReporterEmail IS NOT NULL"
same_as CreatedDate.ge=2026-05-01T00:00:00Z "CreatedDate >= '2026-05-01T00:00:00Z'"
same_as CreatedDate.lt=2026-05-01T00:00:00Z "CreatedDate < '2026-05-01T00:00:00Z'"
same_as ServiceDeskId=1/CurrentStatus.ne=Closed "ServiceDeskId = '1' AND CurrentStatus <> 'Closed'"
same_as CurrentStatus.ne=Closed/ServiceDeskId=1 "ServiceDeskId = '1' AND CurrentStatus <> 'Closed'"
same_as CurrentStatus=Waiting%20for%20support "CurrentStatus = 'Waiting for support'"
same_as "CurrentStatus=Waiting for support" "CurrentStatus = 'Waiting for support'"
same_as "ReporterDisplayName=" "ReporterDisplayName = ''"
is "$(rows "CurrentStatus=x' OR '1'='1")" "" "a quote is a quote"

is "$(cat _limit=3/count)" 3 "_limit and count"
is "$(cat _limit=3/rows.tsv | wc -l)" 4 "_limit and rows"
is "$(tail -n +2 _order=RequestKey/_limit=2/_offset=3/_select=RequestKey/rows.csv)" \
	"$(truth 'SELECT RequestKey FROM Requests ORDER BY RequestKey LIMIT 2 OFFSET 3' | tail -n +2)" \
	"_order, _limit, _offset"
is "$(tail -n +2 _order=ServiceDeskId,-RequestKey/_limit=2/_select=RequestKey/rows.csv)" \
	"$(truth 'SELECT RequestKey FROM Requests ORDER BY ServiceDeskId, RequestKey DESC LIMIT 2' | tail -n +2)" \
	"_order in two directions"
is "$(head -n 1 _select=CurrentStatus,RequestKey/rows.csv)" "CurrentStatus,RequestKey" \
	"_select says columns and their order"
is "$(cat _offset=1/count)" "$((all - 1))" "_offset alone"

# one identity whatever the order
is "$(cat _limit=5/ServiceDeskId=1/query.sql)" "$(cat ServiceDeskId=1/_limit=5/query.sql)" \
	"the order of segments does not matter"

# errno by errno; the sentence is in error beside it
refused() {
	err=$(cat "$1/count" 2>&1)
	like "$err" "$2" "$1: $2"
	if [ -n "${3-}" ]; then
		like "$(jq -r .message error)" "$3" "and the reason says $3"
	fi
}
refused Nonsense=1 "Invalid argument" "its columns are RequestId"
refused CurrentStatus.frob=1 "Invalid argument" "eq ne lt le gt ge in notin"
refused RequestStatus=NOPE "Invalid argument" "OPEN_REQUESTS,CLOSED_REQUESTS"
refused RequestStatus.ne=OPEN_REQUESTS "Invalid argument" "parameter of the query"
refused CreatedDate.ge=yesterday "Invalid argument" "2026-01-31"
refused _limit=x "Invalid argument" "whole number"
refused _limit=-1 "Invalid argument"
refused _fresh=often "Invalid argument" "60s"
refused _scan=no "Invalid argument" "yes"
refused _frob=1 "Invalid argument" "_select _order"
refused _select=Nope "Invalid argument" "no column 'Nope'"
refused CurrentStatus=%zz "Invalid argument" "escape"
refused CurrentStatus=%00 "Invalid argument" "escape"
refused =1 "Invalid argument"
like "$(cat _limit=1/_limit=2/count 2>&1)" "Invalid argument" "a directive twice"
deep=.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do deep=$deep/ServiceDeskId.ne=$i; done
ok "16 segments" test -d "$deep"
not_ok "not 17" test -d "$deep/ServiceDeskId.ne=17"
refused nothing "No such file"
refused .CurrentStatus=1 "No such file"
refused CurrentStatus "No such file"
not_ok "by/ is at the table's root only" test -e CurrentStatus=Closed/by
not_ok "and id/ too" test -e CurrentStatus=Closed/id
not_ok "another table's name is no name here" test -e Customers
not_ok "tables are named exactly" test -e ../requests

cd /
done_testing
