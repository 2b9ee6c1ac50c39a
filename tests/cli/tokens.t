#!/bin/bash
# SPDX-License-Identifier: MIT
# Tokens that are kept: renewed by one of many processes, lost answers, revoked sign-ins,
# damaged and careless files.
. "$(dirname "$0")/../fs/lib.sh"

unset DISPLAY WAYLAND_DISPLAY
store=$XDG_CONFIG_HOME/jsmfs/OAuthSettings.txt
jsmfs=$bin/jsmfs

begin() { # simulator options
	start_sim --flavour cloud --oauth app1:s3cret:http://localhost:33333 --oauth-consent "$@"
	export JSMFS_URL=$url JSMFS_AUTHSCHEME=OAuth JSMFS_OAUTHCLIENTID=app1 JSMFS_OAUTHCLIENTSECRET=s3cret \
		JSMFS_OAUTHAUTHORIZATIONURL=$url/authorize JSMFS_OAUTHACCESSTOKENURL=$url/oauth/token \
		JSMFS_OAUTHRESOURCESURL=$url/oauth/token/accessible-resources JSMFS_OAUTHAPIURL=$url
}
# what was done at the token address: did renewed
did() {
	curl -s "$url/__sim/oauth" | jq -r ".$1"
}
# Follows the address that login prints, as a browser would, and says where it led.
consent() {
	curl -s -o /dev/null -w '%{redirect_url}\n' "$1"
}
sign_in() {
	rm -f "$work/out"
	mkfifo "$work/in"
	"$jsmfs" login --headless "$@" <"$work/in" >"$work/out" 2>"$work/err" &
	login=$!
	exec 3>"$work/in"
	try test -s "$work/out"
	consent "$(head -n 1 "$work/out")" >&3
	exec 3>&-
	rm "$work/in"
	wait $login
}
desks() {
	"$jsmfs" sql "$@" 'SELECT count(*) FROM ServiceDesks' 2>"$work/err" | tail -n 1
}
token() { # of a code got by hand: the whole answer
	code=$(consent "$url/authorize?audience=api.atlassian.com&client_id=app1&scope=read:servicedesk-request%20offline_access&redirect_uri=http://localhost:33333&state=x&response_type=code&prompt=consent" | sed 's/.*code=//; s/&.*//')
	curl -s "$url/oauth/token" -H 'Content-Type: application/json' \
		-d "{\"grant_type\":\"authorization_code\",\"client_id\":\"app1\",\"client_secret\":\"s3cret\",\"code\":\"$code\",\"redirect_uri\":\"http://localhost:33333\"}"
}

begin
sign_in
is $? 0 "a sign-in"
is "$(desks)" 3 "is used"
is "$(did exchanged) $(did renewed)" "1 0" "by another process, without a call for tokens"
is "$(stat -c %a "$store" "$store.key" "$store.lock" | sort -u)" 600 "nobody else can read what is kept"
is "$(grep -c 'eyJ' "$store")" 0 "and it is not in the clear"

# many at once, one renewal
sim oauth expire
pids=
for i in $(seq 20); do
	"$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' >"$work/out.$i" 2>"$work/err.$i" &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid" || note "one failed"; done
is "$(cat "$work"/out.* | grep -c '^3$')" 20 "twenty processes with an expired token all get their rows"
is "$(did renewed)" 1 "after one renewal"
is "$(desks)" 3 "nobody lost the session"

# where it is renewed
sim oauth expire
is "$(JSMFS_OAUTHREFRESHTOKENURL=$url/nowhere desks)" "" "OAuthRefreshTokenURL leads elsewhere"
is "$(JSMFS_OAUTHREFRESHTOKENURL=$url/oauth/token JSMFS_OAUTHACCESSTOKENURL=$url/nowhere desks)" 3 \
	"or to where tokens are renewed"

# an answer that gets lost: the used token is good for some minutes more
sim oauth expire
sim fault 'POST /oauth/token times=1 reset-after'
is "$(desks)" 3 "a renewal whose answer is lost is tried again"
is "$(did reused)" 1 "with the token that was used already"
sim oauth expire
sim fault 'POST /oauth/token status=503'
desks >/dev/null
like "$(cat "$work/err")" 503 "a server that is down is said to be"
sim fault
is "$(desks)" 3 "and costs nothing"
sim oauth expire
sim fault 'POST /oauth/token times=1 truncate'
is "$(desks)" 3 "half an answer is a lost one"
sim fault

# revoked
before=$(did refused)
sim oauth revoke
"$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' >/dev/null 2>"$work/err"
is $? 1 "a revoked sign-in fails"
like "$(cat "$work/err")" "jsmfs login" "and names the command to run"
like "$(cat "$work/err")" "$url" "and the site"
"$jsmfs" doctor >"$work/out" 2>&1
is "$(grep '^fail' "$work/out" | grep -o 'jsmfs login' | wc -l)" 1 "doctor says so too, once"
desks >/dev/null
desks >/dev/null
is "$(($(did refused) - before))" 1 "the server is not asked again and again"
sign_in
is "$(desks)" 3 "the next login helps"

# careless and damaged files
chmod 644 "$store"
desks >/dev/null
like "$(cat "$work/err")" "chmod 600" "a store that others can read is refused"
chmod 600 "$store"
chmod 640 "$store.key"
desks >/dev/null
like "$(cat "$work/err")" "chmod 600" "and such a key"
chmod 600 "$store.key"
is "$(desks)" 3 "as it was"
cp "$store" "$work/good"
for how in 's/x$/y/;t;s/.$/x/' 's/^jsmfs-tokens-1 ..../jsmfs-tokens-1 AAAA/' 's/^/x/' 's/.\{20\}$//'; do
	sed "$how" "$work/good" >"$store"
	sum=$(md5sum <"$store")
	desks >/dev/null
	like "$(cat "$work/err")" "cannot be read" "damaged by $how: said"
	is "$(wc -l <"$work/err")" 1 "in one sentence"
	is "$(md5sum <"$store")" "$sum" "and left as it is"
done
: >"$store"
desks >/dev/null
like "$(cat "$work/err")" "cannot be read" "an empty one"
sed 's/....$/AAAA/' "$work/good" >"$store"
sum=$(md5sum <"$store")
sign_in
is $? 0 "login begins a new one"
like "$(cat "$work/err")" "$store.damaged-1" "says where the old one is"
is "$(md5sum <"$store.damaged-1")" "$sum" "unchanged"
is "$(desks)" 3 "and the new one works"
rm "$store.key"
desks >/dev/null
like "$(cat "$work/err")" "$store.key is not there" "a store without its key"
rm -f "$store"
mkdir "$store"
desks >/dev/null
like "$(cat "$work/err")" "not a regular file" "a directory in its place"
rmdir "$store"

# what the properties give
answer=$(token)
access=$(echo "$answer" | jq -r .access_token)
refresh=$(echo "$answer" | jq -r .refresh_token)
export JSMFS_OAUTHACCESSTOKEN=$access
is "$(desks)" 3 "OFF takes the access token as it is"
sites=$(calls accessible-resources)
is "$(desks -o CloudId=11223344-a1b2-3b33-c444-def123456789)" 3 "with a CloudId too"
is "$(calls accessible-resources)" "$sites" "which then need not be asked for"
desks -o CloudId=00000000-0000-4000-8000-000000000000 >/dev/null
not_ok "the id of another site" test ! -s "$work/err"
not_ok "and keeps nothing" test -e "$store"
desks -o CloudId=../x >/dev/null
like "$(cat "$work/err")" CloudId "a CloudId that is none"
desks -o OAuthExpiresIn=60,OAuthTokenTimestamp=1000 >/dev/null
like "$(cat "$work/err")" "has expired" "one that is known to be old is not even sent"
desks -o OAuthExpiresIn=soon >/dev/null
like "$(cat "$work/err")" OAuthExpiresIn "no number"
is "$(desks -o OAuthExpiresIn=-1)" 3 "-1 is never"
sim oauth expire
desks >/dev/null
like "$(cat "$work/err")" "does not accept" "OFF renews nothing"
export JSMFS_OAUTHREFRESHTOKEN=$refresh JSMFS_INITIATEOAUTH=REFRESH
before=$(did renewed)
reused=$(did reused)
desks -o OAuthRefreshTokenURL="$url/nowhere" >/dev/null
like "$(cat "$work/err")" "HTTP 404" "OAuthRefreshTokenURL is where it renews"
is "$(desks)" 3 "REFRESH does"
sim oauth expire
is "$(desks)" 3 "again, with what came of it"
is "$(($(did renewed) - before))" 2 "once each time"
is "$(did reused)" "$reused" "and never with a used token"
unset JSMFS_OAUTHACCESSTOKEN
sim oauth revoke
desks >/dev/null
like "$(cat "$work/err")" "jsmfs login" "until that is revoked"
answer=$(token)
export JSMFS_OAUTHREFRESHTOKEN=$(echo "$answer" | jq -r .refresh_token)
is "$(desks)" 3 "new tokens in the properties are taken before old ones that are kept"
is "$(desks -o OAuthSettingsLocation=memory://x)" 3 "in memory too"
# a place that cannot be written: /sys is one even for root
before=$(did renewed)
answer=$(token)
export JSMFS_OAUTHREFRESHTOKEN=$(echo "$answer" | jq -r .refresh_token)
"$jsmfs" sql -o OAuthSettingsLocation=/sys/x 'SELECT count(*) FROM ServiceDesks' >"$work/out" 2>"$work/err"
is "$(tail -n 1 "$work/out")" 3 "where nothing can be written a sign-in works"
is "$(($(did renewed) - before))" 1 "once renewed"
"$jsmfs" login --headless -o OAuthSettingsLocation=/sys/x </dev/null >"$work/out" 2>"$work/err"
is $?$(cat "$work/out") 1 "login does not even ask"
like "$(cat "$work/err")" "set OAuthSettingsLocation to a file that can be written" "and says what to do"
desks -o OAuthSettingsLocation=/dev/null/x >/dev/null
like "$(cat "$work/err")" "OAuthSettingsLocation: " "no such place at all"
# the same with a terminal to warn on
if command -v script >/dev/null; then
	answer=$(token)
	export JSMFS_OAUTHREFRESHTOKEN=$(echo "$answer" | jq -r .refresh_token)
	script -qec "'$jsmfs' sql -o OAuthSettingsLocation=/sys/x 'SELECT count(*) FROM ServiceDesks'" /dev/null \
		</dev/null >"$work/out" 2>&1
	like "$(cat "$work/out")" "this sign-in ends with this program" "with a warning"
else
	skip "a warning" "script is not installed"
fi
unset JSMFS_OAUTHREFRESHTOKEN

# a code got elsewhere
export JSMFS_INITIATEOAUTH=GETANDREFRESH
code=$(consent "$url/authorize?audience=api.atlassian.com&client_id=app1&scope=read:servicedesk-request%20offline_access&redirect_uri=http://localhost:33333&state=x&response_type=code&prompt=consent" | sed 's/.*code=//; s/&.*//')
rm -f "$store"
is "$(JSMFS_OAUTHVERIFIER=$code desks)" 3 "GETANDREFRESH exchanges OAuthVerifier"
is "$(JSMFS_OAUTHVERIFIER=$code desks)" 3 "once: it can stay"
is "$(desks)" 3 "or go"
rm -f "$store"
JSMFS_OAUTHVERIFIER=$code desks >/dev/null
like "$(cat "$work/err")" "good once" "a used code is said to be"
desks </dev/null >/dev/null
like "$(cat "$work/err")" "jsmfs login" "without a terminal nobody is waited for"

# a token that lives shorter than a minute is no reason to renew all the time
stop_sim
rm -f "$store"
unset JSMFS_INITIATEOAUTH
begin --oauth-life 20
sign_in
for i in 1 2 3 4; do desks >/dev/null; done
is "$(did renewed)" 0 "short lives are used up"
stop_sim
begin --oauth-keep
sign_in
for i in 1 2; do
	sim oauth expire
	is "$(desks)" 3 "a refresh token that does not rotate"
done

is "$(cat "$work"/err* | grep -c -e s3cret -e eyJ)" 0 "no secret in any message"
# what the token is good for, not what was asked for
begin
sign_in -o "Scope=read:servicedesk-request read:jira-user offline_access"
"$jsmfs" doctor >"$work/out" 2>"$work/err"
like "$(cat "$work/out")" 'AddAttachment: the token lacks write:servicedesk-request' "doctor knows what a token lacks"
sim oauth expire
"$jsmfs" doctor >"$work/out" 2>"$work/err"
like "$(cat "$work/out")" 'AddAttachment: the token lacks write:servicedesk-request' "also of one that was renewed"
done_testing
