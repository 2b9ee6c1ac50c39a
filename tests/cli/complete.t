#!/bin/bash
# SPDX-License-Identifier: MIT
# Completion, in the shells themselves: what a TAB offers, and what help tells.
. "$(dirname "$0")/../fs/lib.sh"
PATH=$bin:$PATH
cd "$work" || exit 1
mkdir -p some.dir "$HOME/.config/jsmfs"
: >some.file
printf '[default]\nURL = https://a.example\n[ at home ]\n# [no]\n' >"$HOME/.config/jsmfs/jsmfs.conf"

# in_bash WORD...: what a TAB behind the last offers, with blanks between; as bash,
# which splits words at equals signs, would have it
in_bash() {
	bash -c 'eval "$(jsmfs --shell-init bash)"
		compopt() { :; }
		COMP_WORDS=(jsmfs "$@") COMP_CWORD=$#
		_jsmfs && echo "${COMPREPLY[*]}"' bash "$@" | tr '\n' ' ' | sed 's/ $//'
}
in_fish() {
	fish --no-config -c 'jsmfs --shell-init fish | source; complete -C "$argv"' -- "$1" |
		cut -f 1 | tr '\n' ' ' | sed 's/ $//'
}

like " $(in_bash '')" " mount umount" "bash: commands"
like "$(in_bash '')" "--shell-init=" "and options without a command"
is "$(in_bash um)" umount "the beginning of a command"
is "$(in_bash help logi)" login "help takes a command"
is "$(in_bash sql --form)" --format= "an option with a value"
is "$(in_bash sql --format = n)" ndjson "its value"
is "$(in_bash sql -f t)" "tsv table" "behind a short option"
is "$(in_bash sql --profile '')" 'default at\ home' "profiles, with blanks escaped"
is "$(in_bash plan -o authsch)" AuthScheme= "a property in any case"
is "$(in_bash plan -o AuthScheme = C)" Crowd "its values"
is "$(in_bash plan -o ReadOnly = t)" "true" "of a switch"
is "$(in_bash plan --option = ReadOnly = f)" "false" "with the long option"
is "$(in_bash plan -o APIT)" "APITokenFile= APITokenCommand=" "where a secret stands, not itself"
is "$(in_bash mount -o allow_o)" "allow_other" "words of mount"
is "$(in_bash mount -o ReadOnly = true,DryR)" "true,DryRun=" "after a comma"
is "$(in_bash sql --debug ca)" cache "topics"
is "$(in_bash call AddA)" AddAttachment "procedures"
is "$(in_bash call AddAttachment Cre)" "" "once"
is "$(in_bash schema sys_ta)" "sys_tablecolumns sys_tables" "tables"
is "$(in_bash mount some)" some.dir "directories"
is "$(in_bash call -i some.f)" some.file "files"
is "$(in_bash call --input = some.f)" some.file "behind an equals sign"
is "$(in_bash nonsense '')" "" "nothing of a command that is none"

if command -v fish >/dev/null; then
	is "$(in_fish 'jsmfs um')" umount "fish: a command"
	is "$(in_fish 'jsmfs sql --format=n')" --format=ndjson "the value of an option"
	is "$(in_fish 'jsmfs plan -o AuthScheme=C')" AuthScheme=Crowd "of a property"
	is "$(in_fish 'jsmfs mount some')" some.dir/ "directories"
	is "$(in_fish 'jsmfs call --input=some.f')" --input=some.file "files"
else
	skip "completion in fish" "fish is not installed"
fi
if command -v zsh >/dev/null; then
	ok "zsh takes its script" zsh -fc 'autoload -U compinit && compinit -D &&
		eval "$(jsmfs --shell-init zsh)" && [[ ${_comps[jsmfs]} == _jsmfs ]]'
else
	skip "completion in zsh" "zsh is not installed"
fi

not_ok "no script for another shell" jsmfs --shell-init tcsh 2>err
like "$(cat err)" "use bash, zsh or fish" "which the sentence says"
is "$(jsmfs help call)" "$(jsmfs call --help)" "help COMMAND is COMMAND --help"
not_ok "help knows what is no command" jsmfs help nonsense 2>err
like "$(cat err)" "there is no command 'nonsense'" "and says so"
for c in $(jsmfs --help | sed -n 's/^  \([a-z]*\)  *[A-Z].*/\1/p'); do
	jsmfs "$c" --nonsense >/dev/null 2>err
	is $? 2 "$c: an unknown option is wrong usage"
done

done_testing
