#!/bin/bash
# SPDX-License-Identifier: MIT
# A file of this machine becomes an attachment: every byte of it, and once.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
allow_log 'path="proc/(AttachTemporaryFile|AddAttachment|CreateSchema)/call"'
cd "$mnt/proc" || exit 1
export attach=AttachTemporaryFile/call add=AddAttachment/call

posts() {
	calls '"method":"POST"'
}

upload() { # FILE: prints its id
	echo "Source=\"$1\" ServiceDeskId=1" >AttachTemporaryFile/call &&
		jq -r '.[0].TemporaryAttachmentId' AttachTemporaryFile/last.json
}

last_attachment() { # FIELD
	curl -s -u agent@example.com:demo-token \
		"$url/rest/servicedeskapi/request/HELP-2/attachment?limit=100" | jq -r ".values[-1]$1"
}

arrives() { # FILE WHAT
	id=$(upload "$1")
	like "$id" temp "$2 is uploaded"
	ok "$2 is attached" sh -c 'echo "RequestKey=HELP-2 AttachmentId=$1" >$add' sh "$id"
	is "$(jq -r '.[0].Success' AddAttachment/last.json)" true "and says so"
	is "$(last_attachment .filename)" "${1##*/}" "under its name"
	curl -s -u agent@example.com:demo-token -o "$work/back" "$(last_attachment ._links.content)"
	ok "$2 is there byte for byte" cmp "$1" "$work/back"
}

like "$(cat AttachTemporaryFile/README.md)" '`Source`' "the parameters are explained"
like "$(cat AddAttachment/README.md)" "echo 'RequestKey=\"HELP-2\" AttachmentId=" \
	"an example names a request in one way"

# contents
printf 'a\r\n--\r\n\r\nContent-Type: x\r\n--\0\xff\n' >"$work/small.bin"
arrives "$work/small.bin" "a small file"
head -c 3000001 /dev/urandom >"$work/random"
arrives "$work/random" "a large one"
printf 'x' >"$work/Größe 1.txt"
arrives "$work/Größe 1.txt" "one with an umlaut in its name"
ln -s random "$work/link"
id=$(upload "$work/link")
like "$id" temp "a symbolic link is followed"
: >"$work/empty"
arrives "$work/empty" "an empty one"

# two at once, for the customer not to see, with words
a=$(upload "$work/small.bin")
b=$(upload "$work/random")
ok "two at once" sh -c 'echo "RequestKey=HELP-2 AttachmentId=$1,$2 Public=false AdditionalComment=\"Two files.\"" >$add' sh "$a" "$b"
is "$(cat "$mnt/RequestComments/RequestKey=HELP-2/_fresh=0/rows.json" | jq -r '.[-1] | "\(.Public) \(.Body | split("\n")[0])"')" \
	"false Two files." "with the comment, which is internal"
a=$(upload "$work/small.bin")
number=$(curl -s -u agent@example.com:demo-token "$url/rest/servicedeskapi/request/HELP-2" | jq -r .issueId)
ok "by the ID of the request" sh -c 'echo "RequestId=$1 AttachmentId=$2" >$add' sh "$number" "$a"

# what is refused without a call
before=$(posts)
refused() { # ERRNO LINE WHAT [FILE]
	sh -c 'echo "$1" >"$2"' sh "$2" "${4-$attach}" 2>/dev/null
	is $? 1 "$3 is refused"
	is "$(jq -r '.[0].errno' "$(dirname "${4-$attach}")/last.json")" "$1" "as $1"
}
mkfifo "$work/fifo"
refused EINVAL "Source=$work/fifo ServiceDeskId=1" "a pipe"
refused EINVAL "Source=/dev/zero ServiceDeskId=1" "a device"
refused EINVAL "Source=$work ServiceDeskId=1" "a directory"
refused ENOENT "Source=$work/nothing ServiceDeskId=1" "what is not there"
refused EINVAL "Source=random ServiceDeskId=1" "a relative path"
refused EINVAL "Source=$mnt/README.md ServiceDeskId=1" "a file of the mount"
refused EINVAL "ServiceDeskId=1" "no file"
refused EINVAL "Source=$work/random" "an unknown desk where there are several"
like "$(jq -r .message AttachTemporaryFile/error)" ServiceDeskID "with the property to set"
refused EINVAL "AttachmentId=x" "no request" $add
refused EINVAL "AttachmentId=x RequestKey=HELP-2 RequestId=$number" "two requests" $add
refused EINVAL "AttachmentId=x RequestKey=.." "dots" $add
is "$(posts)" "$before" "nothing was sent"
refused ENOENT "AttachmentId=x RequestKey=HELP-2/../HELP-3" "a slash in a key" $add
is "$(tail -n 1 "$simlog" | jq -r .path)" /rest/servicedeskapi/request/HELP-2%2F..%2FHELP-3/attachment \
	"which stays one name"

# a lost answer
sim fault 'POST * reset-after'
before=$(posts)
sh -c 'echo "Source=$1 ServiceDeskId=1" >$attach' sh "$work/random" 2>/dev/null
is $? 1 "a lost answer fails the write"
is "$(jq -r '.[0].outcome' AttachTemporaryFile/last.json)" unknown "its outcome is unknown"
is $(($(posts) - before)) 1 "and it was sent once"
sim fault
sim fault 'POST * status=413'
refused EFBIG "Source=$work/random ServiceDeskId=1" "a file that is too large for the site"
sim fault

# memory
hwm() {
	awk '/VmHWM/ { print $2 }' "/proc/$daemon_pid/status"
}
head -c 104857600 /dev/urandom >"$work/huge"
before=$(hwm)
arrives "$work/huge" "a file of 100 MB"
grown=$(($(hwm) - before))
case $BUILD in
*asan* | *tsan*) skip "in constant memory" "the sanitizer needs memory of its own" ;;
*) ok "in constant memory ($grown KiB)" [ $grown -lt 20480 ] ;;
esac

# schema files
ok "CreateSchema" sh -c 'echo "TableName=Requests FileName=$1/r.rsd" >CreateSchema/call' sh "$work"
is "$(jq -r '.[0].Result' CreateSchema/last.json)" Success "says so"
like "$(cat "$work/r.rsd")" 'name="RequestKey" xs:type="string" key="true"' "the columns are there"
ok "again" sh -c 'echo "TableName=RequestComments FileName=$1/r.rsd" >CreateSchema/call' sh "$work"
like "$(cat "$work/r.rsd")" 'title="RequestComments"' "replaces a schema file"
echo mine >"$work/mine.rsd"
refused EEXIST "TableName=Requests FileName=$work/mine.rsd" "another file" CreateSchema/call
is "$(cat "$work/mine.rsd")" mine "which is left alone"
refused ENOENT "TableName=Nothing FileName=$work/n.rsd" "a table that is not there" CreateSchema/call
refused EINVAL "TableName=Requests FileName=$work/.bashrc" "another ending" CreateSchema/call
is "$(find "$work" -name '*.tmp')" "" "nothing is left over"

cd /
done_testing
