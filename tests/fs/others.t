#!/bin/bash
# SPDX-License-Identifier: MIT
# What one process of a user changed, the others show: another mount of the site, and
# commands beside it, at once and without asking the server again and again.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
one=$mnt
one_pid=$daemon_pid
mnt=$work/two
mkdir "$mnt"
start_mount
two=$mnt

desk=Customers/ServiceDeskId=1
rows() { cat "$1/$desk/rows.csv" >"$work/$2" && wc -l <"$work/$2"; }

n=$(rows "$one" first)
is "$(rows "$two" second)" "$n" "both show the same"
before=$(calls)
rows "$one" again >/dev/null
rows "$two" again >/dev/null
is "$(calls)" "$before" "and keep it"

# the same site, spelled another way
call() {
	"$bin/jsmfs" call --connection "${connection/;/\/;}" "$@" >/dev/null 2>"$work/err"
}
echo 'Email=fresh1@example.com FullName="Fresh One"' >"$one/proc/CreateCustomer/call"
is $? 0 "one of them writes"
before=$(calls)
cat "$one/$desk/rows.csv" >/dev/null
ok "he who wrote reads anew" test "$(calls)" -gt "$before"
before=$(calls)
cat "$two/$desk/rows.csv" >/dev/null
ok "so does the other" test "$(calls)" -gt "$before"
before=$(calls)
cat "$two/$desk/rows.csv" "$one/$desk/rows.csv" >/dev/null
is "$(calls)" "$before" "but once each"

call CreateCustomer Email=fresh2@example.com FullName=Two
is $? 0 "a command writes"
for m in "$one" "$two"; do
	before=$(calls)
	cat "$m/$desk/rows.csv" >/dev/null
	ok "a mount reads anew" test "$(calls)" -gt "$before"
done
before=$(calls)
cat "$one/Requests/id/HELP-1/Summary" "$two/Requests/id/HELP-1/Summary" >/dev/null
n=$(($(calls) - before))
call CreateCustomer Email=fresh3@example.com FullName=Three
before=$(calls)
cat "$one/Requests/id/HELP-1/Summary" "$two/Requests/id/HELP-1/Summary" >/dev/null
is "$(calls)" "$before" "what was not changed is kept"

# the kernel of the other mount is told too: a stat finds out without an open
cat "$two/$desk/rows.csv" >/dev/null
ino=$(stat -c %i "$two/$desk/rows.csv")
is "$(stat -c %i "$two/$desk/rows.csv")" "$ino" "a result keeps its inode"
call CreateCustomer Email=fresh6@example.com FullName=Six
ok "until another process changes it" try sh -c '[ "$(stat -c %i "$1")" != "$2" ]' sh \
	"$two/$desk/rows.csv" "$ino"

# names that were not there
absent=Requests/id/HELP-4/comments
not_ok "no such comment yet" test -e "$two/$absent/99999.txt"
before=$(calls)
not_ok "nor at the second look" test -e "$two/$absent/99999.txt"
is "$(calls)" "$before" "which asks nobody"

# what belongs to a request, written in one, seen in the other and by a command
r=Requests/id/HELP-4
for m in "$one" "$two"; do
	ls -R "$m/$r" >/dev/null
	cat "$m/$r/comments.csv" "$m/$r/participants.csv" "$m/$r/row.json" >/dev/null
	not_ok "no such file yet" test -e "$m/$r/attachments/seen.log"
done
echo "seen everywhere" >"$one/$r/comments/new.txt"
ok "a comment" grep -q "seen everywhere" "$two/$r/comments.csv"
id=$(grep "seen everywhere" "$two/$r/comments.csv" | cut -d , -f 1)
ok "as a file" try grep -rqs "seen everywhere" "$two/$r/comments"
is "$("$bin/jsmfs" sql --connection "$connection" "SELECT count(*) FROM RequestComments WHERE RequestKey = 'HELP-4' AND Body = 'seen everywhere'" 2>/dev/null | tail -n 1)" 1 "and by a command"
echo log >"$work/seen.log"
cp "$work/seen.log" "$two/$r/attachments/"
ok "a file" try cmp -s "$work/seen.log" "$one/$r/attachments/seen.log"
ok "is listed" try sh -c 'ls "$1" | grep -q seen.log' sh "$one/$r/attachments"
"$bin/jsmfs" sql --connection "$connection" "INSERT INTO RequestComments (RequestKey, Body) VALUES ('HELP-4', 'by a command')" >/dev/null 2>&1
for m in "$one" "$two"; do
	ok "what a command wrote" grep -q "by a command" "$m/$r/comments.csv"
done
account=$(sed -n 2p "$one/Customers/ServiceDeskId=1/rows.csv" | cut -d , -f 1)
echo "$account" >"$one/$r/participants/add"
ok "a participant" grep -q "$account" "$two/$r/participants.csv"
queue=QueueRequests/ServiceDeskId=1/rows.csv
cat "$two/$queue" >/dev/null 2>&1
type=$(sed -n 2p "$one/RequestTypes/ServiceDeskId=1/rows.csv" | cut -d , -f 1)
echo "ServiceDeskId=1 RequestTypeId=$type Summary=newest Description=d" >"$one/Requests/insert" 2>"$work/err" ||
	note "$(tail -n 1 "$one/errors.ndjson")"
ok "a request" grep -q newest "$two/Requests/ServiceDeskId=1/_order=-CreatedDate/_limit=5/rows.csv"

# a refused write changes nothing
cat "$two/$desk/rows.csv" >/dev/null
sim fault 'POST * status=403'
call CreateCustomer Email=no@example.com FullName=No
sim fault
before=$(calls)
cat "$two/$desk/rows.csv" >/dev/null
is "$(calls)" "$before" "a refused write makes nobody read anew"
sim fault 'POST * reset-after'
call CreateCustomer Email=who@example.com FullName=Who
sim fault
before=$(calls)
cat "$two/$desk/rows.csv" >/dev/null
ok "an unknown outcome does" test "$(calls)" -gt "$before"

# somebody clears the cache
try rm -rf "$XDG_CACHE_HOME"
call CreateCustomer Email=fresh4@example.com FullName=Four
again() {
	before=$(calls)
	cat "$two/$desk/rows.csv" >/dev/null
	[ "$(calls)" -gt "$before" ]
}
ok "the cache's directory was deleted" try again
call CreateCustomer Email=fresh5@example.com FullName=Five
ok "a write after that" again
is "$(stat -c %a "$XDG_CACHE_HOME/jsmfs/cache.db-changes")" 600 "nobody else reads what was changed"

umount "$one" || fusermount3 -u "$one"
ok "the other mount ends too" try gone "$one_pid"
done_testing
