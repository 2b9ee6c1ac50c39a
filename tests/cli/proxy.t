#!/bin/bash
# SPDX-License-Identifier: MIT
# Proxies and firewalls of every kind, and what is said when one of them is in the way.
. "$(dirname "$0")/../fs/lib.sh"
. "$(dirname "$0")/../proxy/lib.sh"
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY

pki=$work/pki
mkdir "$pki"
sh "$here/pki.sh" "$pki" || { note "$(tail -n 5 "$pki/pki.log")"; skip_all "no keys can be made"; }
start_sim
plain=$url
start site front --to "127.0.0.1:$port" "$pki/server.pem" "$pki/server.key"
tls=https://localhost:$port_site
# a name that only the proxies know: its certificate is named by its fingerprint
far=https://jira.test:$port_site
print=$(openssl x509 -in "$pki/server.pem" -noout -fingerprint -sha256 | cut -d = -f 2)
export JSMFS_SSLSERVERCERT=$print
map="jira.test=127.0.0.1:$port_site"

# last NAME FIELD: of the newest line in the log of a proxy
last() {
	eval "tail -n 1 \"\$log_$1\"" | jq -r ".$2"
}
# by WHAT NAME KIND TARGET [-o ...]: it works, and by that proxy.
by() {
	what=$1 via=$2 kind=$3 target=$4
	shift 4
	eval ": >\"\$log_$via\""
	works "$what" "$@"
	is "$(last "$via" kind) $(last "$via" target)" "$kind $target" "by $via"
}
# straight WHAT NAME [-o ...]: it works without
straight() {
	what=$1 via=$2
	shift 2
	eval ": >\"\$log_$via\""
	works "$what" "$@"
	is "$(logged "$via" .)" 0 "without $via"
}
leaks() {
	grep -qE '"(authorization|cookie)"' "$@"
}

# --- ProxyServer -----------------------------------------------------------------------
start open proxy --map "$map"
set -- -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_open"
at=$plain
by "http goes through the proxy, also for loopback" open forward "$plain/rest/servicedeskapi/servicedesk?start=0&limit=100" "$@"
like "$(last open 'headers|join(" ")')" authorization "with all it says"
by "TUNNEL: a tunnel also for http" open connect "127.0.0.1:$port" "$@" -o ProxySSLType=TUNNEL
not_ok "which hides the credentials" leaks "$log_open"
by "NEVER: forwarding" open forward "$plain/rest/servicedeskapi/servicedesk?start=0&limit=100" "$@" -o ProxySSLType=NEVER
at=$tls
by "https goes through a tunnel" open connect "localhost:$port_site" "$@"
not_ok "which hides the credentials" leaks "$log_open"
by "TUNNEL" open connect "localhost:$port_site" "$@" -o ProxySSLType=TUNNEL
wrong "NEVER is not for https" "ProxySSLType=NEVER" "$@" -o ProxySSLType=NEVER
by "the proxy looks up names" open connect "jira.test:$port_site" "$@" -o "URL=$far"
by "by name" open connect "localhost:$port_site" -o ProxyServer=localhost -o "ProxyPort=$port_open"
wrong "a scheme is no name" "without scheme" -o "ProxyServer=http://localhost:$port_open"
wrong "nor is a path" "ProxyPort" -o "ProxyServer=localhost/x"

# --- an encrypted proxy -------------------------------------------------------------------
start sealed proxy --tls "$pki/server.pem" "$pki/server.key" --map "$map"
set -- -o ProxyServer=localhost -o "ProxyPort=$port_sealed" -o ProxySSLType=ALWAYS
SSL_CERT_FILE=$pki/ca.pem by "ALWAYS: TLS to the proxy, and TLS in it" sealed connect "jira.test:$port_site" "$@" -o "URL=$far"
at=$plain
SSL_CERT_FILE=$pki/ca.pem by "and http in it" sealed forward "$plain/rest/servicedeskapi/servicedesk?start=0&limit=100" "$@"
at=$far
: >"$log_sealed"
refused "a proxy nobody knows" "TLS" "$@"
is "$(logged sealed .)" 0 "is told nothing"
SSL_CERT_FILE=$pki/ca.pem refused "one by another name" "" -o ProxyServer=127.0.0.2 -o "ProxyPort=$port_sealed" -o ProxySSLType=ALWAYS

# --- who signs in at the proxy --------------------------------------------------------------
at=$tls
start basic proxy --auth 'joe:open sesame;=,' --map "$map"
start digest proxy --auth joe:geheim --scheme digest
start bearer proxy --auth joe:t0ken --scheme bearer
export JSMFS_PROXYPASSWORD='open sesame;=,'
set -- -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_basic"
by "Basic" basic connect "localhost:$port_site" "$@" -o ProxyUser=joe
is "$(last basic user)" joe "as who was named"
at=$plain
by "Basic, http" basic forward "$plain/rest/servicedeskapi/servicedesk?start=0&limit=100" "$@" -o ProxyUser=joe
at=$tls
refused "another user" "does not accept our credentials: check ProxyUser" "$@" -o ProxyUser=jim
like "$(cat "$err")" "the proxy 127.0.0.1:$port_basic" "by which proxy"
not_ok "no password is told" grep -q sesame "$err"
refused "nobody" "wants credentials: set ProxyUser and ProxyPassword" "$@"
refused "NONE" "wants credentials" "$@" -o ProxyUser=joe -o ProxyAuthScheme=NONE
at=$plain
refused "nobody, http" "wants credentials" "$@"
at=$tls
JSMFS_PROXYPASSWORD=wrong refused "another password" "check ProxyUser and ProxyPassword" "$@" -o ProxyUser=joe
refused "another scheme" "ProxyAuthScheme: it offers BASIC" "$@" -o ProxyUser=joe -o ProxyAuthScheme=DIGEST
export JSMFS_PROXYPASSWORD=geheim
set -- -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_digest" -o ProxyUser=joe -o ProxyAuthScheme=DIGEST
by "Digest" digest connect "localhost:$port_site" "$@"
not_ok "without a word in the clear" grep -q geheim "$log_digest"
JSMFS_PROXYPASSWORD=wrong refused "Digest, another password" "does not accept our credentials" "$@"
JSMFS_PROXYPASSWORD='Bearer t0ken' by "PROPRIETARY: what stands in ProxyPassword" bearer connect "localhost:$port_site" \
	-o ProxyServer=127.0.0.1 -o "ProxyPort=$port_bearer" -o ProxyAuthScheme=PROPRIETARY
is "$(grep -c proxy-authorization "$log_site")" 0 "which goes no further than the proxy"
unset JSMFS_PROXYPASSWORD
wrong "PROPRIETARY without it" "ProxyPassword" -o ProxyServer=127.0.0.1 -o ProxyAuthScheme=PROPRIETARY
wrong "NTLM without a user" "ProxyUser" -o ProxyServer=127.0.0.1 -o ProxyAuthScheme=NTLM
refused "NTLM where there is none" "credentials" -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_digest" \
	-o ProxyAuthScheme=NTLM -o ProxyUser=joe
like "$(rows -o ProxyServer=x -o ProxyAuthScheme=KERBEROS; cat "$err")" "NEGOTIATE" "a scheme that does not exist"

# --- exceptions -----------------------------------------------------------------------------
set -- -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_open"
straight "an exception" open "$@" -o ProxyExceptions=localhost
straight "one of several" open "$@" -o 'ProxyExceptions=*.example.com; LOCALHOST ;10.*'
straight "by a wildcard" open "$@" -o 'ProxyExceptions=local*'
straight "names without a dot" open "$@" -o 'ProxyExceptions=<local>'
by "no exception" open connect "localhost:$port_site" "$@" -o 'ProxyExceptions=*.localhost;local;host;127.*'
at=https://127.0.0.1:$port_site
straight "an address" open "$@" -o 'ProxyExceptions=127.0.0.*'
by "an address is no name without a dot" open connect "127.0.0.1:$port_site" "$@" -o 'ProxyExceptions=<local>'

# --- the environment -------------------------------------------------------------------------
at=$far
start env proxy --map "$map"
start walled proxy --auth joe:geheim
export https_proxy=http://127.0.0.1:$port_env
by "https_proxy" env connect "jira.test:$port_site"
by "ProxyAutoDetect" env connect "jira.test:$port_site" -o ProxyAutoDetect=true
by "ProxyAutoDetect comes before ProxyServer" env connect "jira.test:$port_site" -o ProxyAutoDetect=true "$@"
by "ProxyServer comes before the environment" open connect "jira.test:$port_site" "$@"
: >"$log_env"
no_proxy=jira.test by "and no_proxy is not for it" open connect "jira.test:$port_site" "$@"
refused "ProxyAutoDetect=false: no environment" "jira.test" -o ProxyAutoDetect=false
no_proxy=other,jira.test refused "no_proxy" "jira.test"
is "$(logged env .)" 0 "keeps from the proxy"
at=$tls
straight "never for loopback" env
straight "not even with ProxyAutoDetect" env -o ProxyAutoDetect=true
unset https_proxy
at=$far
all_proxy=socks5h://127.0.0.1:$port_env by "all_proxy" env socks5 "jira.test:$port_site"
https_proxy=http://joe:falsch@127.0.0.1:$port_walled refused "a wrong password there" "of the environment does not accept"
not_ok "is not told" grep -q falsch "$err"

# --- firewalls ---------------------------------------------------------------------------------
at=$far
set -- -o FirewallServer=127.0.0.1 -o "FirewallPort=$port_open"
by "TUNNEL" open connect "jira.test:$port_site" "$@" -o FirewallType=TUNNEL
by "SOCKS4 by name" open socks4a "jira.test:$port_site" "$@" -o FirewallType=SOCKS4
by "SOCKS5 by name" open socks5 "jira.test:$port_site" "$@" -o FirewallType=SOCKS5
at=https://127.0.0.1:$port_site
by "SOCKS4 by address, also for loopback" open socks4 "127.0.0.1:$port_site" "$@" -o FirewallType=SOCKS4
at=$plain
by "TUNNEL, http" open connect "127.0.0.1:$port" "$@" -o FirewallType=TUNNEL
by "SOCKS5, http" open socks5 "127.0.0.1:$port" "$@" -o FirewallType=SOCKS5
straight "NONE" open "$@" -o FirewallType=NONE
at=$far
export JSMFS_FIREWALLPASSWORD='open sesame;=,'
set -- -o FirewallServer=127.0.0.1 -o "FirewallPort=$port_basic"
by "TUNNEL with a password" basic connect "jira.test:$port_site" "$@" -o FirewallType=TUNNEL -o FirewallUser=joe
by "SOCKS5 with a password" basic socks5 "jira.test:$port_site" "$@" -o FirewallType=SOCKS5 -o FirewallUser=joe
is "$(last basic user)" joe "as who was named"
by "SOCKS4 with a user" basic socks4a "jira.test:$port_site" "$@" -o FirewallType=SOCKS4 -o FirewallUser=joe
for type in TUNNEL SOCKS4 SOCKS5; do
	refused "$type, another user" "the firewall 127.0.0.1:$port_basic does not accept our credentials: check FirewallUser" \
		"$@" -o FirewallType=$type -o FirewallUser=jim
done
unset JSMFS_FIREWALLPASSWORD
for type in TUNNEL SOCKS5; do
	refused "$type, nobody" "set FirewallUser and FirewallPassword" "$@" -o FirewallType=$type
done
wrong "no FirewallServer" "FirewallType=SOCKS5 needs FirewallServer" -o FirewallType=SOCKS5

# --- both -----------------------------------------------------------------------------------------
start wall proxy
by "a proxy behind a firewall" open connect "jira.test:$port_site" -o FirewallType=SOCKS5 -o FirewallServer=127.0.0.1 \
	-o "FirewallPort=$port_wall" -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_open"
is "$(last wall kind) $(last wall target)" "socks5 127.0.0.1:$port_open" "which is asked for the proxy"
JSMFS_FIREWALLPASSWORD='open sesame;=,' by "with a password of its own" open connect "jira.test:$port_site" \
	-o FirewallType=SOCKS5 -o FirewallServer=127.0.0.1 -o "FirewallPort=$port_basic" -o FirewallUser=joe \
	-o ProxyServer=127.0.0.1 -o "ProxyPort=$port_open"
at=$tls
: >"$log_open"
by "an exception still takes the firewall" wall socks5 "localhost:$port_site" -o FirewallType=SOCKS5 \
	-o FirewallServer=127.0.0.1 -o "FirewallPort=$port_wall" -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_open" \
	-o ProxyExceptions=localhost
is "$(logged open .)" 0 "but not the proxy"
wrong "two tunnels" "SOCKS4 or SOCKS5" -o FirewallType=TUNNEL -o FirewallServer=127.0.0.1 -o ProxyServer=127.0.0.1

# --- in the way --------------------------------------------------------------------------------------
start picky proxy --deny localhost
start ill proxy --status 503
dead=$(free_port)
refused "a proxy that is not there" "the proxy 127.0.0.1:$dead refuses connections: check ProxyServer and ProxyPort" \
	-o ProxyServer=127.0.0.1 -o "ProxyPort=$dead" -o Timeout=5
refused "a firewall that is not there" "check FirewallServer and FirewallPort" -o FirewallType=SOCKS5 \
	-o FirewallServer=127.0.0.1 -o "FirewallPort=$dead" -o Timeout=5
refused "a proxy without an address" "the proxy no-such-host.invalid:80 has no address" \
	-o ProxyServer=no-such-host.invalid -o Timeout=5
refused "a proxy that forbids it" "does not let us reach localhost:$port_site" -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_picky"
refused "a proxy that is ill" "cannot reach localhost:$port_site (HTTP 503)" -o ProxyServer=127.0.0.1 \
	-o "ProxyPort=$port_ill" -o Timeout=5
refused "a firewall that forbids it" "does not let us reach" -o FirewallType=SOCKS5 -o FirewallServer=127.0.0.1 \
	-o "FirewallPort=$port_picky"
refused "a site that is not there" "cannot reach 127.0.0.1:$dead" -o ProxyServer=127.0.0.1 -o "ProxyPort=$port_open" \
	-o "URL=https://127.0.0.1:$dead" -o Timeout=5
refused "and behind a firewall" "cannot reach 127.0.0.1:$dead" -o FirewallType=SOCKS5 -o FirewallServer=127.0.0.1 \
	-o "FirewallPort=$port_open" -o "URL=https://127.0.0.1:$dead" -o Timeout=5

# --- proxies of another make ----------------------------------------------------------------------------
at=$tls
if command -v tinyproxy >/dev/null; then
	p=$(free_port)
	printf 'Port %s\nListen 127.0.0.1\nTimeout 60\nBasicAuth joe geheim\nLogFile "%s"\nConnectPort %s\n' \
		"$p" "$work/tinyproxy.log" "$port_site" >"$work/tinyproxy.conf"
	run "$p" tinyproxy -d -c "$work/tinyproxy.conf"
	JSMFS_PROXYPASSWORD=geheim works "tinyproxy" -o ProxyServer=127.0.0.1 -o "ProxyPort=$p" -o ProxyUser=joe
	ok "has seen us" grep -q "CONNECT localhost:$port_site" "$work/tinyproxy.log"
	refused "tinyproxy without a user" "set ProxyUser" -o ProxyServer=127.0.0.1 -o "ProxyPort=$p"
	JSMFS_PROXYPASSWORD=falsch refused "tinyproxy with another password" "check ProxyUser" \
		-o ProxyServer=127.0.0.1 -o "ProxyPort=$p" -o ProxyUser=joe
else
	skip "tinyproxy" "it is not installed"
fi
if command -v microsocks >/dev/null; then
	p=$(free_port)
	run "$p" microsocks -i 127.0.0.1 -p "$p" -u joe -P geheim
	set -- -o FirewallType=SOCKS5 -o FirewallServer=127.0.0.1 -o "FirewallPort=$p"
	JSMFS_FIREWALLPASSWORD=geheim works "microsocks" "$@" -o FirewallUser=joe
	ok "has seen us" grep -q "connected to localhost:$port_site" "$work/run.$p"
	refused "microsocks without a user" "set FirewallUser" "$@"
	JSMFS_FIREWALLPASSWORD=falsch refused "microsocks with another password" "check FirewallUser" "$@" -o FirewallUser=joe
else
	skip "microsocks" "it is not installed"
fi
done_testing
