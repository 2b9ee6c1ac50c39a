# SPDX-License-Identifier: MIT
# lib.sh: identity providers for the shell tests; read behind tests/fs/lib.sh.
#
#	start_idp okta|crowd [OPTION...]   # $idp, $idplog
#	tries PATH                         # how many requests it got there

idp_pid=
idplog=$work/idp.log

start_idp() {
	kind=$1
	shift
	rm -f "$work/idp.port"
	: >"$idplog"
	/usr/bin/python3 "$(dirname "$0")/../sso/idp.py" "$kind" --site "$url" \
		--port-file "$work/idp.port" --log "$idplog" "$@" >"$work/idp.out" 2>&1 &
	idp_pid=$!
	if ! try test -s "$work/idp.port"; then
		note "$(cat "$work/idp.out")"
		echo "Bail out! the identity provider does not start"
		exit 1
	fi
	idp=http://127.0.0.1:$(cat "$work/idp.port")
}

stop_idp() {
	[ -n "$idp_pid" ] || return 0
	kill "$idp_pid" 2>/dev/null
	wait "$idp_pid" 2>/dev/null
	idp_pid=
}

tries() {
	grep -c "\"path\": \"$1\"" "$idplog"
}

# The one-time code that was sent last.
sent_code() {
	curl -s "$idp/__idp/codes" | jq -r '.[-1].code'
}
