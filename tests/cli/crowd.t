#!/bin/sh
# SPDX-License-Identifier: MIT
# AuthScheme=Crowd: its REST interface, SAML to the site, a session there.
cd "$(dirname "$0")/../.." || exit 1
. tests/fs/lib.sh
. tests/sso/lib.sh

start_sim --auth session --data demo --flavour datacenter --context /jira --credentials agent:unused
url=$url/jira
start_idp crowd --saml-for agent
session=/crowd/rest/usermanagement/1/session

# crowd USER PASSWORD [MORE]
crowd() {
	printf "URL=%s;AuthScheme=Crowd;User=%s;Password=%s;SSOLoginURL='%s';SSOExchangeUrl=%s;SSOAppName=jsmfs app;SSOAppPassword=app secret;%s" \
		"$url" "$1" "$2" "$idp/crowd/console/secure/saml/sso.action" \
		"$url/plugins/servlet/samlconsumer" "${3-}"
}

read_desks() {
	: >"$idplog"
	"$bin/jsmfs" sql --connection "$1" --format csv \
		"SELECT Id FROM ServiceDesks ORDER BY Id LIMIT 1" >"$work/out" 2>"$work/told"
	cat "$work/out" "$work/told" | grep -v '^jsmfs: warning:'
	cat "$work/told" >>"$work/all-told"
}

like "$(read_desks "$(crowd ann 'correct horse')")" "$(printf 'Id\n1')" "sign in and read"
is "$(tries $session)" 1 "one sign-on"
like "$(read_desks "$(crowd ann 'correct horse' | sed 's/AuthScheme=Crowd;//')")" "Id" "Auto finds it"
like "$(read_desks "$(crowd ann wrong-word)")" "not tried again" "a wrong password is told"
is "$(tries $session)" 1 "and sent once"
like "$(read_desks "$(crowd ann 'correct horse' 'SSOAppPassword=wrong-app;')")" \
	"SSOAppName and SSOAppPassword" "a wrong application is told from a wrong user"
is "$(tries $session)" 0 "before the user's password is sent"
like "$(read_desks "$(crowd ann 'correct horse' | sed 's,/crowd/,/cloud/,')")" "/crowd/" "what is not the address of a Crowd"
like "$(read_desks "$(crowd ann 'correct horse' 'SSOAppName=')")" "SSOAppName" "what is missing is named"
like "$(read_desks "$(crowd ann 'correct horse' 'SSOProperties=a=b;')")" "there are none" "it has no SSOProperties"
like "$(read_desks "$(crowd ann 'correct horse' | sed "s,$url/plugins,http://127.0.0.1:9/plugins,")")" "refuses connections" \
	"nobody at the exchange"
stop_idp

start_idp crowd --saml-for agent --form
all="Verbosity=5;Logfile=$work/all.log;Other='RecordToFile=$work/recorded'"
like "$(read_desks "$(crowd ann 'correct horse');$all")" "Id" "Crowd shows its login form all the same"
is "$(tries /crowd/console/j_security_check)" 1 "which is filled in once"
ok "no secret of the provider is in the logs" no_secrets "$work/all.log" "$work/recorded"
for secret in 'correct horse' 'correct%20horse' 'app secret' "$(printf 'jsmfs app:app secret' | base64)"; do
	not_ok "'$secret' neither" grep -qF "$secret" "$work/all.log" "$work/recorded"
done
stop_idp

start_idp crowd --saml-for agent --form --captcha
like "$(read_desks "$(crowd ann 'correct horse')")" "log in once with a browser at $idp" "a CAPTCHA is for people"
is "$(tries /crowd/console/j_security_check)" 1 "and the form is not sent again"
stop_idp

start_idp crowd --saml-for nobody
like "$(read_desks "$(crowd ann 'correct horse')")" "does not take the SAML answer" "the site does not know the account"
stop_idp

start_idp crowd --saml-for agent
connection=$(crowd ann 'correct horse')
start_mount
ok "the mount reads" test -s "$mnt/ServiceDesks/rows.csv"
before=$(tries $session)
sim_root=${url%/jira}
curl -s -X POST -d forget "$sim_root/jira/__sim/signin"
curl -s -X POST "$idp/__idp/forget"
ok "when site and provider have forgotten" cp "$mnt/Requests/_limit=3/rows.csv" "$work/rows"
is "$(tries $session)" $((before + 1)) "it signs in again, once"
stop_idp
curl -s -X POST -d forget "$sim_root/jira/__sim/signin"
allow_log 'message="reading Requests: Crowd: '
not_ok "without the provider there is an error" cat "$mnt/Requests/_limit=4/rows.csv" 2>/dev/null
like "$(last_error)" "Crowd" "that says so"
start_idp crowd --saml-for agent
stop_mount

for secret in 'correct horse' wrong-word 'app secret' wrong-app SAMLResponse JSESSIONID; do
	not_ok "'$secret' is in no log" grep -q "$secret" "$daemonlog" "$work/all-told"
done
stop_idp
done_testing
