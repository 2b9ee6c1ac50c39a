#!/bin/bash
# SPDX-License-Identifier: MIT
# sys/ shows the system tables: table directories whose rows cost no call.
. "$(dirname "$0")/lib.sh"

allow_log 'path="proc/CreateCustomer/call" errno=EBUSY'
start_sim
start_mount
cd "$mnt" || exit 1

ok "sys is there" test -d sys
like "$(ls)" "
sys" "and listed"
is "$(ls sys | tr '\n' ' ')" "sys_catalogs sys_connection_props sys_foreignkeys sys_identity sys_indexes \
sys_information sys_keycolumns sys_primarykeys sys_procedureparameters sys_procedures sys_schemas \
sys_sqlinfo sys_tablecolumns sys_tables " "with its tables"
not_ok "they are not at the root" test -e sys_tables
not_ok "and the site's are not in it" test -e sys/Requests
not_ok "names have their case" test -e sys/SYS_TABLES

before=$(calls)
for t in sys/*; do
	for f in README.md schema.csv rows.csv rows.tsv rows.json rows.ndjson stream.csv stream.tsv \
		stream.ndjson count query.sql plan stats error; do
		cat "$t/$f" >/dev/null || note "$t/$f"
	done || exit 1
done
n=0
for t in sys/*; do
	rows=$(cat "$t/count")
	[ "$(jq length <"$t/rows.json")" = "$rows" ] && [ "$(wc -l <"$t/stream.ndjson")" = "$rows" ] &&
		[ "$(wc -l <"$t/rows.tsv")" = $((rows + 1)) ] &&
		[ "$(stat -c %s "$t/rows.csv")" = "$(wc -c <"$t/rows.csv")" ] && n=$((n + 1))
done
is "$n" 14 "every file of every one agrees on how many rows there are"
ls -lR sys >/dev/null
is "$(calls)" "$before" "and nothing of it makes a call"

is "$(sed -n 1p sys/sys_tablecolumns/TableName=Requests/_select=ColumnName,DataTypeName/rows.csv)" \
	ColumnName,DataTypeName "predicates and directives work"
is "$(cat sys/sys_tablecolumns/TableName=Requests/IsKey=true/_select=ColumnName/rows.tsv | tr '\n' ' ')" \
	"ColumnName RequestId RequestKey " "on booleans too"
is "$(cat sys/sys_procedureparameters/Direction.in=1,2/ProcedureName=CreateCustomer/count)" 2 "and on numbers"
is "$(cat sys/sys_tables/TableType=TABLE/count)" 4 "four tables"
is "$(cat sys/sys_tables/TableType=VIEW/TableName.notin=none/_fresh=0/count)" \
	"$(($(cat sys/sys_tables/count) - 4))" "the others are views"
not_ok "a type that there is not is refused" cat sys/sys_tables/TableType=SHEET/rows.csv 2>/dev/null
like "$(last_error)" "TABLE,VIEW" "with what there is"
like "$(last_error .path)" "sys/sys_tables" "under the path that was used"

is "$(readlink sys/sys_tablecolumns/by/TableName/Requests)" ../../TableName=Requests "by/TableName knows the tables"
is "$(cat sys/sys_tablecolumns/by/TableName/Requests/count)" \
	"$(cat sys/sys_tablecolumns/TableName=Requests/count)" "and leads there"
ok "by/ knows procedures" test -L sys/sys_procedureparameters/by/ProcedureName/CreateCustomer
ok "and booleans" test -L sys/sys_indexes/by/IsPrimary/false
like "$(cat sys/sys_tablecolumns/by/TableName/values.csv)" "Requests,Requests,$(cat sys/sys_tablecolumns/TableName=Requests/count)" \
	"values.csv has the count once it is known"
not_ok "there is no id/" test -e sys/sys_tables/id
like "$(cat sys/sys_tables/plan)" none "the plan has no call"
like "$(cat sys/sys_tables/README.md)" "sys/sys_tables/" "the README shows paths that work"
like "$(cat README.md)" "sys/sys_tablecolumns/" "the README of the root lists them"

is "$(cat sys/sys_connection_props/Name=URL/_select=Value/rows.tsv | tail -n 1)" "$url" "the address is shown"
is "$(cat sys/sys_connection_props/Name=APIToken/_select=Value,Sensitivity/rows.csv | tail -n 1)" '"",SECRET' \
	"the token is not"
is "$(grep -rc demo-token sys/*/rows.csv | grep -vc ':0$')" 0 "nowhere"

is "$(cat sys/sys_identity/count)" 0 "nothing was changed yet"
echo 'Email=sys1@example.com FullName=One' >proc/CreateCustomer/call
id=$(jq -r '.[0].AccountId' proc/CreateCustomer/last.json)
is "$(tail -n 1 sys/sys_identity/rows.csv)" "$id,1,INSERTED,SUCCESS" "a change is seen at once"
printf 'Email,FullName\nsys2@example.com,Two\nsys1@example.com,One\n' >proc/CreateCustomer/call 2>/dev/null
is "$(cat sys/sys_identity/count)" 2 "the rows of the last change replace it"
is "$(jq -r '.[0].Message, .[1].Id' sys/sys_identity/rows.json | tr '\n' ' ')" "SUCCESS null " "the second failed"
like "$(jq -r '.[1].Message' sys/sys_identity/rows.json)" "sys1@example.com" "and says why"
is "$(jq -r '.[].Batch' sys/sys_identity/rows.json | sort -u | wc -l)" 1 "they are one batch"

like "$("$bin/jsmfs" schema)" sys_tablecolumns "jsmfs schema lists them"
like "$("$bin/jsmfs" schema sys_indexes)" "OrdinalPosition        Int16" "and their columns"
"$bin/jsmfs" schema queues >/dev/null 2>&1
is $? 2 "but no table that is not shown"

cd /
done_testing
