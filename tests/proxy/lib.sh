# SPDX-License-Identifier: MIT
# lib.sh: servers in front of the simulator, to be read after tests/fs/lib.sh.
#
#	start NAME PROGRAM [ARGUMENT...]   # $port_NAME, $log_NAME; ends with the test
#	rows [-o NAME=VALUE...]            # two desks of $at, to $out; complaints to $err
#	logged NAME PATTERN                # how many lines of its log match
#	run PORT PROGRAM [ARGUMENT...]     # one of another make, until it listens; ends with the test
#	free_port, listens PORT

for tool in python3 openssl; do
	command -v $tool >/dev/null || skip_all "$tool is not installed"
done
here=$(cd "$(dirname "$0")/.." && pwd)
mkfifo "$work/alive" || exit 1
# whoever reads the other end has it until this shell ends
exec 9<>"$work/alive"
at=
out=$work/out
err=$work/err
n_rows=0

start() {
	name=$1 program=$2
	shift 2
	rm -f "$work/$name.port"
	: >"$work/$name.log"
	python3 "$here/proxy/$program.py" --port-file "$work/$name.port" --log "$work/$name.log" "$@" \
		<"$work/alive" 9>&- >"$work/$name.out" 2>&1 &
	if ! try test -s "$work/$name.port"; then
		note "$(cat "$work/$name.out")"
		echo "Bail out! $program.py does not start"
		exit 1
	fi
	eval "port_$name=$(cat "$work/$name.port") log_$name=$work/$name.log"
}

# A cache of its own each time: what another call learned does not help.
rows() {
	n_rows=$((n_rows + 1))
	JSMFS_APITOKEN=demo-token timeout 60 "$bin/jsmfs" sql -c "URL=$at;AuthScheme=APIToken;User=agent@example.com;Timeout=20;CacheLocation=$work/cache$n_rows" \
		"$@" "SELECT Id FROM ServiceDesks ORDER BY Id LIMIT 2" >"$out" 2>"$err"
}

# works WHAT [-o ...]; refused WHAT WORDS [-o ...]: and nothing reached the site; wrong
# the same for what cannot work however often it is tried.
works() {
	what=$1
	shift
	rows "$@"
	is "$(tr '\n' ' ' <"$out")" "Id 1 2 " "$what"
	[ -s "$err" ] && note "$(cat "$err")"
	return 0
}

refused() {
	what=$1 words=$2
	shift 2
	before=$(calls)
	rows "$@"
	is "$?$(cat "$out")" "${wanted:-1}" "$what"
	like "$(cat "$err")" "$words" "and why"
	is "$(calls)" "$before" "and nothing reached the site"
}

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

listens() {
	python3 -c 'import socket, sys; socket.create_connection(("127.0.0.1", int(sys.argv[1])), 1)' "$1"
}

helpers=
run() {
	run_port=$1
	shift
	"$@" >"$work/run.$run_port" 2>&1 9>&- &
	helpers="$helpers $!"
	try listens "$run_port" || note "$(tail -n 5 "$work/run.$run_port")"
}
trap 'status=$?; [ -z "$helpers" ] || { kill $helpers; wait $helpers; } 2>/dev/null; (exit $status); finish' EXIT

wrong() {
	wanted=2
	refused "$@"
	wanted=
}

logged() {
	eval "grep -c -- \"\$2\" \"\$log_$1\""
}
