# SPDX-License-Identifier: MIT
# shellcheck shell=sh disable=SC2034
# Shared by the tests of the simulator: starts it, asks with curl, prints TAP.

jsmsim="${BUILD:-build/release}/jsmsim"
here=$(cd "$(dirname "$0")" && pwd)
dir=$(mktemp -d) || exit 1
server=
n=0
bad=0

stop_server()
{
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	wait "$server"
	code=$?
	server=
	return $code
}

cleanup()
{
	stop_server
	rm -rf "$dir"
}
trap cleanup EXIT
trap 'exit 1' INT TERM HUP

# start_server OPTION...: waits for the port file, not for a time.
start_server()
{
	rm -f "$dir/port"
	"$jsmsim" --quiet --port-file "$dir/port" "$@" &
	server=$!
	while [ ! -s "$dir/port" ]; do
		kill -0 "$server" 2>/dev/null || { echo "Bail out! jsmsim did not start"; exit 1; }
		sleep 0.05
	done
	site="http://127.0.0.1:$(cat "$dir/port")"
	sd="$site/rest/servicedeskapi"
}

agent="agent@example.com:demo-token"
customer="customer@example.com:customer-token"

# as USER METHOD URL [curl options]: status in $status, body in $dir/body, headers in $dir/head.
as()
{
	who=$1
	as_method=$2
	as_url=$3
	shift 3
	if [ -n "$who" ]; then
		set -- -u "$who" "$@"
	fi
	: >"$dir/body"
	status=$(curl -sS -o "$dir/body" -D "$dir/head" -w '%{http_code}' -X "$as_method" \
		-A jsmsim-test "$@" "$as_url" 2>"$dir/curl")
	curl_code=$?
}

# The same as the agent, opted in; json sends a body.
get() { target=$1; shift; as "$agent" GET "$target" -H 'X-ExperimentalApi: opt-in' "$@"; }
json()
{
	verb=$1
	target=$2
	sent=$3
	shift 3
	as "$agent" "$verb" "$target" -H 'X-ExperimentalApi: opt-in' \
		-H 'Content-Type: application/json' -d "$sent" "$@"
}

result()
{
	n=$((n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $n - $2"
	else
		bad=$((bad + 1))
		echo "not ok $n - $2"
		echo "#   status $status, body $(head -c 300 "$dir/body" | tr '\n' ' ')"
	fi
}

# is STATUS NAME: the last answer's status.
is() { [ "$status" = "$1" ]; result $? "$2"; }
# has TEXT NAME: the body contains the text.
has() { grep -qF -- "$1" "$dir/body"; result $? "$2"; }
hasnt() { ! grep -qF -- "$1" "$dir/body"; result $? "$2"; }
# header TEXT NAME: some header line matches, without regard to case.
header() { grep -qi -- "$1" "$dir/head"; result $? "$2"; }
# value EXPRESSION WANT NAME: a Python expression over the body `d`.
value()
{
	have=$(python3 -c 'import json,sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
print(eval(sys.argv[2]))' "$dir/body" "$1" 2>&1)
	[ "$have" = "$2" ]
	code=$?
	[ $code = 0 ] || echo "#   $1 is $have"
	result $code "$3"
}
# take EXPRESSION: prints it.
take()
{
	python3 -c 'import json,sys
d = json.load(open(sys.argv[1], encoding="utf-8"))
print(eval(sys.argv[2]))' "$dir/body" "$1"
}

finish()
{
	echo "1..$n"
	[ "$bad" = 0 ]
	exit $?
}
