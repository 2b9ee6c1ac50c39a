#!/bin/bash
# SPDX-License-Identifier: MIT
# jsmfs login and logout, and the procedures that sign in: with a browser here, with one
# elsewhere, at Cloud and at Data Center.
. "$(dirname "$0")/../fs/lib.sh"

unset DISPLAY WAYLAND_DISPLAY
store=$XDG_CONFIG_HOME/jsmfs/OAuthSettings.txt
jsmfs=$bin/jsmfs
# a port of our own: other tests may listen at the usual one
callback=http://127.0.0.1:$((20000 + $$ % 20000))

begin() { # simulator options
	start_sim "$@"
	for v in $(env | sed -n 's/^\(JSMFS_[A-Z0-9]*\)=.*/\1/p'); do unset "$v"; done
	export JSMFS_URL=$url JSMFS_AUTHSCHEME=OAuth JSMFS_OAUTHCLIENTID=app1 JSMFS_OAUTHCLIENTSECRET=s3cret \
		JSMFS_CALLBACKURL=$callback
}
cloud() {
	begin --flavour cloud --oauth "app1:s3cret:$callback" "$@"
	export JSMFS_OAUTHAUTHORIZATIONURL=$url/authorize JSMFS_OAUTHACCESSTOKENURL=$url/oauth/token \
		JSMFS_OAUTHRESOURCESURL=$url/oauth/token/accessible-resources JSMFS_OAUTHAPIURL=$url
}
did() {
	curl -s "$url/__sim/oauth" | jq -r ".$1"
}
# What a browser does with the address: asks, consents (or not), and is sent back.
lead() { # address, yes or no
	curl -s "$1" | grep -q 'name="consent"' || note "no page that asks for consent"
	curl -s -o /dev/null -w '%{redirect_url}\n' -d "consent=${2:-yes}" "$1"
}
address() {
	grep -o "http://[^ ]*authorize?[^ ]*" "$1" | head -n 1
}
has_address() {
	[ -n "$(address "$1")" ]
}
# login in the background until it waits: $page is what it wants opened, $login its process
start_login() {
	rm -f "$work/err" "$work/out"
	"$jsmfs" login "$@" >"$work/out" 2>"$work/err" </dev/null &
	login=$!
	try has_address "$work/err" || note "no address: $(cat "$work/err")"
	page=$(address "$work/err")
}
status() {
	curl -s -o "$work/body" -w '%{http_code}' "$@"
}
desks() {
	"$jsmfs" sql "$@" 'SELECT count(*) FROM ServiceDesks' 2>"$work/err" | tail -n 1
}
headless() { # what the person pastes, given the address that the browser was sent to
	rm -f "$work/in" "$work/out"
	mkfifo "$work/in"
	"$jsmfs" login --headless <"$work/in" >"$work/out" 2>"$work/err" &
	login=$!
	exec 3>"$work/in"
	try has_address "$work/out"
	lead "$(address "$work/out")" | sed "$1" >&3
	exec 3>&-
	wait $login
}

# --- a browser on this machine
cloud
start_login
like "$page" "audience=api.atlassian.com" "the address has what Cloud wants"
like "$page" "prompt=consent" "all of it"
like "$page" "code_challenge_method=S256" "and announces a proof"
like "$page" "offline_access" "and asks for a token that renews"
back=$(lead "$page")
is "$(status -X POST "$callback/")" 405 "the listener takes no POST"
is "$(status "$callback/other")" 404 "and no other path"
is "$(status "$callback/?code=x&state=y")" 400 "and no answer to another question"
is "$(status "$callback/?code=x")" 400 "or to none"
is "$(status "${back%state=*}state=${back##*state=}x")" 400 "nor one whose state is nearly right"
is "$(did exchanged)" 0 "none of these was exchanged"
is "$(status "$back")" 200 "the answer is taken"
like "$(cat "$work/body")" "close this page" "and the person told so"
wait $login
is $? 0 "that was all"
like "$(cat "$work/out")" "Signed in to $url as Ann Lee, agent@example.com." "and as whom it is"
is "$(grep -c authorize "$work/out")" 0 "the address is on standard error"
is "$(status "$callback/")" 000 "nobody listens any more"
is "$(desks)" 3 "the sign-in is used"
is "$(desks -o AuthScheme=Auto)" 3 "by AuthScheme=Auto too"

start_login
back=$(lead "$page" no)
is "$(status "$back")" 200 "refused in the browser"
wait $login
is $? 1 "fails"
like "$(cat "$work/err")" "access_denied" "and says so"
is "$(desks)" 3 "the earlier sign-in is still there"

start_login
kill -INT $login
wait $login
is $? 1 "Ctrl-C ends the wait"

mkfifo "$work/hold"
python3 -c "import socket, sys
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(('127.0.0.1', ${callback##*:}))
s.listen()
print('listening', flush=True)
sys.stdin.read()" <"$work/hold" >"$work/busy" &
busy=$!
exec 4>"$work/hold"
try test -s "$work/busy"
"$jsmfs" login </dev/null 2>"$work/err"
is $? 1 "a port that somebody else has"
like "$(cat "$work/err")" "CallbackURL" "says what to set"
exec 4>&-
wait $busy
"$jsmfs" login -o CallbackURL=https://app.example.com/x </dev/null 2>"$work/err"
is $? 1 "a callback elsewhere"
like "$(cat "$work/err")" "--headless" "needs a person"
"$jsmfs" login -o OAuthClientId= </dev/null 2>"$work/err"
like "$(cat "$work/err")" "OAuthClientId" "no application"

# --- logout
like "$("$jsmfs" logout)" "Signed out of $url" "logout"
like "$("$jsmfs" logout)" "Nobody was signed in" "once"
desks >/dev/null
like "$(cat "$work/err")" "jsmfs login" "and nobody is signed in"

# --- a browser elsewhere
headless ''
is $? 0 "headless: the address that the browser was sent to"
like "$(cat "$work/out")" "Ann Lee" "is enough"
is "$(desks)" 3 "and used"
headless 's/.*code=//; s/&.*//'
is $? 0 "the code alone"
headless 's/.*?//'
is $? 0 "or what follows the question mark"
headless 's/state=/state=x/'
is $? 1 "a state that is another"
like "$(cat "$work/err")" "another question" "is refused"
headless 's/code=/code=x/'
is $? 1 "a code that is another"
like "$(cat "$work/err")" "invalid_grant" "is refused by the server"
headless 's/.*//'
like "$(cat "$work/err")" "nothing was entered" "nothing"
is "$(desks)" 3 "the earlier sign-in is still there"

# --- the procedures
call() {
	"$jsmfs" call -f json "$@" 2>"$work/err"
}
"$jsmfs" logout >/dev/null
page=$(call GetOAuthAuthorizationURL State='a b&c' Scope=read:jira-user,read:servicedesk-request | jq -r '.[0].URL')
like "$page" "state=a%20b%26c" "GetOAuthAuthorizationURL: the state as given"
like "$page" "scope=read%3Ajira-user%20read%3Aservicedesk-request" "commas between scopes are spaces"
is "$(echo "$page" | grep -c code_challenge)" 0 "no proof that another process would have to give"
back=$(lead "$page")
like "$back" "state=a%20b%26c" "the server brings it back"
code=$(echo "$back" | sed 's/.*code=//; s/&.*//')
got=$(call GetOAuthAccessToken AuthMode=web Verifier="$code")
is "$(echo "$got" | jq -r '.[0].CloudId')" 11223344-a1b2-3b33-c444-def123456789 "GetOAuthAccessToken: the site"
is "$(echo "$got" | jq -r '.[0].ExpiresIn')" 3600 "how long"
is "$(echo "$got" | jq -r '.[0].OAuthRefreshToken')" null "no token that renews was asked for"
access=$(echo "$got" | jq -r '.[0].OAuthAccessToken')
is "$(JSMFS_OAUTHACCESSTOKEN=$access desks)" 3 "the token is good"
call GetOAuthAccessToken AuthMode=WEB Verifier="$code"
is $? 1 "a code is good once"
is "$(JSMFS_OAUTHACCESSTOKEN=$access desks)" "" "and who uses it twice ends what came of it"
call GetOAuthAccessToken AuthMode=WEB
like "$(cat "$work/err")" Verifier "WEB needs the code"
call GetOAuthAccessToken AuthMode=ABC
like "$(cat "$work/err")" "APP or WEB" "an unknown mode"
call RefreshOAuthAccessToken OAuthRefreshToken=nothing
is $? 1 "a refresh token that is none"
desks >/dev/null
like "$(cat "$work/err")" "nobody is signed in" "none of this is kept"

rm -f "$work/err"
"$jsmfs" call -f json GetOAuthAccessToken >"$work/out" 2>"$work/err" &
login=$!
try has_address "$work/err"
curl -s "$(lead "$(address "$work/err")")" >/dev/null
wait $login
refresh=$(jq -r '.[0].OAuthRefreshToken' "$work/out")
not_ok "AuthMode=APP gives a token that renews" test "$refresh" = null
got=$(call RefreshOAuthAccessToken OAuthRefreshToken="$refresh")
is "$(echo "$got" | jq -r '.[0].ExpiresIn')" 3600 "which RefreshOAuthAccessToken exchanges"
not_ok "for another" test "$(echo "$got" | jq -r '.[0].OAuthRefreshToken')" = "$refresh"

# --- what is said and recorded has no secrets
rm -f "$work/record.txt"
headless ''
sim oauth expire
"$jsmfs" sql --debug all -o "Other=RecordToFile=$work/record.txt",Verbosity=5,Logfile="$work/log.txt" \
	'SELECT count(*) FROM ServiceDesks' >/dev/null 2>"$work/debug"
ok "a renewal is recorded" grep -q oauth/token "$work/record.txt"
is "$(cat "$work/record.txt" "$work/log.txt" "$work/debug" | grep -c -e eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9 -e s3cret)" 0 \
	"without the tokens and the secret"
is "$(cat "$work/record.txt" "$work/log.txt" "$work/debug" | grep -o '"refresh_token": *"[^"]*"' | tr -d ' ' | sort -u)" \
	'"refresh_token":"***"' "in either direction"
is "$("$jsmfs" sql "SELECT Value FROM sys_connection_props WHERE Name IN ('OAuthAccessToken','OAuthRefreshToken','OAuthClientSecret') AND Value <> ''" | tail -n +2)" \
	"" "nor does a table show them"

# --- the memory, other schemes
"$jsmfs" logout >/dev/null
like "$(JSMFS_AUTHSCHEME=APIToken JSMFS_USER=agent@example.com JSMFS_APITOKEN=demo-token "$jsmfs" login)" \
	"as Ann Lee" "with another scheme login tries it"
JSMFS_AUTHSCHEME=APIToken JSMFS_USER=agent@example.com JSMFS_APITOKEN=wrong "$jsmfs" login 2>"$work/err"
is $? 1 "and tells when it is no good"
start_login -o OAuthSettingsLocation=memory://here
curl -s "$(lead "$page")" >/dev/null
wait $login
is $? 0 "a sign-in in memory"
like "$(cat "$work/err")" "in memory only" "warns that it ends"
desks >/dev/null
like "$(cat "$work/err")" "nobody is signed in" "and does"

# --- secrets of the application
"$jsmfs" login --headless -o OAuthAccessTokenURL=http://auth.example.com/token </dev/null 2>"$work/err"
like "$(cat "$work/err")" OAuthAccessTokenURL "no address without TLS but of this machine"
code=$(lead "$(call GetOAuthAuthorizationURL | jq -r '.[0].URL')" | sed 's/.*code=//; s/&.*//')
JSMFS_OAUTHCLIENTSECRET=wrong call GetOAuthAccessToken AuthMode=WEB Verifier="$code"
like "$(cat "$work/err")" "access_denied" "a wrong secret"
JSMFS_OAUTHCLIENTSECRET= call GetOAuthAccessToken AuthMode=WEB Verifier="$code"
like "$(cat "$work/err")" OAuthClientSecret "no secret"
JSMFS_CALLBACKURL=$callback/ call GetOAuthAuthorizationURL >"$work/out"
is "$(status "$(jq -r '.[0].URL' "$work/out")")" 400 "the callback is compared exactly"
stop_sim

# --- Data Center
begin --flavour datacenter --context /jira --oauth "app1:s3cret:$callback"
url=$url/jira
export JSMFS_URL=$url
start_login
like "$page" "$url/rest/oauth2/latest/authorize?" "Data Center: below the site"
like "$page" "scope=WRITE" "its own scope"
curl -s "$(lead "$page")" >/dev/null
wait $login
is $? 0 "signed in"
like "$(cat "$work/out")" "Signed in to $url as Ann Lee" "as the administrator"
is "$(desks)" 3 "used below the context path"
url=${url%/jira}
sim oauth expire
is "$(desks)" 3 "and renewed"
is "$(did renewed)" 1 "there"
sim oauth revoke
desks >/dev/null
like "$(cat "$work/err")" "jsmfs login" "until it is revoked"
done_testing
