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

# no_secrets FILE...: nothing the provider gave out, and no session of the site, is there
no_secrets() {
	curl -s "$idp/__idp/secrets" | jq -r '.[]' >"$work/secrets"
	[ -s "$work/secrets" ] || { note "the provider gave out nothing"; return 1; }
	for f; do
		[ -s "$f" ] || { note "$f is empty"; return 1; }
		! grep -nFf "$work/secrets" "$f" | cut -c 1-300 | sed 's/^/# /' | grep . || return 1
		! grep -nE 'JSESSIONID=[0-9a-f]{32}|xsrf.token=B-' "$f" | cut -c 1-300 | sed 's/^/# /' | grep . || return 1
	done
}
