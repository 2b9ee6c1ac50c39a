/* SPDX-License-Identifier: MIT */
#include "cli/doctor.h"

#include "net/chain.h"
#include "net/url.h"

#include <stdlib.h>

static const char *from_name(const struct config *c, enum property_id id)
{
	/* by where it stands, and what stands there */
	static const char *const names[][3] = {
		[CONFIG_FROM_DEFAULT] = { "the default", "the default", "the default" },
		[CONFIG_FROM_FILE] = { "the configuration file",
		                       "a command in the configuration file",
		                       "a file that the configuration file names" },
		[CONFIG_FROM_ENVIRONMENT] = { "the environment",
		                              "a command in the environment",
		                              "a file that the environment names" },
		[CONFIG_FROM_COMMAND_LINE] = { "the command line",
		                               "a command on the command line",
		                               "a file that the command line names" },
		[CONFIG_FROM_SYSTEMD] = { "systemd", "systemd", "systemd" },
		[CONFIG_FROM_KEYRING] = { "the keyring", "the keyring", "the keyring" },
		[CONFIG_FROM_NETRC] = { ".netrc", ".netrc", ".netrc" },
	};

	return names[config_from(c, id)][config_origin(c, id)];
}

static int fill_settings(struct doctor_facts *f, const struct config *c, struct err *err)
{
	size_t n = 0;

	f->settings = calloc(PROP_COUNT, sizeof(*f->settings));
	if (!f->settings)
		return err_nomem(err);
	for (size_t i = 0; i < PROP_COUNT; i++) {
		enum property_id id = (enum property_id)i;

		if (!config_is_set(c, id))
			continue;
		f->settings[n++] = (struct doctor_setting){
			.name = model_properties[i].name,
			.value = config_get(c, id),
			.from = from_name(c, id),
			.is_secret = model_properties[i].flags & PROP_SECRET,
		};
	}
	f->config.settings = f->settings;
	f->config.n_settings = n;
	return 0;
}

static int look_at_chain(void *ctx, int64_t deadline, struct buf *out,
                         int64_t *ret_from_ms, int64_t *ret_until_ms, struct err *err)
{
	const struct doctor_facts *f = ctx;
	struct chain chain = { 0 };
	int r = chain_read(config_get(f->app->config, PROP_URL), &f->app->network.tls,
	                   f->app->network.proxy, deadline, &chain, err);

	if (r < 0)
		return r;
	buf_printf(out, "%s, issued by %s, %u shown", chain.subject, chain.issuer,
	           chain.n);
	*ret_from_ms = chain.from_ms;
	*ret_until_ms = chain.until_ms;
	return 0;
}

static char *granted(void *ctx)
{
	struct auth *auth = ctx;

	return auth->ops->scopes(auth);
}

static int fill_network(struct doctor_facts *f, struct err *err)
{
	const struct app *a = f->app;
	struct url url = { 0 };
	bool tls;
	int r = url_parse(config_get(a->config, PROP_URL), &url, err);

	if (r < 0)
		return r;
	tls = str_eq(url.scheme, "https");
	f->proxy = proxy_name(a->network.proxy, url.host, tls);
	url_clear(&url);
	if (!f->proxy)
		return err_nomem(err);
	f->config.proxy = f->proxy;
	if (tls) {
		f->config.chain = look_at_chain;
		f->config.chain_ctx = f;
	}
	if (a->auth->ops->scopes) {
		f->config.granted = granted;
		f->config.granted_ctx = a->auth;
	}
	return 0;
}

int doctor_facts_init(struct doctor_facts *ret, const struct config *config,
                      struct app *app, struct err *err)
{
	int r;

	*ret = (struct doctor_facts){
		.app = app,
		.config = { .version = JSMFS_VERSION,
		            .settings_path = config ? config_path(config) : "",
		            .proxy = "",
		            .catalog = app ? app->catalog : NULL,
		            .client = app ? app->client : NULL },
	};
	r = config ? fill_settings(ret, config, err) : 0;
	if (!r && app && app->client)
		r = fill_network(ret, err);
	if (r < 0)
		doctor_facts_clear(ret);
	return r;
}

void doctor_facts_clear(struct doctor_facts *f)
{
	free(f->settings);
	free(f->proxy);
	*f = (struct doctor_facts){ 0 };
}
