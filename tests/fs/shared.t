#!/bin/bash
# SPDX-License-Identifier: MIT
# A mount that others may use: they read.  Paths of files in what is written are opened
# with the rights of who mounted, so nobody else writes anything, in any way.
. "$(dirname "$0")/lib.sh"

user=nobody
[ "$(id -u)" = 0 ] || skip_all "not root: there is no other user to be"
command -v setpriv >/dev/null || skip_all "setpriv is not installed"
as_user() {
	setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups "$@"
}
start_sim
chmod 755 "$work" "$mnt"
as_user test -x "$work" || skip_all "$user cannot reach $work"
start_mount -o allow_other
export mnt work
secret=$work/secret
echo secret >"$secret"
chmod 600 "$secret"
printf 'bytes\n' >"$work/bytes"
chmod 644 "$work/bytes"
mkdir -m 777 "$work/open"

ok "another user reads" as_user test "$(as_user cat "$mnt/ServiceDesks/count")" = 3
ok "a request" as_user grep -q HELP-7 "$mnt/Requests/id/HELP-7/row.json"
ok "who mounted writes" sh -c 'echo "Email=o@example.com FullName=O" >"$mnt/proc/CreateCustomer/call"'
row=$mnt/Requests/id/HELP-7
ls "$row" "$row/attachments" "$row/comments" >/dev/null
writes() {
	calls '"method":"\(POST\|PUT\|DELETE\)"'
}
before=$(writes)

# refuse FILE LINE
refuse() {
	err=$(as_user sh -c 'printf "%s\n" "$2" >"$1"' sh "$1" "$2" 2>&1)
	like "$err" "Permission denied" "not ${1#"$mnt"/}"
}
refuse "$mnt/proc/AttachTemporaryFile/call" "Source=$secret ServiceDeskId=1"
refuse "$mnt/proc/CreateSchema/call" "TableName=Requests FileName=$work/open/x.rsd"
refuse "$mnt/Requests/insert" "ServiceDeskId=1 RequestTypeId=1 Summary=s attachment=$secret"
refuse "$mnt/sql/call" "EXEC AttachTemporaryFile Source = '$secret', ServiceDeskId = 1;"
refuse "$mnt/Organizations/insert" "Name=theirs"
refuse "$mnt/ctl/refresh" all
refuse "$mnt/UserViews/theirs.sql" "SELECT 1"
refuse "$row/comments/new.txt" hello
for f in "transitions/$(ls "$row/transitions" | grep -m 1 '^[0-9]')" participants/add; do
	refuse "$row/$f" x
done
for f in "$row/attachments" "$row/attachments/internal" "$mnt/proc/AttachTemporaryFile/upload"; do
	not_ok "nor a file in ${f#"$mnt"/}" as_user cp "$work/bytes" "$f/" 2>/dev/null
	not_ok "nor a scratch file" as_user sh -c ': >"$1/.x.swp"' sh "$f" 2>/dev/null
done
not_ok "nor by asking for it first" as_user chmod 666 "$mnt/proc/AttachTemporaryFile/call" 2>/dev/null
not_ok "nor when it is given away" as_user chown $user "$mnt/sql/call" 2>/dev/null
is "$(as_user find "$mnt/proc" "$mnt/sql" "$mnt/ctl" "$mnt/UserViews" "$row" -writable ! -type l 2>/dev/null)" "" \
	"nothing is theirs to write"
is "$(writes)" "$before" "nothing was sent"
is "$(ls -A "$work/open")" "" "nothing was written"
not_ok "nor read" as_user cat "$secret" 2>/dev/null

# permissions that the owner asked for are not given
chmod 666 "$mnt/sql/call" 2>/dev/null
refuse "$mnt/sql/call" "EXEC AttachTemporaryFile Source = '$secret', ServiceDeskId = 1;"
is "$(as_user find "$mnt/proc/GetOAuthAccessToken" -type f -readable ! -name README.md 2>/dev/null)" "" \
	"tokens are for who asked for them"
done_testing
