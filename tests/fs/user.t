#!/bin/bash
# SPDX-License-Identifier: MIT
# As an ordinary user, through fusermount3.
. "$(dirname "$0")/lib.sh"

user=nobody
[ "$(id -u)" = 0 ] || skip_all "not root: the other tests run as an ordinary user already"
command -v fusermount3 >/dev/null || skip_all "fusermount3 is not installed"
[ -u "$(command -v fusermount3)" ] || skip_all "fusermount3 is not set-user-ID root"
command -v setpriv >/dev/null || skip_all "setpriv is not installed"
as_user() {
	setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups "$@"
}
# In the background, so that $! is the daemon and not a shell around it.
mount_as_user() {
	setpriv --reuid=$user --regid="$(id -g $user)" --clear-groups \
		"$bin/jsmfs" mount -f --connection "$connection" "$mnt" >>"$daemonlog" 2>&1 &
	daemon_pid=$!
}
as_user test -w /dev/fuse || skip_all "/dev/fuse is not open to ordinary users"
as_user test -x "$bin/jsmfs" || skip_all "$user cannot run $bin/jsmfs"

start_sim
chown -R $user "$work"
chmod 755 "$work"
mount_as_user
ok "mounted" try is_mounted "$mnt"
ok "the user reads" as_user sh -c 'cat "$1/Requests/count" >/dev/null' sh "$mnt"
is "$(as_user stat -c %U "$mnt/Requests")" $user "and owns it"
ok "and writes" as_user sh -c 'echo "Email=u@example.com FullName=U" >"$1/proc/CreateCustomer/call"' sh "$mnt"
not_ok "others do not even see it" test -e "$mnt/status"
not_ok "the user cannot write where nothing can be written" as_user sh -c 'echo x >"$1/README.md"' sh "$mnt" 2>/dev/null
ok "jsmfs umount" as_user "$bin/jsmfs" umount "$mnt"
ok "the daemon ends" try gone "$daemon_pid"
wait "$daemon_pid"
is $? 0 "with 0"
daemon_pid=
mount_as_user
ok "mounted again" try is_mounted "$mnt"
kill -KILL "$daemon_pid"
wait "$daemon_pid" 2>/dev/null
mount_as_user
ok "a dead mount is healed without being root" try as_user test -f "$mnt/status"
kill -TERM "$daemon_pid"
ok "SIGTERM" try gone "$daemon_pid"
not_ok "the mount is gone" is_mounted "$mnt"
daemon_pid=
done_testing
