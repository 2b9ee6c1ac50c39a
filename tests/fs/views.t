#!/bin/bash
# SPDX-License-Identifier: MIT
# UserViews/: views are files that tools write, edit, move and remove.
. "$(dirname "$0")/lib.sh"

start_sim
start_mount
allow_log 'path="UserViews/'
file=$XDG_CONFIG_HOME/jsmfs/UserDefinedViews.json
cd "$mnt/UserViews" || exit 1
stored() {
	jq -r ".$1.query // empty" "$file" 2>/dev/null
}
sentence() {
	jq -r .message error 2>/dev/null
}

is "$(ls)" "$(printf 'README.md\nerror')" "without views there are two files"
is "$(cat error)" "" "and no error"
echo "SELECT CurrentStatus, count(*) AS n FROM Requests GROUP BY 1" >load.sql
is "$(stored load)" "SELECT CurrentStatus, count(*) AS n FROM Requests GROUP BY 1" "echo makes a view"
is "$(cat load.sql)" "$(stored load)" "which can be read"
is "$(stat -c %s load.sql)" "$(wc -c <load.sql)" "at its size"
is "$(ls)" "$(printf 'README.md\nerror\nload\nload.sql')" "it has a file and a directory"
is "$(ls load)" "$(ls ../sys/sys_catalogs | grep -v -e '^by$' -e '^id$')" "with what a table has"
is "$(tail -n +2 load/rows.tsv | awk -F'\t' '{ n += $2 } END { print n }')" "$(cat ../Requests/count)" "its rows"
is "$(cat load/count)" "$(tail -n +2 load/rows.csv | wc -l)" "its count"
is "$(cut -d, -f1,2 load/schema.csv)" "$(printf 'name,type\nCurrentStatus,String\nn,String')" "its columns"
is "$(jq -c '.[0] | keys_unsorted' load/rows.json)" '["CurrentStatus","n"]' "as JSON"
is "$(cat load/n.ge=8/rows.csv | tail -n +2 | sort)" "$(awk -F, 'NR > 1 && $2 >= 8' load/rows.csv | sort)" "a condition on a number"
n=$(sed -n 2p load/rows.csv | cut -d, -f2)
is "$(tail -n +2 "load/n=$n/rows.csv" | cut -d, -f2 | sort -u)" "$n" "that is an expression"
is "$(cat load/_order=-n/_limit=1/_select=n/rows.tsv)" "$(printf 'n\n%s' "$(tail -n +2 load/rows.csv | cut -d, -f2 | sort -n | tail -n 1)")" "directives"
is "$(cat load/query.sql)" 'SELECT "CurrentStatus", "n" FROM "UserViews"."load";' "query.sql"
like "$(cat load/stats)" "query: UserViews/load" "stats"
cat load/Nope=1/rows.csv >/dev/null 2>"$work/err"
like "$(cat "$work/err")" "Invalid argument" "a column it has not"
like "$(jq -r .message load/error)" "Nope" "is named"
is "$(ls load/by 2>&1 >/dev/null | grep -c 'No such file')" 1 "no by/"

# pushed down
echo "SELECT *, RequestStatus FROM Requests" >o.sql
before=$(calls 'requestStatus=OPEN_REQUESTS.*limit=2')
cat o/RequestStatus=OPEN_REQUESTS/_limit=2/_select=RequestKey/rows.csv >"$work/out"
is "$(wc -l <"$work/out")" 3 "rows through a view"
is $(($(calls 'requestStatus=OPEN_REQUESTS.*limit=2') - before)) 1 "conditions and limits reach the server"
like "$(cat o/RequestStatus=OPEN_REQUESTS/plan)" requestStatus=OPEN_REQUESTS "and the plan"
before=$(calls)
ls -lR . >/dev/null
is "$(calls)" "$before" "listing makes no call"

# refused: the view stays, the sentence is in error
for bad in "SELECT nope FROM Requests" "SELEC 1" "SELECT 1; SELECT 2" "SELECT * FROM UserViews.load" \
	"ATTACH 'x' AS y" "DELETE FROM Requests" "SELECT '$(printf '\377')'"; do
	printf '%s\n' "$bad" >"$work/bad"
	cp "$work/bad" load.sql 2>"$work/err"
	is $? 1 "refused: $(printf %s "$bad" | tr -c '[:print:]' '?')"
	like "$(cat "$work/err")" "Invalid argument" "  at the close"
	ok "  with a sentence" [ -n "$(sentence)" ]
	is "$(cat load.sql)" "SELECT CurrentStatus, count(*) AS n FROM Requests GROUP BY 1" "  the view stays"
done
cp "$work/bad" new.sql 2>/dev/null
not_ok "a new one that is refused is not there" [ -e new.sql ]
echo "SELECT * FROM UserViews.load" >chain.sql
printf 'SELECT * FROM UserViews.chain' | dd of=load.sql status=none 2>/dev/null
is $? 1 "a circle is refused"
like "$(sentence)" "circular" "as one"
like "$(cat ../errors.ndjson)" "UserViews/load.sql" "errors.ndjson has it too"
rm chain.sql
echo "SELECT 1 AS one" >w.sql
is "$(cat error)" "" "a good text empties error"
: >w.sql
is "$(cat w.sql)" "SELECT 1 AS one" "an empty text changes nothing"
head -c 4096 /dev/zero >w.sql
is "$(cat w.sql)" "SELECT 1 AS one" "nor do NUL bytes"
touch w.sql
is "$(cat w.sql)" "SELECT 1 AS one" "nor touch"
touch none.sql
not_ok "which makes none" [ -e none.sql ]
echo "-- more" >>w.sql
is "$(cat w.sql)" "$(printf 'SELECT 1 AS one\n-- more')" "append"
echo "SELECT 2 AS two" | tee w.sql >/dev/null
is "$(cat w/rows.csv)" "$(printf 'two\n2')" "other columns at once"
echo "SELECT 3 AS two" >w.sql
is "$(cat w/rows.csv)" "$(printf 'two\n3')" "and other rows"
python3 - <<'EOF'
import os
fd = os.open("w.sql", os.O_RDWR)
assert os.read(fd, 100) == b"SELECT 3 AS two\n"
os.pwrite(fd, b"4", 7)
assert os.fstat(fd).st_size == 16
os.close(fd)
EOF
is "$? $(cat w.sql)" "0 SELECT 4 AS two" "bytes in the middle"
for f in x.txt 'a b.sql' ../x.sql -.sql; do
	not_ok "no such file can be made: $f" sh -c ': >"./$1"' sh "$f" 2>/dev/null
done
not_ok "nor a directory" mkdir d 2>/dev/null
sh -c 'echo "SELECT 9" >W.sql' 2>/dev/null
not_ok "nor a view that differs in case" [ -e W.sql ]
echo "SELECT 1" >Requests.sql
like "$(sentence)" "a table is called that" "nor one named like a table"

# sed, perl, mv, rsync, vim
sed -i 's/4/5/' w.sql
is "$(cat w.sql)" "SELECT 5 AS two" "sed -i"
sed -i 's/5 AS/(/' w.sql 2>"$work/err"
is "$? $(cat w.sql)" "4 SELECT 5 AS two" "sed -i that breaks it is refused"
is "$(ls -A | grep -c '^sed')" 0 "and leaves nothing behind"
sed -i.bak 's/5/6/' w.sql
is "$(cat w.sql) $(cat w.sql.bak)" "SELECT 6 AS two SELECT 5 AS two" "sed -i with a backup"
rm w.sql.bak
if perl -v >/dev/null 2>&1; then
	perl -pi -e 's/6/7/' w.sql
	is "$(cat w.sql)" "SELECT 7 AS two" "perl -i"
else
	skip "perl -i" "no perl"
fi
echo "SELECT 8 AS two" >"$work/w.sql"
ok "mv from elsewhere" mv "$work/w.sql" w.sql
is "$(cat w/rows.csv)" "$(printf 'two\n8')" "is the view"
echo "SELECT 9 AS two" >w.tmp
is "$(stored w)" "SELECT 8 AS two" "a scratch file is none"
ok "mv of a scratch file onto it" mv w.tmp w.sql
is "$(cat w/rows.csv)" "$(printf 'two\n9')" "is one"
ok "mv gives it another name" mv w.sql v.sql
is "$(stored w)$(stored v)" "SELECT 9 AS two" "in the file"
not_ok "the old one is gone" [ -e w ]
mv v.sql v.sql~
is "$(cat v.sql v.sql~)" "$(printf 'SELECT 9 AS two\nSELECT 9 AS two')" "a backup leaves the view"
mv v.sql~ v.sql
is "$(ls -A | grep -c '~')" 0 "and goes back"
if rsync --version >/dev/null 2>&1; then
	echo "SELECT 10 AS two" >"$work/v.sql"
	ok "rsync" rsync "$work/v.sql" .
	is "$(cat v.sql)" "SELECT 10 AS two" "wrote it"
else
	skip "rsync" "no rsync"
fi
ln -s somebody@host:1 .#v.sql
is "$(readlink .#v.sql)" somebody@host:1 "a lock of Emacs"
rm .#v.sql
if vim --version >/dev/null 2>&1; then
	for set in 'nobackup backupcopy=yes' 'backup backupcopy=no' 'backup backupcopy=yes' 'nowritebackup'; do
		echo "SELECT 11 AS two" >v.sql
		vim -es -u NONE --cmd "set nocompatible backupskip= directory=. $set" -c '%s/11/12/' -c 'wq' v.sql </dev/null
		is "$? $(cat v.sql)" "0 SELECT 12 AS two" "vim with $set"
		is "$(cat v/rows.csv)" "$(printf 'two\n12')" "  its rows"
		vim -es -u NONE --cmd "set nocompatible backupskip= directory=. $set" -c '%s/12 AS/(/' -c 'w' -c 'q!' v.sql </dev/null
		is "$(cat v.sql)" "SELECT 12 AS two" "  and what is wrong does not get in"
		rm -f v.sql~
	done
	is "$(ls -A | grep -c -e swp -e 4913)" 0 "nothing is left of vim"
else
	skip "vim" "no vim"
fi

# removing
ok "rm" rm v.sql
is "$(stored v)" "" "drops the view"
not_ok "with its directory" [ -e v ]
not_ok "a directory cannot be removed" rmdir load 2>/dev/null
not_ok "nor a file of it" rm load/rows.csv 2>/dev/null

# a view that others broke
echo "SELECT 1 AS one" >base.sql
echo "SELECT one FROM UserViews.base" >top.sql
rm base.sql
cat top/rows.csv >/dev/null 2>"$work/err"
allow_log 'path="UserViews/top"'
like "$(cat "$work/err")" "Invalid argument" "a view without what it reads fails"
like "$(jq -r .message top/error)" "base" "and says what is missing"
like "$(cat top/plan)" "cannot run" "its plan too"
is "$(cat top.sql)" "SELECT one FROM UserViews.base" "its text is there"
rm top.sql
jq '. + {"bad": {"query": "SELEC 1"}, "../up": {"query": "SELECT 1"}}' "$file" >"$work/new" && mv "$work/new" "$file"
is "$(cat bad.sql)" "SELEC 1" "one that never worked"
cat bad/rows.csv 2>/dev/null
like "$(jq -r .message bad/error)" 'near "SELEC"' "says why"
like "$(sentence)" "../up" "a name that cannot be is in error"
is "$(tail -n +2 load/rows.csv | wc -l)" "$(cat load/count)" "the others work"

# two mounts, one file
second=$work/second
mkdir "$second"
"$bin/jsmfs" mount -f --connection "$connection" "$second" >>"$work/second.log" 2>&1 &
second_pid=$!
try is_mounted "$second" && try test -f "$second/status"
echo "SELECT 1 AS a" >shared.sql
is "$(cat "$second/UserViews/shared/rows.csv")" "$(printf 'a\n1')" "another mount sees a view"
echo "SELECT 2 AS b" >"$second/UserViews/shared.sql"
is "$(cat shared.sql shared/rows.csv)" "$(printf 'SELECT 2 AS b\nb\n2')" "and what it makes of it is seen here"
rm "$second/UserViews/shared.sql"
not_ok "and that it is gone" [ -e shared.sql ]
is "$("$bin/jsmfs" sql --connection "$connection" 'CREATE LOCAL VIEW cmd AS SELECT 5 AS five' 2>/dev/null; cat cmd/rows.csv)" "$(printf 'five\n5')" "jsmfs sql makes views for a mount"
umount "$second" 2>/dev/null || fusermount3 -u "$second"
wait "$second_pid"
cd /
stop_mount
start_mount -o ro
not_ok "nothing can be made in a mount that is read only" sh -c "echo 'SELECT 1' >'$mnt/UserViews/x.sql'" 2>/dev/null
is "$(cat "$mnt/UserViews/cmd/rows.csv")" "$(printf 'five\n5')" "but views are there"

done_testing
