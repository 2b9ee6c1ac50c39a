#!/bin/sh
# SPDX-License-Identifier: MIT
# OAuthVersion=1.0: an application link of Data Center, its three legs, and requests that
# are signed.
cd "$(dirname "$0")/../.." || exit 1
. tests/fs/lib.sh

command -v openssl >/dev/null || skip_all "openssl is not installed"
openssl genrsa -out "$work/key.pem" 1024 2>/dev/null
openssl rsa -in "$work/key.pem" -pubout -out "$work/public.pem" 2>/dev/null
openssl genrsa -out "$work/other.pem" 1024 2>/dev/null
openssl pkcs8 -topk8 -in "$work/key.pem" -out "$work/locked.pem" -passout pass:opensesame 2>/dev/null
openssl req -x509 -key "$work/key.pem" -subj /CN=jsmfs/O=Example -days 2 -out "$work/cert.pem" 2>/dev/null
openssl pkcs12 -export -inkey "$work/key.pem" -in "$work/cert.pem" -out "$work/key.pfx" -passout pass:opensesame 2>/dev/null
chmod 600 "$work"/*.pem "$work/key.pfx"
start_sim --auth oauth1 --data demo --flavour datacenter --context /jira \
	--consumer "jsmfs key:$work/public.pem"
url=$url/jira
settings=$work/settings
base="URL=$url;AuthScheme=OAuth;OAuthVersion=1.0;OAuthClientId=jsmfs key;OAuthClientSecret=any;OAuthJWTCert=$work/key.pem;OAuthJWTCertType=PEMKEY_FILE;OAuthSettingsLocation=$settings;"
connection=$base

jsmfs() {
	"$bin/jsmfs" "$@" 2>"$work/told"
}

read_desks() {
	jsmfs sql --connection "$base${1-}" --format csv "SELECT Id FROM ServiceDesks ORDER BY Id LIMIT 1" >"$work/out"
	cat "$work/out" "$work/told" | grep -v '^jsmfs: warning:'
	cat "$work/told" >>"$work/all-told"
}

# The code that the page shows to who opened the address.
consent() {
	curl -s "$1" | sed -n "s/.*code is '\([^']*\)'.*/\1/p"
}

sim_signin() {
	curl -s -X POST -d "$1" "$url/__sim/signin"
}

like "$(read_desks)" "jsmfs login" "before anybody signed in"

not_ok "a wrong address for request tokens" \
	jsmfs login --headless --connection "$base;OAuthRequestTokenURL=$url/nowhere" </dev/null
like "$(cat "$work/told")" "application link" "is told"

# without a browser, the code by hand
mkfifo "$work/answer"
jsmfs login --headless --connection "$base;CallbackURL=oob" <"$work/answer" >"$work/login" &
login=$!
exec 3>"$work/answer"
address() {
	grep -m 1 '^http' "$work/login"
}
ok "login says where to consent" try address
like "$(address)" "$url/plugins/servlet/oauth/authorize?oauth_token=" "at the site"
consent "$(address)" >&3
exec 3>&-
wait $login
is $? 0 "the code is taken"
like "$(cat "$work/login")" "Signed in to $url as" "and the site says as whom"
like "$(read_desks)" "$(printf 'Id\n1')" "requests are signed and taken"
not_ok "the store is no plain text" grep -q oauth_token "$settings"

# the key in other forms
cp "$work/key.pem" "$HOME/key.pem"
like "$(read_desks "OAuthJWTCert=~/key.pem;")" "Id" "a key in the user's home"
like "$(read_desks "OAuthJWTCert=$work/locked.pem;OAuthJWTCertPassword=opensesame;")" "Id" "a key with a password"
like "$(read_desks "OAuthJWTCert=$work/locked.pem;OAuthJWTCertPassword=wrong-word;")" "OAuthJWTCertPassword" "a wrong password"
pfx="OAuthJWTCert=$work/key.pfx;OAuthJWTCertType=PFXFILE;OAuthJWTCertPassword=opensesame;"
like "$(read_desks "$pfx")" "Id" "a key with its certificate"
like "$(read_desks "${pfx}OAuthJWTCertSubject=CN=jsmfs, O=Example;")" "Id" "by its subject"
like "$(read_desks "${pfx}OAuthJWTCertSubject=CN=nobody;")" "OAuthJWTCertSubject" "of another subject"
blob=$(base64 -w 0 <"$work/key.pem")
like "$(read_desks "OAuthJWTCert='$blob';OAuthJWTCertType=PEMKEY_BLOB;")" "Id" "a key in the configuration itself"
like "$(read_desks "OAuthJWTCert=$work/other.pem;")" "signature_invalid" "another key"
like "$(read_desks "OAuthJWTCert=$work/nowhere.pem;")" "OAuthJWTCert" "no key"
like "$(read_desks "OAuthJWTCert=;")" "set OAuthJWTCert" "none at all"
like "$(read_desks "OAuthJWTCert=;CertificateStore=$work/key.pem;CertificateStoreType=PEMKeyFile;")" "Id" \
	"the key of a private application"
like "$(read_desks "OAuthJWTCert=;CertificateStore=$work/nowhere.pem;CertificateStoreType=PEMKeyFile;")" \
	"CertificateStore" "which is not there"
like "$(read_desks "OAuthJWTCertType=USER;")" "OAuthJWTCertType" "a store of Windows"
like "$(read_desks "OAuthClientId=;OAuthAccessToken=x;")" "OAuthClientId" "no consumer key"

# clocks
sim_signin 'skew 4000'
: >"$simlog"
like "$(read_desks)" "Id" "clocks that differ by an hour"
is "$(calls '"status":401')" 1 "cost one request"
sim_signin 'skew 0'
# a request that was answered and lost goes out again with another nonce
curl -s -X POST --data-binary 'GET */servicedesk n=1 reset-after' "$url/__sim/fault"
: >"$simlog"
like "$(read_desks)" "Id" "an answer that was lost is asked for again"
is "$(calls '"path":"/rest/servicedeskapi/servicedesk')" 2 "with another nonce"
is "$(calls '"status":401')" 0 "which is taken at once"
curl -s -X POST --data-binary '' "$url/__sim/fault"

# renewal
sim_signin expire
: >"$simlog"
like "$(read_desks "Verbosity=5;Logfile=$work/all.log;Other='RecordToFile=$work/recorded'")" "Id" \
	"a token that has expired is renewed"
not_ok "no token and no handle is in the logs" \
	grep -nE '(token|token_secret|session_handle|oauth_signature)="?[0-9a-f%]{8}' "$work/all.log" "$work/recorded"
ok "which are written" test -s "$work/all.log" -a -s "$work/recorded"
is "$(calls 'oauth/access-token')" 1 "by one call"
like "$(read_desks)" "Id" "and the new one is kept"
is "$(calls 'oauth/access-token')" 1 "for the next run"
sim_signin forget
like "$(read_desks)" "jsmfs login" "a token that was revoked says what to do"

# with a browser, which comes back to the callback
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
browse() {
	jsmfs login --connection "$base;CallbackURL=http://127.0.0.1:$port/back" >"$work/login" &
	login=$!
	try grep -q '^http' "$work/told"
	curl -s -o "$work/page" -L "$(grep -m 1 '^http' "$work/told")${1-}"
	wait $login
}
ok "a browser consents" browse
like "$(read_desks)" "Id" "and the token works"
not_ok "a browser that says no" browse '&deny=true'
like "$(cat "$work/told")" "refused" "ends it"

# the procedures, which keep nothing
jsmfs call --connection "${base}OAuthSettingsLocation=memory://x;CallbackURL=oob" --format json \
	GetOAuthAuthorizationURL >"$work/asked"
field() {
	jq -r ".[0].$1" "$2"
}
verifier=$(consent "$(field URL "$work/asked")")
jsmfs call --connection "${base}OAuthSettingsLocation=memory://x" --format json GetOAuthAccessToken AuthMode=WEB \
	"Verifier=$verifier" "AuthToken=$(field AuthToken "$work/asked")" "AuthKey=$(field AuthKey "$work/asked")" >"$work/got"
is "$(field ExpiresIn "$work/got")" 157680000 "GetOAuthAccessToken gives a token for five years"
like "$(read_desks "OAuthSettingsLocation=memory://x;OAuthAccessToken=$(field OAuthAccessToken "$work/got");")" "Id" "that works"
jsmfs call --connection "${base}OAuthSettingsLocation=memory://x;OAuthRefreshToken=$(field OAuthRefreshToken "$work/got")" \
	--format json RefreshOAuthAccessToken "OAuthRefreshToken=$(field OAuthAccessToken "$work/got")" >"$work/renewed"
like "$(read_desks "OAuthSettingsLocation=memory://x;OAuthAccessToken=$(field OAuthAccessToken "$work/renewed");")" "Id" \
	"RefreshOAuthAccessToken renews it"
not_ok "and the old one is dead" jsmfs sql --connection \
	"${base}OAuthSettingsLocation=memory://x;OAuthAccessToken=$(field OAuthAccessToken "$work/got")" "SELECT Id FROM ServiceDesks"

# tokens as properties, by another program's client
/usr/bin/python3 tests/sso/oauth1.py "$url" 'jsmfs key' "$work/key.pem" request >"$work/request" 2>"$work/python"
case $? in
77)
	skip "another client" "python3-oauthlib or python3-jwt is not installed"
	;;
0)
	read -r token key <"$work/request"
	verifier=$(consent "$url/plugins/servlet/oauth/authorize?oauth_token=$token")
	fresh="OAuthSettingsLocation=$work/fresh;InitiateOAuth=GETANDREFRESH;OAuthVerifier=$verifier;"
	like "$(read_desks "$fresh")" "set AuthToken" "a verifier alone is not enough"
	like "$(read_desks "${fresh}AuthToken=$token;AuthKey=$key;")" "Id" "a verifier with its request token"
	like "$(read_desks "${fresh}AuthToken=$token;AuthKey=$key;")" "Id" "is exchanged once, then kept"
	;;
*)
	ok "another client gets a request token" false
	note "$(cat "$work/python")"
	;;
esac

connection=$base
start_mount
ok "a mount reads" test -s "$mnt/ServiceDesks/rows.csv"
echo 'Email=new@example.com FullName=New' >"$mnt/proc/CreateCustomer/call"
is "$(jq -r '.[0].outcome' "$mnt/proc/CreateCustomer/last.json")" applied "and writes"
echo some text >"$work/file.txt"
like "$(jsmfs call --connection "$base" --format csv AttachTemporaryFile ServiceDeskId=1 "Source=$work/file.txt")" \
	file.txt "a file is sent, which no signature covers"
sim_signin expire
: >"$simlog"
for i in 1 2 3 4 5 6; do
	cat "$mnt/Requests/_limit=$i/rows.csv" >"$work/r$i" 2>&1 &
	pids="${pids-} $!"
done
for pid in $pids; do
	wait "$pid"
done
ok "six readers at once after the token expired" test -s "$work/r1" -a -s "$work/r6"
is "$(calls 'oauth/access-token')" 1 "renew it once"
stop_mount
for secret in opensesame wrong-word oauth_signature oauth_token=; do
	not_ok "'$secret' is in no log" grep -q "$secret" "$daemonlog" "$work/all-told"
done
done_testing
