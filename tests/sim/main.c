/* SPDX-License-Identifier: MIT */
/* jsmsim: options, start and end. */
#include "sim/coding.h"
#include "sim/exchange.h"
#include "sim/journal.h"
#include "sim/link.h"
#include "sim/listing.h"
#include "sim/oauth.h"
#include "sim/ops.h"
#include "sim/rate.h"
#include "sim/server.h"
#include "sim/signin.h"
#include "sim/timer.h"
#include "sim/trace.h"

#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef JSMFS_VERSION
#define JSMFS_VERSION "0"
#endif
#define MAX_GENERATED 5000000

struct settings {
	struct site_options site;
	struct server_options server;
	char host[64];
	const char *port_file;
	const char *db;
	const char *data;
	char *cert;
	char *key;
	bool quiet;
	int n_agents;
};

/* clang-format off */
static const char help[] =
"Usage: jsmsim [options]\n"
"A stand-in for a Jira Service Management site, for demos and tests.\n"
"\n"
"  --listen ADDRESS:PORT   where to listen, loopback only (127.0.0.1:0; 0: any free port)\n"
"  --port-file FILE        write the port there once the socket listens\n"
"  --flavour cloud|datacenter  what kind of site (cloud)\n"
"  --context /PATH         the site lives below this path, not at the root\n"
"  --data demo|N           a small company, or N generated requests (demo)\n"
"  --seed N                other generated data, other random failures (1)\n"
"  --db FILE               keep what is written in this SQLite file (and FILE.files)\n"
"  --credentials USER:TOKEN  an agent's account; repeatable; the first one is the\n"
"                          administrator (agent@example.com:demo-token; on Data Center\n"
"                          agent:demo-password)\n"
"  --customer USER:TOKEN   a portal-only customer's account; repeatable\n"
"  --oauth ID:SECRET:URL   an application of that id, secret and callback address: OAuth\n"
"                          2.0 and, on Cloud, the gateway /ex/jira/ID\n"
"  --oauth-life S          how long access tokens are good (3600)\n"
"  --oauth-leeway S        how long a used refresh token is taken again (600)\n"
"  --oauth-consent         consent without asking anybody\n"
"  --oauth-keep            refresh tokens do not rotate\n"
"  --auth KIND             how people sign in: basic, session (a SAML answer for cookies,\n"
"                          /plugins/servlet/samlconsumer) or oauth1 (basic)\n"
"  --consumer KEY:FILE     with --auth oauth1: an application's consumer key and its\n"
"                          public key in PEM\n"
"  --latency MS            every answer takes at least this long\n"
"  --bandwidth KIB         all answers share a line of so many KiB a second\n"
"  --no-gzip               compress nothing; else answers of 2 KiB and more, for whoever\n"
"                          takes gzip\n"
"  --page-cap N            the most rows the server gives in a page (100)\n"
"  --rate N                at most N requests a second, then 429; the customers list has\n"
"                          its own 5 a second with this option or with --strict-rates\n"
"  --strict-rates          only the 5 a second of the customers list\n"
"  --fault SPEC            fail on purpose; repeatable, the first that fires decides\n"
"  --tls CERT KEY          HTTPS with these PEM files\n"
"  --log FILE              append a line of JSON for every request\n"
"  --record FILE           append whole requests and answers as lines of JSON\n"
"  --quiet                 say nothing at the start\n"
"  --help, --version\n"
"\n"
"SPEC: [METHOD] GLOB [n=3|n=2-4] [p=0.1] [times=K] ACTION [retry-after=S], words\n"
"separated by blanks or commas. GLOB matches the path (* also matches /). ACTION:\n"
"  status=503   answer with this status; the request is not processed\n"
"  reset        close the connection; the request is not processed\n"
"  reset-after  process the request, then close the connection\n"
"  truncate     promise more bytes than are sent\n"
"  slow=MS      dribble the body over that time\n"
"  badjson      break the JSON of the answer\n"
"  html         a login page with status 200\n"
"  drop-field=NAME  leave out every member of that name\n"
"  gzip=cut, gzip=broken, gzip=bomb  where the client takes gzip: half of the stream, one\n"
"               that is no gzip, or 10 GB of blanks\n"
"\n"
"For tests, without credentials: POST /__sim/fault (a SPEC a line; empty: none),\n"
"POST /__sim/latency (milliseconds), POST /__sim/bandwidth (KiB a second; 0: no limit),\n"
"POST /__sim/signin (forget: sessions and tokens\n"
"are not known any more; expire: access tokens are too old), POST /__sim/reset,\n"
"GET /__sim/stats, POST /__sim/oauth (revoke or expire), GET /__sim/oauth.\n";
/* clang-format on */

static int usage(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static int usage(const char *fmt, ...)
{
	va_list ap;
	fputs("jsmsim: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputs("\n", stderr);
	return 2;
}

static bool read_number(const char *text, unsigned long most, unsigned long *ret)
{
	char *end;
	errno = 0;
	*ret = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && !*end && !errno && *ret <= most;
}

static char *read_whole(const char *path)
{
	struct buf text = { 0 };
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");
	if (!f)
		return NULL;
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&text, part, n);
	fclose(f);
	return text.data;
}

static int set_listen(struct settings *s, const char *value)
{
	unsigned long port;
	const char *colon = strrchr(value, ':');
	if (!colon || (size_t)(colon - value) >= sizeof(s->host) ||
	    !read_number(colon + 1, 65535, &port))
		return usage("--listen wants ADDRESS:PORT, not '%s'", value);
	snprintf(s->host, sizeof(s->host), "%.*s", (int)(colon - value), value);
	if (!strcmp(s->host, "localhost"))
		snprintf(s->host, sizeof(s->host), "127.0.0.1");
	if (strncmp(s->host, "127.", 4))
		return usage(
			"--listen takes loopback addresses only, and '%s' is not one",
			s->host);
	s->server.port = (uint16_t)port;
	return 0;
}

static int set_data(struct settings *s, const char *value)
{
	unsigned long n;
	s->site.demo = !strcmp(value, "demo");
	if (s->site.demo) {
		s->site.n = 200;
		return 0;
	}
	if (!read_number(value, MAX_GENERATED, &n) || !n)
		return usage(
			"--data wants 'demo' or a number from 1 to 5000000, not '%s'",
			value);
	s->site.n = (uint32_t)n;
	return 0;
}

static int set_number(struct settings *s, int option, const char *value)
{
	unsigned long n;
	static const char *const wants[] = {
		['l'] = "--latency wants milliseconds up to 600000",
		['b'] = "--bandwidth wants KiB a second",
		['c'] = "--page-cap wants a number from 1 to 10000",
		['i'] = "--oauth-life wants seconds",
		['e'] = "--oauth-leeway wants seconds",
		['s'] = "--seed wants a number",
		['r'] = "--rate wants requests a second (N or N/s)",
	};
	char text[32];
	size_t len = strlen(value);
	snprintf(text, sizeof(text), "%s", value);
	if (option == 'r' && len > 2 && len < sizeof(text) &&
	    !strcmp(text + len - 2, "/s"))
		text[len - 2] = '\0';
	unsigned long most = option == 'l' ? 600000 : option == 'c' ? 10000 : 1000000000;
	if (!read_number(text, most, &n) || ((option == 'c' || option == 'r') && !n))
		return usage("%s, not '%s'", wants[option], value);
	if (option == 'i')
		oauth_settings()->life_s = (int64_t)n;
	else if (option == 'e')
		oauth_settings()->leeway_s = (int64_t)n;
	else if (option == 'l')
		server_set_latency((int64_t)n);
	else if (option == 'b')
		link_set((int64_t)n);
	else if (option == 'c')
		page_set_cap((int64_t)n);
	else if (option == 'r')
		rate_set((double)n);
	else
		s->site.seed = n;
	return 0;
}

static int set_account(struct settings *s, const char *value, bool customer)
{
	if (!account_add(value, customer))
		return usage("%s wants USER:TOKEN",
		             customer ? "--customer" : "--credentials");
	s->n_agents += !customer;
	return 0;
}

static int set_option(struct settings *s, int option, char **argv)
{
	const char *why;
	switch (option) {
	case 'L':
		return set_listen(s, optarg);
	case 'K':
		s->site.data_center = !strcmp(optarg, "datacenter");
		if (!s->site.data_center && strcmp(optarg, "cloud"))
			return usage("--flavour wants cloud or datacenter, not '%s'",
			             optarg);
		return 0;
	case 'X':
		if (!exchange_set_context(optarg))
			return usage("--context wants a path such as /jira, not '%s'",
			             optarg);
		return 0;
	case 'P':
		s->port_file = optarg;
		return 0;
	case 'D':
		return set_data(s, optarg);
	case 'B':
		s->db = optarg;
		return 0;
	case 'A':
	case 'C':
		return set_account(s, optarg, option == 'C');
	case 'M':
		if (!signin_set(optarg))
			return usage("--auth wants basic, session or oauth1, not '%s'",
			             optarg);
		return 0;
	case 'U':
		if (!oauth1_consumer(optarg))
			return usage("--consumer wants KEY:FILE, a public key in PEM");
		return 0;
	case 'i':
	case 'e':
	case 'l':
	case 'b':
	case 'c':
	case 's':
	case 'r':
		return set_number(s, option, optarg);
	case 'o':
		if (!oauth_register(optarg))
			return usage("--oauth wants ID:SECRET:URL, once");
		return 0;
	case 'n':
		oauth_settings()->consents = true;
		return 0;
	case 'k':
		oauth_settings()->keeps = true;
		return 0;
	case 'G':
		coding_off();
		return 0;
	case 'S':
		rate_set_strict();
		return 0;
	case 'F':
		if (!fault_add(optarg, &why))
			return usage("--fault: %s", why);
		return 0;
	case 'T':
		if (!argv[optind])
			return usage("--tls wants two files");
		s->cert = read_whole(optarg);
		s->key = read_whole(argv[optind++]);
		if (!s->cert || !s->key)
			return usage("--tls: cannot read the certificate or the key");
		return 0;
	case 'O':
		if (!trace_open_log(optarg))
			return usage("cannot write to '%s'", optarg);
		return 0;
	case 'R':
		if (!trace_open_record(optarg))
			return usage("cannot write to '%s'", optarg);
		return 0;
	case 'q':
		s->quiet = true;
		return 0;
	default:
		return 2;
	}
}

static int read_options(struct settings *s, int argc, char **argv)
{
	static const struct option options[] = {
		{ "listen", required_argument, NULL, 'L' },
		{ "port-file", required_argument, NULL, 'P' },
		{ "flavour", required_argument, NULL, 'K' },
		{ "context", required_argument, NULL, 'X' },
		{ "data", required_argument, NULL, 'D' },
		{ "db", required_argument, NULL, 'B' },
		{ "credentials", required_argument, NULL, 'A' },
		{ "customer", required_argument, NULL, 'C' },
		{ "oauth", required_argument, NULL, 'o' },
		{ "oauth-life", required_argument, NULL, 'i' },
		{ "oauth-leeway", required_argument, NULL, 'e' },
		{ "oauth-consent", no_argument, NULL, 'n' },
		{ "oauth-keep", no_argument, NULL, 'k' },
		{ "auth", required_argument, NULL, 'M' },
		{ "consumer", required_argument, NULL, 'U' },
		{ "latency", required_argument, NULL, 'l' },
		{ "bandwidth", required_argument, NULL, 'b' },
		{ "no-gzip", no_argument, NULL, 'G' },
		{ "page-cap", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 's' },
		{ "rate", required_argument, NULL, 'r' },
		{ "strict-rates", no_argument, NULL, 'S' },
		{ "fault", required_argument, NULL, 'F' },
		{ "tls", required_argument, NULL, 'T' },
		{ "log", required_argument, NULL, 'O' },
		{ "record", required_argument, NULL, 'R' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int option;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return -1;
		}
		if (option == 'V') {
			puts("jsmsim " JSMFS_VERSION);
			return -1;
		}
		int code = set_option(s, option, argv);
		if (code)
			return code;
	}
	if (optind < argc)
		return usage("unexpected argument '%s'", argv[optind]);
	if (!s->n_agents &&
	    !account_add(s->site.data_center ? "agent:demo-password"
	                                     : "agent@example.com:demo-token",
	                 false))
		return usage("out of memory");
	return 0;
}

static bool write_port(const char *path, uint16_t port)
{
	char *temporary = NULL;
	if (asprintf(&temporary, "%s.new", path) < 0)
		return false;
	FILE *f = fopen(temporary, "w");
	bool ok = f && fprintf(f, "%u\n", port) > 0;
	ok = f && !fclose(f) && ok && !rename(temporary, path);
	free(temporary);
	return ok;
}

static void remove_tree(const char *directory)
{
	char *command = NULL;
	/* Only files that uploads made are in there, and no directories. */
	if (asprintf(&command, "rm -f -- '%s'/up-*; rmdir -- '%s'", directory,
	             directory) < 0)
		return;
	if (system(command))
		fprintf(stderr, "jsmsim: could not remove %s\n", directory);
	free(command);
}

static int serve(struct settings *s)
{
	const char *why = "out of memory";
	char scratch[] = "/tmp/jsmsim.XX"
			 "XX"
			 "XX";
	uint16_t port;
	sigset_t stop;
	int signal_number;
	bool temporary = !s->db;
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	/* Threads inherit the mask, so that only sigwait sees these. */
	pthread_sigmask(SIG_BLOCK, &stop, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!site_init(&s->site) || !accounts_apply())
		return usage("cannot make the data: %s",
		             "out of memory or too many accounts");
	if (temporary && (!mkdtemp(scratch) || !journal_use_files(scratch)))
		return usage("cannot make a directory in %s", "/tmp");
	if (!temporary && !journal_open(s->db, &why))
		return usage("--db: %s", why);
	s->server.host = s->host;
	s->server.cert = s->cert;
	s->server.key = s->key;
	int code = 0;
	if (!server_start(&s->server, &port, &why)) {
		code = usage("%s", why);
	} else {
		if (s->port_file && !write_port(s->port_file, port))
			code = usage("cannot write '%s'", s->port_file);
		if (!s->quiet && !code)
			printf("jsmsim: listening on %s://%s:%u%s\n",
			       s->cert ? "https" : "http", s->host, port,
			       exchange_context());
		fflush(stdout);
		if (!code)
			sigwait(&stop, &signal_number);
		server_stop();
	}
	temporary_clear();
	if (temporary)
		remove_tree(scratch);
	return code;
}

int main(int argc, char **argv)
{
	struct settings s = { .site = { .demo = true, .n = 200, .seed = 1 },
		              .host = "127.0.0.1" };
	int code = read_options(&s, argc, argv);
	if (!code) {
		fault_seed(s.site.seed);
		code = serve(&s);
		site_free();
		listing_clear();
	}
	journal_close();
	accounts_clear();
	oauth_clear();
	signin_clear();
	oauth1_clear();
	trace_close();
	free(s.cert);
	free(s.key);
	return code < 0 ? 0 : code;
}
