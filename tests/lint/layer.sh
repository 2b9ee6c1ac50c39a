#!/bin/sh
# SPDX-License-Identifier: MIT
# layer.sh ROOT LAYER:USES[,USES...] ...
# A source of a layer includes only its own layer and those it may use, and a
# third-party header only in the layer that owns it.
set -u
root=$1
shift
bad=0
tell() {
	printf 'lint: %s\n' "$*"
	bad=1
}
for spec; do
	layer=${spec%%:*}
	allowed=" $layer $(printf %s "${spec#*:}" | tr , ' ') "
	dir=$root/src/$layer
	[ -d "$dir" ] || { tell "layer $layer has no directory"; continue; }
	for inc in $(grep -rhoE '^#include "[a-z_]+/' "$dir" | sed 's/.*"//; s,/,,' | sort -u); do
		case $allowed in
		*" $inc "*) ;;
		*) tell "$layer must not include $inc/: $(grep -rlE "^#include \"$inc/" "$dir" | head -n 1)" ;;
		esac
	done
	if grep -rnE '^#include "[^/]*"' "$dir"; then
		tell "$layer: name headers from src/, as \"layer/file.h\""
	fi
done
own() { # header pattern, layers that may include it
	pattern=$1
	shift
	for f in $(grep -rlE "^#include <($pattern)" "$root/src"); do
		l=${f#"$root"/src/}
		l=${l%%/*}
		case " $* " in
		*" $l "*) ;;
		*) tell "$f: <$pattern> belongs to $*" ;;
		esac
	done
}
own 'curl/' net
own 'json-c/' json
own 'libxml' xml
own 'openssl/' auth
own 'sqlite3' store query
own 'fuse' fs
for d in "$root"/src/*/; do
	l=$(basename "$d")
	case " $* " in
	*" $l:"*) ;;
	*) tell "src/$l is in no layer of the Makefile" ;;
	esac
done
exit $bad
