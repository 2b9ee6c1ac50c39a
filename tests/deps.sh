#!/bin/sh
# SPDX-License-Identifier: MIT
# deps.sh need|install: what building and testing needs.  "need" installs only
# when something is missing, and where it may not, says what to install.
set -u
compiler=${CC:-cc} # may carry words of its own: "ccache gcc"
build="gcc make pkg-config libfuse3-dev fuse3 libcurl4-openssl-dev libjson-c-dev libssl-dev libsqlite3-dev libxml2-dev libmicrohttpd-dev zlib1g-dev"
tests="python3-jwt openssl putty-tools tinyproxy microsocks perl curl jq rsync mandoc python3 python3-jsonschema python3-oauthlib attr bsdextrautils less git tar gawk procps vim nano nghttp2-proxy zsh fish busybox"
# servers and clocks of other makes: tests skip what is not there
peers="dante-server squid nginx-light gnutls-bin faketime"
have() {
	command -v pkg-config >/dev/null 2>&1 &&
		pkg-config --exists fuse3 libcurl json-c libssl libcrypto sqlite3 libxml-2.0 libmicrohttpd zlib &&
		command -v "${compiler%% *}" >/dev/null 2>&1 && command -v fusermount3 >/dev/null 2>&1 &&
		command -v prove >/dev/null 2>&1 && command -v curl >/dev/null 2>&1 &&
		command -v jq >/dev/null 2>&1 && command -v rsync >/dev/null 2>&1 &&
		command -v mandoc >/dev/null 2>&1 && command -v python3 >/dev/null 2>&1 &&
		command -v script >/dev/null 2>&1 && command -v less >/dev/null 2>&1 &&
		command -v getfattr >/dev/null 2>&1
}
if [ "${1:-need}" = need ] && have; then
	exit 0
fi
if ! command -v apt-get >/dev/null 2>&1; then
	echo "jsmfs needs these Debian packages, or what your system calls them:" >&2
	echo "  $build" >&2
	echo "and for the tests:" >&2
	echo "  $tests" >&2
	exit 1
fi
if [ "$(id -u)" = 0 ]; then
	sudo=
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
	sudo="sudo -n"
else
	echo "Something is missing. As root, run:" >&2
	echo "  apt-get install $build $tests $peers" >&2
	exit 1
fi
export DEBIAN_FRONTEND=noninteractive
echo "installing: $build $tests $peers"
$sudo apt-get update -qq >/dev/null 2>&1
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $build $tests >/dev/null || exit 1
# shellcheck disable=SC2086
$sudo apt-get install -y -qq --no-install-recommends $peers >/dev/null ||
	echo "some tests will be skipped for want of: $peers" >&2
have || { echo "still missing something of: $build $tests" >&2; exit 1; }
