/* SPDX-License-Identifier: MIT */
#include "cli/signin.h"

#include "auth/seal.h"
#include "auth/tokens.h"
#include "base/log.h"
#include "base/str.h"
#include "net/url.h"
#include "rest/deployment.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* --- the person ------------------------------------------------------------------ */

static bool say(void *ctx, const char *sentence)
{
	(void)ctx;
	fprintf(stderr, "jsmfs: %s\n", sentence);
	return true;
}

static bool has_display(void)
{
	const char *x = getenv("DISPLAY"), *wayland = getenv("WAYLAND_DISPLAY");

	return (x && *x) || (wayland && *wayland);
}

/* A session of its own, without our signals: it stays when we end. */
static int spawn_apart(char **argv)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid;
	int code = 0;

	sigemptyset(&none);
	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attr);
	for (int fd = 0; fd < 3 && !code; fd++)
		code = posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR,
		                                        0);
	if (!code)
		code = posix_spawnattr_setsigmask(&attr, &none);
	if (!code)
		code = posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
		                                               POSIX_SPAWN_SETSID);
	if (!code)
		code = posix_spawnp(&pid, argv[0], &actions, &attr, argv, environ);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	return code;
}

/* Whether a browser comes up is seen on the screen; the address is printed anyway. */
static void open_browser(const char *url)
{
	char *argv[] = { str_dup("xdg-open"), str_dup(url), NULL };

	if (!argv[0] || !argv[1] || spawn_apart(argv))
		log_debug(LOG_CLI, "there is no xdg-open, ignoring");
	free(argv[0]);
	free(argv[1]);
}

static bool show(void *ctx, const char *url)
{
	(void)ctx;
	fprintf(stderr, "jsmfs: to sign in, open this address in a browser:\n\n%s\n\n",
	        url);
	if (has_display())
		open_browser(url);
	return true;
}

/* A mount in the background has let go of the terminal. */
static bool say_on_terminal(void *ctx, const char *sentence)
{
	return isatty(STDERR_FILENO) && say(ctx, sentence);
}

static bool show_on_terminal(void *ctx, const char *url)
{
	return isatty(STDERR_FILENO) && show(ctx, url);
}

struct auth_person signin_listener(void)
{
	return (struct auth_person){ .tell = say, .open = show };
}

/* --- the properties ---------------------------------------------------------------- */

static int read_site(struct signin *s, const char *text, struct err *err)
{
	struct buf out = BUF_INIT(64 * 1024);
	struct url u = { 0 };
	int r = url_parse(text, &u, err);

	if (r < 0)
		return r;
	s->auth.is_cloud = host_is_cloud(u.host);
	url_print(&u, &out);
	url_clear(&u);
	s->site = buf_take(&out);
	s->auth.site = s->site;
	return s->site ? 0 : err_nomem(err);
}

/* The documented place lies in the directory for configuration, which can be elsewhere.
 */
static char *settings_of(const struct config *c)
{
	const char *xdg = getenv("XDG_CONFIG_HOME");

	if (!config_is_set(c, PROP_OAUTH_SETTINGS_LOCATION) && xdg && xdg[0] == '/')
		return str_printf("%s/jsmfs/OAuthSettings.txt", xdg);
	return str_dup(config_get(c, PROP_OAUTH_SETTINGS_LOCATION));
}

bool signin_key_is_store(const struct config *c)
{
	return str_ieq(config_get(c, PROP_AUTH_SCHEME), "OAuth") &&
	       str_eq(config_get(c, PROP_OAUTH_VERSION), "1.0") &&
	       secret_empty(config_secret(c, PROP_OAUTH_JWT_CERT)) &&
	       !secret_empty(config_secret(c, PROP_CERTIFICATE_STORE));
}

static struct oauth_config oauth_of(const struct config *c)
{
	bool store = signin_key_is_store(c);

	return (struct oauth_config){
		.version = config_get(c, PROP_OAUTH_VERSION),
		.initiate = config_get(c, PROP_INITIATE_OAUTH),
		.client_id = config_get(c, PROP_OAUTH_CLIENT_ID),
		.client_secret = config_secret(c, PROP_OAUTH_CLIENT_SECRET),
		.access_token = config_secret(c, PROP_OAUTH_ACCESS_TOKEN),
		.refresh_token = config_secret(c, PROP_OAUTH_REFRESH_TOKEN),
		.expires_in = config_get(c, PROP_OAUTH_EXPIRES_IN),
		.timestamp = config_get(c, PROP_OAUTH_TOKEN_TIMESTAMP),
		.scope = config_is_set(c, PROP_SCOPE) ? config_get(c, PROP_SCOPE) : "",
		.scope_standard = model_properties[PROP_SCOPE].standard,
		.callback_url = config_get(c, PROP_CALLBACK_URL),
		.cloud_id = config_get(c, PROP_CLOUD_ID),
		.verifier = config_secret(c, PROP_OAUTH_VERIFIER),
		.auth_token = config_secret(c, PROP_AUTH_TOKEN),
		.auth_key = config_secret(c, PROP_AUTH_KEY),
		.authorization_url = config_get(c, PROP_OAUTH_AUTHORIZATION_URL),
		.access_token_url = config_get(c, PROP_OAUTH_ACCESS_TOKEN_URL),
		.refresh_token_url = config_get(c, PROP_OAUTH_REFRESH_TOKEN_URL),
		.request_token_url = config_get(c, PROP_OAUTH_REQUEST_TOKEN_URL),
		.resources_url = config_get(c, PROP_OAUTH_RESOURCES_URL),
		.api_url = config_get(c, PROP_OAUTH_API_URL),
		.jwt_cert_property = store ? "CertificateStore" : "OAuthJWTCert",
		.jwt_cert = config_secret(c, store ? PROP_CERTIFICATE_STORE
		                                   : PROP_OAUTH_JWT_CERT),
		.jwt_cert_type = config_get(c, store ? PROP_CERTIFICATE_STORE_TYPE
		                                     : PROP_OAUTH_JWT_CERT_TYPE),
		.jwt_cert_password =
			config_secret(c, store ? PROP_CERTIFICATE_STORE_PASSWORD
		                               : PROP_OAUTH_JWT_CERT_PASSWORD),
		.jwt_cert_subject = config_get(c, store ? PROP_CERTIFICATE_SUBJECT
		                                        : PROP_OAUTH_JWT_CERT_SUBJECT),
	};
}

static struct sso_config sso_of(const struct config *c)
{
	return (struct sso_config){
		.login_url = config_get(c, PROP_SSO_LOGIN_URL),
		.exchange_url = config_get(c, PROP_SSO_EXCHANGE_URL),
		.app_name = config_get(c, PROP_SSO_APP_NAME),
		.app_password = config_secret(c, PROP_SSO_APP_PASSWORD),
		.properties = config_secret(c, PROP_SSO_PROPERTIES),
	};
}

char *signin_account(const struct config *c)
{
	static const enum property_id tokens[] = { PROP_OAUTH_ACCESS_TOKEN,
		                                   PROP_OAUTH_REFRESH_TOKEN,
		                                   PROP_API_TOKEN };
	const char *user = config_get(c, PROP_USER);
	cleanup_free_ char *settings = settings_of(c);
	struct buf text = BUF_INIT(1u << 20), out = BUF_INIT(512);

	if (user[0] && !str_ieq(config_get(c, PROP_AUTH_SCHEME), "OAuth"))
		return str_dup(user);
	buf_printf(&text, "%s\n%s\n%s\n", config_get(c, PROP_AUTH_SCHEME),
	           config_get(c, PROP_OAUTH_CLIENT_ID), settings ? settings : "");
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		const struct secret *token = config_secret(c, tokens[i]);

		if (token)
			buf_span(&text, secret_reveal(token));
		buf_putc(&text, '\n');
	}
	buf_printf(&out, "%s%s", user, user[0] ? "/" : "");
	if (!settings || buf_status(&text) || seal_digest(&out, buf_view(&text), NULL))
		buf_clear(&out);
	secret_clear(&text);
	return out.len ? buf_take(&out) : NULL;
}

int signin_init(struct signin *ret, const struct config *c, struct transport *transport,
                struct err *err)
{
	struct signin s = {
		.auth = { .scheme = config_get(c, PROP_AUTH_SCHEME),
		          .transport = transport,
		          .person = { .tell = say_on_terminal, .open = show_on_terminal },
		          .user = config_get(c, PROP_USER),
		          .password = config_secret(c, PROP_PASSWORD),
		          .api_token = config_secret(c, PROP_API_TOKEN),
		          .oauth = oauth_of(c),
		          .sso = sso_of(c) },
	};
	cleanup_free_ char *settings = settings_of(c);
	int r = read_site(&s, config_get(c, PROP_URL), err);

	if (!r)
		r = settings ? tokens_new(settings, &s.tokens, err) : err_nomem(err);
	if (r < 0) {
		signin_clear(&s);
		return r;
	}
	s.auth.tokens = s.tokens;
	*ret = s;
	return 0;
}

void signin_clear(struct signin *s)
{
	free(s->site);
	tokens_free(s->tokens);
	*s = (struct signin){ 0 };
}
