#!/bin/bash
# SPDX-License-Identifier: MIT
# A mount whose token expires or is revoked while it is in use.
. "$(dirname "$0")/lib.sh"

unset DISPLAY WAYLAND_DISPLAY
# a port of our own: other tests may listen at the usual one
callback=http://127.0.0.1:$((20000 + $$ % 20000))
start_sim --flavour cloud --oauth "app1:s3cret:$callback" --oauth-consent
did() {
	curl -s "$url/__sim/oauth" | jq -r ".$1"
}
connection="URL=$url;AuthScheme=OAuth;OAuthClientId=app1;OAuthClientSecret=s3cret;OAuthAuthorizationURL=$url/authorize;OAuthAccessTokenURL=$url/oauth/token;OAuthResourcesURL=$url/oauth/token/accessible-resources;OAuthAPIURL=$url;CallbackURL=$callback"
sign_in() {
	rm -f "$work/in" "$work/out"
	mkfifo "$work/in"
	"$bin/jsmfs" login --headless --connection "$connection" <"$work/in" >"$work/out" 2>"$work/err" &
	login=$!
	exec 3>"$work/in"
	try test -s "$work/out"
	curl -s -o /dev/null -w '%{redirect_url}\n' "$(head -n 1 "$work/out")" >&3
	exec 3>&-
	wait $login
}
fails() { # pattern of the message, file
	cat "$2" >"$work/got" 2>"$work/err" && return 1
	grep -q "$1" "$work/err"
}

# nobody is signed in: the mount says so instead of waiting
"$bin/jsmfs" mount --connection "$connection;InitiateOAuth=GETANDREFRESH" "$mnt" 2>"$work/err" </dev/null
is $? 1 "nobody is signed in"
like "$(cat "$work/err")" "jsmfs login" "and the mount says what to do"

# with a terminal it asks who is there, and goes on with the answer
mount_at_terminal() { # store
	echo "echo \$\$ >'$work/pid'; exec '$bin/jsmfs' mount --connection '$connection;InitiateOAuth=GETANDREFRESH;OAuthSettingsLocation=$1' '$mnt'" >"$work/mount.sh"
	rm -f "$work/typescript"
	script -qefc "sh $work/mount.sh" "$work/typescript" </dev/null >/dev/null 2>&1 &
	typing=$!
	try grep -q 'authorize?' "$work/typescript"
	page=$(tr -d '\r' <"$work/typescript" | grep -o 'http://[^ ]*authorize?[^ ]*')
}
if command -v script >/dev/null; then
	mount_at_terminal "$work/store1"
	curl -s -L -o /dev/null "$page"
	wait $typing
	is $? 0 "at a terminal the mount shows the address and waits for the browser"
	ok "and comes up" is_mounted "$mnt"
	like "$(head -n 2 "$mnt/ServiceDesks/rows.csv")" "IT Help Desk" "signed in"
	"$bin/jsmfs" umount "$mnt"
	mount_at_terminal "$work/store2"
	# a shell lets what it starts in the background ignore Ctrl-C
	kill -TERM "$(cat "$work/pid")"
	wait $typing
	not_ok "who does not want to can stop it" is_mounted "$mnt"
	ok "and nobody goes on waiting" try flock -n "$work/store2.lock" true
else
	skip "mounting at a terminal" "there is no script(1)"
fi

sign_in
is $? 0 "signed in"
start_mount -o MetadataTTL=0
rows() {
	tail -n +2 "$1" | wc -l
}
is "$(rows "$mnt/Requests/_limit=7/rows.csv")" 7 "rows through the gateway"
is "$(did renewed)" 0 "without a renewal"
like "$(cat "$mnt/Requests/id/HELP-2/RequestKey")" HELP-2 "a row"

is "$(jq length "$mnt/RequestComments/RequestKey=HELP-3/rows.json")" 130 "pages, whose links name the site and not the gateway"
is "$(tail -c +1 "$mnt/Requests/id/HELP-4/attachments/log.txt" | wc -c)" \
	"$(stat -c %s "$mnt/Requests/id/HELP-4/attachments/log.txt")" "an attachment, by way of a redirect"
sim oauth expire
is "$(rows "$mnt/Requests/_limit=8/rows.csv")" 8 "an expired token is renewed in the middle"
is "$(did renewed)" 1 "once"
sim oauth expire
pids=
for i in 1 2 3 4 5 6 7 8; do
	cat "$mnt/Requests/ServiceDeskId=1/_limit=2$i/rows.csv" >"$work/rows.$i" 2>>"$work/err.n" &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid" || note "$(cat "$work/err.n")"; done
is "$(did renewed)" 2 "for many readers at once, too"
is "$(grep -l HELP- "$work"/rows.? | wc -l)" 8 "and all are served"

# what writes is refused before it is done, so it can be sent again
sim oauth expire
echo '{"Email":"new@example.com","FullName":"New One"}' >"$mnt/proc/CreateCustomer/call" 2>"$work/err"
is $? 0 "a write with an expired token"
is "$(jq -r '.[0].outcome // .[0].Outcome' "$mnt/proc/CreateCustomer/last.json")" applied "is done once the token is new"
is "$(did renewed)" 3 "after a renewal"

allow_log 'the sign-in to'
sim oauth revoke
ok "a revoked sign-in: Key has expired" fails "Key has expired" "$mnt/Requests/_limit=9/rows.csv"
like "$(last_error)" "jsmfs login" "and the error tells the command"
is "$(last_error .errno)" EKEYEXPIRED "by its name"
refused=$(did refused)
ok "again" fails "Key has expired" "$mnt/Requests/_limit=10/rows.csv"
is "$(did refused)" "$refused" "without another question to the server"
sign_in
is "$(rows "$mnt/Requests/_limit=11/rows.csv")" 11 "after a new sign-in the mount goes on"

# tokens of a procedure are for who asked
echo '{"State":"x"}' >"$mnt/proc/GetOAuthAuthorizationURL/call"
like "$(jq -r '.[0].URL' "$mnt/proc/GetOAuthAuthorizationURL/last.json")" "$url/authorize?" "a procedure that signs in"
is "$(stat -c %a "$mnt/proc/GetOAuthAccessToken/last.json")" 400 "whose results only the owner can read"
grep -rl -e eyJhbGci -e s3cret "$mnt/.jsmfs" "$mnt/status" "$mnt/errors.ndjson" "$daemonlog" >"$work/leaks" 2>/dev/null
is "$(cat "$work/leaks")" "" "no secret in what the mount shows of itself"
is "$(tr '\0' '\n' <"/proc/$daemon_pid/cmdline" | grep -c s3cret)" 0 "nor in the arguments of the process"
done_testing
