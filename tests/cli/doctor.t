#!/bin/bash
# SPDX-License-Identifier: MIT
# jsmfs doctor and the file doctor of a mount.
. "$(dirname "$0")/../fs/lib.sh"

start_sim --customer portal@example.com:portal-token
jsmfs=$bin/jsmfs
doctor() {
	"$jsmfs" doctor "$@" >"$work/out" 2>"$work/err"
}
says() { # LINE: a line begins like that
	grep -q "^$1" "$work/out" || { note "$(cat "$work/out")"; return 1; }
}
mkdir -p "$XDG_CONFIG_HOME/jsmfs"
printf 'URL = %s\nUser = agent@example.com\n[work]\nMaxRows = 7\n' "$url" >"$XDG_CONFIG_HOME/jsmfs/jsmfs.conf"
export JSMFS_APITOKEN=demo-token

# ---------------------------------------------------------------- all is well
doctor -p work -o Timeout=30
is $? 0 "0 when all is well"
is "$(cat "$work/err")" "" "without a word on standard error"
not_ok "each line is one of three" grep -Ev '^(ok  |warn|fail)  [^:]+: .' "$work/out"
is "$(grep -c '^fail' "$work/out")" 0 "nothing fails"
ok "the file that was read" says "ok    configuration file: $XDG_CONFIG_HOME/jsmfs/jsmfs.conf"
ok "where a setting is from" says "ok    MaxRows: 7 (the configuration file)"
ok "another" says 'ok    Timeout: 30 (the command line)'
ok "a secret" says 'ok    APIToken: is set (the environment)'
ok "which is not shown" sh -c '! grep -q demo-token "$1"' sh "$work/out"
ok "the site" says "ok    site: $url answers"
ok "its kind and version" says 'ok    server: Jira Cloud 100'
ok "the clock" says 'ok    clock: '
ok "who we are" says 'ok    account: Ann Lee <agent@example.com> ('
ok "the way" says 'ok    way to the site: straight'
ok "the cache" says "ok    cache: $XDG_CACHE_HOME/jsmfs/cache.db, "
n=0
for t in $("$jsmfs" sql 'SELECT TableName FROM sys_tables' -f tsv | tail -n +2 | grep -v '.QueueRequests'); do
	ok "table $t" says "ok    table $t: can be read"
	n=$((n + 1))
done
ok "all tables" [ "$n" -ge 16 ]
is "$(grep -c '"method":"\(POST\|PUT\|DELETE\)"' "$simlog")" 0 "nothing is changed"

# ------------------------------------------------------------------ what is not
JSMFS_APITOKEN=portal-token doctor -o User=portal@example.com
is $? 0 "a customer is no failure"
ok "but is told" says 'warn  account: .*customer'
ok "what agents may" says 'warn  table Customers: .*403.* — .*agents'
ok "and for want of a queue" says 'warn  table QueueRequests: .*403'
JSMFS_APITOKEN=wrong doctor
is $? 1 "a wrong secret fails"
ok "with what to do" says 'fail  account: .* — check AuthScheme, User'
not_ok "no table is tried" grep -q '^.* table ' "$work/out"
like "$(cat "$work/err")" '1 of the checks failed' "and is counted"
doctor -o URL=http://127.0.0.1:1
is $? 1 "no site fails"
ok "with what to do" says 'fail  site: .*refuses.* — check URL'
doctor -o MaxRows=few
is $? 1 "a configuration that does not do"
ok "is told" says 'fail  configuration: MaxRows cannot be'
ok "with what can be seen without one" says '.*/dev/fuse: '
doctor -o ReadOnly=true
ok "ReadOnly" says 'warn  procedures: ReadOnly'
sim fault 'GET */organization* status=503'
doctor -o Timeout=2
sim fault ''
ok "a table that fails" says '\(fail\|warn\)  table Organizations: '
printf 'not a database, and long enough for a page: %0200d' 0 >"$XDG_CACHE_HOME/jsmfs/cache.db"
doctor
ok "a damaged cache is made anew" says 'ok    cache: '

# ---------------------------------------------------------------- certificates
if command -v openssl >/dev/null; then
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/key" -out "$work/cert" -days 5 \
		-subj /O=Test/CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 2>"$work/openssl"
	stop_sim
	start_sim --tls "$work/cert" "$work/key"
	doctor -o "URL=https://127.0.0.1:$port" -o SSLServerCert="$work/cert"
	is $? 0 "a certificate of one's own"
	ok "is told of" says 'warn  certificate: .*CN = localhost, issued by .*, [45] days left — .*renew'
	doctor -o "URL=https://127.0.0.1:$port"
	is $? 1 "one that nobody believes"
	ok "fails" says 'fail  site: .*SSLServerCert to it$'
	ok "and is shown all the same" says 'warn  certificate: not accepted: .*CN = localhost'
	stop_sim
	start_sim
else
	skip "certificates" "openssl is not installed"
fi

# --------------------------------------------------------------------- in a mount
allow_log 'errno='
start_mount
before=$(calls)
ls -l "$mnt" >"$work/out"
stat "$mnt/doctor" >"$work/out"
is "$(calls)" "$before" "to list it costs nothing"
cat "$mnt/doctor" >"$work/out"
ok "the same is in a mount" says 'ok    table Requests: can be read'
ok "and who we are" says 'ok    account: Ann Lee'
ok "it asks" [ "$(calls)" -gt "$before" ]
echo 1 >"$mnt/ctl/offline"
cat "$mnt/doctor" >"$work/out"
ok "offline it says so" says 'fail  site: .*offline'
is "$(grep -c '' "$mnt/doctor")" "$(grep -c '' "$work/out")" "whole"

done_testing
