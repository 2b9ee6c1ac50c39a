#!/bin/bash
# SPDX-License-Identifier: MIT
# OAuth 2.0 against oidc-provider, a certified authorization server: make peers gets it.
. "$(dirname "$0")/../fs/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
peers=$(cd "$(dirname "$bin")" && pwd)/peers
command -v node >/dev/null || skip_all "node is not installed"
[ -d "$peers/node_modules/oidc-provider" ] || skip_all "oidc-provider is not there: make peers"
cp "$here/oidc.mjs" "$peers/oidc.mjs"
unset DISPLAY WAYLAND_DISPLAY
jsmfs=$bin/jsmfs
store=$XDG_CONFIG_HOME/jsmfs/OAuthSettings.txt

start_sim --flavour datacenter
begin() { # how the application shows its secret
	rm -f "$work/op.port"
	node "$peers/oidc.mjs" "$work/op.port" "$url" agent:demo-password 3600 "$1" >"$work/op.out" 2>&1 &
	idp_pid=$!
	try test -s "$work/op.port" || note "$(cat "$work/op.out")"
	front=http://127.0.0.1:$(cat "$work/op.port")
	export JSMFS_URL=$front JSMFS_AUTHSCHEME=OAuth JSMFS_OAUTHCLIENTID=app1 JSMFS_SCOPE='WRITE offline_access'
}
end() {
	kill $idp_pid
	wait $idp_pid 2>/dev/null
}
did() {
	curl -s "$front/__counts" | jq -r ".$1"
}
expire() {
	curl -s -X POST "$front/__expire"
}
desks() {
	"$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' 2>"$work/err" | tail -n 1
}
sign_in() {
	rm -f "$work/in" "$work/out" "$work/jar"
	mkfifo "$work/in"
	"$jsmfs" login --headless <"$work/in" >"$work/out" 2>"$work/err" &
	login=$!
	exec 3>"$work/in"
	try test -s "$work/out"
	# nobody listens at the callback: where the browser was sent is what is pasted
	curl -s -L -c "$work/jar" -b "$work/jar" -o /dev/null -w '%{url_effective}\n' "$(head -n 1 "$work/out")" >&3
	exec 3>&-
	wait $login
}

export JSMFS_OAUTHCLIENTSECRET=s3cret-of-app1
begin client_secret_post
sign_in
is $? 0 "consent, code, proof and tokens"
like "$(cat "$work/out")" "Signed in to $front as Ann Lee" "and a first call"
is "$(desks)" 3 "tokens that are kept are good"
"$jsmfs" doctor >"$work/out" 2>&1
like "$(cat "$work/out")" "procedure AddAttachment: the token has WRITE" "doctor knows what they are good for"

# --- twenty at once -------------------------------------------------------------------
expire
pids=
for i in $(seq 20); do
	"$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' >"$work/rows.$i" 2>"$work/err.$i" &
	pids="$pids $!"
done
for pid in $pids; do wait "$pid" || note "one failed"; done
is "$(cat "$work"/rows.* | grep -c '^3$')" 20 "twenty processes get their rows"
is "$(did refreshes)" 1 "after one refresh"
if [ -w /dev/fuse ]; then
	pids=
	for i in $(seq 20); do
		mkdir "$work/m$i"
		"$jsmfs" mount -f -o MetadataTTL=0 -o "CacheLocation=$work/c$i" "$work/m$i" >>"$daemonlog" 2>&1 &
		pids="$pids $!"
	done
	for i in $(seq 20); do try is_mounted "$work/m$i"; done
	expire
	readers=
	for i in $(seq 20); do
		cat "$work/m$i/ServiceDesks/rows.csv" >"$work/rows.$i" 2>"$work/err.$i" &
		readers="$readers $!"
	done
	for pid in $readers; do wait "$pid" || note "one failed"; done
	is "$(cat "$work"/rows.* | grep -c '^[0-9]')" 60 "twenty mounts read"
	is "$(did refreshes)" 2 "after one more refresh"
	for i in $(seq 20); do umount "$work/m$i" || fusermount3 -u "$work/m$i"; done
	for pid in $pids; do wait "$pid"; done
else
	skip "twenty mounts" "no access to /dev/fuse"
fi
is "$(did revoked)" 0 "and no token was used twice"

# --- one that is used twice --------------------------------------------------------------
cp "$store" "$work/backup"
expire
desks >"$work/out"
cp "$work/backup" "$store"
expire
is "$(desks)" "" "a store from a backup ends the consent"
like "$(cat "$work/err")" "jsmfs login" "and the sentence names the way back"
is "$(did revoked)" 1 "for this server ends it all"
desks >"$work/out"
is "$(did 'refused | length')" 1 "it is not asked again"
sign_in
is "$(desks)" 3 "the next sign-in helps"
end

# --- applications of other kinds -----------------------------------------------------------
JSMFS_OAUTHCLIENTSECRET='' begin none
JSMFS_OAUTHCLIENTSECRET='' sign_in
is $? 0 "an application without a secret"
expire
is "$(JSMFS_OAUTHCLIENTSECRET='' desks)" 3 "is renewed without one"
end
is "$(cat "$work"/err* "$daemonlog" | grep -c s3cret)" 0 "no secret in any message"
done_testing
