#!/bin/bash
# SPDX-License-Identifier: MIT
# Answers of SAML that samlp signs and xml-crypto checks: make peers gets both.
. "$(dirname "$0")/../fs/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
peers=$(cd "$(dirname "$bin")" && pwd)/peers
command -v node >/dev/null || skip_all "node is not installed"
[ -d "$peers/node_modules/samlp" ] || skip_all "samlp is not there: make peers"
cp "$here/saml.mjs" "$peers/saml.mjs"
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 2 -subj /CN=provider \
	2>"$work/openssl" || skip_all "openssl makes no key"

start_sim --flavour datacenter
node "$peers/saml.mjs" "$work/idp.port" "$url" agent:demo-password "$work/key" "$work/cert" >"$work/idp.out" 2>&1 &
idp_pid=$!
try test -s "$work/idp.port" || note "$(cat "$work/idp.out")"
front=http://127.0.0.1:$(cat "$work/idp.port")
desks() { # PASSWORD
	JSMFS_PASSWORD=$1 JSMFS_SSOAPPPASSWORD=app "$bin/jsmfs" sql -c "URL=$front;AuthScheme=Crowd;User=ann;SSOLoginURL=$front/crowd/saml/sso;SSOExchangeUrl=$front/sp;SSOAppName=app" \
		'SELECT count(*) FROM ServiceDesks' 2>"$work/err" | tail -n 1
}
is "$(desks pw-of-ann)" 3 "a signed answer is good for a session"
is "$(curl -s "$front/__answers" | jq -c '.[0]')" '{"signed":true,"relay":"/secure?a=1&b=\"x\""}' \
	"its signatures are whole, and what goes with it"
is "$(cat "$work/err")" "" "without a word"
is "$(desks wrong)" "" "another password"
like "$(cat "$work/err")" "not accepted" "is told"
is "$(curl -s "$front/__answers" | jq length)" 1 "before there is an answer"
done_testing
