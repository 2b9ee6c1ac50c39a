#!/bin/sh
# SPDX-License-Identifier: MIT
# Answers that travel as gzip: the same rows, plain text in the recording, files and ranges
# as they are, and whatever is wrong with the stream is an error before the first row.
. "$(dirname "$0")/lib.sh"

cert=$work/cert.pem
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost \
	-addext 'subjectAltName=IP:127.0.0.1' -keyout "$work/key.pem" -out "$cert" 2>"$work/openssl" ||
	skip_all "openssl makes no keys: $(tail -n 1 "$work/openssl")"
start_sim --page-cap 50 --tls "$cert" "$work/key.pem"
fingerprint=$(openssl x509 -in "$cert" -noout -fingerprint -sha256 | cut -d = -f 2)
url=https://127.0.0.1:$port
connection="URL=$url;AuthScheme=APIToken;User=agent@example.com;APIToken=demo-token;SSLServerCert=$fingerprint"
printf 'cacert = "%s"\n' "$cert" >"$HOME/.curlrc"
recorded=$work/recorded
start_mount -o "Other=RecordToFile=$recorded"
allow_log 'path="Requests/_fresh=0/_limit=80/'

coded() { # how many answers to requests for lists travelled as gzip
	grep '"path":"/rest/servicedeskapi/request"' "$simlog" | grep -c '"coding":"gzip"'
}
list=$mnt/Requests/_fresh=0/_select=RequestKey,Summary/_limit=80/rows.csv

whole=$(cat "$list")
is "$(printf '%s\n' "$whole" | wc -l)" 81 "rows arrive"
ok "as gzip" [ "$(coded)" -ge 2 ]
ok "and are text in the recording" grep -q '"issueKey":"HELP-' "$recorded"
ok "with the head that they had" grep -qi '^< content-encoding: gzip' "$recorded"
is "$(grep -acv '^[[:print:][:space:]]*$' "$recorded")" 0 "and nothing else is in it"

# a file and the end of it, which is asked for by a range
file=$mnt/Requests/id/HELP-4/attachments/log.txt
curl -sL -u agent@example.com:demo-token "$(curl -s -u agent@example.com:demo-token \
	"$url/rest/servicedeskapi/request/HELP-4/attachment" |
	jq -r '.values[] | select(.filename == "log.txt") | ._links.content')" >"$work/log.txt"
ok "a file has bytes" test -s "$work/log.txt"
ok "the end of it" sh -c 'tail -c 1000 "$1" >"$2" && tail -c 1000 "$3" | cmp - "$2"' sh \
	"$file" "$work/end" "$work/log.txt"
ok "all of it" cmp "$file" "$work/log.txt"
is "$(grep '"path":"/__media\|/attachment/content' "$simlog" | grep -c '"coding":"gzip"')" 0 \
	"and it travels as it is"

# what is wrong with the stream
spoil() { # HOW SENTENCE
	sim fault "GET /rest/servicedeskapi/request n=2 gzip=$1"
	not_ok "gzip=$1: the reader fails" sh -c 'cat "$1" >"$2" 2>/dev/null' sh "$list" "$work/got"
	is "$(wc -c <"$work/got")" 0 "and gets not a byte"
	like "$(last_error)" "$2" "for a reason"
	sim fault
}
spoil cut "the document is not complete"
spoil broken "cannot be unpacked"
spoil bomb "larger than 67108864 bytes"
is "$(cat "$list")" "$whole" "and then it works again"
done_testing
