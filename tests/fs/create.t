#!/bin/bash
# SPDX-License-Identifier: MIT
# Requests/insert: fields by name or ID in the form that each wants, checked before
# anything is sent.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cd "$mnt" || exit 1
allow_log 'path="Requests/'
f=Requests/ServiceDeskId=1/insert
writes() {
	calls '"method":"POST"'
}
# made LINE: the key of the request
made() {
	printf '%s\n' "$1" >$f || return
	jq -r '.[0].RequestKey' $f
}
# field KEY FIELD: what the site says of it
field() {
	curl -s -u agent@example.com:demo-token "$url/rest/servicedeskapi/request/$1" |
		jq -c --arg f "$2" '.requestFieldValues[] | select(.fieldId == $f) | .value'
}
# refused WORDS LINE
refused() {
	before=$(writes)
	not_ok "$2: fails" sh -c 'printf "%s\n" "$1" >"$2"' sh "$2" $f 2>/dev/null
	like "$(jq -r '.[0].message' $f)" "$1" "and says why"
	is "$(jq -r '.[0].outcome' $f) $(writes)" "refused $before" "and sends nothing"
}

key=$(made 'RequestTypeId=14 Summary="New things" Reason="They are old." Equipment="Laptop, Docking station" Amount=2.5 NeededBy=2026-12-31 "Office and floor"=x' 2>/dev/null)
is "$key" "" "words take names of one word"
key=$(made '{"RequestTypeId": 14, "Summary": "New things", "Reason": "They are old.", "Equipment": "Laptop, Docking station", "Amount": 2.5, "Needed by": "2026-12-31", "Office and floor": "Berlin / 2nd floor"}')
like "$key" HELP- "a request"
is "$(cat "Requests/id/$key/Summary")" "New things" "is there"
is "$(field "$key" customfield_10112)" '"They are old."' "text"
is "$(field "$key" customfield_10103 | jq -r 'map(.value) | join(",")')" "Laptop,Docking station" "choices by name"
is "$(field "$key" customfield_10105)" 2.5 "a number"
is "$(field "$key" customfield_10106)" '"2026-12-31"' "a date"
is "$(field "$key" customfield_10104 | jq -r '.value + "/" + .child.value')" "Berlin/2nd floor" "a choice and what is below it"
is "$(sed -n 2p sys/sys_identity/rows.csv | cut -d , -f 1,3)" "$key,INSERTED" "sys_identity has its key"
key=$(made 'RequestTypeId=14 summary=words customfield_10112=r Equipment=11201 NEEDED_BY=2026-11-30')
is "$(field "$key" customfield_10103 | jq -r '.[0].value') $(field "$key" customfield_10106)" 'Monitor "2026-11-30"' "IDs of fields and choices, names as words"
printf 'RequestTypeId,Summary,Tell us more,Affected service,Date and time,Components,Affects versions,People to inform\n17,"a, b",d,VPN,2026-12-01T08:30:00+01:00,"Network,Mail",4.1,\n' >$f
key=$(jq -r '.[0].RequestKey' $f)
is "$(field "$key" customfield_10101 | jq -r .value)" VPN "CSV: a choice"
is "$(field "$key" components | jq -r 'map(.name) | join(",")')" Network,Mail "components"
like "$(field "$key" customfield_10107)" 2026-12-01T "a time"
who=$(sed -n 2p "Customers/ServiceDeskId=1/_limit=1/_select=AccountId/rows.csv")
key=$(made "{\"RequestTypeId\":18,\"Summary\":\"s\",\"Description\":\"d\",\"Manager or owner\":\"$who\",\"People to inform\":\"$who\",\"RaiseOnBehalfOf\":\"$who\",\"RequestParticipants\":\"$who\"}")
is "$(field "$key" customfield_10109 | jq -r .accountId) $(field "$key" customfield_10110 | jq -r '.[0].accountId')" "$who $who" "users"
is "$(cat "Requests/id/$key/ReporterKey")" "$who" "for somebody else"
is "$(sed -n 2p "Requests/id/$key/participants.csv" | cut -d , -f 1)" "$who" "with a participant"
key=$(made '{"RequestTypeId":19,"Summary":"s","Description":"d","Fields":{"Labels":["a","b"]}}')
is "$(field "$key" labels)" '["a","b"]' "fields in an object of their own"
echo hello >"$work/a.txt"
key=$(made "{\"RequestTypeId\":11,\"Summary\":\"s\",\"Description\":\"d\",\"Attachment\":\"$work/a.txt\"}")
is "$(cat "Requests/id/$key/attachments/a.txt")" hello "a file"
is "$("$bin/jsmfs" sql -f ndjson --connection "URL=$url;User=agent@example.com;APIToken=demo-token" "INSERT INTO Requests (ServiceDeskId, RequestTypeId, Summary, Fields) VALUES (1, 19, 's', '{\"description\":\"d\"}')" 2>/dev/null | jq -r .Summary)" s "and in SQL"

# one look at the fields of a type is enough
before=$(calls '/requesttype/19/field')
made 'RequestTypeId=19 Summary=a Description=b' >/dev/null
is "$(calls '/requesttype/19/field')" "$before" "the fields of a type are kept"

refused "request type 14 needs: Reason (customfield_10112), Equipment (customfield_10103)" 'RequestTypeId=14 Summary=x'
refused "has no field 'Reasn'; it has: What do you need? (summary), Reason" 'RequestTypeId=14 Summary=x Reasn=y'
refused "Equipment cannot be 'Lap'; it is one of Laptop, Monitor" 'RequestTypeId=14 Summary=x Reason=y Equipment=Lap'
refused "Amount must be a number" 'RequestTypeId=14 Summary=x Reason=y Equipment=Laptop Amount=many'
refused "must be a date such as" 'RequestTypeId=14 Summary=x Reason=y Equipment=Laptop NeededBy=soon'
refused "must be a time such as" 'RequestTypeId=17 Summary=x Description=y AffectedService=VPN DateAndTime=soon'
refused "Office and floor cannot be 'Paris'" '{"RequestTypeId":14,"Summary":"x","Reason":"y","Equipment":"Laptop","Office and floor":"Paris"}'
refused "Office and floor cannot be '9th floor'" '{"RequestTypeId":14,"Summary":"x","Reason":"y","Equipment":"Laptop","Office and floor":"Berlin / 9th floor"}'
refused "given twice" 'RequestTypeId=14 Summary=x Reason=y customfield_10112=z'
refused "missing: RequestTypeId" 'Summary=x'
refused "it does not exist" 'RequestTypeId=999 Summary=x'
refused "must be a JSON object" 'RequestTypeId=14 Fields=x Reason=y'
refused "a number" 'RequestTypeId=1/2 Summary=x'
refused "No such file" "RequestTypeId=11 Summary=x Description=y Attachment=$work/none.txt"

# a line that is no call is not taken for a table without rows
for line in all Summary,Description; do
	before=$(writes)
	not_ok "$line: fails" sh -c 'printf "%s\n" "$1" >"$2"' sh "$line" $f 2>/dev/null
	like "$(jq -r .message "${f%insert}error")" "$([ $line = all ] && echo "neither Name=Value words nor" || echo "the header lacks RequestTypeId")" "and error says why"
	is "$(writes)" "$before" "and nothing is sent"
done

# an answer that is damaged is not kept, and says so in words
made 'RequestTypeId=20 Summary=a Description=b' >/dev/null
echo all >ctl/refresh
sim fault 'GET */requesttype/20/field times=1 badjson'
refused "the fields of request type 20 cannot be read: not valid JSON" 'RequestTypeId=20 Summary=a Description=b'
sim fault
like "$(made 'RequestTypeId=20 Summary=a Description=b')" HELP- "the next is made"
sim fault 'POST */attachTemporaryFile badjson'
made "RequestTypeId=11 Summary=x Description=y Attachment=$work/a.txt" 2>/dev/null
like "$(jq -r '.[0] | .outcome + " " + .message' $f)" "refused no request was made: $work/a.txt cannot be uploaded: not valid JSON" "an upload without a name"
sim fault
refused "no request was made: $work/none.txt: No such file" "RequestTypeId=11 Summary=x Description=y Attachment=$work/none.txt"

done_testing
