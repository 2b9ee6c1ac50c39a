# SPDX-License-Identifier: MIT
# lib.sh: a simulator and a mount of it for one test, and TAP for shell.
#
#	. "$(dirname "$0")/lib.sh"
#	start_sim [OPTION...]           # $url, $simlog
#	start_mount [OPTION...]         # $mnt, in the foreground with its log in $daemonlog
#	ok "what should be true" COMMAND ARGUMENT...
#	is "$got" "$want" "what should be equal"
#	done_testing
#
# Everything lives in $work and ends with the test, whatever happens.  A test
# fails if the daemon logged a warning or an error that no `allow_log PATTERN`
# announced, or did not end with status 0.  BUILD selects the variant.  Nothing waits for a fixed time.

set -u
LC_ALL=C.UTF-8
export LC_ALL
: "${BUILD:=build/release}"
case $BUILD in
/*) bin=$BUILD ;;
*) bin=$(pwd)/$BUILD ;;
esac
work=$(mktemp -d "${TMPDIR:-/tmp}/jsmfs-test.XXXXXX") || exit 1
# A test may mount several times: the newest is $mnt.
mnt=$work/mnt
simlog=$work/sim.log
daemonlog=$work/daemon.log
sim_pid=
sims= # those before it that still run
daemon_pid=
n_run=0
n_failed=0
allowed='^$'
for v in $(env | sed -n 's/^\(JSMFS_[A-Z0-9]*\)=.*/\1/p'); do
	unset "$v"
done
# neither the cache nor the configuration of whoever runs this
HOME=$work/home
XDG_CACHE_HOME=$HOME/.cache
XDG_CONFIG_HOME=$HOME/.config
export HOME XDG_CACHE_HOME XDG_CONFIG_HOME
mkdir -p "$HOME" "$mnt"
: >"$daemonlog"

skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# try COMMAND...: until it succeeds, for at most about 20 seconds.
try() {
	n_try=0
	until "$@" 2>/dev/null; do
		n_try=$((n_try + 1))
		[ $n_try -lt 400 ] || return 1
		sleep 0.05
	done
}

gone() {
	! kill -0 "$1" 2>/dev/null
}

result() {
	n_run=$((n_run + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n_run - $2"
	else
		n_failed=$((n_failed + 1))
		echo "not ok $n_run - $2"
	fi
}

ok() {
	what=$1
	shift
	"$@"
	result $? "$what"
}

not_ok() {
	what=$1
	shift
	if "$@"; then result 1 "$what"; else result 0 "$what"; fi
}

is() {
	if [ "$1" = "$2" ]; then
		result 0 "$3"
	else
		result 1 "$3"
		note "   got: $1"
		note "  want: $2"
	fi
}

like() {
	case $1 in
	*"$2"*) result 0 "$3" ;;
	*)
		result 1 "$3"
		note "   got: $1"
		note "  want: ...$2..."
		;;
	esac
}

skip() {
	n_run=$((n_run + 1))
	echo "ok $n_run - $1 # SKIP $2"
}

# The lines the daemon may log above info, an extended regular expression.
allow_log() {
	allowed="$allowed|$1"
}

# The official API documents beside this repository, when they are there.
api_dir=$(cd "$(dirname "$0")/../../../shared/api" 2>/dev/null && pwd)
openapi=$(cd "$(dirname "$0")/../conform" && pwd)/openapi.py

start_sim() {
	rm -f "$work/port"
	sims="$sims $sim_pid"
	record=
	case "$*" in
	*--data* | *--flavour*) ;;
	*) [ -z "$api_dir" ] || record=$work/record ;;
	esac
	"$bin/jsmsim" --quiet --port-file "$work/port" --log "$simlog" ${record:+--record "$record"} "$@" \
		>"$work/sim.out" 2>&1 &
	sim_pid=$!
	if ! try test -s "$work/port"; then
		note "$(cat "$work/sim.out")"
		echo "Bail out! the simulator does not start"
		exit 1
	fi
	port=$(cat "$work/port")
	url=http://127.0.0.1:$port
	connection="URL=$url;AuthScheme=APIToken;User=agent@example.com;APIToken=demo-token"
}

is_mounted() {
	grep -q " $1 .* - fuse.jsmfs " /proc/self/mountinfo
}

start_mount() {
	if ! [ -r /dev/fuse ] || ! [ -w /dev/fuse ]; then
		skip_all "no access to /dev/fuse"
	fi
	"$bin/jsmfs" mount -f --connection "$connection" "$@" "$mnt" >>"$daemonlog" 2>&1 &
	daemon_pid=$!
	if ! try is_mounted "$mnt" || ! try test -f "$mnt/status"; then
		note "$(cat "$daemonlog")"
		echo "Bail out! the mount does not come up"
		exit 1
	fi
}

stop_mount() {
	[ -n "$daemon_pid" ] || return 0
	if is_mounted "$mnt"; then
		umount "$mnt" 2>/dev/null || fusermount3 -u "$mnt" 2>/dev/null ||
			kill -TERM "$daemon_pid" 2>/dev/null
	fi
	if ! try gone "$daemon_pid"; then
		note "the daemon does not end: killed"
		kill -KILL "$daemon_pid"
		umount -l "$mnt" 2>/dev/null || fusermount3 -uz "$mnt"
		wait "$daemon_pid" 2>/dev/null
		return 1
	fi
	wait "$daemon_pid"
	daemon_status=$?
	daemon_pid=
	# where it died, what did not work after that is no wonder
	[ $daemon_status = 0 ] || {
		result 1 "the daemon ended with status $daemon_status"
		note "$(tail -n 5 "$daemonlog")"
	}
	return 0
}

stop_sim() {
	[ -n "$sim_pid" ] || return 0
	kill "$sim_pid" 2>/dev/null
	wait "$sim_pid" 2>/dev/null
	sim_status=$?
	sim_pid=
	[ $sim_status = 0 ] || {
		result 1 "the simulator ended with status $sim_status"
		note "$(tail -n 5 "$work/sim.out")"
	}
}

# sim fault 'GET * status=503' | sim latency 200 | sim reset
sim() {
	curl -s -X POST --data-binary "${2-}" "$url/__sim/$1" >/dev/null
}

# How many requests the server has seen (optional: whose log line matches).
calls() {
	[ -f "$simlog" ] || { echo 0; return; }
	grep -v '__sim' "$simlog" | grep -c -- "${1:-.}"
}

same() {
	cmp "$1" "$2" >/dev/null
}

# The same rows by another way: the engine without a mount.
truth() {
	"$bin/jsmfs" sql --connection "$connection" "$@" 2>/dev/null
}

# A message of the last failure anywhere.
last_error() {
	tail -n 1 "$mnt/errors.ndjson" | jq -r "${1:-.message}"
}

loud() {
	grep -E '^<[0-4]>|AddressSanitizer|ThreadSanitizer|LeakSanitizer|runtime error|Assertion' \
		"$daemonlog" | grep -Ev -- "$allowed"
}

# What was asked and answered must be as the official documents say; the first
# megabytes of it, for the validator is slow.
check_record() {
	[ -n "${record:-}" ] && [ -s "$record" ] || return 0
	head -c 4000000 "$record" | sed '$d' >"$work/checked"
	[ -s "$work/checked" ] || cp "$record" "$work/checked"
	python3 "$openapi" --strict "$work/checked" "$api_dir" >"$work/conform" 2>&1
	if [ $? = 0 ] && ! grep -q '^not ok' "$work/conform"; then
		result 0 "requests and answers fit the official documents"
	else
		result 1 "requests and answers fit the official documents"
		note "$(grep -A 4 '^not ok' "$work/conform" | head -n 20)"
	fi
}

done_testing() {
	if [ -n "$daemon_pid" ]; then
		ok "the daemon ends when it is unmounted" stop_mount
		is "${daemon_status:-none}" 0 "and with status 0"
	fi
	stop_sim
	check_record
	if loud >"$work/loud"; then
		result 1 "the daemon logged nothing above info"
		note "$(head -n 20 "$work/loud")"
	else
		result 0 "the daemon logged nothing above info"
	fi
	echo "1..$n_run"
	[ "$n_failed" = 0 ]
	exit $?
}

finish() {
	code=$?
	trap - EXIT INT TERM HUP
	cd / || exit 1
	if is_mounted "$mnt"; then
		umount -l "$mnt" 2>/dev/null || fusermount3 -uz "$mnt" 2>/dev/null
	fi
	for pid in $daemon_pid $sim_pid $sims ${idp_pid:-}; do
		{ kill -KILL "$pid" && wait "$pid"; } 2>/dev/null
	done
	rm -rf --one-file-system "$work"
	exit $code
}
trap finish EXIT
trap 'exit 130' INT TERM HUP
