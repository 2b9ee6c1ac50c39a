#!/bin/bash
# SPDX-License-Identifier: MIT
# No secret of a run is found again anywhere: not in logs, messages, records, the
# cache, a file of the mount, the process's arguments, its environment, or a core.
. "$(dirname "$0")/../fs/lib.sh"

token=tok-8c1f/+Ze
password=pass-51%word
proxy=proxy-77-word
client=client-3b-secret
start_sim --credentials "agent@example.com:$token"
jsmfs=$bin/jsmfs
keep=$work/kept
mkdir "$keep"
# everything that writes, at its loudest
loud_options=(-o Verbosity=5 -o "Logfile=$keep/log" -o "Other=RecordToFile=$keep/record"
	-o "CacheLocation=$keep/cache" -o "UserDefinedViews=$keep/views.json")
export JSMFS_URL=$url JSMFS_USER=agent@example.com JSMFS_APITOKEN=$token
export JSMFS_AUTHSCHEME=APIToken JSMFS_PASSWORD=$password JSMFS_PROXYPASSWORD=$proxy
export JSMFS_OAUTHCLIENTSECRET=$client

# ------------------------------------------------------------------- what is done
connection=AuthScheme=APIToken
daemonlog=$keep/stderr
allow_log .
start_mount "${loud_options[@]}"
cat "$mnt/Requests/rows.csv" "$mnt/sys/sys_connection_props/rows.json" >"$work/out"
echo 'Email=a@example.com FullName=A' >"$mnt/proc/CreateCustomer/call"
echo "Email=$token FullName=A" >"$mnt/proc/CreateCustomer/call" 2>/dev/null
cat "$mnt/Requests/SearchQuery=$password/rows.csv" >"$work/out" 2>&1
sim fault 'GET * status=500'
cat "$mnt/Users/rows.csv" >"$work/out" 2>"$keep/cat"
sim fault ''
echo 'SELECT 1 AS one' >"$mnt/UserViews/mine.sql"
"$jsmfs" sql "${loud_options[@]}" 'SELECT * FROM ServiceDesks' >"$keep/sql" 2>&1
"$jsmfs" sql "${loud_options[@]}" -o URL=http://127.0.0.1:1 'SELECT * FROM ServiceDesks' >"$keep/refused" 2>&1
JSMFS_APITOKEN=x$token "$jsmfs" sql "${loud_options[@]}" 'SELECT * FROM ServiceDesks' >"$keep/wrong" 2>&1
"$jsmfs" call "${loud_options[@]}" CreateCustomer Email=b@example.com FullName=B >"$keep/call" 2>&1
"$jsmfs" sql --connection "URL=$url;APIToken='$token';Nonsense=1" 'SELECT 1' >"$keep/connection" 2>&1
"$jsmfs" sql -o "Passwort=$password" 'SELECT 1' >"$keep/option" 2>&1

# ------------------------------------------------------------------- where to look
ok "the record is there" test -s "$keep/record"
ok "the log shows bodies" grep -q '"values":' "$keep/log"
like "$(cat "$keep/wrong")" "does not accept" "a wrong secret fails"
ok "the cache is there" test -s "$keep/cache/cache.db"
tr '\0' '\n' <"/proc/$daemon_pid/cmdline" >"$keep/cmdline"
tr '\0' '\n' <"/proc/$daemon_pid/environ" >"$keep/environ"
like "$(cat "$keep/environ")" JSMFS_APITOKEN "the variable is there"

mkdir "$keep/mount"
n=0
while read -r file; do
	n=$((n + 1))
	timeout 20 cat "$file" >"$keep/mount/$n" 2>/dev/null
done < <(find "$mnt" -maxdepth 3 -type f ! -name 'stream.*' ! -name 'rows.[tjn]*' ! -name count)
ok "the files of the mount are read" [ "$n" -gt 50 ]

# In the words that were typed as data (a customer's e-mail address, a search) it is
# data; there it must be hidden all the same, for nobody can tell.
leaks() { # TEXT: files that hold it
	grep -rlaF -- "$1" "$keep" | sed "s,$keep/,," | sort | xargs
}
for name in token password proxy client; do
	is "$(leaks "${!name}")" "" "the $name is nowhere"
	is "$(leaks "$(printf %s "agent@example.com:${!name}" | base64 -w 0)")" "" "nor in base64"
	is "$(leaks "$(jq -rn --arg s "${!name}" '$s | @uri')")" "" "nor percent-encoded"
done

# ---------------------------------------------------------------------- the process
like "$(grep 'core file' "/proc/$daemon_pid/limits")" 'Max core file size        0                    0' "no core file"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null && setpriv --reuid=65534 --clear-groups test -x "$jsmfs"; then
	sim latency 3000
	setpriv --reuid=65534 --regid=65534 --clear-groups env -u HOME -u XDG_CACHE_HOME -u XDG_CONFIG_HOME \
		"$jsmfs" sql 'SELECT 1 FROM ServiceDesks' >"$work/out" 2>&1 &
	pid=$!
	is_closed() { [ "$(stat -c %u "/proc/$pid/environ")" = 0 ]; }
	ok "other processes of the user cannot look into it" try is_closed
	kill "$pid" 2>/dev/null || note "$(cat "$work/out")"
	wait "$pid" 2>/dev/null
	sim latency 0
elif [ "$(id -u)" != 0 ]; then
	is "$(stat -c %u "/proc/$daemon_pid/environ")" 0 "other processes of the user cannot look into it"
else
	skip "other processes of the user cannot look into it" "setpriv is missing, or nobody may not run jsmfs"
fi
"$jsmfs" sql --connection "URL=$url;User=agent@example.com;APIToken=$token" -o ConvertDateTimeToGMT=1 'SELECT 1' >"$work/out" 2>&1
sim latency 3000
env -u JSMFS_APITOKEN -u JSMFS_PASSWORD "$jsmfs" sql --connection "URL=$url;User=agent@example.com;APIToken=$token" -o "CacheLocation=$work/other" 'SELECT Id FROM ServiceDesks' >"$work/out" 2>&1 &
pid=$!
is_struck_out() { grep -q '\*\*\*\*' "/proc/$pid/cmdline" && ! grep -qF -- "$token" "/proc/$pid/cmdline"; }
ok "the command line is struck out" try is_struck_out
kill "$pid"
wait "$pid" 2>/dev/null
sim latency 0

# ------------------------------------------------------------------- other sources
unset JSMFS_APITOKEN JSMFS_PASSWORD JSMFS_OAUTHCLIENTSECRET
printf 'machine 127.0.0.1 login agent@example.com password %s\n' "$token" >"$HOME/.netrc"
chmod 600 "$HOME/.netrc"
is "$("$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' 2>"$work/err" | tail -n 1)" 3 "a token from ~/.netrc"
mv "$HOME/.netrc" "$work/netrc"
is "$(NETRC=$work/netrc "$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' 2>/dev/null | tail -n 1)" 3 "or the file that NETRC names"
is "$(env -u JSMFS_USER NETRC="$work/netrc" "$jsmfs" sql 'SELECT count(*) FROM ServiceDesks' 2>/dev/null | tail -n 1)" 3 "with the name in it"
chmod 644 "$work/netrc"
not_ok "one that others can read is refused" env NETRC="$work/netrc" "$jsmfs" sql 'SELECT 1 FROM ServiceDesks' 2>"$work/err"
like "$(cat "$work/err")" 'chmod 600' "with what to do"

# the keyring, by a program of that name: what it is asked, and what it may do
mkdir "$work/bin"
cat >"$work/bin/secret-tool" <<-SH
	#!/bin/sh
	echo "\$*" >>"$work/asked"
	[ "\$1 \$3" = "lookup jsmfs" ] || exit 2
	[ -e "$work/locked" ] && exit 1
	printf %s '$token'
SH
chmod 755 "$work/bin/secret-tool"
keyring() {
	PATH=$work/bin:$PATH "$jsmfs" sql "$@" 2>"$work/err"
}
is "$(keyring -o Keyring=true 'SELECT count(*) FROM ServiceDesks' | tail -n 1)" 3 "a token from the keyring"
is "$(cat "$work/asked")" "lookup service jsmfs url $url property APIToken user agent@example.com" "is asked for by its words"
keyring 'SELECT count(*) FROM ServiceDesks' >"$work/out"
is "$(wc -l <"$work/asked")" 1 "and only when it is wanted"
JSMFS_APITOKEN=$token keyring -o Keyring=true 'SELECT count(*) FROM ServiceDesks' >"$work/out"
is "$(wc -l <"$work/asked")" 1 "and when nothing else gives it"
touch "$work/locked"
not_ok "one that is not there" keyring -o Keyring=true 'SELECT count(*) FROM ServiceDesks'
like "$(cat "$work/err")" 'secret-tool store --label=jsmfs service jsmfs url' "with the command that puts it there"
mkdir "$work/empty"
ln -s "$(command -v sh)" "$work/empty/sh"
not_ok "no secret-tool" env PATH="$work/empty" "$jsmfs" sql -o Keyring=true 'SELECT count(*) FROM ServiceDesks' 2>"$work/err"
like "$(cat "$work/err")" libsecret-tools "and where it is from"

# a keyring that nobody here wrote, on a bus of its own
if command -v gnome-keyring-daemon >/dev/null && command -v dbus-run-session >/dev/null &&
	command -v secret-tool >/dev/null; then
	mkdir -m 700 "$work/runtime" "$work/data"
	cat >"$work/in-session" <<-EOF
		printf geheim | gnome-keyring-daemon --unlock --components=secrets >/dev/null
		ask() {
			"$jsmfs" sql -o Keyring=true -o AuthScheme=APIToken 'SELECT count(*) FROM ServiceDesks' | tail -n 1
		}
		ask 2>"$work/before"
		printf %s "$token" | secret-tool store --label=jsmfs service jsmfs url "$url" property APIToken user agent@example.com
		ask
	EOF
	is "$(unset JSMFS_APITOKEN
	JSMFS_URL=$url JSMFS_USER=agent@example.com XDG_RUNTIME_DIR=$work/runtime XDG_DATA_HOME=$work/data \
		timeout 60 dbus-run-session -- sh "$work/in-session" 2>"$work/err")" 3 "gnome-keyring gives what secret-tool put there"
	like "$(cat "$work/before")" "secret-tool store --label=jsmfs" "in the way that was said when it was not there"
	not_ok "where it is not in the clear" grep -rq "$token" "$work/data"
else
	skip "a keyring of another make" "gnome-keyring, dbus or libsecret-tools is not installed"
fi

done_testing
