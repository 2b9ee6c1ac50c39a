#!/bin/bash
# SPDX-License-Identifier: MIT
# Ends: unmounted, told to by a signal, killed; and a mount over a dead one.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
cat "$mnt/Requests/count" >/dev/null
ok "unmounted" stop_mount
is "$daemon_status" 0 "the daemon ends with 0"

for s in TERM INT HUP; do
	start_mount
	kill -$s "$daemon_pid"
	ok "SIG$s: the daemon ends" try gone "$daemon_pid"
	wait "$daemon_pid"
	is $? 0 "with 0"
	not_ok "and the mount is gone" is_mounted "$mnt"
	daemon_pid=
done

# while queries run
start_mount
sim latency 60000
cat "$mnt/Requests/rows.csv" >/dev/null 2>"$work/err" &
reader=$!
cat "$mnt/Requests/stream.csv" >/dev/null 2>&1 &
streamer=$!
waits() { grep -Eq 'fuse|request' "/proc/$1/stack" "/proc/$1/wchan" 2>/dev/null; }
ok "a reader waits" try waits $reader
ok "and one of a stream" try waits $streamer
kill -TERM "$daemon_pid"
ok "SIGTERM while queries run: the daemon ends" try gone "$daemon_pid"
wait "$daemon_pid"
is $? 0 "with 0"
daemon_pid=
ok "the reader too" try gone $reader
wait $reader
is $? 1 "which was told"
wait $streamer 2>/dev/null
sim latency 0

# busy
start_mount
exec 3<"$mnt/README.md"
not_ok "a busy mount is not unmounted" "$bin/jsmfs" umount "$mnt" 2>"$work/err"
like "$(cat "$work/err")" "in use" "and says so"
ok "unless asked to" "$bin/jsmfs" umount --lazy "$mnt"
exec 3<&-
ok "the daemon ends when the last file is closed" try gone "$daemon_pid"
wait "$daemon_pid"
is $? 0 "with 0"
daemon_pid=

# dead
start_mount
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null
like "$(ls "$mnt" 2>&1)" "not connected" "a killed daemon leaves a dead mount point"
start_mount
ok "which the next mount heals" test -f "$mnt/README.md"
ok "and works on" sh -c 'cat "$1/Requests/count" >/dev/null' sh "$mnt"

# targets that are none
"$bin/jsmfs" mount --connection "$connection" "$mnt" 2>"$work/err"
is $? 1 "a second mount at the same place fails"
like "$(cat "$work/err")" "mounted at" "and says why"
"$bin/jsmfs" mount --connection "$connection" "$work/none" 2>"$work/err"
is $? 1 "a target that is not there"
like "$(cat "$work/err")" "No such file" "says so"
"$bin/jsmfs" mount --connection "$connection" "$work/port" 2>"$work/err"
is $? 1 "a target that is a file"
like "$(cat "$work/err")" "not a directory" "says so"
mkdir "$work/full" && touch "$work/full/x"
"$bin/jsmfs" mount --connection "$connection" "$work/full" 2>"$work/err"
is $? 1 "a target that is not empty"
like "$(cat "$work/err")" "not empty" "says so"
"$bin/jsmfs" umount "$work/full" 2>"$work/err"
is $? 1 "umount of what is no mount"
like "$(cat "$work/err")" "no site is mounted" "says so"
ok "stopped" stop_mount

# in the background
"$bin/jsmfs" mount --connection "$connection" "$mnt" 2>"$work/err"
is $? 0 "a mount in the background succeeds"
ok "and is there at once" test -f "$mnt/status"
ok "with its options" grep -q " $mnt rw,nosuid,nodev,noexec.* - fuse.jsmfs jsmfs.*127.0.0.1:$port .*default_permissions" /proc/self/mountinfo
ok "jsmfs umount" "$bin/jsmfs" umount "$mnt"
not_ok "ends it" is_mounted "$mnt"
"$bin/jsmfs" mount --connection "URL=http://127.0.0.1:1;AuthScheme=APIToken;User=a;APIToken=tttt" "$mnt" 2>"$work/err"
is $? 1 "a site that is not there fails in the foreground"
like "$(cat "$work/err")" "127.0.0.1" "with a sentence"
not_ok "and mounts nothing" is_mounted "$mnt"
"$bin/jsmfs" mount --connection "$connection" -o nonsense=1 "$mnt" 2>"$work/err"
is $? 2 "an unknown option is refused"
like "$(cat "$work/err")" "nonsense" "by name"
"$bin/jsmfs" mount --connection "$connection" -o rw,nosuid,nodev,relatime,user,_netdev,nofail,x-systemd.automount,ro "$mnt" 2>"$work/err"
is $? 0 "the words of fstab are understood"
ok "ro is" grep -q " $mnt ro,.* - fuse.jsmfs" /proc/self/mountinfo
not_ok "so that nothing is written" sh -c 'echo Email=a@example.com >"$1/proc/CreateCustomer/call"' sh "$mnt" 2>/dev/null
"$bin/jsmfs" umount "$mnt"

done_testing
