#!/bin/sh
# SPDX-License-Identifier: MIT
# Failures on purpose: every action, every way of choosing, rates, latency, TLS.
. "$(dirname "$0")/lib.sh"

[ -x "$jsmsim" ] || { echo "1..0 # SKIP $jsmsim is not built"; exit 0; }
command -v python3 >/dev/null || { echo "1..0 # SKIP python3 is not installed"; exit 0; }
command -v curl >/dev/null || { echo "1..0 # SKIP curl is not installed"; exit 0; }

fault()
{
	as '' POST "$site/__sim/fault" --data-binary ''
	[ -z "$1" ] || as '' POST "$site/__sim/fault" --data-binary "$1"
}
# curl_is CODE NAME: how curl ended.
curl_is() { [ "$curl_code" = "$1" ]; result $? "$2 (curl $curl_code)"; }
one="GET /rest/servicedeskapi/info"

start_server --record "$dir/record" --fault "$one n=2 status=503 retry-after=2"
get "$sd/info"
is 200 'n=2: the first one is good'
get "$sd/info"
is 503 'the second is not'
header '^Retry-After: 2' 'and says when to come back'
has errorMessage 'with an error of the API'
get "$sd/info"
is 200 'the third is good'

fault "$one,n=2-3,status=500"
codes=
for i in 1 2 3 4; do get "$sd/info"; codes="$codes $status"; done
[ "$codes" = ' 200 500 500 200' ]
result $? "n=2-3:$codes"
fault "$one times=2 status=502"
codes=
for i in 1 2 3; do get "$sd/info"; codes="$codes $status"; done
[ "$codes" = ' 502 502 200' ]
result $? "times=2:$codes"
fault "$one p=0 status=500"
get "$sd/info"
is 200 'p=0 never fires'
fault "$one p=1 status=500"
get "$sd/info"
is 500 'p=1 always does'
fault 'POST */info status=500'
get "$sd/info"
is 200 'another method does not match'
fault '*/servicedesk/* status=500'
get "$sd/servicedesk/1"
is 500 'a pattern matches'
get "$sd/servicedesk"
is 200 'or not'
fault "$one status=429 retry-after=1"
get "$sd/info"
is 429 'a 429 on demand'
header '^RateLimit-Reason: jira-burst-based' 'with its reason'

fault "$one reset"
get "$sd/info"
[ "$curl_code" = 56 ] || [ "$curl_code" = 52 ]
result $? "reset: no answer (curl $curl_code)"
fault 'POST */comment reset'
json POST "$sd/request/HELP-4/comment" '{"body":"lost in the reset","public":true}'
fault
get "$sd/request/HELP-4/comment?limit=100"
hasnt 'lost in the reset' 'reset: the request was not processed'
fault 'POST */comment reset-after'
json POST "$sd/request/HELP-4/comment" '{"body":"kept by reset-after","public":true}'
[ "$curl_code" != 0 ]
result $? 'reset-after: no answer'
fault
get "$sd/request/HELP-4/comment?limit=100"
has 'kept by reset-after' 'reset-after: the request was processed'
fault "$one truncate"
get "$sd/info"
curl_is 18 'truncate: fewer bytes than promised'
fault "$one badjson"
get "$sd/info"
! python3 -c 'import json,sys; json.load(open(sys.argv[1]))' "$dir/body" 2>/dev/null
result $? 'badjson: not JSON'
fault "$one html"
get "$sd/info"
is 200 'html: status 200'
header '^Content-Type: text/html' 'as HTML'
fault '*/servicedesk drop-field=isLastPage'
get "$sd/servicedesk"
value "'isLastPage' in d, d['size']" '(False, 3)' 'drop-field leaves out a member'
fault "$one slow=300"
get "$sd/info" -w '%{http_code} %{time_total}'
set -- $status
status=$1
python3 -c 'import sys; sys.exit(float(sys.argv[1]) < 0.25)' "$2"
result $? "slow: takes its time ($2 s)"
value "d['isLicensedForUse']" True 'slow: the body is whole'
as '' POST "$site/__sim/fault" --data-binary 'GET /x status=wrong'
is 400 'a wrong fault is refused'
fault

# Latency: 64 answers of 200 ms each at the same time
as '' POST "$site/__sim/latency" --data 200
is 204 'latency can be set'
set --
i=0
while [ $i -lt 64 ]; do
	set -- "$@" -o /dev/null "$sd/info"
	i=$((i + 1))
done
curl -sS -Z --parallel-max 64 --parallel-immediate -w '%{http_code} %{time_total}\n' "$@" >"$dir/times" 2>/dev/null
python3 -c 'import sys
rows = [line.split() for line in open(sys.argv[1])]
good = len(rows) == 64 and all(r[0] == "200" and 0.19 < float(r[1]) for r in rows)
sys.exit(not good)' "$dir/times"
result $? 'every answer waits that long'
as '' POST "$site/__sim/latency" --data 0

# gzip
packed() { header '^Content-Encoding: gzip' "$1"; }
plain() { ! grep -qi '^Content-Encoding' "$dir/head"; result $? "$1"; }
long="$sd/servicedesk/1/requesttype?limit=100"
get "$long"
plain 'who does not say what it takes gets plain text'
header '^Vary: Accept-Encoding' 'and all are told that others may not'
cp "$dir/body" "$dir/plain"
get "$long" -H 'Accept-Encoding: br, GZIP;q=0.5'
packed 'gzip for who takes it'
python3 -c 'import gzip,sys; sys.exit(gzip.open(sys.argv[1]).read() != open(sys.argv[2], "rb").read())' \
	"$dir/body" "$dir/plain"
result $? 'and it is the same text'
get "$long" -H 'Accept-Encoding: *'
packed 'anything is also gzip'
get "$long" -H 'Accept-Encoding: gzip; q=0.0, *'
plain 'not where it is refused'
get "$sd/info" -H 'Accept-Encoding: gzip'
plain 'not what is short'
fault "$one gzip=cut"
get "$sd/info" -H 'Accept-Encoding: gzip'
! gzip -t "$dir/body" 2>/dev/null
result $? 'gzip=cut: it ends too early'
get "$sd/info"
value "d['isLicensedForUse']" True 'but only for who takes gzip'
fault "$one gzip=broken"
get "$sd/info" -H 'Accept-Encoding: gzip'
! gzip -t "$dir/body" 2>/dev/null
result $? 'gzip=broken: it is no gzip'
fault "$one gzip=bomb"
get "$sd/info" -H 'Accept-Encoding: gzip'
python3 -c 'import sys,zlib
data, n = open(sys.argv[1], "rb").read(), 0
d = zlib.decompressobj(31)
out = d.decompress(data, 1 << 24)
sys.exit(not (len(data) < 11 << 20 and out == b" " * (1 << 24)))' "$dir/body"
result $? "gzip=bomb: much in little ($(wc -c <"$dir/body") bytes)"
fault
as '' POST "$site/__sim/bandwidth" --data 100
is 204 'bandwidth can be set'
get "$sd/request?limit=100" -w '%{http_code} %{time_total} %{size_download}'
set -- $status
python3 -c 'import sys; sys.exit(float(sys.argv[1]) < (int(sys.argv[2]) - 20000) / 102400)' "$2" "$3"
result $? "and takes the time it must ($3 bytes in $2 s)"
as '' POST "$site/__sim/bandwidth" --data 0

stop_server
result $? 'it ends cleanly'
! python3 -c 'import json,sys
for line in open(sys.argv[1], encoding="utf-8"):
    if json.loads(line)["fault"] == "reset-after":
        sys.exit(1)' "$dir/record"
result $? 'faulted answers are marked in the record'

# Rates
start_server --rate 3/s
codes=
for i in 1 2 3 4 5 6 7 8; do get "$sd/info"; codes="$codes $status"; done
case $codes in *429*) true ;; *) false ;; esac
result $? "--rate:$codes"
i=0
while [ "$status" != 429 ] && [ $i -lt 50 ]; do get "$sd/info"; i=$((i + 1)); done
header '^Retry-After: ' '429 has Retry-After'
header '^RateLimit-Reason: jira-burst-based' 'and a reason'
header '^X-RateLimit-Limit: 3' 'and the limit'
header '^X-RateLimit-Remaining: 0' 'and what is left'
header '^X-RateLimit-Reset: ' 'and when it is full'
stop_server
start_server --strict-rates
codes=
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	get "$sd/servicedesk/1/customer?limit=1"
	[ "$status" = 429 ] && break
done
is 429 'the customers list has its own rule'
get "$sd/info"
is 200 'which is its own'
stop_server

# Stopped in the midst of answers that wait, among them slow ones
for fault in '' '* slow=5'; do
	start_server --latency 2 --log "$dir/busy" ${fault:+--fault "$fault"}
	curl -s -Z --parallel-max 50 "$sd/info?[1-100000]" >/dev/null 2>&1 &
	client=$!
	i=0
	until [ "$(wc -l <"$dir/busy")" -gt 100 ] || [ $i -ge 400 ]; do
		sleep 0.05
		i=$((i + 1))
	done
	stop_server
	result $? "it ends cleanly while it is busy${fault:+: $fault}"
	kill $client 2>/dev/null
	wait $client 2>/dev/null
	rm -f "$dir/busy"
done

# Who still waits then hears nothing: that is no answer to be recorded, and none twice
start_server --latency 600000 --log "$dir/waiting" --record "$dir/unsaid"
curl -s -Z --parallel-max 64 --parallel-immediate -u "$agent" "$sd/request?start=[1-64]" >/dev/null 2>&1 &
client=$!
i=0
while
	as '' GET "$site/__sim/stats"
	[ "$(take "d['total']")" -lt 64 ] && [ $i -lt 400 ]
do
	sleep 0.05
	i=$((i + 1))
done
stop_server
kill $client 2>/dev/null
wait $client 2>/dev/null
ends=$(python3 -c 'import json,sys
rows = [json.loads(line) for line in open(sys.argv[1], encoding="utf-8")]
print(*sorted({r["status"] for r in rows}), len(rows) - len({r["seq"] for r in rows}))' "$dir/waiting")
[ "$ends" = '0 0' ]
result $? "the log says of each once that it was not answered: $ends"
! [ -s "$dir/unsaid" ]
result $? 'and the record has none of them'

# Data and pages
start_server --data 1000000 --page-cap 20
get "$sd/request?limit=100"
value "d['size'], d['limit'], d['isLastPage']" '(20, 20, False)' 'a million requests, pages of 20'
get "$sd/request?start=999990"
value "d['size'], d['values'][-1]['issueId'], d['isLastPage']" "(10, '10001', True)" 'the last page'
get "$sd/request/HELP-600000"
is 200 'the last key'
get "$sd/servicedesk/1/customer?start=19999"
value "d['size']" 1 '20000 customers'
stop_server

# A database
start_server --db "$dir/site.db"
json POST "$sd/request/HELP-4/comment" '{"body":"written down","public":true}'
echo upload >"$dir/u.txt"
as "$agent" POST "$sd/servicedesk/1/attachTemporaryFile" -H 'X-Atlassian-Token: no-check' -F "file=@$dir/u.txt"
id=$(take "d['temporaryAttachments'][0]['temporaryAttachmentId']")
json POST "$sd/request/HELP-4/attachment" "{\"temporaryAttachmentIds\":[\"$id\"],\"public\":true}"
is 201 'writes with --db'
link=$(take "d['attachments']['values'][0]['_links']['content']")
stop_server
start_server --db "$dir/site.db"
get "$sd/request/HELP-4/comment?limit=100"
has 'written down' 'are there after a restart'
get "$sd/${link#*/servicedeskapi/}"
cmp -s "$dir/body" "$dir/u.txt"
result $? 'and so are the files'
stop_server

# TLS
if command -v openssl >/dev/null && openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=IP:127.0.0.1' -keyout "$dir/key.pem" -out "$dir/cert.pem" 2>/dev/null; then
	start_server --tls "$dir/cert.pem" "$dir/key.pem"
	https="https${site#http}"
	as "$agent" GET "$https/rest/servicedeskapi/servicedesk" --cacert "$dir/cert.pem"
	is 200 'HTTPS'
	has "$https" 'links say https'
	stop_server
else
	echo '# no openssl: TLS is not tested'
fi

# Usage
for wrong in '--listen 0.0.0.0:0' '--data many' '--page-cap 0' '--fault nonsense' '--nonsense' \
	'--credentials user' 'word' '--latency soon' '--bandwidth wide'; do
	# shellcheck disable=SC2086
	"$jsmsim" --quiet $wrong >"$dir/body" 2>&1
	code=$?
	status=$code
	[ $code = 2 ] && [ -s "$dir/body" ]
	result $? "refused with a sentence: $wrong"
done
"$jsmsim" --help | grep -q -- --fault
result $? '--help'
"$jsmsim" --version | grep -q '^jsmsim '
result $? '--version'
finish
