#!/bin/bash
# SPDX-License-Identifier: MIT
# Tools and editors that write: what they write arrives once, and when it is
# refused they say so, as far as they can.  A tool is a line of the table below.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
allow_log 'path="(Requests/id/HELP-7/|proc/CreateCustomer/call|UserViews/)'

row=$mnt/Requests/id/HELP-7
api=$url/rest/servicedeskapi/request/HELP-7
export src=$work/src dst

posts() {
	calls '"method":"POST"'
}
ask() { # PATH FILTER: of the site, not of the mount
	curl -s -u agent@example.com:demo-token "$api/$1" | jq -r "$2"
}
run() {
	timeout 60 bash -c "$1" >"$work/out" 2>&1 </dev/null
	code=$?
}
gave_up() { # the tool was to fail, and it shows
	if [ "$code" = 0 ] || [ "$code" = 124 ]; then
		result 1 "$1 shows it"
		note "status $code, $(tr '\n' ' ' <"$work/out" | tail -c 300)"
	else
		result 0 "$1 shows it"
	fi
}

# --- what is written, and how to see on the site that it arrived
n=0
source_A() { printf 'file %d\nline two\n' "$n"; }
target_A() { echo "$row/attachments/file$n.txt"; }
arrived_A() {
	[ "$(ask attachment?limit=100 '.values[].filename' | grep -cx "file$n.txt")" = 1 ] &&
		cmp -s "$src.kept" "$row/attachments/file$n.txt"
}
posts_A=2
absent_A() { ! [ -e "$row/attachments/file$n.txt" ]; }

source_C() { printf 'comment %d\nline two\n' "$n"; }
target_C() { echo "$row/comments/new$n.txt"; }
arrived_C() {
	[ "$(ask 'comment?limit=100&start='$((had_comments)) '.values[].body' | grep -cx "comment $n")" = 1 ]
}
posts_C=1
absent_C() { ! arrived_C; }

source_V() { printf 'SELECT %d AS n\n' "$n"; }
target_V() { echo "$mnt/UserViews/view$n.sql"; }
arrived_V() {
	[ "$(jq -r ".view$n.query" "$XDG_CONFIG_HOME/jsmfs/UserDefinedViews.json")" = "SELECT $n AS n" ] &&
		[ "$(tail -n 1 "$mnt/UserViews/view$n/rows.csv")" = "$n" ]
}
posts_V=0
absent_V() { ! [ -e "$mnt/UserViews/view$n" ]; }

source_L() { printf 'Email=tool%d@example.com FullName="Tool %d"\n' "$n" "$n"; }
target_L() { echo "$mnt/proc/CreateCustomer/call"; }
arrived_L() {
	[ "$(jq -r '.[].outcome' "$mnt/proc/CreateCustomer/last.json")" = applied ] &&
		grep -q "tool$n@" "$mnt/proc/CreateCustomer/last.json"
}
posts_L=1
absent_L() { ! grep -q applied "$mnt/proc/CreateCustomer/last.json"; }

had_comments=$(ask 'comment?limit=100' '.size')

prepare() { # KIND
	n=$((n + 1))
	"source_$1" >"$src"
	cp "$src" "$src.kept"
	dst=$("target_$1")
}

works() { # TOOL KIND COMMAND
	prepare "$2"
	before=$(posts)
	run "$3"
	if [ "$code" = 0 ] && "arrived_$2"; then
		result 0 "$1 writes $what"
	else
		result 1 "$1 writes $what"
		note "status $code, $(tr '\n' ' ' <"$work/out" | tail -c 300)"
		note "$(last_error .message)"
	fi
	is "$(($(posts) - before))" "$(eval "echo \$posts_$2")" "  once"
}

fails() { # TOOL KIND COMMAND SHOWS: the site, or the mount, refuses
	prepare "$2"
	if [ "$2" = V ]; then
		echo "SELEC $n" >"$src"
	else
		sim fault 'POST * status=403'
	fi
	run "$3"
	case $4 in
	*$2*) gave_up "  $1, when $what is refused," ;;
	esac
	sim fault
	ok "  and there is nothing" "absent_$2"
}

# tool | program it needs | what it can write | where its status tells of a refusal
# A attachment, C comment, V view, L line of a call
while IFS='|' read -r tool needs kinds shows command; do
	if ! command -v "$needs" >/dev/null; then
		skip "$tool" "there is no $needs"
		continue
	fi
	for kind in A C V L; do
		case $kinds in
		*$kind*) ;;
		*) continue ;;
		esac
		case $kind in
		A) what="an attachment" ;;
		C) what="a comment" ;;
		V) what="a view" ;;
		L) what="a call" ;;
		esac
		works "$tool" $kind "$command"
		fails "$tool" $kind "$command" "$shows"
	done
done <<'TABLE'
echo|bash|ACVL|L|echo "$(cat "$src")" >"$dst"
printf|bash|ACVL|L|printf '%s\n' "$(cat "$src")" >"$dst"
here-document|bash|ACVL|ACVL|text=$(cat "$src"); cat >"$dst" <<<"$text"
cat|cat|ACVL|ACVL|cat "$src" >"$dst"
cat, appending|cat|ACVL|ACVL|cat "$src" >>"$dst"
tee|tee|ACVL|ACVL|tee "$dst" <"$src" >/dev/null
cp|cp|ACVL|ACVL|cp "$src" "$dst"
cp -p|cp|ACVL|ACVL|cp -p "$src" "$dst"
install|install|ACV|ACV|install -m 600 "$src" "$dst"
mv|mv|ACV|ACV|mv "$src" "$dst"
rsync|rsync|ACV|ACV|cp -p "$src" "${dst##*/}" && rsync -a "${dst##*/}" "$dst"; r=$?; rm "${dst##*/}"; exit $r
rsync --inplace|rsync|ACV|ACV|rsync -a --inplace "$src" "$dst"
dd|dd|ACVL|ACVL|dd if="$src" of="$dst" status=none
dd, a byte at a time|dd|ACVL|ACVL|dd if="$src" of="$dst" bs=1 status=none
curl -o|curl|ACV|ACV|curl -s -o "$dst" "file://$src"
python|python3|ACVL|ACVL|python3 -c 'import os; f = open(os.environ["dst"], "w"); f.write(open(os.environ["src"]).read()); f.close()'
vim|vim|ACV|ACV|vim -Nu NONE -es -c "0r $src" -c wq -c cq "$dst"
vim on a terminal|vim|ACV|ACV|TERM=xterm script -qec "vim -Nu NONE -c '0r $src' -c '\$d' -c wq -c cq '$dst'" /dev/null
emacs -batch|emacs|ACV|ACV|emacs -Q --batch --eval "(progn (find-file \"$dst\") (insert-file-contents \"$src\") (save-buffer))"
several commands|bash|ACV||{ head -n 1 "$src"; tail -n +2 "$src"; } >"$dst"
TABLE

# --- nano can only be typed to
if command -v nano >/dev/null; then
	printf 'typed\030' | TERM=xterm timeout 60 script -qec "nano -t '$row/attachments/nano.txt'" /dev/null >"$work/out" 2>&1
	is "$(cat "$row/attachments/nano.txt" 2>&1)" typed "nano writes an attachment"
	printf 'typed in nano\030' | TERM=xterm timeout 60 script -qec "nano -t '$row/comments/nano.txt'" /dev/null >"$work/out" 2>&1
	is "$(ask 'comment?limit=100&start=30' '.values[-1].body')" "typed in nano" "and a comment"
else
	skip "nano" "there is no nano"
fi

# --- in place: a view changes, what the site has does not
prepare V
cp "$src" "$dst"
old=$n
for tool in 'sed -i s/SELECT/select/ "$dst"' 'perl -pi -e s/SELECT/select/i "$dst"'; do
	case $tool in
	perl*) command -v perl >/dev/null || { skip "perl -i" "there is no perl"; continue; } ;;
	esac
	run "$tool"
	is "$code $(jq -r ".view$old.query" "$XDG_CONFIG_HOME/jsmfs/UserDefinedViews.json")" "0 select $old AS n" \
		"${tool%% *} changes a view"
done
n=$((n + 1))
echo one >"$row/attachments/file$n.txt"
dst=$row/attachments/file$n.txt
before=$(posts)
for tool in 'sed -i s/one/two/ "$dst"' 'perl -pi -e s/one/two/ "$dst"' 'echo two >>"$dst"' 'cp "$src" "$dst"' \
	'truncate -s 0 "$dst"' 'vim -Nu NONE -es -c s/one/two/ -c wq -c cq "$dst"' 'rm "$dst"' \
	'mv "$dst" "$dst.old"' 'rsync -a --inplace "$src" "$dst"' 'rsync -a "$src" "$dst"' 'dd if="$src" of="$dst" status=none'; do
	command -v "${tool%% *}" >/dev/null || { skip "${tool%% *}" "is not there"; continue; }
	run "$tool"
	gave_up "${tool%% *} cannot change an attachment and"
done
is "$(cat "$dst")" one "which is as it was"
is "$(posts)" "$before" "nothing was sent"

# --- nothing that an editor makes on the way was seen by the site
is "$(ask attachment?limit=100 '.values[].filename' | grep -vx -e 'file[0-9]*\.txt' -e nano.txt)" "" \
	"the site has only the files that were meant"
is "$(find "$row/attachments" "$row/comments" "$mnt/UserViews" -maxdepth 1 -name '.*' -o -name '*~' -o -name '#*' -o -name '4913' | tr '\n' ' ')" "" \
	"and nothing is left lying about"

cd /
done_testing
