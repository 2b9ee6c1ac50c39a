#!/bin/sh
# SPDX-License-Identifier: MIT
# style.sh: what no compiler checks: licence lines, sizes, comments, marks left
# behind, shell syntax, manual pages.
set -u
bad=0
tell() {
	printf 'lint: %s\n' "$*"
	bad=1
}
files=$(git ls-files -co --exclude-standard 'src/*.[ch]' 'tests/*.[ch]' 2>/dev/null)
[ -n "$files" ] || files=$(find src tests -name '*.[ch]')
for f in $files; do
	[ -f "$f" ] || continue
	head -n 1 "$f" | grep -q 'SPDX-License-Identifier: MIT' || tell "$f: no SPDX line"
	n=$(wc -l <"$f")
	case $f in
	src/model/*) ;;
	*.h) [ "$n" -le 260 ] || tell "$f: $n lines, a header should have fewer than 260" ;;
	*) [ "$n" -le 800 ] || tell "$f: $n lines, split it" ;;
	esac
	if grep -nE '(^|[[:space:]])//( |$)' "$f" >/dev/null; then tell "$f: // comment"; fi
	if grep -nE '[[:space:]]$' "$f" >/dev/null; then tell "$f: white space at the end of a line"; fi
	case $f in
	src/*) awk -v f="$f" '
		/^[A-Za-z_].*\)$/ || /^[A-Za-z_].*\) *[a-z_]*$/ { name = $0 }
		/^{/ { start = NR }
		/^}/ { if (start && NR - start > 80) { printf "lint: %s: function of %d lines: %s\n", f, NR - start, name; b = 1 } start = 0 }
		END { exit b }' "$f" || bad=1 ;;
	esac
done
# Spelled in two pieces so that this line is no mark itself.
marks=$(grep -rnwE 'TO''DO|FIX''ME|XX''X|not imple''mented' src tests man contrib README.md Makefile 2>/dev/null | grep -v '^tests/lint/')
[ -z "$marks" ] || tell "marks left: $marks"
for s in $(find tests .ci -name '*.sh' -o -name '*.t' -o -path '.ci/run'); do
	case $s in
	*.t) [ -x "$s" ] || tell "$s: cannot be executed" ;;
	esac
	case $(head -n 1 "$s") in
	*bash*) bash -n "$s" || tell "$s: syntax" ;;
	*/sh*) sh -n "$s" || tell "$s: syntax" ;;
	esac
done
if command -v mandoc >/dev/null 2>&1; then
	for m in man/*; do
		out=$(mandoc -Tlint -W warning "$m" 2>&1) || tell "$m: $out"
	done
else
	echo 'lint: mandoc is not installed, manual pages not checked'
fi
exit $bad
