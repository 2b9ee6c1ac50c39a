#!/bin/sh
# SPDX-License-Identifier: MIT
# symbols.sh BUILD: third-party symbols only in the layers that own them, and
# functions that a mount must not call nowhere below cli.
set -u
b=$1
bad=0
undefined() { nm -u "$1" 2>/dev/null | sed -n 's/^ *U //p' | sed 's/@.*//' | sort -u; }
only() { # pattern, layers
	pattern=$1
	shift
	for a in "$b"/lib*.a; do
		l=$(basename "$a" .a)
		l=${l#lib}
		case " $* " in *" $l "*) continue ;; esac
		hit=$(undefined "$a" | grep -E "$pattern" | head -n 3 | tr '\n' ' ')
		[ -z "$hit" ] || { printf 'lint: lib%s.a uses %s(belongs to: %s)\n' "$l" "$hit" "$*"; bad=1; }
	done
}
only '^curl_' net
only '^json_(object|tokener|util)' json
only '^(xml|html)[A-Z]' xml
only '^sqlite3_' store query
only '^fuse_' fs
only '^(EVP_|RAND_|SSL_|BIO_|X509_|PEM_)' auth
only '^(exit|_exit|abort|system|popen)$' cli fs
for a in "$b"/lib*.a; do
	hit=$(undefined "$a" | grep -E '^(_?_?(strcpy|strcat|sprintf|vsprintf|stpcpy|strncpy|strncat)(_chk)?|gets|strtok|gmtime|localtime|asctime|ctime|tmpnam|mktemp|sleep|usleep|rand|srand|alloca|setenv|putenv)$' | tr '\n' ' ')
	[ -z "$hit" ] || { printf 'lint: %s uses %swhich is banned\n' "$(basename "$a")" "$hit"; bad=1; }
done
exit $bad
