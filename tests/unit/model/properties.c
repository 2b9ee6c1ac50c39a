/* SPDX-License-Identifier: MIT */
#include "base/str.h"
#include "model/model.h"
#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

/* Everything in sight of the user must be there, and secrets must be marked. */
static const char *const names[] = {
	"AuthScheme",
	"URL",
	"User",
	"Password",
	"APIToken",
	"SSOLoginURL",
	"SSOProperties",
	"SSOExchangeUrl",
	"SSOAppName",
	"SSOAppPassword",
	"InitiateOAuth",
	"OAuthVersion",
	"OAuthClientId",
	"OAuthClientSecret",
	"OAuthAccessToken",
	"Scope",
	"OAuthSettingsLocation",
	"CallbackURL",
	"CloudId",
	"OAuthVerifier",
	"AuthToken",
	"AuthKey",
	"OAuthRefreshToken",
	"OAuthExpiresIn",
	"OAuthTokenTimestamp",
	"OAuthJWTCert",
	"OAuthJWTCertType",
	"OAuthJWTCertPassword",
	"OAuthJWTCertSubject",
	"CertificateStoreType",
	"CertificateStore",
	"CertificateStorePassword",
	"CertificateSubject",
	"SSLClientCert",
	"SSLClientCertType",
	"SSLClientCertPassword",
	"SSLClientCertSubject",
	"SSLServerCert",
	"FirewallType",
	"FirewallServer",
	"FirewallPort",
	"FirewallUser",
	"FirewallPassword",
	"ProxyAutoDetect",
	"ProxyServer",
	"ProxyPort",
	"ProxyAuthScheme",
	"ProxyUser",
	"ProxyPassword",
	"ProxySSLType",
	"ProxyExceptions",
	"Logfile",
	"Verbosity",
	"LogModules",
	"MaxLogFileSize",
	"MaxLogFileCount",
	"Location",
	"BrowsableSchemas",
	"Tables",
	"Views",
	"IncludeCustomFields",
	"MaxRows",
	"Other",
	"PseudoColumns",
	"RequestLanguage",
	"ServiceDeskID",
	"Timeout",
	"UserDefinedViews",
	"UserViewsSchemaName",
	"ReadOnly",
	"DryRun",
	"ScanGuard",
	"ProcessBudget",
	"CacheTolerance",
	"MetadataTTL",
	"MaxConnections",
	"CacheLocation",
	"Indexers",
	"OAuthAuthorizationURL",
	"OAuthAccessTokenURL",
	"OAuthRefreshTokenURL",
	"OAuthRequestTokenURL",
	"OAuthResourcesURL",
	"OAuthAPIURL",
	"Keyring",
};

static const struct property *find(const char *name)
{
	for (size_t i = 0; i < PROP_COUNT; i++) {
		if (str_eq(model_properties[i].name, name))
			return &model_properties[i];
	}
	return NULL;
}

static bool is_sentence(const char *doc)
{
	return doc && strlen(doc) > 10 && strlen(doc) < 300 && str_ends(doc, ".");
}

static void test_data(void)
{
	is_int(PROP_COUNT, ARRAY_SIZE(names), "number of properties");
	for (size_t i = 0; i < PROP_COUNT; i++) {
		const struct property *p = &model_properties[i];
		bool sound = p->id == (enum property_id)i && p->name && p->standard &&
		             p->category && *p->category && p->hierarchy &&
		             is_sentence(p->doc);
		ok(sound, "%s is complete", names[i]);
		is_str(p->name, names[i], "property %zu by its exact name", i);
		bool typed = p->type != PROP_STRING || p->values;
		if (typed)
			is_int(property_check(p, p->standard, NULL), 0,
			       "default of %s is allowed", p->name);
		ok(!(p->flags & PROP_SECRET) ||
		           (!typed && !*p->standard && !p->min && !p->max),
		   "%s has nothing to show if it is secret", p->name);
		is_int(!!(p->flags & PROP_OURS), p->id >= PROP_READ_ONLY,
		       "%s says whose it is", p->name);
	}
}

static void test_secrets(void)
{
	static const char *const secret[] = {
		"Password",          "APIToken",
		"SSOProperties",     "SSOAppPassword",
		"OAuthClientSecret", "OAuthAccessToken",
		"OAuthVerifier",     "AuthToken",
		"AuthKey",           "OAuthRefreshToken",
		"OAuthJWTCert",      "OAuthJWTCertPassword",
		"CertificateStore",  "CertificateStorePassword",
		"SSLClientCert",     "SSLClientCertPassword",
		"FirewallPassword",  "ProxyPassword",
	};
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(secret); i++)
		ok(find(secret[i])->flags & PROP_SECRET, "%s is secret", secret[i]);
	for (size_t i = 0; i < PROP_COUNT; i++)
		n += !!(model_properties[i].flags & PROP_SECRET);
	is_int((long long)n, ARRAY_SIZE(secret), "nothing else is");
}

static void test_defaults(void)
{
	static const struct {
		const char *name, *standard;
	} want[] = {
		{ "AuthScheme", "Auto" },
		{ "URL", "" },
		{ "Timeout", "60" },
		{ "MaxRows", "-1" },
		{ "OAuthVersion", "2.0" },
		{ "InitiateOAuth", "OFF" },
		{ "Verbosity", "1" },
		{ "MaxLogFileSize", "100MB" },
		{ "MaxLogFileCount", "-1" },
		{ "IncludeCustomFields", "false" },
		{ "UserViewsSchemaName", "UserViews" },
		{ "ProxyAutoDetect", "false" },
		{ "ReadOnly", "false" },
		{ "ScanGuard", "500" },
		{ "ProcessBudget", "1000" },
		{ "CacheTolerance", "10" },
		{ "MetadataTTL", "3600" },
		{ "MaxConnections", "8" },
		{ "CertificateStoreType", "User" },
		{ "SSLClientCertType", "USER" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(want); i++)
		is_str(find(want[i].name)->standard, want[i].standard, "default of %s",
		       want[i].name);
	const char *scope = find("Scope")->standard;
	ok(str_starts(scope, "read:jira-work ") && str_ends(scope, " offline_access"),
	   "default of Scope");
	ok(list_has(find("Indexers")->standard, SPAN("updatedb")), "default of Indexers");
}

static void test_check(void)
{
	static const struct {
		const char *name, *value;
		int want;
	} cases[] = {
		{ "AuthScheme", "Auto", 0 },
		{ "AuthScheme", "apitoken", 0 },
		{ "AuthScheme", "okta", 0 },
		{ "AuthScheme", "", -EINVAL },
		{ "AuthScheme", "Auto,OAuth", -EINVAL },
		{ "AuthScheme", "Kerberos", -EINVAL },
		{ "ReadOnly", "true", 0 },
		{ "ReadOnly", "FALSE", 0 },
		{ "ReadOnly", "Yes", 0 },
		{ "ReadOnly", "no", 0 },
		{ "ReadOnly", "1", 0 },
		{ "ReadOnly", "0", 0 },
		{ "ReadOnly", "2", -EINVAL },
		{ "ReadOnly", "", -EINVAL },
		{ "ReadOnly", "tru", -EINVAL },
		{ "MaxRows", "-1", 0 },
		{ "MaxRows", "0", 0 },
		{ "MaxRows", "9223372036854775807", 0 },
		{ "MaxRows", "9223372036854775808", -EINVAL },
		{ "MaxRows", "-2", -EINVAL },
		{ "Timeout", "0", 0 },
		{ "Timeout", "60s", -EINVAL },
		{ "Timeout", "1e3", -EINVAL },
		{ "Timeout", " 5", -EINVAL },
		{ "Timeout", "0x10", -EINVAL },
		{ "Timeout", "", -EINVAL },
		{ "Verbosity", "0", -EINVAL },
		{ "Verbosity", "1", 0 },
		{ "Verbosity", "5", 0 },
		{ "Verbosity", "6", -EINVAL },
		{ "MaxConnections", "0", -EINVAL },
		{ "User", "", 0 },
		{ "User", "J\xc3\xbcrgen", 0 },
		{ "User", "J\xfcrgen", -EINVAL },
		{ "Password", "\xff", -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is_int(property_check(find(cases[i].name), cases[i].value, NULL),
		       cases[i].want, "%s takes or refuses case %zu", cases[i].name, i);
}

static void test_sentences(void)
{
	struct err err = { 0 };

	is_int(property_check(find("AuthScheme"), "Kerberos", &err), -EINVAL, "refused");
	ok(strstr(err.msg, "AuthScheme") && strstr(err.msg, "Kerberos"),
	   "names the property and the value: %s", err.msg);
	ok(strstr(err.msg, "Auto, OAuth, APIToken, Basic, Crowd, OKTA"),
	   "shows what is allowed");
	is_int(err.code, -EINVAL, "and carries the code");

	is_int(property_check(find("Verbosity"), "9", &err), -EINVAL, "out of range");
	ok(strstr(err.msg, "from 1 to 5"), "shows the range: %s", err.msg);
	is_int(property_check(find("MaxRows"), "-9", &err), -EINVAL, "below the range");
	ok(strstr(err.msg, "from -1 up"), "shows the open range: %s", err.msg);
	is_int(property_check(find("SSLClientCertType"), "PEM", &err), -EINVAL, "a type");
	ok(str_ends(err.msg, "XMLBLOB"), "the longest list is shown whole: %s", err.msg);

	is_int(property_check(find("APIToken"), "hunter2\xff", &err), -EINVAL,
	       "a secret");
	ok(!strstr(err.msg, "hunter2"), "is not repeated: %s", err.msg);
}

int main(void)
{
	test_data();
	test_secrets();
	test_defaults();
	test_check();
	test_sentences();
	return done_testing();
}
