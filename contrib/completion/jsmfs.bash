# SPDX-License-Identifier: MIT
# Completion of jsmfs(1) for bash.  Never makes a call to a site.

_jsmfs_profiles() {
	local file=${XDG_CONFIG_HOME:-$HOME/.config}/jsmfs/jsmfs.conf
	[ -r "$file" ] && sed -n 's/^[[:space:]]*\[[[:space:]]*\([^]]*[^][:space:]]\)[[:space:]]*\].*/\1/p' "$file"
}

_jsmfs_mounts() {
	awk '$3 == "fuse.jsmfs" { gsub(/\\040/, " ", $2); print $2 }' /proc/self/mounts 2>/dev/null
}

_jsmfs_lines() { # lines of standard input that begin with the word
	local IFS=$'\n' line
	while read -r line; do
		[[ $line == "$1"* ]] && COMPREPLY+=("$line")
	done
}

_jsmfs() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local command=${COMP_WORDS[1]} flags='--help'
	local site='--profile --connection --config --option --debug --help'
	local properties='AuthScheme= URL= User= APITokenFile= APITokenCommand= PasswordFile=
		PasswordCommand= InitiateOAuth= OAuthVersion= OAuthClientId= OAuthClientSecretFile=
		OAuthClientSecretCommand= Scope= OAuthSettingsLocation= CallbackURL= CloudId=
		OAuthExpiresIn= OAuthTokenTimestamp= OAuthAuthorizationURL= OAuthAccessTokenURL=
		OAuthRefreshTokenURL= OAuthResourcesURL= OAuthAPIURL=
		SSLClientCertType= SSLClientCertSubject= SSLServerCert= CertificateStoreType=
		CertificateSubject= FirewallType= FirewallServer= FirewallPort= FirewallUser=
		ProxyAutoDetect= ProxyServer= ProxyPort= ProxyAuthScheme= ProxyUser=
		ProxySSLType= ProxyExceptions=
		SSOLoginURL= SSOExchangeUrl= SSOAppName=
		OAuthJWTCertType= OAuthJWTCertSubject= OAuthRequestTokenURL=
		Logfile= Verbosity= LogModules= MaxLogFileSize= MaxLogFileCount= Keyring= Location= BrowsableSchemas= Tables= Views=
		IncludeCustomFields= UserDefinedViews=
		UserViewsSchemaName= MaxRows= Other= PseudoColumns=
		RequestLanguage= ServiceDeskID= Timeout= ReadOnly= DryRun= ScanGuard= ProcessBudget=
		CacheTolerance= MetadataTTL= MaxConnections= CacheLocation= Indexers='
	COMPREPLY=()

	# In "--name=value" the equals sign is a word of its own.
	if [[ $cur == '=' ]]; then
		cur=
	elif [[ $prev == '=' ]]; then
		prev=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if ((COMP_CWORD == 1)); then
		mapfile -t COMPREPLY < <(compgen -W 'mount umount login logout doctor sql plan call schema demo --help --version' -- "$cur")
		return
	fi
	case $prev in
	--profile | -p)
		_jsmfs_lines "$cur" < <(_jsmfs_profiles | while read -r name; do printf '%q\n' "$name"; done)
		return
		;;
	--config)
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
		return
		;;
	--debug)
		mapfile -t COMPREPLY < <(compgen -W 'all net cache plan fs auth proc cli' -- "$cur")
		return
		;;
	--format)
		mapfile -t COMPREPLY < <(compgen -W 'csv tsv json ndjson table' -- "$cur")
		return
		;;
	--option | -o)
		[[ $command == mount ]] && properties+=' ro allow_other allow_root auto_unmount'
		mapfile -t COMPREPLY < <(compgen -W "$properties" -- "$cur")
		[[ ${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
		return
		;;
	AuthScheme)
		mapfile -t COMPREPLY < <(compgen -W 'Auto OAuth APIToken Basic Crowd OKTA' -- "$cur")
		return
		;;
	InitiateOAuth)
		mapfile -t COMPREPLY < <(compgen -W 'OFF REFRESH GETANDREFRESH' -- "$cur")
		return
		;;
	ReadOnly | DryRun)
		mapfile -t COMPREPLY < <(compgen -W 'true false' -- "$cur")
		return
		;;
	--data | --connection | -c)
		return
		;;
	-f)
		if [[ $command == sql || $command == call ]]; then
			mapfile -t COMPREPLY < <(compgen -W 'csv tsv json ndjson table' -- "$cur")
			return
		fi
		;;
	esac
	case $command in
	mount) flags="$site --foreground --no-check --no-mtab --verbose --read-only --rw" ;;
	umount) flags='--lazy --help' ;;
	login) flags="$site --headless" ;;
	logout | doctor) flags=$site ;;
	sql) flags="$site --format --scan" ;;
	plan) flags=$site ;;
	call) flags="$site --format --input" ;;
	demo) flags='--stop --data --quiet --help' ;;
	esac
	if [[ $cur == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$flags" -- "$cur")
		return
	fi
	case $command in
	mount | demo)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		;;
	umount)
		compopt -o filenames 2>/dev/null
		_jsmfs_lines "$cur" < <(_jsmfs_mounts)
		((${#COMPREPLY[@]})) || mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		;;
	call)
		((COMP_CWORD == 2)) || return
		mapfile -t COMPREPLY < <(compgen -W 'AddAttachment AttachTemporaryFile CreateCustomer CreateSchema GetOAuthAccessToken GetOAuthAuthorizationURL RefreshOAuthAccessToken' -- "$cur")
		;;
	schema)
		_jsmfs_lines "$cur" < <(jsmfs schema 2>/dev/null | cut -d ' ' -f 1)
		;;
	esac
}

complete -F _jsmfs jsmfs
