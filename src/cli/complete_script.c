/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"
#include "cli/complete.h"

#include <string.h>

/* bash makes three words of "--name=value", and completes only the third. */
static const char bash[] =
	"# Completion of jsmfs(1) for bash.  Never makes a call to a site.\n"
	"_jsmfs() {\n"
	"	local IFS=$'\\n' i cur line words=()\n"
	"	COMPREPLY=()\n"
	"	for ((i = 1; i <= COMP_CWORD; i++)); do\n"
	"		if ((i > 1)) && [[ ${COMP_WORDS[i]} == '=' || ${COMP_WORDS[i - "
	"1]} == '=' ]]; then\n"
	"			words[-1]+=${COMP_WORDS[i]}\n"
	"		else\n"
	"			words+=(\"${COMP_WORDS[i]}\")\n"
	"		fi\n"
	"	done\n"
	"	cur=${words[-1]}\n"
	"	while read -r line; do\n"
	"		case $line in\n"
	"		:files) mapfile -t COMPREPLY < <(compgen -f -- \"${cur#*=}\") "
	";;\n"
	"		:dirs) mapfile -t COMPREPLY < <(compgen -d -- \"${cur#*=}\") ;;\n"
	"		*)\n"
	"			line=${line%%$'\\t'*}\n"
	"			[[ $cur == *=* ]] && line=${line#\"${cur%=*}=\"}\n"
	"			printf -v line %q \"$line\"\n"
	"			COMPREPLY+=(\"${line//\\\\,/,}\")\n"
	"			continue\n"
	"			;;\n"
	"		esac\n"
	"		compopt -o filenames 2>/dev/null\n"
	"	done < <(jsmfs --complete \"${words[@]}\" 2>/dev/null)\n"
	"	[[ ${COMPREPLY[0]-} != *= ]] || compopt -o nospace 2>/dev/null\n"
	"}\n"
	"complete -F _jsmfs jsmfs\n";

static const char zsh[] =
	"#compdef jsmfs\n"
	"# Completion of jsmfs(1) for zsh.  Never makes a call to a site.\n"
	"_jsmfs() {\n"
	"	local line word\n"
	"	local -a plain open plain_doc open_doc\n"
	"	for line in ${(f)\"$(jsmfs --complete \"${(@Q)words[2,CURRENT]}\" "
	"2>/dev/null)\"}; do\n"
	"		word=${line%%$'\\t'*}\n"
	"		case $word in\n"
	"		:files) compset -P '*='; _files; return ;;\n"
	"		:dirs) compset -P '*='; _directories; return ;;\n"
	"		*=) open+=($word); open_doc+=(\"${line/$'\\t'/  }\") ;;\n"
	"		*) plain+=($word); plain_doc+=(\"${line/$'\\t'/  }\") ;;\n"
	"		esac\n"
	"	done\n"
	"	(( $#plain )) && compadd -l -d plain_doc -a plain\n"
	"	(( $#open )) && compadd -S '' -l -d open_doc -a open\n"
	"	(( $#plain + $#open ))\n"
	"}\n"
	"if [[ ${funcstack[1]} == _jsmfs ]]; then _jsmfs \"$@\"; else compdef _jsmfs "
	"jsmfs; fi\n";

static const char fish[] =
	"# Completion of jsmfs(1) for fish.  Never makes a call to a site.\n"
	"function __jsmfs_words\n"
	"    set -l words (commandline -opc) (commandline -ct)\n"
	"    set -l head (string match -r '^-[^=]*=' -- $words[-1])\n"
	"    set -l tail (string replace -r '^-[^=]*=' '' -- $words[-1])\n"
	"    for line in (jsmfs --complete $words[2..] 2>/dev/null)\n"
	"        switch $line\n"
	"            case :files\n"
	"                for path in (__fish_complete_path \"$tail\")\n"
	"                    echo $head$path\n"
	"                end\n"
	"            case :dirs\n"
	"                __fish_complete_directories \"$tail\"\n"
	"            case '*'\n"
	"                echo $line\n"
	"        end\n"
	"    end\n"
	"end\n"
	"complete -c jsmfs -f -a '(__jsmfs_words)'\n";

static const struct script {
	const char *shell;
	const char *text;
} scripts[] = { { "bash", bash }, { "zsh", zsh }, { "fish", fish } };

int complete_script(const char *shell, const char **ret, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(scripts); i++) {
		if (!strcmp(shell, scripts[i].shell)) {
			*ret = scripts[i].text;
			return 0;
		}
	}
	return cmd_usage(err, "there is no completion for '%s': use bash, zsh or fish",
	                 shell);
}
