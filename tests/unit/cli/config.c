/* SPDX-License-Identifier: MIT */
#include "cli/config.h"

#include "base/log.h"
#include "tap.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-config-"
		    "XX"
		    "XX"
		    "XX";

static struct config *fresh(void)
{
	struct config *c = NULL;

	if (config_new(&c, NULL) < 0 || !c)
		exit(1);
	return c;
}

static const char *in_dir(const char *name)
{
	static char paths[4][512];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static const char *write_file(const char *name, const char *text, size_t n, mode_t mode)
{
	const char *path = in_dir(name);
	FILE *f = fopen(path, "w");

	if (!f || fwrite(text, 1, n, f) != n || fclose(f) || chmod(path, mode))
		exit(1);
	return path;
}

static bool secret_is(const struct config *c, enum property_id id, const char *want)
{
	return span_is(secret_reveal(config_secret(c, id)), want);
}

/* The whole error text for a connection string, or "" when it is fine. */
static const char *refusal(const char *text)
{
	static struct err err;
	cleanup_(config_freep) struct config *c = fresh();

	err = (struct err){ 0 };
	int r = config_read_connection(c, text, &err);
	return r == err.code ? err.msg : "return value and code differ";
}

static void test_defaults(void)
{
	cleanup_(config_freep) struct config *c = fresh();

	setenv("HOME", "/home/ann", 1);
	is_str(config_get(c, PROP_AUTH_SCHEME), "Auto", "default of a text");
	is_str(config_get(c, PROP_URL), "", "no default");
	is_int(config_int(c, PROP_TIMEOUT), 60, "default of a number");
	is_int(config_int(c, PROP_MAX_ROWS), -1, "a negative default");
	ok(!config_bool(c, PROP_READ_ONLY), "default of a boolean");
	ok(!config_secret(c, PROP_PASSWORD), "no secret");
	ok(!config_is_set(c, PROP_TIMEOUT), "a default is not set");
	is_str(config_get(c, PROP_PASSWORD), "", "a secret has no text");

	cleanup_(config_freep) struct config *home = fresh();
	is_str(config_get(home, PROP_LOCATION), "/home/ann/.config/jsmfs/schema",
	       "~ in a default is the home directory");
	for (int i = 0; i < PROP_COUNT; i++) {
		if (model_properties[i].type == PROP_INT)
			config_int(c, (enum property_id)i);
	}
}

static void test_set(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };

	is_int(config_set(c, "timeout", SPAN(" 5 "), NULL), 0, "lower case, spaces");
	is_int(config_int(c, PROP_TIMEOUT), 5, "the number");
	is_int(config_set(c, "READONLY", SPAN("Yes"), NULL), 0, "a boolean");
	is_str(config_get(c, PROP_READ_ONLY), "true", "has one spelling");
	is_int(config_set(c, "ReadOnly", SPAN("0"), NULL), 0, "again");
	is_str(config_get(c, PROP_READ_ONLY), "false", "later wins");
	is_int(config_set(c, "Auth Scheme", SPAN("APITOKEN"), NULL), 0, "a space in it");
	is_str(config_get(c, PROP_AUTH_SCHEME), "APIToken", "the list's spelling");
	is_int(config_set(c, "api_token", SPAN("tok-1"), NULL), 0, "an underscore");
	ok(secret_is(c, PROP_API_TOKEN, "tok-1"), "a secret");
	ok(config_is_set(c, PROP_API_TOKEN), "is set");
	is_str(config_get(c, PROP_API_TOKEN), "", "and not readable as text");
	is_int(config_set(c, "AuthScheme", SPAN(""), NULL), 0, "an empty choice");
	is_str(config_get(c, PROP_AUTH_SCHEME), "Auto", "is the default again");
	ok(!config_is_set(c, PROP_AUTH_SCHEME), "and not set");
	is_int(config_set(c, "Indexers", SPAN(""), NULL), 0, "an empty text");
	is_str(config_get(c, PROP_INDEXERS), "", "is a text");
	ok(config_is_set(c, PROP_INDEXERS), "that was set");
	is_int(config_set(c, "Logfile", SPAN("~/log"), NULL), 0, "a path");
	is_str(config_get(c, PROP_LOGFILE), "/home/ann/log", "with the home directory");

	is_int(config_set(c, "Timeout", SPAN("soon"), &err), -EINVAL, "a wrong value");
	is_int(config_int(c, PROP_TIMEOUT), 5, "changes nothing");
	is_int(config_set(c, "User", SPAN("a\0b"), &err), -EINVAL, "NUL: %s", err.msg);
	is_int(config_set(c, "Timeot", SPAN("1"), &err), -EINVAL, "a typing mistake");
	ok(strstr(err.msg, "'Timeot'") && strstr(err.msg, "did you mean Timeout?"), "%s",
	   err.msg);
	is_int(config_set(c, "Pasword", SPAN("hunter2"), &err), -EINVAL, "of a secret");
	ok(strstr(err.msg, "did you mean Password?") && !strstr(err.msg, "hunter2"), "%s",
	   err.msg);
	is_int(config_set(c, "ULR", SPAN(""), &err), -EINVAL, "letters swapped");
	ok(strstr(err.msg, "did you mean URL"), "%s", err.msg);
	is_int(config_set(c, "Frobnicate", SPAN(""), &err), -EINVAL, "no such thing");
	ok(strstr(err.msg, "jsmfs.conf(5)"), "%s", err.msg);
	is_int(config_set(c, "", SPAN("x"), &err), -EINVAL, "no name");
	is_int(config_set(c, "URLCommand", SPAN("x"), &err), -EINVAL,
	       "commands are for secrets only");
	is_int(config_set(c, "ConvertDateTimeToGMT", SPAN("true"), &err), -EINVAL,
	       "a part of Other");
	ok(strstr(err.msg, "Other='ConvertDateTimeToGMT=true'"), "%s", err.msg);
}

static void test_connection(void)
{
	cleanup_(config_freep) struct config *c = fresh();

	is_int(config_read_connection(
		       c,
		       " ; AuthScheme = apitoken;Url=https://x.example/a?b=c ;; "
		       "USER=\"ann; \"\"the\"\" 'boss'\" ;Api Token='it''s;=\";';"
		       "Other=\"ConvertDateTimeToGMT=true;DefaultColumnSize=9\";Timeout="
		       "7;",
		       NULL),
	       0, "a connection string");
	is_str(config_get(c, PROP_AUTH_SCHEME), "APIToken", "a name and a value");
	is_str(config_get(c, PROP_URL), "https://x.example/a?b=c",
	       "an equals sign in the value, white space round it");
	is_str(config_get(c, PROP_USER), "ann; \"the\" 'boss'", "double quotes");
	ok(secret_is(c, PROP_API_TOKEN, "it's;=\";"), "single quotes");
	is_int(config_int(c, PROP_TIMEOUT), 7, "the last one");
	ok(config_utc(c), "times in UTC");

	cleanup_(config_freep) struct config *d = fresh();
	is_int(config_read_connection(d, "", NULL), 0, "nothing at all");
	is_int(config_read_connection(d, "User=o'neil \"x\"", NULL), 0, "a quote inside");
	is_str(config_get(d, PROP_USER), "o'neil \"x\"", "is a quote");
	is_int(config_read_connection(d, "User=\" a \"", NULL), 0, "quoted spaces");
	is_str(config_get(d, PROP_USER), " a ", "are kept");
	is_int(config_read_connection(d, "User=;Password=", NULL), 0, "empty values");
	is_str(config_get(d, PROP_USER), "", "an empty text");
	ok(!config_secret(d, PROP_PASSWORD), "an empty secret is none");
}

static void test_connection_refusals(void)
{
	const char *msg = refusal("User=ann;hunter2");

	ok(strstr(msg, "part 2 ") && !strstr(msg, "hunter2"), "no equals sign: %s", msg);
	msg = refusal("APIToken=abc;hunter2=x;URL=y");
	ok(strstr(msg, "quotes") && !strstr(msg, "hunter2"), "rest of a secret: %s", msg);
	msg = refusal("APIToken=abc;Passwort=hunter2");
	ok(strstr(msg, "did you mean Password?") && !strstr(msg, "hunter2"),
	   "a mistake behind a secret: %s", msg);
	msg = refusal("APIToken='abc';Frobnicate=x");
	ok(strstr(msg, "'Frobnicate'"), "behind a quoted secret: %s", msg);
	msg = refusal("Password=\"hunter2;User=x");
	ok(strstr(msg, "not closed") && !strstr(msg, "hunter2"), "open quote: %s", msg);
	msg = refusal("Password=\"hunter2\"hunter3;User=x");
	ok(strstr(msg, "behind the closing quote") && !strstr(msg, "hunter"),
	   "text behind the quote: %s", msg);
	msg = refusal("AuthScheme=Kerberos");
	ok(strstr(msg, "Auto, OAuth, APIToken"), "the allowed values: %s", msg);
	msg = refusal("=x");
	ok(*msg, "no name: %s", msg);
	msg = refusal("Password=hunter2\xff");
	ok(*msg && !strstr(msg, "hunter2"), "a secret that is no text: %s", msg);
}

static void test_environment(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };
	char user[] = "JSMFS_USER=ann=x", token[] = "JSMFS_API_TOKEN=tok",
	     other[] = "JSMFS_PROFILE=work", path[] = "PATH=/bin", bare[] = "JSMFS_",
	     file[] = "JSMFS_PASSWORDFILE=/nowhere", empty[] = "";
	char *vars[] = { path, user, token, other, bare, file, empty, NULL };

	is_int(config_read_environment(c, vars, &err), 0, "variables: %s", err.msg);
	is_str(config_get(c, PROP_USER), "ann=x", "JSMFS_USER");
	ok(secret_is(c, PROP_API_TOKEN, "tok"), "JSMFS_API_TOKEN");
	ok(config_is_set(c, PROP_PASSWORD) && !config_secret(c, PROP_PASSWORD),
	   "JSMFS_PASSWORDFILE is remembered");

	char typo[] = "JSMFS_APITOKN=hunter2";
	char *bad[] = { typo, NULL };
	is_int(config_read_environment(c, bad, &err), -EINVAL, "a typing mistake");
	ok(strstr(err.msg, "JSMFS_APITOKN") && strstr(err.msg, "APIToken") &&
	           !strstr(err.msg, "hunter2"),
	   "%s", err.msg);
	char wrong[] = "JSMFS_TIMEOUT=x";
	char *worse[] = { wrong, NULL };
	is_int(config_read_environment(c, worse, &err), -EINVAL, "a wrong value");
	ok(str_starts(err.msg, "JSMFS_TIMEOUT: "), "%s", err.msg);
}

static const char conf[] = "\xef\xbb\xbf# for all\r\n"
			   "Timeout = 11\r\n"
			   "\r\n"
			   "[default]\n"
			   "  ; a comment\n"
			   "URL=https://one.example\n"
			   "Other = ConvertDateTimeToGMT=true;DefaultColumnSize=1\n"
			   "User = \"ann \"\"x\"\" #1\"\n"
			   "[ work ]\n"
			   "URL = https://two.example # not a comment\n"
			   "Nonsense = 1";

static void test_file(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };
	const char *path = write_file("a.conf", conf, sizeof(conf) - 1, 0644);

	is_int(config_read_file(c, path, NULL, &err), 0, "a file: %s", err.msg);
	is_int(config_int(c, PROP_TIMEOUT), 11, "what stands before the sections");
	is_str(config_get(c, PROP_URL), "https://one.example", "the default section");
	is_str(config_get(c, PROP_USER), "ann \"x\" #1", "a quoted value");
	ok(config_utc(c), "a bare value keeps its semicolons");

	is_int(config_read_file(c, path, "work", &err), -EINVAL, "an unknown property");
	char want[600];
	snprintf(want, sizeof(want), "%s:11: ", path);
	ok(str_starts(err.msg, want), "is told with file and line: %s", err.msg);
	is_str(config_get(c, PROP_URL), "https://two.example # not a comment",
	       "no comments behind values");
	is_int(config_read_file(c, path, "home", &err), -ENOENT, "an unknown profile");
	ok(strstr(err.msg, "default, work"), "is told with those there are: %s", err.msg);
	is_int(config_read_file(c, in_dir("none"), NULL, &err), -ENOENT,
	       "a named file must be there");
	is_int(config_read_file(c, dir, NULL, &err), -EISDIR, "%s", err.msg);
}

static void test_default_file(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };

	setenv("XDG_CONFIG_HOME", dir, 1);
	is_int(config_read_file(c, NULL, NULL, &err), 0, "no file is fine");
	is_int(err.code, 0, "and leaves no error");
	is_int(config_read_file(c, NULL, "work", &err), -ENOENT,
	       "but not for a profile: %s", err.msg);
	if (mkdir(in_dir("jsmfs"), 0700))
		exit(1);
	write_file("jsmfs/jsmfs.conf", "[work]\nUser=bob\n", 16, 0600);
	is_int(config_read_file(c, NULL, "work", &err), 0, "the usual place");
	is_str(config_get(c, PROP_USER), "bob", "is read");
	is_int(config_read_file(c, NULL, NULL, &err), 0, "without a default section");

	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	is_int(config_read_file(c, NULL, NULL, &err), 0, "no home is fine");
	is_int(config_read_file(c, NULL, "work", &err), -ENOENT, "%s", err.msg);
	setenv("HOME", "/home/ann", 1);
}

static int read_text(const char *text, size_t n, mode_t mode, struct err *err)
{
	cleanup_(config_freep) struct config *c = fresh();

	*err = (struct err){ 0 };
	return config_read_file(c, write_file("b.conf", text, n, mode), NULL, err);
}

static void test_file_refusals(void)
{
	static const struct {
		const char *text;
		mode_t mode;
		int want;
		const char *say;
	} cases[] = {
		{ "[default]\nAPIToken=hunter2\n", 0644, -EACCES, "chmod 600" },
		{ "[default]\nAPIToken=hunter2\n", 0640, -EACCES, "chmod 600" },
		{ "[other]\nPassword='hunter2'\n", 0604, -EACCES, "chmod 600" },
		{ "PasswordCommand = echo hunter2\n", 0644, -EACCES, "chmod 600" },
		{ "APIToken=hunter2\n", 0600, 0, "" },
		{ "APIToken=\n", 0644, 0, "" },
		{ "APITokenFile=/x\n", 0644, 0, "" },
		{ "URL=https://x.example\n", 0666, -EACCES, "chmod go-w" },
		{ "[default]\nhunter2\n", 0600, -EINVAL, "b.conf:2: " },
		{ "[default\n", 0600, -EINVAL, "b.conf:1: " },
		{ "[]\n", 0600, -EINVAL, "b.conf:1: " },
		{ "[default] hunter2\n", 0600, -EINVAL, "b.conf:1: " },
		{ "\n\nPassword='hunter2\n", 0600, -EINVAL, "b.conf:3: " },
		{ "Password='hunter2'3\n", 0600, -EINVAL, "b.conf:1: " },
		{ "APIToken=abc\nhunter2=\n", 0600, -EINVAL, "b.conf:2: " },
		{ "Password=hunter2\xff\n", 0600, -EINVAL, "b.conf:1: " },
		{ "Timout=5\n", 0600, -EINVAL, "did you mean Timeout?" },
		{ "Verbosity=9\n", 0600, -EINVAL, "from 1 to 5" },
	};
	struct err err;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int r = read_text(cases[i].text, strlen(cases[i].text), cases[i].mode,
		                  &err);
		is_int(r, cases[i].want, "file %zu: %s", i, err.msg);
		ok(strstr(err.msg, cases[i].say) && !strstr(err.msg, "hunter2"),
		   "file %zu: the sentence", i);
	}
	is_int(read_text("User=a\0b\n", 9, 0600, &err), -EINVAL, "NUL: %s", err.msg);

	size_t n = (1u << 20) + 1;
	cleanup_free_ char *big = malloc(n);
	if (!big)
		exit(1);
	memset(big, '\n', n);
	is_int(read_text(big, n - 1, 0600, &err), 0, "1 MiB");
	is_int(read_text(big, n, 0600, &err), -EFBIG, "more: %s", err.msg);
}

static void test_precedence(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	char env[] = "JSMFS_TIMEOUT=2", token[] = "JSMFS_APITOKENFILE=/nowhere";
	char *vars[] = { env, token, NULL };
	const char *path =
		write_file("c.conf", "Timeout=1\nUser=f\nAPIToken=f", 27, 0600);

	is_int(config_read_file(c, path, NULL, NULL), 0, "file");
	is_int(config_read_environment(c, vars, NULL), 0, "environment");
	is_int(config_int(c, PROP_TIMEOUT), 2, "the environment wins over the file");
	ok(!config_secret(c, PROP_API_TOKEN), "whatever form the value has");
	is_int(config_set(c, "Timeout", SPAN("3"), NULL), 0, "command line");
	is_int(config_set(c, "APIToken", SPAN("cmd"), NULL), 0, "command line");
	is_int(config_int(c, PROP_TIMEOUT), 3, "the command line wins over both");
	ok(secret_is(c, PROP_API_TOKEN, "cmd"), "for secrets too");
	is_str(config_get(c, PROP_USER), "f",
	       "the file's is left where nobody else says");
}

static void test_finish(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };
	char text[] = "x from-a-file-1 y from-a-command z plain-secret-3";

	is_int(config_finish(c, &err), -EINVAL, "nothing is set");
	ok(strstr(err.msg, "URL is not set"), "%s", err.msg);

	is_int(config_set(c, "URL", SPAN("https://x.example"), NULL), 0, "URL");
	write_file("token", "from-a-file-1\nmore\n", 19, 0600);
	is_int(config_set(c, "APITokenFile", span_of(in_dir("token")), NULL), 0,
	       "a file");
	is_int(config_set(c, "Password Command", SPAN("echo from-a-command"), NULL), 0,
	       "a command");
	is_int(config_set(c, "ProxyPassword", SPAN("plain-secret-3"), NULL), 0,
	       "a value");
	setenv("HOME", dir, 1);
	is_int(config_finish(c, &err), 0, "all are fetched: %s", err.msg);
	ok(secret_is(c, PROP_API_TOKEN, "from-a-file-1"), "first line of the file");
	ok(secret_is(c, PROP_PASSWORD, "from-a-command"), "output of the command");
	log_redact_text(text);
	is_str(text, "x *** y *** z ***", "the log knows all of them");

	is_int(config_set(c, "APITokenFile", span_of(in_dir("absent")), NULL), 0, "set");
	ok(config_finish(c, &err) < 0 && str_starts(err.msg, "APITokenFile: "), "%s",
	   err.msg);
	is_int(config_set(c, "APITokenCommand", SPAN("echo hunter2; exit 3"), NULL), 0,
	       "set");
	ok(config_finish(c, &err) < 0 && str_starts(err.msg, "APITokenCommand: ") &&
	           !strstr(err.msg, "hunter2"),
	   "%s", err.msg);
	setenv("HOME", "/home/ann", 1);
}

static void test_credentials(void)
{
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };

	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	write_file("apitoken", "from-systemd\n", 13, 0400);
	write_file("password", "unused-one\n", 11, 0400);
	is_int(config_read_connection(c, "URL=https://x.example;Password=given", NULL), 0,
	       "a password");
	is_int(config_finish(c, &err), 0, "credentials: %s", err.msg);
	ok(secret_is(c, PROP_API_TOKEN, "from-systemd"), "by the name in lower case");
	ok(config_is_set(c, PROP_API_TOKEN), "counts as set");
	ok(secret_is(c, PROP_PASSWORD, "given"), "unless something else says so");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void test_utc(void)
{
	cleanup_(config_freep) struct config *c = fresh();

	ok(!config_utc(c), "no UTC");
	is_int(config_set(c, "Other", SPAN("convertdatetimetogmt = no ;"), NULL), 0,
	       "off");
	ok(!config_utc(c), "is off");
	is_int(config_set(c, "Other", SPAN("ConvertDateTimeToGMT=1"), NULL), 0, "on");
	ok(config_utc(c), "is on");
}

static void test_environment_wiped(void)
{
	char token[] = "JSMFS_APITOKEN=hunter2", file[] = "JSMFS_APITOKENFILE=/x",
	     url[] = "JSMFS_URL=https://x", other[] = "OTHER=hunter2";
	char *vars[] = { token, file, url, other, NULL };

	config_wipe_environment(vars);
	is_str(token, "JSMFS_APITOKEN=", "a secret is gone");
	ok(!memmem(token, sizeof(token), "hunter2", 7), "wholly");
	is_str(file, "JSMFS_APITOKENFILE=/x", "the name of a file is none");
	is_str(url, "JSMFS_URL=https://x", "nor is an address");
	is_str(other, "OTHER=hunter2", "what is not ours stays");
}

/* Where the machine's password comes from, and who signs in with it. */
static void test_netrc(void)
{
	static const char text[] = "machine other.example login x password wrong\n"
				   "machine one.example login bob password builder\n"
				   "machine one.example login ann password hunter2\n";
	const char *path = write_file("netrc", text, strlen(text), 0600);

	setenv("NETRC", path, 1);
	{
		cleanup_(config_freep) struct config *c = fresh();

		is_int(config_read_connection(c, "URL=https://one.example", NULL), 0,
		       "s");
		is_int(config_finish(c, NULL), 0, "a password from .netrc");
		ok(secret_is(c, PROP_PASSWORD, "builder"), "of the first entry");
		is_str(config_get(c, PROP_USER), "bob", "with its name");
		is_int(config_from(c, PROP_PASSWORD), CONFIG_FROM_NETRC, "as it says");
	}
	{
		cleanup_(config_freep) struct config *c = fresh();

		is_int(config_read_connection(
			       c,
			       "URL=https://ONE.example/x;User=ann;AuthScheme=APIToken",
			       NULL),
		       0, "another");
		is_int(config_finish(c, NULL), 0, "for one that has a name");
		ok(secret_is(c, PROP_API_TOKEN, "hunter2"), "the entry of that name");
		ok(!config_secret(c, PROP_PASSWORD), "what the scheme needs, no more");
	}
	{
		cleanup_(config_freep) struct config *c = fresh();

		is_int(config_read_connection(
			       c, "URL=https://one.example;User=ann;Password=mine", NULL),
		       0, "one that is set");
		is_int(config_finish(c, NULL), 0, "is left");
		ok(secret_is(c, PROP_PASSWORD, "mine"), "alone");
		is_int(config_from(c, PROP_PASSWORD), CONFIG_FROM_COMMAND_LINE,
		       "from there");
	}
	{
		cleanup_(config_freep) struct config *c = fresh();
		struct err err = { 0 };

		if (chmod(path, 0640))
			exit(1);
		is_int(config_read_connection(c, "URL=https://one.example", NULL), 0,
		       "s");
		is_int(config_finish(c, &err), -EPERM, "one that others can read");
		ok(strstr(err.msg, "chmod 600") && !strstr(err.msg, "builder"), "%s",
		   err.msg);
	}
	unsetenv("NETRC");
}

static void test_other(void)
{
	static const struct {
		const char *value, *says;
	} wrong[] = {
		{ "x\ny=1", "'x y'; there are ConvertDateTimeToGMT, DefaultColumnSize, "
		            "RecordToFile" },
		{ "ConvertDateTimeToGMT", "it is true or false" },
		{ "a=b;ConvertDateTimeToGMT=true", "no setting 'a'" },
		{ "DefaultColumnSize=0", "from 1 to" },
		{ "DefaultColumnSize=many", "Other: DefaultColumnSize cannot be" },
	};
	cleanup_(config_freep) struct config *c = fresh();

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct err err = { 0 };

		is_int(config_set(c, "Other", span_of(wrong[i].value), &err), -EINVAL,
		       "Other refuses case %zu", i);
		ok(strstr(err.msg, wrong[i].says) != NULL, "and says why: %s", err.msg);
	}
	cleanup_free_ char *usual = config_other(c, "DefaultColumnSize");
	is_str(usual, "2000", "a default");
	is_int(config_set(c, "Other",
	                  SPAN("RecordToFile=/a b;defaultcolumnsize=5;"
	                       "DefaultColumnSize=7"),
	                  NULL),
	       0, "several");
	cleanup_free_ char *size = config_other(c, "DefaultColumnSize");
	cleanup_free_ char *file = config_other(c, "RecordToFile");
	is_str(size, "7", "the last one counts");
	is_str(file, "/a b", "a path with a space");
}

static void test_sizes(void)
{
	static const struct {
		const char *value;
		int64_t want;
	} cases[] = { { "4096", 4096 },      { "100kb", 102400 }, { "5 MB", 5 << 20 },
		      { "1G", 1 << 30 },     { "", -1 },          { "MB", -1 },
		      { "-5MB", -1 },        { "5 XB", -1 },      { "1.5MB", -1 },
		      { "9999999999GB", -1 } };
	cleanup_(config_freep) struct config *c = fresh();
	struct err err = { 0 };

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		is_int(property_bytes(cases[i].value), cases[i].want, "size '%s'",
		       cases[i].value);
	is_int(config_bytes(c, PROP_MAX_LOG_FILE_SIZE), 100 << 20, "the default");
	is_int(config_set(c, "MaxLogFileSize", SPAN("10 bytes"), &err), -EINVAL, "no");
	ok(strstr(err.msg, "such as 100KB, 20MB or 1GB") != NULL, "%s", err.msg);
	is_int(config_set(c, "MaxLogFileSize", SPAN("10"), NULL), -EINVAL, "too small");
}

int main(void)
{
	if (!mkdtemp(dir))
		exit(1);
	unsetenv("NETRC");
	setenv("HOME", dir, 1);
	test_defaults();
	test_set();
	test_connection();
	test_connection_refusals();
	test_environment();
	test_file();
	test_default_file();
	test_file_refusals();
	test_precedence();
	test_finish();
	test_credentials();
	test_utc();
	test_environment_wiped();
	test_netrc();
	test_other();
	test_sizes();
	char command[64];
	snprintf(command, sizeof(command), "rm -rf '%s'", dir);
	if (system(command))
		exit(1);
	return done_testing();
}
