/* SPDX-License-Identifier: MIT */
/* Signing in with a browser, here or elsewhere, and keeping what comes of it. */
#include "auth/oauth.h"
#include "auth/tokens.h"
#include "base/clock.h"
#include "catalog/catalog.h"
#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/connect.h"
#include "cli/output.h"
#include "json/jdoc.h"
#include "rest/client.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES (32 * 1024)
#define WHO_MAX_BYTES (256u * 1024)
#define LOCK_MS 60000

enum { OPT_HEADLESS = CONNECT_N };

/* clang-format off */
const struct opt cmd_login_opts[] = {
	CONNECT_OPTS,
	{ "headless", 0, OPT_FLAG, NULL,
	  "Print the address to open anywhere, and read from standard input where that led." },
	{ 0 }
};
/* clang-format on */

struct login_args {
	struct connect_args connect;
	bool headless;
};

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct login_args *a = ctx;

	if (index >= 0 && index < CONNECT_N)
		return connect_opt(&a->connect, index, value, err);
	if (index != OPT_HEADLESS)
		return cmd_usage(err, "'%s' is not expected", value);
	a->headless = true;
	return 0;
}

/* --- getting tokens ---------------------------------------------------------------- */

static int read_answer(struct oauth *o, const struct oauth_consent *c,
                       struct secret **ret_code, struct err *err)
{
	char *line = malloc(LINE_MAX_BYTES);
	int r;

	if (!line)
		return err_nomem(err);
	fputs("Open this address in a browser, anywhere:\n\n", stderr);
	printf("%s\n", c->url);
	(void)fflush(stdout);
	if (str_eq(c->callback, "oob"))
		fputs("\nAfter consent the site shows a code.  Enter it here:\n", stderr);
	else
		fprintf(stderr,
		        "\nAfter consent the browser is sent to an address that begins "
		        "with\n"
		        "%s; it need not lead anywhere.  Paste that address here:\n",
		        c->callback);
	if (!fgets(line, LINE_MAX_BYTES, stdin))
		line[0] = '\0';
	r = oauth_answer(o, c, span_of(line), ret_code, err);
	secret_wipe(line, LINE_MAX_BYTES);
	free(line);
	return r;
}

static int ask_headless(struct oauth *o, struct oauth_wait wait, struct oauth_tokens *ret,
                        struct err *err)
{
	cleanup_(oauth_consent_clear) struct oauth_consent c = { 0 };
	cleanup_(secret_freep) struct secret *code = NULL;
	struct oauth_ask ask = { .once = true };
	struct oauth_grant g;
	int r = oauth_authorize(o, &ask, wait, &c, err);

	if (!r)
		r = read_answer(o, &c, &code, err);
	if (r < 0)
		return r;
	g = (struct oauth_grant){ .code = secret_reveal(code),
		                  .callback = span_of(c.callback),
		                  .token = secret_reveal(c.token),
		                  .key = secret_reveal(c.key) };
	return oauth_exchange(o, &g, wait, ret, err);
}

static int get_tokens(struct oauth *o, const struct auth_config *cfg, bool headless,
                      struct oauth_wait wait, struct oauth_tokens *ret, struct err *err)
{
	struct oauth_grant g = { .code = secret_reveal(cfg->oauth.verifier),
		                 .token = secret_reveal(cfg->oauth.auth_token),
		                 .key = secret_reveal(cfg->oauth.auth_key) };
	struct oauth_ask ask = { 0 };

	if (g.code.n)
		return oauth_exchange(o, &g, wait, ret, err);
	if (headless)
		return ask_headless(o, wait, ret, err);
	return oauth_browse(o, &cfg->person, &ask, wait, ret, err);
}

/* Nobody is asked for a consent that gets lost. */
static int check_store(struct tokens *tokens, struct oauth_wait wait, struct err *err)
{
	struct err why = { 0 };
	int r = tokens_lock(tokens, wait.cancel, clock_deadline(LOCK_MS), err);

	if (r < 0)
		return r;
	tokens_unlock(tokens);
	if (tokens_is_unkept(tokens, &why))
		return err_set(err, why.code,
		               "the sign-in cannot be kept: %s; set "
		               "OAuthSettingsLocation to a file that can be written",
		               why.msg);
	return 0;
}

static int sign_in(const struct app *app, bool headless, struct oauth_wait wait,
                   struct err *err)
{
	struct auth_config cfg = app->signin.auth;
	cleanup_(oauth_closep) struct oauth *o = NULL;
	cleanup_(oauth_tokens_clear) struct oauth_tokens t = { 0 };
	int r;

	cfg.person = signin_listener();
	r = oauth_open(&cfg, &o, err);
	if (!r)
		r = check_store(cfg.tokens, wait, err);
	if (!r)
		r = get_tokens(o, &cfg, headless, wait, &t, err);
	if (!r)
		r = oauth_keep(o, &t, wait, err);
	if (!r && str_ieq(cfg.oauth.initiate, "OFF") &&
	    !secret_empty(cfg.oauth.access_token))
		fputs("jsmfs: warning: with InitiateOAuth=OFF connections use "
		      "OAuthAccessToken as it is, not this sign-in\n",
		      stderr);
	if (!r && str_starts(tokens_location(cfg.tokens), "memory://"))
		fputs("jsmfs: warning: OAuthSettingsLocation keeps the sign-in in memory "
		      "only: it ends with this command\n",
		      stderr);
	return r;
}

/* --- as whom -------------------------------------------------------------------------
 */

static void print_who(struct span answer, const char *site)
{
	static const char *const names[] = { "displayName", "emailAddress", "name" };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *root = jdoc_parse(answer, &doc, NULL) ? NULL : jdoc_root(doc);
	bool first = true;

	printf("Signed in to %s", site);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct span s = jnode_text(jnode_get(root, names[i]));

		if (!s.n)
			continue;
		printf("%s%.*s", first ? " as " : ", ", SPAN_FMT(s));
		first = false;
	}
	puts(".");
}

/* Customers without a licence and narrow scopes may not ask: that is no failure. */
static int say_who(struct app *app, struct cancel *cancel, bool is_kept, struct err *err)
{
	const char *site = client_base(app->client);
	struct call call = { .method = "GET",
		             .path = "/rest/api/2/myself",
		             .bucket = "/rest/api/2/myself",
		             .repeatable = true };
	struct buf body = BUF_INIT(WHO_MAX_BYTES);
	struct run run = RUN_INIT;
	struct err why = { 0 };
	int r;

	run.cancel = cancel;
	run.deadline = clock_deadline(config_int(app->config, PROP_TIMEOUT) * 1000);
	r = client_do(app->client, &call, &run, &body, &why);
	if (!r)
		print_who(buf_view(&body), site);
	else if (is_kept)
		printf("Signed in to %s, which does not say as whom: %s\n", site,
		       why.msg);
	else if (err)
		*err = why;
	buf_clear(&body);
	return is_kept ? 0 : r;
}

/* It may be somebody else now, who sees other things. */
static void forget_answers(struct app *app)
{
	for (size_t i = 0; model_tables[i]; i++)
		catalog_forget(app->catalog, model_tables[i]);
}

static int run(struct login_args *a, struct cancel *cancel, struct err *err)
{
	struct oauth_wait wait = { cancel, CLOCK_FOREVER };
	cleanup_(app_closep) struct app *app = NULL;
	struct config *config = NULL;
	bool is_oauth;
	int r = connect_config(&a->connect, NULL, NULL, &config, err);

	if (r < 0)
		return r;
	r = app_open(config, &app, err);
	if (r < 0) {
		config_free(config);
		return r;
	}
	/* Of the others nothing has to be kept: trying them is all there is to do. */
	is_oauth = str_eq(app->auth->scheme, "OAuth");
	app->signin.auth.person = signin_listener();
	if (is_oauth) {
		r = sign_in(app, a->headless, wait, err);
		forget_answers(app);
	}
	return r ? r : say_who(app, cancel, is_oauth, err);
}

int cmd_login_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	static struct cancel cancel;
	struct login_args a = { 0 };
	int r;

	(void)env;
	cancel_init(&cancel);
	r = output_watch_interrupt(&cancel, err);
	if (!r)
		r = opt_parse(cmd_login_opts, argc - 1, argv + 1, on_arg, &a, err);
	if (r < 0)
		return r;
	if (a.connect.help) {
		cmd_help("login");
		return 0;
	}
	return run(&a, &cancel, err);
}
