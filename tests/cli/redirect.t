#!/bin/bash
# SPDX-License-Identifier: MIT
# Where a site sends us: a call goes nowhere else, a file may, without what is ours.
. "$(dirname "$0")/../fs/lib.sh"
. "$(dirname "$0")/../proxy/lib.sh"

pki=$work/pki
mkdir "$pki"
sh "$here/pki.sh" "$pki" || { note "$(tail -n 5 "$pki/pki.log")"; skip_all "no keys can be made"; }
start_sim
to=127.0.0.1:$port
start else front --to "$to"
start tlselse front --to "$to" "$pki/server.pem" "$pki/server.key"
export SSL_CERT_FILE=$pki/ca.pem

# --- calls ------------------------------------------------------------------------
for status in 301 302 303 307 308; do
	start a$status front --to "$to" --status $status --redirect "/rest/*=http://127.0.0.1:$port_else%s"
	eval "at=http://127.0.0.1:\$port_a$status"
	refused "a call that is answered with $status" "which is not followed"
	is "$(logged a$status '"path"')" 1 "is made once"
done
at=http://127.0.0.1:$port_a307
JSMFS_APITOKEN=demo-token "$bin/jsmfs" call -c "URL=$at;User=agent@example.com" CreateCustomer \
	Email=a@example.com FullName=A >"$out" 2>"$err"
is "$?" 1 "so is a change"
is "$(logged a307 '"method": "POST"')" 1 "and it is sent once"
start down front --to "$to" --redirect "/rest/*=http://127.0.0.1:$port_else%s" "$pki/server.pem" "$pki/server.key"
at=https://localhost:$port_down
refused "from TLS to none" "which is not followed"
start same front --to "$to" --redirect '/rest/*=/elsewhere%s'
at=http://127.0.0.1:$port_same
refused "on the same host" "which is not followed"
is "$(logged else .)$(logged tlselse .)" 00 "nobody else was asked anything"

# --- files ------------------------------------------------------------------------
# get WHAT [-o ...]: the first attachment of HELP-4 by $at, to $out
get() {
	connection="URL=$at;AuthScheme=APIToken;User=agent@example.com;CacheLocation=$work/cache-$1"
	mnt=$work/$1
	mkdir "$mnt"
	JSMFS_APITOKEN=demo-token start_mount
	file=$mnt/Requests/id/HELP-4/attachments
	file=$file/$(ls "$file" | head -n 1)
	cat "$file" >"$out" 2>"$err"
	got=$?
	size=$(stat -c %s "$file")
	why=$(last_error)
	stop_mount
}
start media front --to "$to" --media "http://127.0.0.1:$port_else"
at=http://127.0.0.1:$port_media
get plain
is "$got $(wc -c <"$out")" "0 $size" "a file that is elsewhere is read"
ok "from there" test "$(logged else '"path": "/__media/')" -ge 1
is "$(logged else authorization)$(logged else cookie)" 00 "without what is ours"
ok "which the site has got" test "$(logged media authorization)" -ge 1

start tlsmedia front --to "$to" --media "https://127.0.0.1:$port_tlselse" "$pki/server.pem" "$pki/server.key"
at=https://localhost:$port_tlsmedia
get sealed
is "$got $(wc -c <"$out")" "0 $size" "with TLS at both"
is "$(logged tlselse authorization)" 0 "without what is ours"
ok "from there" test "$(logged tlselse '"path": "/__media/')" -ge 1

: >"$log_else"
allow_log 'without TLS|one address to another|EBADMSG|EKEYREJECTED'
start plainmedia front --to "$to" --media "http://127.0.0.1:$port_else" "$pki/server.pem" "$pki/server.key"
at=https://localhost:$port_plainmedia
get bare
not_ok "not from TLS to none" test "$got" = 0
like "$why" "without TLS" "which is told"
is "$(logged else .)" 0 "and nobody there is asked"

start round front --to "$to" --redirect '*/attachment/content/*=%s' --redirect '/__media/*=%s'
at=http://127.0.0.1:$port_round
get round
not_ok "not round in circles" test "$got" = 0
like "$why" "one address to another" "which is told"
ok "for long" test "$(logged round attachment/content)" -le 20

# who answers 401 there gets no more than before
start away front --to "$to"
start asking front --to "$to" --redirect "*/attachment/content/*=http://127.0.0.1:$port_away/rest/servicedeskapi/servicedesk"
at=http://127.0.0.1:$port_asking
get asking
not_ok "what wants to know who we are there" test "$got" = 0
ok "was asked" test "$(logged away '"path"')" -ge 1
is "$(logged away authorization)" 0 "and was not told"
done_testing
