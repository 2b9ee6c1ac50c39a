#!/bin/sh
# SPDX-License-Identifier: MIT
# One connection for all calls where the server offers HTTP/2; few that are kept, and
# keys agreed on once, where it does not.
. "$(dirname "$0")/../fs/lib.sh"
command -v nghttpx >/dev/null || skip_all "nghttpx is not installed (apt-get install nghttp2-proxy)"
command -v openssl >/dev/null || skip_all "openssl is not installed"

openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost -keyout "$work/key.pem" -out "$work/cert.pem" \
	>"$work/openssl.log" 2>&1 || skip_all "openssl makes no certificate"
start_sim --data 3000
front=
end() {
	code=$?
	[ -z "$front" ] || kill "$front"
	(exit $code)
	finish
}
trap end EXIT

free_port() {
	python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
# start_front ALPN: a server with TLS before the simulator; what it did is in $seen
start_front() {
	[ -z "$front" ] || { kill "$front" && wait "$front"; } 2>/dev/null
	seen=$work/seen.${1%%[,/]*}
	port_tls=$(free_port)
	nghttpx --conf=/dev/null --no-ocsp --workers=1 --npn-list="$1" \
		-f "127.0.0.1,$port_tls" -b "127.0.0.1,$port" --accesslog-file="$seen" \
		--accesslog-format='$alpn $remote_port $tls_session_reused $status' \
		--errorlog-file="$work/front.log" "$work/key.pem" "$work/cert.pem" 2>>"$work/front.log" &
	front=$!
	try curl -sf -o "$work/hello" --noproxy '*' --cacert "$work/cert.pem" \
		"https://localhost:$port_tls/rest/api/2/serverInfo" || skip_all "nghttpx does not start"
	: >"$seen"
}
# rows NAME: reads all requests by that front, 8 calls at once
rows() {
	SSL_CERT_FILE=$work/cert.pem "$bin/jsmfs" sql -f tsv -o MaxConnections=8 \
		-o "URL=https://localhost:$port_tls" -o User=agent@example.com -o AuthScheme=APIToken \
		'SELECT RequestId FROM Requests' 2>"$work/err" | tail -n +2 | wc -l
}
connections() {
	cut -d ' ' -f 2 "$seen" | sort -u | wc -l
}
JSMFS_APITOKEN=demo-token
export JSMFS_APITOKEN

start_front h2,http/1.1
is "$(rows)" 3000 "all rows by HTTP/2"
note "$(cat "$work/err")"
ok "in $(grep -c . "$seen") calls" test "$(grep -c . "$seen")" -ge 30
is "$(cut -d ' ' -f 1 "$seen" | sort -u)" h2 "all of them by HTTP/2"
is "$(connections)" 1 "on one connection"

start_front http/1.1
is "$(rows)" 3000 "all rows where only HTTP/1.1 is spoken"
ok "in $(grep -c . "$seen") calls" test "$(grep -c . "$seen")" -ge 30
is "$(cut -d ' ' -f 1 "$seen" | sort -u)" http/1.1 "by that"
ok "on $(connections) connections that are kept" test "$(connections)" -lt 16
ok "most of which go on with keys agreed on before" test "$(awk '$3 == "r" { print $2 }' "$seen" | sort -u | wc -l)" -ge 2
done_testing
