#!/bin/bash
# SPDX-License-Identifier: MIT
# What the server says becomes an errno, a sentence, and never a short file.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount -o Timeout=5
cd "$mnt/Requests" || exit 1
allow_log 'errno=E'

n=5000
# fails FAULT TEXT ERRNO: a read that has to ask fails so.
fails() {
	n=$((n + 1))
	d=_limit=$n
	sim fault "$1"
	out=$(cat $d/rows.csv 2>&1)
	code=$?
	is "$code" 1 "$1: cat fails"
	like "$out" "$2" "with $3"
	is "$(jq -r .errno $d/error)" "$3" "which error names"
	ok "in a sentence" [ "$(jq -r '.message | length' $d/error)" -gt 10 ]
	like "$(last_error .errno)" "$3" "and errors.ndjson"
	ok "and an attribute" python3 -c "import os; assert os.getxattr('$d/rows.csv', 'user.jsmfs.error')"
	sim fault
	ok "the next read works" try sh -c "cat $d/rows.csv >/dev/null"
	is "$(cat $d/error)" "" "and empties error"
}
fails 'GET */request status=400' "Invalid argument" EINVAL
fails 'GET */request status=401' "Key was rejected by service" EKEYREJECTED
fails 'GET */request status=403' "Permission denied" EACCES
fails 'GET */request status=404' "No such file or directory" ENOENT
fails 'GET */request status=410' "Operation not supported" EOPNOTSUPP
fails 'GET */request status=413' "File too large" EFBIG
fails 'GET */request status=500' "Remote I/O error" EREMOTEIO
fails 'GET */request badjson' "Bad message" EBADMSG
fails 'GET */request status=429 retry-after=8' "Resource temporarily unavailable" EAGAIN
fails 'GET */request slow=20000' "Connection timed out" ETIMEDOUT

# what cannot be read is kept for nobody, also where answers are kept for long
sim fault 'GET */servicedesk badjson'
echo all >../ctl/refresh
not_ok "a damaged list of desks" sh -c 'cat ../ServiceDesks/rows.csv >/dev/null 2>&1'
like "$(jq -r .message ../ServiceDesks/error)" "the site's answer to GET /rest/servicedeskapi/servicedesk" "is told of in words"
sim fault
ok "the next read works" try sh -c 'cat ../ServiceDesks/rows.csv >/dev/null'

# what is retried succeeds
sim fault 'GET */request times=1 status=503'
ok "one 503 is retried" sh -c 'cat _limit=7001/rows.csv >/dev/null'
sim fault 'GET */request times=1 reset'
ok "one reset is retried" sh -c 'cat _limit=7002/rows.csv >/dev/null'
like "$(cat _limit=7001/stats)" "retries: 1" "stats counts it"
sim fault

# the file system is for reading
not_ok "a row file cannot be written" sh -c 'echo x >rows.csv' 2>/dev/null
like "$(sh -c 'echo x >rows.csv' 2>&1)" "Read-only file system" "EROFS"
like "$(touch newfile 2>&1)" "Read-only file system" "no new files"
like "$(mkdir newdir 2>&1)" "Read-only file system" "no new directories"
like "$(rm -f README.md 2>&1)" "Operation not permitted" "no removal"
ok "chmod does nothing, successfully" chmod 644 README.md
ok "touch too" touch README.md

# a required key
if [ -d ../KnowledgeBaseArticles ]; then
	cat ../KnowledgeBaseArticles/rows.csv >/dev/null 2>"$work/err"
	like "$(cat "$work/err")" "Invalid argument" "a missing required column"
fi

# when the server is gone
stop_sim
out=$(cat _limit=9001/rows.csv 2>&1)
like "$out" "Connection refused" "ECONNREFUSED"
ok "what is from memory still works" sh -c 'cat plan README.md >/dev/null'

cd /
done_testing
