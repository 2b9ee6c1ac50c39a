#!/bin/sh
# SPDX-License-Identifier: MIT
# AuthScheme=OKTA: Okta's Authentication API, SAML to the site, a session there.
cd "$(dirname "$0")/../.." || exit 1
. tests/fs/lib.sh
. tests/sso/lib.sh

start_sim --auth session --data demo --flavour datacenter --credentials agent:unused \
	--log "$simlog"
start_idp okta --saml-for agent --api-token tok3n

authn=/api/v1/authn

# okta USER PASSWORD [SSOProperties]
okta() {
	printf "URL=%s;AuthScheme=OKTA;User=%s;Password=%s;SSOLoginURL='%s';SSOExchangeUrl=%s;%s" \
		"$url" "$1" "$2" "$idp/app/jira/exk1/sso/saml" \
		"$url/plugins/servlet/samlconsumer" "${3:+SSOProperties='$3'}"
}

# read_desks CONNECTION: the desks, or what went wrong
read_desks() {
	: >"$idplog"
	"$bin/jsmfs" sql --connection "$1" --format csv \
		"SELECT Id FROM ServiceDesks ORDER BY Id LIMIT 1" >"$work/out" 2>"$work/told"
	cat "$work/out" "$work/told" | grep -v '^jsmfs: warning:'
	cat "$work/told" >>"$work/all-told"
}

good=$(read_desks "$(okta ann 'correct horse')")
like "$good" "Id" "sign in with name and password, and read"
is "$(tries $authn)" 1 "one sign-on"
is "$(calls '/plugins/servlet/samlconsumer')" 1 "one exchange"

bad=$(read_desks "$(okta ann wrong-word)")
like "$bad" "E0000004" "a wrong password is told"
like "$bad" "not tried again" "and what becomes of it"
is "$(tries $authn)" 1 "and is sent once"
for user in push number; do
	like "$(read_desks "$(okta $user 'correct horse' 'MFAType=OktaVerify;MFARememberDevice=False')")" \
		"$(printf 'Id\n1')" "second factor: $user"
done
like "$(read_desks "$(okta number 'correct horse' 'MFAType=OktaVerify;MFARememberDevice=False')")" \
	"Id" "a number is not remembered"
"$bin/jsmfs" login --connection "$(okta number 'correct horse' 'MFAType=OktaVerify;MFARememberDevice=False')" \
	>"$work/out" 2>"$work/told"
like "$(cat "$work/told")" "choose the number 42" "which is shown to who has to find it"
like "$(cat "$work/out")" "Signed in" "and signs in"
like "$(read_desks "$(okta reject 'correct horse' 'MFAType=OktaVerify')")" "was rejected" \
	"somebody says no on the telephone"
like "$(read_desks "$(okta both 'correct horse' 'MFAType=OktaVerify'); Timeout=8")" "within Timeout" \
	"a telephone that nobody looks at"
like "$(read_desks "$(okta totp 'correct horse' 'MFAType=OktaVerify;MFAPassCode=246810;MFARememberDevice=False')")" \
	"Id" "a code of Okta Verify"
like "$(read_desks "$(okta totp 'correct horse' 'MFAType=OktaVerify;MFAPassCode=111111')")" "E0000068" \
	"a wrong one"
like "$(read_desks "$(okta totp 'correct horse')")" "one of OktaVerify" "a factor is wanted and none is chosen"
like "$(read_desks "$(okta totp 'correct horse' 'MFAType=SMS')")" "it has OktaVerify" "the wrong one is chosen"

for kind in sms email; do
	like "$(read_desks "$(okta $kind 'correct horse' "MFAType=$kind")")" "set MFAPassCode" "$kind: a code is sent"
	code=$(sent_code)
	like "$(read_desks "$(okta $kind 'correct horse' "MFAType=$kind;MFAPassCode=000")")" "another was" \
		"$kind: a wrong code gets a new one sent"
	code=$(sent_code)
	like "$(read_desks "$(okta $kind 'correct horse' "MFAType=$kind;MFAPassCode=$code")")" "Id" "$kind: with the code"
	like "$(read_desks "$(okta $kind 'correct horse' "MFAType=$kind")")" "Id" "$kind: this machine is remembered"
	like "$(read_desks "$(okta $kind 'correct horse' "MFAType=$kind;MFARememberDevice=False")")" "set MFAPassCode" \
		"$kind: unless it does not want to be"
done

like "$(read_desks "$(okta step 'correct horse' 'MFAType=SMS')")" "set MFAPassCode" "the application wants more"
like "$(read_desks "$(okta step 'correct horse' "MFAType=SMS;MFAPassCode=$(sent_code)")")" "Id" "and gets it"
like "$(read_desks "$(okta warn 'correct horse')")" "Id" "a warning is skipped"
like "$(read_desks "$(okta expired 'correct horse')")" "PASSWORD_EXPIRED" "an expired password is told"
like "$(read_desks "$(okta ann 'correct horse' 'APIToken=tok3n')")" "Id" "as a trusted application"
like "$(read_desks "$(okta ann 'correct horse' 'APIToken=other')")" "E0000011" "with a wrong API token"
for i in 1 2 3; do
	read_desks "$(okta push wrong-word)" >/dev/null
done
like "$(read_desks "$(okta push 'correct horse' 'MFAType=OktaVerify')")" "LOCKED_OUT" "a locked account is told"

like "$(read_desks "$(okta ann 'correct horse' 'MFAType=Fax')")" "OktaVerify, Email, SMS" "MFAType has its values"
like "$(read_desks "$(okta ann 'correct horse' 'Colour=blue')")" "MFARememberDevice" "SSOProperties have names"
like "$(read_desks "URL=$url;AuthScheme=OKTA;User=ann;Password=x")" "SSOLoginURL" "what is missing is named"
like "$(read_desks "$(okta ann 'correct horse' | sed 's,samlconsumer,nowhere,')")" "SSOExchangeUrl" "a wrong exchange"

all="Verbosity=5;Logfile=$work/all.log;Other='RecordToFile=$work/recorded'"
like "$(read_desks "$(okta totp 'correct horse' 'MFAType=OktaVerify;MFAPassCode=246810;APIToken=tok3n;MFARememberDevice=False');$all")" \
	"Id" "with everything logged"
ok "no secret of the provider is in the logs" no_secrets "$work/all.log" "$work/recorded"
for secret in 'correct horse' 'correct%20horse' tok3n 246810; do
	not_ok "'$secret' neither" grep -qF "$secret" "$work/all.log" "$work/recorded"
done

connection=$(okta ann 'correct horse')
start_mount
: >"$idplog"
ok "the mount reads" test -s "$mnt/ServiceDesks/rows.csv"
before=$(tries $authn)
exchanged=$(calls /plugins/servlet/samlconsumer)
sim signin forget
for i in 1 2 3 4 5 6 7 8; do
	cat "$mnt/Queues/_where=1/rows.csv" "$mnt/Requests/_limit=$i/rows.csv" >"$work/r$i" 2>"$work/e$i" &
	pids="${pids-} $!"
done
for pid in $pids; do
	wait "$pid"
done
ok "eight readers at once after the session is lost" test -s "$work/r1" -a -s "$work/r8"
is "$(tries $authn)" "$before" "the provider remembers: nobody is asked again"
is "$(calls /plugins/servlet/samlconsumer)" $((exchanged + 1)) "and one of the eight signed in for all"
sim signin forget
echo 'Email=new@example.com FullName=New' >"$mnt/proc/CreateCustomer/call"
is "$(jq -r '.[0].outcome' "$mnt/proc/CreateCustomer/last.json")" applied "a write finds the session lost, and is made"
is "$(grep -c '"method":"POST".*/customer".*"status":201' "$simlog")" 1 "once"
sim signin forget
curl -s -X POST "$idp/__idp/forget"
ok "when both have forgotten" sh -c "cat '$mnt/Requests/_limit=9/rows.csv' >/dev/null"
is "$(tries $authn)" $((before + 1)) "the password is sent once more"
stop_mount

for secret in 'correct horse' wrong-word tok3n SAMLResponse JSESSIONID; do
	not_ok "'$secret' is in no log" grep -q "$secret" "$daemonlog" "$work/all-told"
done
stop_idp
done_testing
