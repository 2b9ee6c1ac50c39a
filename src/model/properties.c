/* SPDX-License-Identifier: MIT */
/*
 * The connection properties, in the order of enum property_id.  Names, defaults
 * and allowed values are those of the commercial connectors, so that their
 * connection strings work here.
 */
#include "model/model.h"

#include <limits.h>

/* What a key or certificate property can hold, by the connectors' names. */
#define KEY_STORES                                                                       \
	"USER,MACHINE,PFXFILE,PFXBLOB,JKSFILE,JKSBLOB,PEMKEY_FILE,"                      \
	"PEMKEY_BLOB,PUBLIC_KEY_FILE,PUBLIC_KEY_BLOB,"                                   \
	"SSHPUBLIC_KEY_FILE,SSHPUBLIC_KEY_BLOB,P7BFILE,PPKFILE,"                         \
	"XMLFILE,XMLBLOB"

/* clang-format off */
static const struct property other_parts[] = {
	{ .name = "ConvertDateTimeToGMT", .type = PROP_BOOL, .standard = "false" },
	{ .name = "DefaultColumnSize", .type = PROP_INT, .standard = "2000",
	  .min = 1, .max = 1000000000 },
	{ .name = "RecordToFile", .type = PROP_STRING, .standard = "" },
	{ 0 },
};

const struct property model_properties[PROP_COUNT] = {
	[PROP_AUTH_SCHEME] = {
		.id = PROP_AUTH_SCHEME, .name = "AuthScheme", .type = PROP_STRING,
		.standard = "Auto", .values = "Auto,OAuth,APIToken,Basic,Crowd,OKTA",
		.category = "Authentication", .hierarchy = "",
		.doc = "How to sign in. Auto takes what is set: APIToken, else "
		       "OAuthClientId or OAuthAccessToken, else SSOLoginURL, else "
		       "Password.",
	},
	[PROP_URL] = {
		.id = PROP_URL, .name = "URL", .type = PROP_STRING,
		.flags = PROP_REQUIRED,
		.standard = "", .category = "Authentication", .hierarchy = "",
		.doc = "Address of the site, such as https://example.atlassian.net, "
		       "with its context path if it has one.",
	},
	[PROP_USER] = {
		.id = PROP_USER, .name = "User", .type = PROP_STRING,
		.standard = "", .category = "Authentication",
		.hierarchy = "AuthScheme=APIToken,Basic,Crowd,OKTA",
		.doc = "Who signs in: the e-mail address of the account on Cloud, "
		       "the user name elsewhere.",
	},
	[PROP_PASSWORD] = {
		.id = PROP_PASSWORD, .name = "Password", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "Authentication",
		.hierarchy = "AuthScheme=Basic,Crowd,OKTA",
		.doc = "Password of User. Cloud sites do not take passwords any "
		       "more: use APIToken there.",
	},
	[PROP_API_TOKEN] = {
		.id = PROP_API_TOKEN, .name = "APIToken", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "Authentication",
		.hierarchy = "AuthScheme=APIToken",
		.doc = "Token that stands in for the password of a Cloud account, "
		       "made in the account's security settings.",
	},
	[PROP_SSO_LOGIN_URL] = {
		.id = PROP_SSO_LOGIN_URL, .name = "SSOLoginURL", .type = PROP_STRING,
		.standard = "", .category = "SSO", .hierarchy = "AuthScheme=Crowd,OKTA",
		.doc = "Address of the application at the identity provider, which "
		       "answers with SAML for the site.",
	},
	[PROP_SSO_PROPERTIES] = {
		.id = PROP_SSO_PROPERTIES, .name = "SSOProperties", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "SSO", .hierarchy = "AuthScheme=Crowd,OKTA",
		.doc = "More settings for Okta as Name=Value pairs with semicolons "
		       "between them: APIToken, MFAType (OktaVerify, SMS or Email), "
		       "MFAPassCode, MFARememberDevice (True or False).",
	},
	[PROP_SSO_EXCHANGE_URL] = {
		.id = PROP_SSO_EXCHANGE_URL, .name = "SSOExchangeUrl",
		.type = PROP_STRING,
		.standard = "", .category = "SSO", .hierarchy = "AuthScheme=Crowd,OKTA",
		.doc = "Address at the site that takes the SAML answer and gives a "
		       "session for it, ending in /plugins/servlet/samlconsumer or "
		       "/plugins/servlet/samlsso.",
	},
	[PROP_SSO_APP_NAME] = {
		.id = PROP_SSO_APP_NAME, .name = "SSOAppName", .type = PROP_STRING,
		.standard = "", .category = "SSO", .hierarchy = "AuthScheme=Crowd",
		.doc = "Name of the application in the identity provider; Crowd "
		       "wants one.",
	},
	[PROP_SSO_APP_PASSWORD] = {
		.id = PROP_SSO_APP_PASSWORD, .name = "SSOAppPassword",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "SSO", .hierarchy = "AuthScheme=Crowd",
		.doc = "Password of the application named by SSOAppName.",
	},
	[PROP_INITIATE_OAUTH] = {
		.id = PROP_INITIATE_OAUTH, .name = "InitiateOAuth", .type = PROP_STRING,
		.standard = "OFF", .values = "OFF,GETANDREFRESH,REFRESH",
		.category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Who obtains the access token: OFF takes OAuthAccessToken as it is, or "
		       "what jsmfs login has kept; REFRESH renews what is given or kept; "
		       "GETANDREFRESH also asks for the first one in a browser.",
	},
	[PROP_OAUTH_VERSION] = {
		.id = PROP_OAUTH_VERSION, .name = "OAuthVersion", .type = PROP_STRING,
		.standard = "2.0", .values = "1.0,2.0", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "Version of the OAuth protocol: 2.0 for Cloud, 1.0 for an "
		       "application link of a server.",
	},
	[PROP_OAUTH_CLIENT_ID] = {
		.id = PROP_OAUTH_CLIENT_ID, .name = "OAuthClientId", .type = PROP_STRING,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Id of the registered application; with OAuth 1.0 its "
		       "consumer key.",
	},
	[PROP_OAUTH_CLIENT_SECRET] = {
		.id = PROP_OAUTH_CLIENT_SECRET, .name = "OAuthClientSecret",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Secret of the registered application; with OAuth 1.0 any "
		       "value.",
	},
	[PROP_OAUTH_ACCESS_TOKEN] = {
		.id = PROP_OAUTH_ACCESS_TOKEN, .name = "OAuthAccessToken",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Access token to use instead of a name and a password; it "
		       "expires.",
	},
	[PROP_SCOPE] = {
		.id = PROP_SCOPE, .name = "Scope", .type = PROP_STRING,
		.standard = "read:jira-work write:jira-work "
		            "manage:jira-configuration read:jira-user "
		            "write:jira-work manage:jira-project "
		            "read:servicedesk-request write:servicedesk-request "
		            "manage:servicedesk-customer offline_access",
		.category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Permissions to ask for when a token is obtained, with spaces or "
		       "commas between them; on Data Center WRITE when it is not set.",
	},
	[PROP_OAUTH_SETTINGS_LOCATION] = {
		.id = PROP_OAUTH_SETTINGS_LOCATION, .name = "OAuthSettingsLocation",
		.type = PROP_STRING,
		.standard = "~/.config/jsmfs/OAuthSettings.txt", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "File that keeps the tokens between runs, encrypted with the key in "
		       "the file of that name and .key, or memory://NAME to "
		       "keep them in memory only. Where it cannot be written they "
		       "are kept in memory too, with a warning.",
	},
	[PROP_CALLBACK_URL] = {
		.id = PROP_CALLBACK_URL, .name = "CallbackURL", .type = PROP_STRING,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Address the browser returns to, exactly as registered for the application; "
		       "default is http://localhost:33333. One of this machine is "
		       "listened at while somebody signs in.",
	},
	[PROP_CLOUD_ID] = {
		.id = PROP_CLOUD_ID, .name = "CloudId", .type = PROP_STRING,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Id of the Cloud site that was authorized; found out by itself when "
		       "it is not set.",
	},
	[PROP_OAUTH_VERIFIER] = {
		.id = PROP_OAUTH_VERIFIER, .name = "OAuthVerifier", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Code from the address that the browser was sent to after consent, "
		       "for machines without one; needed once, by "
		       "GETANDREFRESH or jsmfs login.",
	},
	[PROP_AUTH_TOKEN] = {
		.id = PROP_AUTH_TOKEN, .name = "AuthToken", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "Request token of an OAuth 1.0 sign-in without a browser, as "
		       "GetOAuthAuthorizationURL gives it.",
	},
	[PROP_AUTH_KEY] = {
		.id = PROP_AUTH_KEY, .name = "AuthKey", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "Secret that belongs to AuthToken; signatures with a private key "
		       "do not need it.",
	},
	[PROP_OAUTH_REFRESH_TOKEN] = {
		.id = PROP_OAUTH_REFRESH_TOKEN, .name = "OAuthRefreshToken",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Token that obtains a new access token when the old one has "
		       "expired.",
	},
	[PROP_OAUTH_EXPIRES_IN] = {
		.id = PROP_OAUTH_EXPIRES_IN, .name = "OAuthExpiresIn",
		.type = PROP_STRING,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "Life of the access token in seconds, counted from "
		       "OAuthTokenTimestamp.",
	},
	[PROP_OAUTH_TOKEN_TIMESTAMP] = {
		.id = PROP_OAUTH_TOKEN_TIMESTAMP, .name = "OAuthTokenTimestamp",
		.type = PROP_STRING,
		.standard = "", .category = "OAuth", .hierarchy = "AuthScheme=OAuth",
		.doc = "When the access token was made, in milliseconds since 1970.",
	},
	[PROP_OAUTH_JWT_CERT] = {
		.id = PROP_OAUTH_JWT_CERT, .name = "OAuthJWTCert", .type = PROP_STRING,
		.flags = PROP_SECRET | PROP_STORE,
		.standard = "", .category = "JWT OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "Private key that signs OAuth 1.0 requests: a file name or "
		       "the key itself, as OAuthJWTCertType says.",
	},
	[PROP_OAUTH_JWT_CERT_TYPE] = {
		.id = PROP_OAUTH_JWT_CERT_TYPE, .name = "OAuthJWTCertType",
		.type = PROP_STRING,
		.standard = "USER", .values = KEY_STORES, .category = "JWT OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "What OAuthJWTCert holds; PEMKEY_FILE for a PEM key in a "
		       "file.",
	},
	[PROP_OAUTH_JWT_CERT_PASSWORD] = {
		.id = PROP_OAUTH_JWT_CERT_PASSWORD, .name = "OAuthJWTCertPassword",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "JWT OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "Password that opens OAuthJWTCert.",
	},
	[PROP_OAUTH_JWT_CERT_SUBJECT] = {
		.id = PROP_OAUTH_JWT_CERT_SUBJECT, .name = "OAuthJWTCertSubject",
		.type = PROP_STRING,
		.standard = "*", .category = "JWT OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "Which certificate of the store to take, by its subject; * "
		       "is the first one.",
	},
	[PROP_CERTIFICATE_STORE_TYPE] = {
		.id = PROP_CERTIFICATE_STORE_TYPE, .name = "CertificateStoreType",
		.type = PROP_STRING,
		.values = "User,Machine,PFXFile,PFXBlob,JKSFile,JKSBlob,PEMKeyFile,"
		          "PublicKeyFile,PublicKeyBlob,SSHPublicKeyBlob,P10BFile,"
		          "SSHPublicKeyFile,PPKFile,XMLFile,XMLBlob",
		.standard = "User", .category = "OAuth", .hierarchy = "",
		.doc = "What CertificateStore holds; User and Machine exist on "
		       "Windows only.",
	},
	[PROP_CERTIFICATE_STORE] = {
		.id = PROP_CERTIFICATE_STORE, .name = "CertificateStore",
		.type = PROP_STRING, .flags = PROP_SECRET | PROP_STORE,
		.standard = "", .category = "OAuth", .hierarchy = "",
		.doc = "Store with the certificate of a private application: a file "
		       "name or the bytes in base64, as CertificateStoreType says. "
		       "With OAuth 1.0 it signs the requests, else it is a client "
		       "certificate; OAuthJWTCert and SSLClientCert come first.",
	},
	[PROP_CERTIFICATE_STORE_PASSWORD] = {
		.id = PROP_CERTIFICATE_STORE_PASSWORD, .name = "CertificateStorePassword",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "OAuth", .hierarchy = "",
		.doc = "Password that opens CertificateStore.",
	},
	[PROP_CERTIFICATE_SUBJECT] = {
		.id = PROP_CERTIFICATE_SUBJECT, .name = "CertificateSubject",
		.type = PROP_STRING,
		.standard = "", .category = "OAuth", .hierarchy = "",
		.doc = "Which certificate of CertificateStore to take, as in "
		       "SSLClientCertSubject; empty or * is the first one.",
	},
	[PROP_SSL_CLIENT_CERT] = {
		.id = PROP_SSL_CLIENT_CERT, .name = "SSLClientCert", .type = PROP_STRING,
		.flags = PROP_SECRET | PROP_STORE,
		.standard = "", .category = "SSL", .hierarchy = "",
		.doc = "Certificate and key that this side shows to the server "
		       "(and to no other host): a file name or the bytes in "
		       "base64, as SSLClientCertType says.",
	},
	[PROP_SSL_CLIENT_CERT_TYPE] = {
		.id = PROP_SSL_CLIENT_CERT_TYPE, .name = "SSLClientCertType",
		.type = PROP_STRING,
		.standard = "USER", .values = KEY_STORES, .category = "SSL",
		.hierarchy = "SSLClientCert",
		.doc = "What SSLClientCert holds; it has to have a private key and "
		       "its certificate, as PEM, PFX, Java and XML stores can. "
		       "USER and MACHINE exist on Windows only.",
	},
	[PROP_SSL_CLIENT_CERT_PASSWORD] = {
		.id = PROP_SSL_CLIENT_CERT_PASSWORD, .name = "SSLClientCertPassword",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "SSL", .hierarchy = "SSLClientCert",
		.doc = "Password that opens SSLClientCert.",
	},
	[PROP_SSL_CLIENT_CERT_SUBJECT] = {
		.id = PROP_SSL_CLIENT_CERT_SUBJECT, .name = "SSLClientCertSubject",
		.type = PROP_STRING,
		.standard = "*", .category = "SSL", .hierarchy = "SSLClientCert",
		.doc = "Which certificate of SSLClientCert to take: its subject as "
		       "CN=a, O=b in any order, or a part of it; * is the first "
		       "one.",
	},
	[PROP_SSL_SERVER_CERT] = {
		.id = PROP_SSL_SERVER_CERT, .name = "SSLServerCert", .type = PROP_STRING,
		.standard = "", .category = "SSL", .hierarchy = "",
		.doc = "A certificate to accept from the server besides those the "
		       "machine trusts: PEM text or a file name of a certificate, "
		       "its authority or a public key, or an MD5, SHA-1 or SHA-256 "
		       "fingerprint; * accepts anything, which lets others read "
		       "along.",
	},
	[PROP_FIREWALL_TYPE] = {
		.id = PROP_FIREWALL_TYPE, .name = "FirewallType", .type = PROP_STRING,
		.standard = "NONE", .values = "NONE,TUNNEL,SOCKS4,SOCKS5",
		.category = "Firewall", .hierarchy = "",
		.doc = "Protocol of the firewall to go through: TUNNEL is an HTTP "
		       "CONNECT proxy. With SOCKS4 and SOCKS5 the firewall looks "
		       "up names.",
	},
	[PROP_FIREWALL_SERVER] = {
		.id = PROP_FIREWALL_SERVER, .name = "FirewallServer", .type = PROP_STRING,
		.standard = "", .category = "Firewall",
		.hierarchy = "FirewallType=TUNNEL,SOCKS4,SOCKS5",
		.doc = "Name or address of the firewall.",
	},
	[PROP_FIREWALL_PORT] = {
		.id = PROP_FIREWALL_PORT, .name = "FirewallPort", .type = PROP_INT,
		.standard = "0", .min = 0, .max = 65535, .category = "Firewall",
		.hierarchy = "FirewallType=TUNNEL,SOCKS4,SOCKS5",
		.doc = "Port of the firewall; 0 is 80 for TUNNEL and 1080 for the "
		       "others.",
	},
	[PROP_FIREWALL_USER] = {
		.id = PROP_FIREWALL_USER, .name = "FirewallUser", .type = PROP_STRING,
		.standard = "", .category = "Firewall",
		.hierarchy = "FirewallType=TUNNEL,SOCKS4,SOCKS5",
		.doc = "Who signs in at the firewall; empty is nobody.",
	},
	[PROP_FIREWALL_PASSWORD] = {
		.id = PROP_FIREWALL_PASSWORD, .name = "FirewallPassword",
		.type = PROP_STRING, .flags = PROP_SECRET,
		.standard = "", .category = "Firewall",
		.hierarchy = "FirewallType=TUNNEL,SOCKS4,SOCKS5",
		.doc = "Password of FirewallUser.",
	},
	[PROP_PROXY_AUTO_DETECT] = {
		.id = PROP_PROXY_AUTO_DETECT, .name = "ProxyAutoDetect",
		.type = PROP_BOOL,
		.standard = "false", .category = "Proxy", .hierarchy = "",
		.doc = "Whether http_proxy, https_proxy, all_proxy and no_proxy of "
		       "the environment come before ProxyServer. When it is not "
		       "set they count if there is neither ProxyServer nor a "
		       "firewall; false ignores them. They never count for "
		       "loopback addresses.",
	},
	[PROP_PROXY_SERVER] = {
		.id = PROP_PROXY_SERVER, .name = "ProxyServer", .type = PROP_STRING,
		.standard = "", .category = "Proxy", .hierarchy = "ProxyAutoDetect=false",
		.doc = "Name or address of an HTTP proxy, without its port.",
	},
	[PROP_PROXY_PORT] = {
		.id = PROP_PROXY_PORT, .name = "ProxyPort", .type = PROP_INT,
		.standard = "80", .min = 1, .max = 65535, .category = "Proxy",
		.hierarchy = "ProxyServer",
		.doc = "Port of ProxyServer.",
	},
	[PROP_PROXY_AUTH_SCHEME] = {
		.id = PROP_PROXY_AUTH_SCHEME, .name = "ProxyAuthScheme",
		.type = PROP_STRING,
		.standard = "BASIC",
		.values = "BASIC,DIGEST,NONE,NEGOTIATE,NTLM,PROPRIETARY",
		.category = "Proxy", .hierarchy = "ProxyServer",
		.doc = "How to sign in at ProxyServer; PROPRIETARY sends "
		       "ProxyPassword as the whole value of Proxy-Authorization, "
		       "NEGOTIATE takes the Kerberos ticket there is.",
	},
	[PROP_PROXY_USER] = {
		.id = PROP_PROXY_USER, .name = "ProxyUser", .type = PROP_STRING,
		.standard = "", .category = "Proxy", .hierarchy = "ProxyServer",
		.doc = "Who signs in at ProxyServer; empty is nobody.",
	},
	[PROP_PROXY_PASSWORD] = {
		.id = PROP_PROXY_PASSWORD, .name = "ProxyPassword", .type = PROP_STRING,
		.flags = PROP_SECRET,
		.standard = "", .category = "Proxy", .hierarchy = "ProxyServer",
		.doc = "Password of ProxyUser.",
	},
	[PROP_PROXY_SSL_TYPE] = {
		.id = PROP_PROXY_SSL_TYPE, .name = "ProxySSLType", .type = PROP_STRING,
		.standard = "AUTO", .values = "AUTO,ALWAYS,NEVER,TUNNEL",
		.category = "Proxy", .hierarchy = "ProxyServer",
		.doc = "How ProxyServer is used. AUTO: a tunnel for an https "
		       "address, forwarding for http. TUNNEL: always a tunnel. "
		       "ALWAYS: the same as AUTO over an encrypted connection to "
		       "the proxy. NEVER: forwarding only, so not for an https "
		       "address.",
	},
	[PROP_PROXY_EXCEPTIONS] = {
		.id = PROP_PROXY_EXCEPTIONS, .name = "ProxyExceptions",
		.type = PROP_STRING,
		.standard = "", .category = "Proxy", .hierarchy = "ProxyServer",
		.doc = "Hosts that are reached without ProxyServer, with "
		       "semicolons between them; * and ? stand for any characters, "
		       "<local> for names without a dot.",
	},
	[PROP_LOGFILE] = {
		.id = PROP_LOGFILE, .name = "Logfile", .type = PROP_STRING,
		.standard = "", .category = "Logging", .hierarchy = "",
		.doc = "File to append log lines to instead of standard error; "
		       "only its owner can read it. Every change is told in it, whatever Verbosity is.",
	},
	[PROP_VERBOSITY] = {
		.id = PROP_VERBOSITY, .name = "Verbosity", .type = PROP_INT,
		.standard = "1", .min = 1, .max = 5, .category = "Logging",
		.hierarchy = "",
		.doc = "How much is logged: 1 warnings and errors; 2 also queries "
		       "and changes; 3 also each request to the site; 4 also "
		       "headers and what the program does; 5 also what is sent and "
		       "answered, without its secrets.",
	},
	[PROP_LOG_MODULES] = {
		.id = PROP_LOG_MODULES, .name = "LogModules", .type = PROP_STRING,
		.standard = "", .category = "Logging", .hierarchy = "",
		.doc = "Parts of the program that log more than warnings, with "
		       "semicolons between them: net, cache, plan, fs, auth, proc, "
		       "cli, or the connectors' HTTP, SSL, EXEC, INFO, META, OAUT "
		       "and their like; empty is all.",
	},
	[PROP_MAX_LOG_FILE_SIZE] = {
		.id = PROP_MAX_LOG_FILE_SIZE, .name = "MaxLogFileSize",
		.type = PROP_SIZE,
		.standard = "100MB", .min = 4096, .max = LONG_MAX, .category = "Logging", .hierarchy = "Logfile",
		.doc = "Size at which Logfile is put aside under its name and the "
		       "time and a new one is begun, with a unit such as KB, MB or "
		       "GB.",
	},
	[PROP_MAX_LOG_FILE_COUNT] = {
		.id = PROP_MAX_LOG_FILE_COUNT, .name = "MaxLogFileCount",
		.type = PROP_INT,
		.standard = "-1", .min = -1, .max = LONG_MAX, .category = "Logging",
		.hierarchy = "Logfile",
		.doc = "How many log files there are at most, the one in use among "
		       "them; less than 1 keeps them all.",
	},
	[PROP_LOCATION] = {
		.id = PROP_LOCATION, .name = "Location", .type = PROP_STRING,
		.standard = "~/.config/jsmfs/schema", .category = "Schema",
		.hierarchy = "",
		.doc = "Directory with schema files (.rsd), as CreateSchema writes "
		       "them: one called like a table says which of its columns "
		       "there are, under which names and types; one called "
		       "otherwise adds a view. Default is jsmfs/schema in "
		       "$XDG_CONFIG_HOME.",
	},
	[PROP_BROWSABLE_SCHEMAS] = {
		.id = PROP_BROWSABLE_SCHEMAS, .name = "BrowsableSchemas",
		.type = PROP_STRING,
		.standard = "", .category = "Schema", .hierarchy = "",
		.doc = "Schemas to list, with commas between them: "
		       "JiraServiceManagement, and that of your own views; empty "
		       "is all of them.",
	},
	[PROP_TABLES] = {
		.id = PROP_TABLES, .name = "Tables", .type = PROP_STRING,
		.standard = "", .category = "Schema", .hierarchy = "",
		.doc = "Tables to list, with commas between them; empty is all of "
		       "them. The others are still found by their names.",
	},
	[PROP_VIEWS] = {
		.id = PROP_VIEWS, .name = "Views", .type = PROP_STRING,
		.standard = "", .category = "Schema", .hierarchy = "",
		.doc = "Views to list, with commas between them; empty is all of "
		       "them. The others are still found by their names.",
	},
	[PROP_INCLUDE_CUSTOM_FIELDS] = {
		.id = PROP_INCLUDE_CUSTOM_FIELDS, .name = "IncludeCustomFields",
		.type = PROP_BOOL,
		.standard = "false", .category = "Miscellaneous", .hierarchy = "",
		.doc = "Whether custom fields become columns of Requests and the queues, by the name "
		       "people call them; one call for all of them.",
	},
	[PROP_MAX_ROWS] = {
		.id = PROP_MAX_ROWS, .name = "MaxRows", .type = PROP_INT,
		.standard = "-1", .min = -1, .max = LONG_MAX, .category = "Miscellaneous",
		.hierarchy = "",
		.doc = "Most rows a query gives when it neither groups nor "
		       "aggregates, whatever its LIMIT says; -1 or 0 is no limit.",
	},
	[PROP_OTHER] = {
		.id = PROP_OTHER, .name = "Other", .type = PROP_STRING,
		.standard = "", .parts = other_parts, .category = "Miscellaneous", .hierarchy = "",
		.doc = "Rare settings as Name=Value pairs with semicolons between "
		       "them: ConvertDateTimeToGMT=true shows times in UTC; "
		       "DefaultColumnSize is the length that system tables tell of "
		       "text; RecordToFile=FILE records requests and answers.",
	},
	[PROP_PSEUDO_COLUMNS] = {
		.id = PROP_PSEUDO_COLUMNS, .name = "PseudoColumns", .type = PROP_STRING,
		.standard = "", .category = "Miscellaneous", .hierarchy = "",
		.doc = "Pseudo columns to show as real ones: Table=Column pairs "
		       "with commas between them, * for any, so *=* shows all.",
	},
	[PROP_REQUEST_LANGUAGE] = {
		.id = PROP_REQUEST_LANGUAGE, .name = "RequestLanguage",
		.type = PROP_STRING,
		.standard = "", .category = "Miscellaneous", .hierarchy = "",
		.doc = "Language (BCP 47, such as de-DE) in which the site is asked "
		       "to answer, if it has that language.",
	},
	[PROP_SERVICE_DESK_ID] = {
		.id = PROP_SERVICE_DESK_ID, .name = "ServiceDeskID", .type = PROP_STRING,
		.standard = "", .category = "Miscellaneous", .hierarchy = "",
		.doc = "Service desk to keep to, by its id, or the word first for the first "
		       "one there is; empty is every desk the account can see.",
	},
	[PROP_TIMEOUT] = {
		.id = PROP_TIMEOUT, .name = "Timeout", .type = PROP_INT,
		.standard = "60", .min = 0, .max = 604800, .category = "Miscellaneous",
		.hierarchy = "",
		.doc = "Seconds after which an operation that has not finished "
		       "fails; 0 lets it take any time. A file that is uploaded has a "
		       "second more for each 128 KiB.",
	},
	[PROP_USER_DEFINED_VIEWS] = {
		.id = PROP_USER_DEFINED_VIEWS, .name = "UserDefinedViews",
		.type = PROP_STRING,
		.standard = "", .category = "Miscellaneous", .hierarchy = "",
		.doc = "File with views of your own, a JSON object of names, each "
		       "with its query; default is jsmfs/UserDefinedViews.json in "
		       "$XDG_CONFIG_HOME.",
	},
	[PROP_USER_VIEWS_SCHEMA_NAME] = {
		.id = PROP_USER_VIEWS_SCHEMA_NAME, .name = "UserViewsSchemaName",
		.type = PROP_STRING,
		.standard = "UserViews", .category = "Miscellaneous",
		.hierarchy = "UserDefinedViews",
		.doc = "Schema in which views of your own appear.",
	},
	[PROP_READ_ONLY] = {
		.id = PROP_READ_ONLY, .name = "ReadOnly", .type = PROP_BOOL,
		.flags = PROP_OURS,
		.standard = "false", .category = "Filesystem", .hierarchy = "",
		.doc = "Whether everything that would change the site is refused.",
	},
	[PROP_DRY_RUN] = {
		.id = PROP_DRY_RUN, .name = "DryRun", .type = PROP_BOOL,
		.flags = PROP_OURS,
		.standard = "false", .category = "Filesystem", .hierarchy = "",
		.doc = "Whether what would change the site is told instead of sent: each "
		       "change answers with the method, path and body it would send.",
	},
	[PROP_SCAN_GUARD] = {
		.id = PROP_SCAN_GUARD, .name = "ScanGuard", .type = PROP_INT,
		.flags = PROP_OURS,
		.standard = "500", .min = 0, .max = 1000000000, .category = "Filesystem",
		.hierarchy = "",
		.doc = "Most calls one query may need unless it says that it wants "
		       "a scan, not counting those made ahead in vain; 0 lifts the "
		       "guard.",
	},
	[PROP_PROCESS_BUDGET] = {
		.id = PROP_PROCESS_BUDGET, .name = "ProcessBudget", .type = PROP_INT,
		.flags = PROP_OURS,
		.standard = "1000", .min = 0, .max = 1000000000, .category = "Filesystem",
		.hierarchy = "",
		.doc = "Most results that one process may have fetched in a minute; "
		       "0 lifts the limit.",
	},
	[PROP_CACHE_TOLERANCE] = {
		.id = PROP_CACHE_TOLERANCE, .name = "CacheTolerance", .type = PROP_INT,
		.flags = PROP_OURS,
		.standard = "10", .min = 0, .max = 31536000, .category = "Filesystem",
		.hierarchy = "",
		.doc = "Seconds for which a result may be used again.",
	},
	[PROP_METADATA_TTL] = {
		.id = PROP_METADATA_TTL, .name = "MetadataTTL", .type = PROP_INT,
		.flags = PROP_OURS,
		.standard = "3600", .min = 0, .max = 31536000, .category = "Filesystem",
		.hierarchy = "",
		.doc = "Seconds for which what is known of desks, request types and "
		       "fields may be used again.",
	},
	[PROP_MAX_CONNECTIONS] = {
		.id = PROP_MAX_CONNECTIONS, .name = "MaxConnections", .type = PROP_INT,
		.flags = PROP_OURS,
		.standard = "8", .min = 1, .max = 256, .category = "Filesystem",
		.hierarchy = "",
		.doc = "Most requests under way to the site at a time.",
	},
	[PROP_CACHE_LOCATION] = {
		.id = PROP_CACHE_LOCATION, .name = "CacheLocation", .type = PROP_STRING,
		.flags = PROP_OURS,
		.standard = "", .category = "Filesystem", .hierarchy = "",
		.doc = "Directory of the cache; empty is jsmfs in $XDG_CACHE_HOME "
		       "or in ~/.cache.",
	},
	[PROP_INDEXERS] = {
		.id = PROP_INDEXERS, .name = "Indexers", .type = PROP_STRING,
		.flags = PROP_OURS,
		.standard = "updatedb,plocate,mlocate,tracker-*,localsearch-*,"
		            "baloo_*,clamscan,clamd,restic,borg",
		.category = "Filesystem", .hierarchy = "",
		.doc = "Programs, with commas between their names and * for any "
		       "text, that are answered from the cache only.",
	},
	[PROP_OAUTH_AUTHORIZATION_URL] = {
		.id = PROP_OAUTH_AUTHORIZATION_URL, .name = "OAuthAuthorizationURL",
		.type = PROP_STRING, .flags = PROP_OURS,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "Where a browser asks for consent, if it is not the address "
		       "that Atlassian documents for the kind of site.",
	},
	[PROP_OAUTH_ACCESS_TOKEN_URL] = {
		.id = PROP_OAUTH_ACCESS_TOKEN_URL, .name = "OAuthAccessTokenURL",
		.type = PROP_STRING, .flags = PROP_OURS,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "Where a code is exchanged for tokens, if it is not the "
		       "documented address.",
	},
	[PROP_OAUTH_REFRESH_TOKEN_URL] = {
		.id = PROP_OAUTH_REFRESH_TOKEN_URL, .name = "OAuthRefreshTokenURL",
		.type = PROP_STRING, .flags = PROP_OURS,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "Where tokens are renewed, if it is not the address "
		       "where they are made.",
	},
	[PROP_OAUTH_REQUEST_TOKEN_URL] = {
		.id = PROP_OAUTH_REQUEST_TOKEN_URL, .name = "OAuthRequestTokenURL",
		.type = PROP_STRING, .flags = PROP_OURS,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth;OAuthVersion=1.0",
		.doc = "Where OAuth 1.0 gets a request token, if it is not the "
		       "documented address.",
	},
	[PROP_OAUTH_RESOURCES_URL] = {
		.id = PROP_OAUTH_RESOURCES_URL, .name = "OAuthResourcesURL",
		.type = PROP_STRING, .flags = PROP_OURS,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "Where Cloud lists the sites that a token is good for, if it "
		       "is not the documented address.",
	},
	[PROP_OAUTH_API_URL] = {
		.id = PROP_OAUTH_API_URL, .name = "OAuthAPIURL",
		.type = PROP_STRING, .flags = PROP_OURS,
		.standard = "", .category = "OAuth",
		.hierarchy = "AuthScheme=OAuth",
		.doc = "Gateway through which Cloud takes calls with tokens, if it is "
		       "not https://api.atlassian.com; /ex/jira and the CloudId "
		       "follow it.",
	},
	[PROP_KEYRING] = {
		.id = PROP_KEYRING, .name = "Keyring", .type = PROP_BOOL,
		.flags = PROP_OURS,
		.standard = "false", .category = "Authentication", .hierarchy = "",
		.doc = "Whether the secret that AuthScheme signs in with is looked up "
		       "in the desktop's keyring with secret-tool when nothing else "
		       "gives it.",
	},
};
/* clang-format on */
