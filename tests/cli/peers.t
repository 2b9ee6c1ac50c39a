#!/bin/bash
# SPDX-License-Identifier: MIT
# Proxies, fronts, authorities and clocks of other makes: squid, dante, nginx, GnuTLS,
# faketime.  Each is skipped where it is not installed.
. "$(dirname "$0")/../fs/lib.sh"
. "$(dirname "$0")/../proxy/lib.sh"
PATH=$PATH:/usr/sbin
unset http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
# squid and dante give up root, and read their files after that
chmod 755 "$work"

start_sim
to=127.0.0.1:$port
at=$url

# --- squid ---------------------------------------------------------------------------
digests=$(ls /usr/lib/squid/digest_file_auth /usr/libexec/squid/digest_file_auth 2>/dev/null | head -n 1)
squid_is() { # SCHEME [HELPER]: $p
	p=$(free_port)
	mkdir -m 777 "$work/squid-$1"
	case $1 in
	basic) helper="${digests%/*}/basic_ncsa_auth $work/squid.basic" ;;
	digest) helper="$digests $work/squid.digest" ;;
	*) helper=$2 ;;
	esac
	cat >"$work/squid-$1.conf" <<-EOF
		http_port 127.0.0.1:$p
		visible_hostname localhost
		auth_param $1 program $helper
		auth_param $1 children 1
		$([ "$1" = negotiate ] || echo "auth_param $1 realm test")
		acl known proxy_auth REQUIRED
		http_access allow known
		http_access deny all
		cache deny all
		pinger_enable off
		max_filedescriptors 1024
		shutdown_lifetime 0 seconds
		pid_filename $work/squid-$1/pid
		access_log stdio:$work/squid-$1/access
		cache_log $work/squid-$1/log
		coredump_dir $work/squid-$1
	EOF
	chmod 644 "$work/squid-$1.conf"
	run "$p" squid -n "jsmfs$1$$" -N -f "$work/squid-$1.conf"
}
if command -v squid >/dev/null && [ -n "$digests" ] && command -v openssl >/dev/null; then
	echo "joe:$(openssl passwd -apr1 geheim)" >"$work/squid.basic"
	echo "joe:geheim" >"$work/squid.digest"
	chmod 644 "$work"/squid.basic "$work"/squid.digest
	export JSMFS_PROXYPASSWORD=geheim
	squid_is basic
	set -- -o ProxyServer=127.0.0.1 -o "ProxyPort=$p" -o ProxyUser=joe
	works "squid, Basic" "$@"
	works "in a tunnel" "$@" -o ProxySSLType=TUNNEL
	is "$(grep -c 'joe.*127.0.0.1' "$work/squid-basic/access")" 2 "as who was named"
	refused "squid wants Basic, not Digest" "ProxyAuthScheme: it offers BASIC" "$@" -o ProxyAuthScheme=DIGEST \
		-o ProxySSLType=TUNNEL
	JSMFS_PROXYPASSWORD=falsch refused "another password" "check ProxyUser and ProxyPassword" "$@"
	refused "nobody" "set ProxyUser and ProxyPassword" -o ProxyServer=127.0.0.1 -o "ProxyPort=$p"
	squid_is digest
	set -- -o ProxyServer=127.0.0.1 -o "ProxyPort=$p" -o ProxyUser=joe
	works "squid, Digest" "$@" -o ProxyAuthScheme=DIGEST
	works "in a tunnel" "$@" -o ProxyAuthScheme=DIGEST -o ProxySSLType=TUNNEL
	refused "squid wants Digest, not Basic" "ProxyAuthScheme: it offers DIGEST" "$@"
	refused "nor NTLM" "ProxyAuthScheme: it offers DIGEST" "$@" -o ProxyAuthScheme=NTLM
	unset JSMFS_PROXYPASSWORD
else
	skip "squid" "it is not installed"
fi

# --- Kerberos, by a key distribution centre of MIT and squid ---------------------------
kerberos=$(ls /usr/lib/squid/negotiate_kerberos_auth /usr/libexec/squid/negotiate_kerberos_auth 2>/dev/null | head -n 1)
if command -v krb5kdc >/dev/null && command -v kadmin.local >/dev/null && command -v kinit >/dev/null &&
	command -v squid >/dev/null && [ -n "$kerberos" ]; then
	kdc=$(free_port)
	mkdir "$work/krb"
	export KRB5_CONFIG=$work/krb/krb5.conf KRB5_KDC_PROFILE=$work/krb/kdc.conf KRB5CCNAME=FILE:$work/krb/tickets
	cat >"$KRB5_CONFIG" <<-EOF
		[libdefaults]
		default_realm = TEST
		dns_lookup_kdc = false
		rdns = false
		dns_canonicalize_hostname = false
		udp_preference_limit = 1
		[realms]
		TEST = {
		kdc = 127.0.0.1:$kdc
		}
		[domain_realm]
		localhost = TEST
	EOF
	cat >"$KRB5_KDC_PROFILE" <<-EOF
		[kdcdefaults]
		kdc_listen = 127.0.0.1:$kdc
		kdc_tcp_listen = 127.0.0.1:$kdc
		[realms]
		TEST = {
		database_name = $work/krb/principal
		key_stash_file = $work/krb/stash
		}
	EOF
	{
		kdb5_util create -s -r TEST -P master
		kadmin.local -q 'addprinc -pw geheim joe'
		kadmin.local -q 'addprinc -randkey HTTP/localhost'
		kadmin.local -q "ktadd -k $work/krb/keytab HTTP/localhost"
	} >"$work/krb/log" 2>&1
	chmod 644 "$work/krb/keytab" "$KRB5_CONFIG"
	run "$kdc" krb5kdc -n
	squid_is negotiate "$kerberos -k $work/krb/keytab -s HTTP/localhost@TEST"
	set -- -o ProxyServer=localhost -o "ProxyPort=$p" -o ProxyAuthScheme=NEGOTIATE
	refused "nobody has a ticket" "run kinit" "$@"
	echo geheim | kinit joe >>"$work/krb/log" 2>&1
	works "squid, Kerberos" "$@"
	works "in a tunnel" "$@" -o ProxySSLType=TUNNEL
	JSMFS_PROXYPASSWORD=geheim refused "a password is not what it wants" "it offers NEGOTIATE" -o ProxyServer=localhost \
		-o "ProxyPort=$p" -o ProxyUser=joe
	unset KRB5_CONFIG KRB5_KDC_PROFILE KRB5CCNAME
else
	skip "Kerberos" "krb5-kdc, krb5-admin-server, krb5-user or squid is not installed"
fi

# --- dante ---------------------------------------------------------------------------
if command -v danted >/dev/null; then
	p=$(free_port)
	cat >"$work/danted.conf" <<-EOF
		logoutput: stderr
		internal: 127.0.0.1 port = $p
		external: lo
		clientmethod: none
		socksmethod: none
		user.privileged: $(id -un)
		user.unprivileged: $(id -un)
		client pass { from: 127.0.0.1/32 to: 0.0.0.0/0 }
		socks pass { from: 127.0.0.1/32 to: 127.0.0.1/32 port = $port }
		socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 }
	EOF
	run "$p" danted -f "$work/danted.conf"
	set -- -o FirewallServer=127.0.0.1 -o "FirewallPort=$p"
	works "dante, SOCKS5" "$@" -o FirewallType=SOCKS5
	works "SOCKS4 by address" "$@" -o FirewallType=SOCKS4
	at=http://localhost:$port
	works "SOCKS5 by name" "$@" -o FirewallType=SOCKS5
	refused "SOCKS4 by name, which dante does not know" "try FirewallType=SOCKS5" "$@" -o FirewallType=SOCKS4 \
		-o Timeout=2
	at=http://127.0.0.1:$(free_port)
	refused "what it does not let us reach" "does not let us reach" "$@" -o FirewallType=SOCKS5
	at=$url
else
	skip "dante" "it is not installed"
fi

# --- nginx, with certificates of GnuTLS ------------------------------------------------
if ! command -v nginx >/dev/null || ! command -v certtool >/dev/null; then
	skip "certificates" "nginx or certtool is not installed"
	done_testing
fi
pki=$work/pki
mkdir "$pki"
certificate() { # NAME KIND ISSUER LINE...
	name=$1 kind=$2 issuer=$3
	shift 3
	certtool --generate-privkey --key-type="$kind" --outfile "$pki/$name.key"
	printf '%s\n' "$@" >"$pki/$name.template"
	case $issuer in
	self) certtool --generate-self-signed --load-privkey "$pki/$name.key" --template "$pki/$name.template" \
		--outfile "$pki/$name.pem" ;;
	*) certtool --generate-certificate --load-privkey "$pki/$name.key" --template "$pki/$name.template" \
		--load-ca-privkey "$pki/$issuer.key" --load-ca-certificate "$pki/$issuer.pem" \
		--outfile "$pki/$name.pem" ;;
	esac
	cat "$pki/$name.pem" "$pki/middle.pem" >"$pki/$name.chain"
} >>"$work/certtool" 2>&1
# good also for a clock that is behind
born="activation_date=\"$(date -u -d '-2 days' '+%F %T')\""
certificate root ecdsa self 'cn="Root"' ca cert_signing_key "$born" 'expiration_days=3650'
certificate middle ed25519 root 'cn="Middle"' ca cert_signing_key "$born" 'expiration_days=3650'
host='dns_name="localhost"'
certificate good ecdsa middle 'cn="localhost"' "$host" tls_www_server "$born" 'expiration_days=300'
certificate soon ecdsa middle 'cn="localhost"' "$host" tls_www_server \
	'activation_date="2090-01-01 00:00:00"' 'expiration_date="2091-01-01 00:00:00"'
certificate past ecdsa middle 'cn="localhost"' "$host" tls_www_server \
	'activation_date="2020-01-01 00:00:00"' 'expiration_date="2021-01-01 00:00:00"'
certificate other ecdsa middle 'cn="other"' 'dns_name="jira.example.org"' tls_www_server 'expiration_days=300'
certificate alone ed25519 self 'cn="localhost"' "$host" tls_www_server signing_key 'expiration_days=300'
certificate me ed25519 middle 'cn="me"' tls_www_client 'expiration_days=300'
cp "$pki/good.key" "$pki/part.key"
cp "$pki/good.pem" "$pki/part.chain"
cp "$pki/alone.pem" "$pki/alone.chain"
cat "$pki/root.pem" "$pki/middle.pem" >"$pki/both"
cat "$pki/me.pem" "$pki/middle.pem" "$pki/me.key" >"$pki/me.all"
chmod 600 "$pki/me.all"
server() { # NAME CERTIFICATE [DIRECTIVE]
	p=$(free_port)
	eval "port_$1=$p"
	echo "server { listen 127.0.0.1:$p ssl; ssl_certificate $pki/$2.chain; ssl_certificate_key $pki/$2.key;
		ssl_protocols TLSv1.2 TLSv1.3; ${3-} location / { proxy_pass http://$to; } }"
}
{
	echo "daemon off; worker_processes 1; error_log $work/nginx.err; pid $work/nginx.pid; events {} http {"
	echo "access_log off; proxy_temp_path $work/n1; client_body_temp_path $work/n2; fastcgi_temp_path $work/n3;"
	echo "uwsgi_temp_path $work/n4; scgi_temp_path $work/n5; ssl_client_certificate $pki/both; ssl_verify_depth 3;"
	for name in good soon past other alone part; do
		server $name $name
	done
	server strict good 'ssl_verify_client on;'
	echo "}"
} >"$work/nginx.conf"
run "$port_strict" nginx -c "$work/nginx.conf"
export SSL_CERT_FILE=$pki/root.pem
at=https://localhost:$port_good
works "nginx, elliptic curves throughout"
says() { # NAME WORDS
	eval "at=https://localhost:\$port_$1"
	refused "$1" "$2"
	JSMFS_APITOKEN=demo-token "$bin/jsmfs" doctor -c "URL=$at;User=agent@example.com;CacheLocation=$work/cache-d" \
		>"$out" 2>"$err"
}
today=$(date -u +%F)
says soon "not yet valid, by a clock here that says $today"
like "$(cat "$out")" "not valid before 2090-01-01T00:00:00.000Z — is the clock of this machine right" "doctor doubts the clock"
says past "has expired, by a clock here that says $today"
like "$(grep '^fail  certificate: ' "$out")" ", expired " "doctor tells since when"
says other "hostname mismatch"
like "$(cat "$out")" 'warn  certificate: not accepted: CN = other' "doctor shows whose it is"
says alone "self-signed"
says part "unable to get local issuer"
SSL_CERT_FILE='' works "where a certificate is missing, the one between will do" -o "SSLServerCert=$pki/middle.pem"
says strict "set SSLClientCert"
not_ok "doctor does not take it for a wrong address" grep -q 'is URL the address' "$out"
works "a key of Ed25519 is shown" -o SSLClientCertType=PEMKEY_FILE -o "SSLClientCert=$pki/me.all"

# --- clocks ------------------------------------------------------------------------------
faketime=$(ls /usr/lib/*/faketime/libfaketime.so.1 2>/dev/null | head -n 1)
if [ -z "$faketime" ] || ldd "$bin/jsmfs" | grep -q 'lib[at]san'; then
	skip "other clocks" "faketime is not installed, or does not go with this build"
	done_testing
fi
clock() { # TIME COMMAND...: waiting goes by the real clock
	at_time=$1
	shift
	LD_PRELOAD=$faketime FAKETIME=$at_time FAKETIME_DONT_FAKE_MONOTONIC=1 FAKETIME_FORCE_MONOTONIC_FIX=0 "$@"
}
check() { # TIME
	JSMFS_APITOKEN=demo-token clock "$1" "$bin/jsmfs" doctor \
		-c "URL=https://localhost:$port_good;User=agent@example.com;CacheLocation=$work/cache-d" >"$out" 2>"$err"
}
check +90s
like "$(cat "$out")" "s ahead of the site's" "a clock that is ahead"
check -7m
like "$(cat "$out")" "s behind the site's" "and one that is behind"
ok "by minutes is a failure" grep -q '^fail  clock: ' "$out"
check +299d
like "$(cat "$out")" "less than a day left" "the last day of a certificate"
check +302d
like "$(cat "$out")" "fail  certificate: CN = localhost, issued by CN = Middle, 2 shown, expired " "and the first after it"
like "$(grep '^fail  site' "$out")" "has expired, by a clock here that says $(date -u -d '302 days' +%F)" "by which clock"
done_testing
