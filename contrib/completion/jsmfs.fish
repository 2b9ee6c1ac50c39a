# SPDX-License-Identifier: MIT
# Completion of jsmfs(1) for fish.  Never makes a call to a site.

function __jsmfs_profiles
    set -l home $HOME/.config
    set -q XDG_CONFIG_HOME; and set home $XDG_CONFIG_HOME
    test -r $home/jsmfs/jsmfs.conf
    and string match -rg '^\s*\[\s*([^\]]*[^\]\s])\s*\]' <$home/jsmfs/jsmfs.conf
end

function __jsmfs_mounts
    awk '$3 == "fuse.jsmfs" { print $2 }' /proc/self/mounts 2>/dev/null
end

function __jsmfs_tables
    jsmfs schema 2>/dev/null | string replace -r '^(\S+)\s+' '$1\t'
end

function __jsmfs_properties
    printf '%s=\n' AuthScheme URL User APITokenFile APITokenCommand PasswordFile PasswordCommand \
        SSOLoginURL SSOExchangeUrl SSOAppName \
        OAuthJWTCertType OAuthJWTCertSubject OAuthRequestTokenURL \
        SSLClientCertType SSLClientCertSubject SSLServerCert CertificateStoreType \
        CertificateSubject FirewallType FirewallServer FirewallPort FirewallUser \
        ProxyAutoDetect ProxyServer ProxyPort ProxyAuthScheme ProxyUser ProxySSLType \
        ProxyExceptions \
        InitiateOAuth OAuthVersion OAuthClientId OAuthClientSecretFile \
        OAuthClientSecretCommand Scope OAuthSettingsLocation CallbackURL CloudId \
        OAuthExpiresIn OAuthTokenTimestamp OAuthAuthorizationURL OAuthAccessTokenURL \
        OAuthRefreshTokenURL OAuthResourcesURL OAuthAPIURL \
        Logfile Verbosity LogModules MaxLogFileSize MaxLogFileCount Keyring Location BrowsableSchemas Tables Views IncludeCustomFields UserDefinedViews UserViewsSchemaName MaxRows Other PseudoColumns RequestLanguage ServiceDeskID Timeout \
        ReadOnly DryRun ScanGuard ProcessBudget CacheTolerance MetadataTTL MaxConnections \
        CacheLocation Indexers
    __fish_seen_subcommand_from mount; and printf '%s\n' ro allow_other allow_root auto_unmount
end

set -l commands mount umount login logout doctor sql plan call schema demo
set -l site '__fish_seen_subcommand_from mount login logout doctor sql plan call'

complete -c jsmfs -f
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -l version -d 'Show the version'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a mount -d 'Mount a site'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a umount -d 'Unmount a directory'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a login -d 'Sign in with a browser and keep that'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a logout -d 'Forget a sign-in'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a doctor -d 'Look at everything that has to work'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a sql -d 'Run a SELECT and print its rows'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a plan -d 'Show the calls a SELECT would make'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a call -d 'Call a procedure and print its results'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a schema -d 'List the tables, or the columns of one'
complete -c jsmfs -n "not __fish_seen_subcommand_from $commands" -a demo -d 'Start the simulator and mount it'

complete -c jsmfs -s h -l help -d 'Show the options'
complete -c jsmfs -n $site -s p -l profile -x -a '(__jsmfs_profiles)' -d 'Section of the configuration file'
complete -c jsmfs -n $site -s c -l connection -x -d 'Connection properties'
complete -c jsmfs -n $site -l config -r -F -d 'Configuration file'
complete -c jsmfs -n $site -s o -l option -x -a '(__jsmfs_properties)' -d 'Connection property'
complete -c jsmfs -n $site -l debug -x -a 'all net cache plan fs auth proc cli' -d 'Topics to log in detail'

complete -c jsmfs -n '__fish_seen_subcommand_from mount' -s f -l foreground -d 'Stay in the foreground'
complete -c jsmfs -n '__fish_seen_subcommand_from mount' -l no-check -d 'Mount without asking the site'
complete -c jsmfs -n '__fish_seen_subcommand_from mount' -s n -l no-mtab -d 'For mount(8)'
complete -c jsmfs -n '__fish_seen_subcommand_from mount' -s v -l verbose -d 'For mount(8)'
complete -c jsmfs -n '__fish_seen_subcommand_from mount' -s r -l read-only -d 'Like -o ro'
complete -c jsmfs -n '__fish_seen_subcommand_from mount' -s w -l rw -d 'Like -o rw'
complete -c jsmfs -n '__fish_seen_subcommand_from mount demo' -a '(__fish_complete_directories)'
complete -c jsmfs -n '__fish_seen_subcommand_from umount' -s l -l lazy -d 'Even if it is in use'
complete -c jsmfs -n '__fish_seen_subcommand_from umount' -a '(__jsmfs_mounts)'
complete -c jsmfs -n '__fish_seen_subcommand_from login' -l headless -d 'Print the address to open anywhere'
complete -c jsmfs -n '__fish_seen_subcommand_from sql call' -s f -l format -x -a 'csv tsv json ndjson table' -d Format
complete -c jsmfs -n '__fish_seen_subcommand_from call' -s i -l input -r -F -d 'Calls of a file'
complete -c jsmfs -n '__fish_seen_subcommand_from sql' -l scan -d 'Allow more calls than ScanGuard'
complete -c jsmfs -n '__fish_seen_subcommand_from call' -a 'AddAttachment AttachTemporaryFile CreateCustomer CreateSchema GetOAuthAccessToken GetOAuthAuthorizationURL RefreshOAuthAccessToken'
complete -c jsmfs -n '__fish_seen_subcommand_from schema' -a '(__jsmfs_tables)'
complete -c jsmfs -n '__fish_seen_subcommand_from demo' -l stop -d 'Unmount and end the simulator'
complete -c jsmfs -n '__fish_seen_subcommand_from demo' -l data -x -d 'Data of the simulator'
complete -c jsmfs -n '__fish_seen_subcommand_from demo' -s q -l quiet -d 'No tour'
