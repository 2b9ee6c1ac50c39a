#!/bin/bash
# SPDX-License-Identifier: MIT
# OAuth 2.0 against an authorization server that nobody here wrote: python3-oauthlib.
. "$(dirname "$0")/../fs/lib.sh"

for python in python3 /usr/bin/python3 ''; do
	[ -n "$python" ] || skip_all "python3-oauthlib is not installed"
	"$python" -c 'import oauthlib.oauth2' 2>/dev/null && break
done
unset DISPLAY WAYLAND_DISPLAY
here=$(cd "$(dirname "$0")" && pwd)
jsmfs=$bin/jsmfs

start_sim --flavour datacenter
begin() { # life of access tokens
	rm -f "$work/server.port"
	"$python" "$here/oauthlib_server.py" "$work/server.port" "$url" agent:demo-password \
		app1:s3cret:http://localhost:33333 "$1" >"$work/server.out" 2>&1 &
	server=$!
	try test -s "$work/server.port" || note "$(cat "$work/server.out")"
	front=http://127.0.0.1:$(cat "$work/server.port")
	export JSMFS_URL=$front JSMFS_AUTHSCHEME=OAuth JSMFS_OAUTHCLIENTID=app1 JSMFS_OAUTHCLIENTSECRET=s3cret \
		JSMFS_SCOPE=READ,WRITE
}
trap 'status=$?; kill "$server" 2>/dev/null; (exit $status); finish' EXIT
did() {
	curl -s "$front/__counts" | jq -r ".$1"
}
desks() {
	"$jsmfs" sql "$@" 'SELECT count(*) FROM ServiceDesks' 2>"$work/err" | tail -n 1
}
sign_in() {
	rm -f "$work/in" "$work/out"
	mkfifo "$work/in"
	"$jsmfs" login --headless <"$work/in" >"$work/out" 2>"$work/err" &
	login=$!
	exec 3>"$work/in"
	try test -s "$work/out"
	curl -s -o /dev/null -w '%{redirect_url}\n' "$(head -n 1 "$work/out")" | sed "${1-}" >&3
	exec 3>&-
	wait $login
}

begin 3600
sign_in
is $? 0 "consent, code, proof and tokens"
like "$(cat "$work/out")" "Signed in to $front as Ann Lee" "and a first call"
is "$(did codes)" 1 "one code"
is "$(desks)" 3 "tokens that are kept are good"
curl -s -X POST "$front/__expire"
pids=
for i in $(seq 20); do
	"$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' >"$work/out.$i" 2>"$work/err.$i" &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid" || note "one failed"; done
is "$(cat "$work"/out.* | grep -c '^3$')" 20 "twenty processes with a token that is worth nothing get their rows"
is "$(did refreshes)" 1 "after one refresh"
sign_in 's/code=/code=x/'
is $? 1 "a wrong code"
like "$(cat "$work/err")" invalid_grant "is refused"
JSMFS_OAUTHCLIENTSECRET=wrong sign_in
is $? 1 "a wrong secret"
like "$(cat "$work/err")" OAuthClientSecret "is said to be"
JSMFS_SCOPE=NOTHING sign_in
is $? 1 "an unknown scope"
like "$(cat "$work/err")" invalid_scope "is refused at the consent"
page=$("$jsmfs" call -f json GetOAuthAuthorizationURL State=xyz | jq -r '.[0].URL')
code=$(curl -s -o /dev/null -w '%{redirect_url}' "$page" | sed 's/.*code=//; s/&.*//')
refresh=$("$jsmfs" call -f json GetOAuthAccessToken AuthMode=WEB Verifier="$code" | jq -r '.[0].OAuthRefreshToken')
is "$("$jsmfs" call -f json RefreshOAuthAccessToken OAuthRefreshToken="$refresh" | jq -r '.[0].ExpiresIn')" 3600 "the procedures"
"$jsmfs" call RefreshOAuthAccessToken OAuthRefreshToken="$refresh" 2>"$work/err"
is $? 1 "a token that was exchanged is worth nothing"
curl -s -X POST "$front/__revoke"
desks >/dev/null
like "$(cat "$work/err")" "jsmfs login" "revoked"
kill $server
wait $server 2>/dev/null

# a mount whose tokens live for seconds
begin 2
sign_in
connection="URL=$front;Scope=WRITE"
start_mount -o MetadataTTL=0,Scope=WRITE
rounds=0
fresh() {
	rounds=$((rounds + 1))
	[ "$(tail -n +2 "$mnt/Requests/_limit=$((rounds % 40 + 1))/rows.csv" 2>>"$work/failed" | wc -l)" -gt 0 ]
	[ "$(did refreshes)" -ge 4 ]
}
: >"$work/failed"
ok "four lives of a token in a mount that is in use" try fresh
is "$(cat "$work/failed")" "" "without a failure"
done_testing
