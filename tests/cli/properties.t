#!/bin/bash
# SPDX-License-Identifier: MIT
# Every connection property, set, changes something that can be seen, and every
# wrong value is refused with the allowed ones.
#
# A property has a function p_NAME here, or a line of "elsewhere" with the test that
# shows its effect.  One that has neither fails.
. "$(dirname "$0")/../fs/lib.sh"

start_sim --customer portal@example.com:portal-token
site=(-o "URL=$url" -o User=agent@example.com)
export JSMFS_APITOKEN=demo-token
jsmfs=$bin/jsmfs
sql() {
	"$jsmfs" sql "${site[@]}" "$@" 2>"$work/err"
}
desks='SELECT Id FROM ServiceDesks'

# where the effect is shown when not here
elsewhere='
AuthScheme tests/fs/datacenter.t
Password tests/fs/datacenter.t
Timeout tests/fs/errors.t
ScanGuard tests/fs/guards.t
ProcessBudget tests/fs/guards.t
CacheTolerance tests/fs/request.t
UserDefinedViews tests/cli/views.t
AuthToken tests/cli/oauth1.t
AuthKey tests/cli/oauth1.t
OAuthJWTCert tests/cli/oauth1.t
OAuthJWTCertType tests/cli/oauth1.t
OAuthJWTCertPassword tests/cli/oauth1.t
OAuthJWTCertSubject tests/cli/oauth1.t
OAuthRequestTokenURL tests/cli/oauth1.t
SSOLoginURL tests/cli/okta.t
SSOProperties tests/cli/okta.t
SSOExchangeUrl tests/cli/okta.t
SSOAppName tests/cli/crowd.t
SSOAppPassword tests/cli/crowd.t
UserViewsSchemaName tests/cli/views.t
IncludeCustomFields tests/cli/tables.t
InitiateOAuth tests/fs/signin.t
OAuthVersion tests/cli/oauth1.t
OAuthClientId tests/cli/login.t
OAuthClientSecret tests/cli/login.t
OAuthAccessToken tests/cli/login.t
Scope tests/cli/login.t
OAuthSettingsLocation tests/cli/tokens.t
CallbackURL tests/cli/login.t
CloudId tests/cli/login.t
OAuthVerifier tests/cli/tokens.t
OAuthRefreshToken tests/cli/login.t
OAuthExpiresIn tests/cli/tokens.t
OAuthTokenTimestamp tests/cli/tokens.t
OAuthAuthorizationURL tests/fs/signin.t
OAuthAccessTokenURL tests/cli/login.t
OAuthRefreshTokenURL tests/cli/tokens.t
OAuthResourcesURL tests/fs/signin.t
OAuthAPIURL tests/fs/signin.t
CertificateStoreType tests/cli/tls.t
CertificateStore tests/cli/tls.t
CertificateStorePassword tests/cli/tls.t
CertificateSubject tests/cli/tls.t
SSLClientCert tests/cli/tls.t
SSLClientCertType tests/cli/tls.t
SSLClientCertPassword tests/cli/tls.t
SSLClientCertSubject tests/cli/tls.t
SSLServerCert tests/cli/tls.t
FirewallType tests/cli/proxy.t
FirewallServer tests/cli/proxy.t
FirewallPort tests/cli/proxy.t
FirewallUser tests/cli/proxy.t
FirewallPassword tests/cli/proxy.t
ProxyAutoDetect tests/cli/proxy.t
ProxyServer tests/cli/proxy.t
ProxyPort tests/cli/proxy.t
ProxyAuthScheme tests/cli/proxy.t
ProxyUser tests/cli/proxy.t
ProxyPassword tests/cli/proxy.t
ProxySSLType tests/cli/proxy.t
ProxyExceptions tests/cli/proxy.t
Keyring tests/cli/secrets.t
'

# ------------------------------------------------------------- authentication

p_URL() {
	not_ok "another URL is another site" sql -o URL=http://127.0.0.1:1 "$desks"
	like "$(cat "$work/err")" 127.0.0.1 "and named"
	not_ok "http to a host elsewhere is refused" sql -o URL=http://example.com "$desks"
	like "$(cat "$work/err")" https "with what to write"
}

p_User() {
	is "$(JSMFS_APITOKEN=portal-token sql -o User=portal@example.com -f csv 'SELECT count(*) FROM QueueRequests WHERE ServiceDeskId = 1 AND QueueId = 1' 2>/dev/null | tail -n 1)" "" \
		"another user may not see what agents see"
	like "$(cat "$work/err")" 403 "the site says"
}

p_APIToken() {
	not_ok "another APIToken is refused" env JSMFS_APITOKEN=wrong-token "$jsmfs" sql "${site[@]}" "$desks" 2>"$work/err"
	ok "without naming it" grep -qv wrong-token "$work/err"
}

# -------------------------------------------------------------------- logging

p_Logfile() {
	ok "Logfile is written" sql -o Logfile="$work/a.log" -o Verbosity=3 "$desks"
	like "$(cat "$work/a.log")" 'GET ' "with what was done"
	is "$(stat -c %a "$work/a.log")" 600 "and private"
	touch "$work/open.log" && chmod 644 "$work/open.log"
	ok "one that others could read" sql -o Logfile="$work/open.log" "$desks"
	is "$(stat -c %a "$work/open.log")" 600 "is made private"
	not_ok "a directory is refused" sql -o Logfile="$work" "$desks"
}

p_Verbosity() {
	local v
	for v in 1 2 3 4 5; do
		ok "Verbosity=$v" sql -o Verbosity=$v -o Logfile="$work/v$v.log" -o CacheLocation="$work/v$v" "$desks"
	done
	is "$(cat "$work/v1.log")" "" "1 says nothing when all is well"
	like "$(cat "$work/v2.log")" 'query rows=3 ' "2 tells of queries"
	is "$(grep -c 'GET ' "$work/v2.log")" 0 "but not of requests"
	like "$(cat "$work/v3.log")" ' call net: GET ' "3 does"
	is "$(grep -c 'Accept: ' "$work/v3.log")" 0 "without headers"
	like "$(cat "$work/v4.log")" 'Accept: application/json' "4 shows headers"
	is "$(grep -c '"values":' "$work/v4.log")" 0 "without bodies"
	like "$(cat "$work/v5.log")" '"values":' "5 shows bodies"
	like "$(cat "$work/v5.log")" 'Authorization: ***' "but no secret"
}

p_LogModules() {
	ok "LogModules" sql -o LogModules='HTTP;cache' -o Verbosity=5 -o Logfile="$work/m.log" "$desks"
	ok "HTTP is there" grep -q ' net: ' "$work/m.log"
	not_ok "what was not asked for is not" grep -q ' plan: ' "$work/m.log"
	not_ok "an unknown module is refused" sql -o LogModules=Frob "$desks"
	like "$(cat "$work/err")" 'there are net, cache' "with those there are"
}

p_MaxLogFileSize() {
	local i
	for i in 1 2 3 4; do
		sql -o MaxLogFileSize=4KB -o Verbosity=5 -o Logfile="$work/s.log" "$desks" >"$work/out"
	done
	ok "a full file is put aside" [ "$(find "$work" -name 's.log.*Z' | wc -l)" -ge 1 ]
	ok "and none is larger" [ "$(find "$work" -name 's.log*' -size +4096c | wc -l)" = 0 ]
}

p_MaxLogFileCount() {
	local i
	for i in 1 2 3 4 5 6; do
		sql -o MaxLogFileSize=4KB -o MaxLogFileCount=2 -o Verbosity=5 -o Logfile="$work/c.log" "$desks" >"$work/out"
	done
	is "$(find "$work" -name 'c.log*' | wc -l)" 2 "MaxLogFileCount files are kept"
}

# --------------------------------------------------------------------- schema

p_Location() {
	local dir=$work/schema
	mkdir "$dir"
	"$jsmfs" call CreateSchema TableName=Requests FileName="$dir/Requests.rsd" >"$work/out"
	is "$(sql -o Location="$dir" -f csv 'SELECT * FROM Requests LIMIT 1' | head -n 1)" \
		"$(sql -f csv 'SELECT * FROM Requests LIMIT 1' | head -n 1)" "what CreateSchema wrote changes nothing"
	sed -i -e '/name="Reporter/d' -e 's/name="Summary"/name="Title"/' "$dir/Requests.rsd"
	local head
	head=$(sql -o Location="$dir" -f csv 'SELECT * FROM Requests LIMIT 1' | head -n 1)
	like ",$head," ',Title,' "a column is renamed"
	is "$(echo "$head" | grep -c Reporter)" 0 "others are left out"
	is "$(sql -o Location="$dir" "SELECT Title FROM Requests WHERE RequestKey = 'HELP-2'")" \
		"$(sql "SELECT Summary AS Title FROM Requests WHERE RequestKey = 'HELP-2'")" "with the same values"
	is "$(sql -o Location="$dir" "SELECT count(*) FROM sys_tablecolumns WHERE TableName = 'Requests' AND ColumnName LIKE 'Reporter%'" | tail -n 1)" 0 "nor in the system tables"
	sed 's/name="Requests"/name="Mine"/' "$dir/Requests.rsd" >"$dir/Short.rsd"
	is "$(sql -o Location="$dir" "SELECT TableType FROM sys_tables WHERE TableName = 'Short'" | tail -n 1)" VIEW "another name is a view"
	is "$(sql -o Location="$dir" 'SELECT count(*) FROM Short' | tail -n 1)" \
		"$(sql 'SELECT count(*) FROM Requests' | tail -n 1)" "with the rows of its table"
	start_mount -o Location="$work/made" -o CacheLocation="$work/loc"
	ok "a name alone" sh -c 'echo "TableName=Users FileName=Users.rsd" >"$1/proc/CreateSchema/call"' sh "$mnt"
	ok "is one in Location" test -s "$work/made/Users.rsd"
	ok "the mount ends" stop_mount
	echo '<broken' >"$dir/Users.rsd"
	not_ok "a broken file is refused" sql -o Location="$dir" "$desks"
	like "$(cat "$work/err")" "$dir/Users.rsd" "and named"
}

p_BrowsableSchemas() {
	is "$(sql -o BrowsableSchemas=UserViews 'SELECT SchemaName FROM sys_schemas' | tail -n +2)" UserViews "a schema alone"
	is "$(sql -o BrowsableSchemas=UserViews 'SELECT count(*) FROM sys_tables' | tail -n 1)" 0 "without the tables of the other"
	not_ok "an unknown schema is refused" sql -o BrowsableSchemas=Nope "$desks"
	like "$(cat "$work/err")" 'there are JiraServiceManagement, UserViews' "with those there are"
}

p_Tables() {
	is "$(sql -o 'Tables=[RequestComments]' "SELECT TableName FROM sys_tables WHERE TableType = 'TABLE'" | tail -n +2)" RequestComments "one table is listed"
	ok "but the others can be read" sql -o 'Tables=[RequestComments]' "SELECT * FROM RequestParticipants WHERE RequestKey = 'HELP-2'"
	not_ok "an unknown table is refused" sql -o Tables=Nope "$desks"
	like "$(cat "$work/err")" 'RequestComments' "with those there are"
}

p_Views() {
	is "$(sql -o 'Views=JiraServiceManagement.`Users`\,"Requests"' "SELECT TableName FROM sys_tables WHERE TableType = 'VIEW'" | tail -n +2 | xargs)" 'Requests Users' "two views are listed"
	not_ok "an unknown view is refused" sql -o Views=Nope "$desks"
	like "$(cat "$work/err")" 'Organizations' "with those there are"
}

# -------------------------------------------------------------- miscellaneous

p_MaxRows() {
	is "$(sql -o MaxRows=2 "$desks" | wc -l)" 3 "MaxRows cuts"
}

p_Other() {
	like "$(TZ=Asia/Tokyo sql -o Other=ConvertDateTimeToGMT=true 'SELECT CreatedDate FROM Requests LIMIT 1')" Z "ConvertDateTimeToGMT"
	is "$(sql -o Other=DefaultColumnSize=77 "SELECT Length FROM sys_tablecolumns WHERE TableName = 'Requests' AND ColumnName = 'Summary'" | tail -n 1)" 77 "DefaultColumnSize"
	is "$(sql "SELECT Length FROM sys_tablecolumns WHERE TableName = 'Requests' AND ColumnName = 'Summary'" | tail -n 1)" 2000 "and without it"
	ok "RecordToFile" sql -o Other=RecordToFile="$work/record.txt" "$desks"
	like "$(cat "$work/record.txt")" '> GET ' "has what was asked"
	like "$(cat "$work/record.txt")" '"values":' "and answered"
	is "$(grep -c demo-token "$work/record.txt")$(stat -c %a "$work/record.txt")" 0600 "without secrets, and private"
	not_ok "an unknown setting is refused" sql -o Other=Frob=1 "$desks"
	like "$(cat "$work/err")" 'there are ConvertDateTimeToGMT, DefaultColumnSize, RecordToFile' "with those there are"
	not_ok "a wrong value too" sql -o Other=DefaultColumnSize=x "$desks"
}

p_PseudoColumns() {
	is "$(sql "SELECT * FROM Requests LIMIT 1" | head -n 1 | grep -c RequestStatus)" 0 "hidden without"
	is "$(sql -o 'PseudoColumns=Requests=RequestStatus' "SELECT * FROM Requests LIMIT 1" | head -n 1 | grep -c RequestStatus)" 1 "one is shown"
	is "$(sql -o 'PseudoColumns=*=*' "SELECT * FROM Requests LIMIT 1" | head -n 1 | grep -c RequestOwnership)" 1 "or all"
	not_ok "an unknown column is refused" sql -o PseudoColumns=Requests=Nope "$desks"
	like "$(cat "$work/err")" 'Table=Column' "with the form"
}

p_RequestLanguage() {
	local before
	before=$(calls requestLanguage)
	ok "RequestLanguage" sql -o RequestLanguage=de-DE "$desks"
	ok "is asked for" [ "$(calls requestLanguage=de-DE)" -gt "$before" ]
	ok "on every page" sql -o RequestLanguage=de-DE 'SELECT * FROM Requests'
	is "$(grep servicedeskapi/request "$simlog" | tail -n 1 | grep -c requestLanguage=de-DE)" 1 "the last one too"
}

p_ServiceDeskID() {
	is "$(sql -o ServiceDeskID=2 'SELECT DISTINCT ServiceDeskId FROM Requests' | tail -n +2)" 2 "ServiceDeskID restricts"
}

# ----------------------------------------------------------------- filesystem

p_ReadOnly() {
	not_ok "ReadOnly refuses a change" "$jsmfs" call "${site[@]}" -o ReadOnly=true CreateCustomer Email=a@example.com FullName=A 2>"$work/err"
	like "$(cat "$work/err")" ReadOnly "by name"
}

p_DryRun() {
	local before
	before=$(calls '"method":"POST"')
	ok "DryRun tells" "$jsmfs" call "${site[@]}" -o DryRun=true CreateCustomer Email=a@example.com FullName=A 2>"$work/err"
	like "$(cat "$work/err")" 'POST /rest/servicedeskapi/customer' "what would be sent"
	is "$(calls '"method":"POST"')" "$before" "and sends nothing"
}

p_MetadataTTL() {
	local before
	sql -o CacheLocation="$work/ttl" "$desks" >"$work/out"
	before=$(calls '/servicedesk[?"]')
	sql -o CacheLocation="$work/ttl" "SELECT count(*) FROM RequestTypes" >"$work/out"
	before=$(calls)
	sql -o CacheLocation="$work/ttl" -o MetadataTTL=0 "SELECT count(*) FROM RequestTypes" >"$work/out"
	ok "MetadataTTL=0 asks again" [ "$(calls)" -gt "$before" ]
}

p_MaxConnections() {
	sim latency 50
	sql -o MaxConnections=1 -o Verbosity=2 -o Logfile="$work/one.log" "SELECT count(*) FROM RequestComments WHERE RequestKey IN ('HELP-1','HELP-2','HELP-3','HELP-4')" >"$work/out"
	sim latency 0
	ok "one at a time" awk '{ match($0, /calls=[0-9]+/); n = substr($0, RSTART + 6, RLENGTH - 6)
		match($0, /ms=[0-9]+/); ms = substr($0, RSTART + 3, RLENGTH - 3)
		exit !(n >= 4 && ms >= n * 50) }' "$work/one.log"
	for v in 0 257; do
		not_ok "not $v" sql -o MaxConnections=$v "$desks"
	done
	like "$(cat "$work/err")" 'from 1 to 256' "with what it can be"
}

p_CacheLocation() {
	ok "CacheLocation" sql -o CacheLocation="$work/here" "$desks"
	ok "is where the cache is" test -f "$work/here/cache.db"
	not_ok "one that cannot be" sql -o CacheLocation=/proc/nope "$desks"
	like "$(cat "$work/err")" "/proc/nope" "is named"
	is "$(XDG_CACHE_HOME=/proc/nope sql -f tsv 'SELECT count(*) FROM ServiceDesks' | tail -n 1)" 3 \
		"one that nobody asked for is done without"
	like "$(cat "$work/err")" "nothing is kept for the next time" "and that is said"
}

p_Indexers() {
	allow_log 'errno=ENETDOWN'
	start_mount -o 'Indexers=nosy*' -o CacheLocation="$work/idx"
	cp "$(command -v cat)" "$work/nosy-cat"
	not_ok "an indexer gets no answer that is not there yet" "$work/nosy-cat" "$mnt/Users/rows.csv" 2>"$work/err"
	like "$(cat "$work/err")" 'Network is down' "and is told"
	ok "others do" grep -q HELP "$mnt/ServiceDesks/rows.csv"
	ok "the mount ends" stop_mount
}

# ------------------------------------------------------------------ all of them

names=$(sql -f tsv 'SELECT Name FROM sys_connection_props' | tail -n +2)
ok "there are properties" [ "$(echo "$names" | wc -l)" -gt 70 ]
for name in $names; do
	file=$(echo "$elsewhere" | sed -n "s/^$name //p")
	if declare -F "p_$name" >/dev/null; then
		note "$name"
		"p_$name"
	elif [ -n "$file" ]; then
		ok "$name: shown in $file" grep -qi "$name" "$file"
	else
		not_ok "$name has a test" true
	fi
done

# what cannot be is refused, with what can
while IFS=$'\t' read -r name type values; do
	wrong=
	case $type in
	Boolean) wrong=perhaps want='true or false' ;;
	Int32) wrong=many want='a whole number' ;;
	*) [ -z "$values" ] || wrong=Frobnicate want=$(echo "$values" | sed 's/,/, /g') ;;
	esac
	[ -n "$wrong" ] || continue
	sql -o "$name=$wrong" "SELECT 1 FROM sys_catalogs" >"$work/out"
	is $? 2 "$name=$wrong is refused"
	like "$(cat "$work/err")" "$want" "with what it can be"
done < <(sql -f tsv 'SELECT Name, Type, "Values" FROM sys_connection_props' | tail -n +2)
not_ok "MaxLogFileSize=big is refused" sql -o MaxLogFileSize=big "$desks"
like "$(cat "$work/err")" 'such as 100KB' "with what it can be"

done_testing
