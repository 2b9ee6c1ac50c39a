/* SPDX-License-Identifier: MIT */
/*
 * Where secrets come from that are not written as values.  One that nothing gives is
 * looked for in the keyring and in .netrc: only the one that the scheme signs in
 * with, for each look can ask a person.
 */
#include "auth/netrc.h"
#include "auth/source.h"
#include "base/log.h"
#include "cli/config_i.h"
#include "net/url.h"
#include "rest/deployment.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int fetch_credential(const struct property *p, struct secret **ret,
                            struct err *err)
{
	char name[64];
	size_t n = strlen(p->name);

	assert(n < sizeof(name));
	for (size_t i = 0; i <= n; i++) {
		char c = p->name[i];
		name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
	}
	return source_systemd(name, ret, err);
}

static int fetch(const struct property *p, struct slot *s, struct err *err)
{
	struct secret *secret = NULL;
	int r = 0;

	if (s->secret)
		return 0;
	if (!s->is_set) {
		r = fetch_credential(p, &secret, err);
		if (secret)
			s->from = CONFIG_FROM_SYSTEMD;
	} else if (s->origin == CONFIG_COMMAND) {
		r = source_command(s->text, &secret, err);
		if (r < 0)
			err_wrap(err, "%sCommand", p->name);
	} else {
		r = source_file(s->text, &secret, err);
		if (r < 0)
			err_wrap(err, "%sFile", p->name);
	}
	if (r < 0)
		return r;
	s->secret = secret;
	s->is_set = s->is_set || secret;
	return 0;
}

/* ------------------------------------------------- when nothing else gives it */

static bool is_any_set(const struct config *c)
{
	static const enum property_id ids[] = { PROP_PASSWORD, PROP_API_TOKEN,
		                                PROP_OAUTH_CLIENT_ID,
		                                PROP_OAUTH_CLIENT_SECRET,
		                                PROP_OAUTH_ACCESS_TOKEN };

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		if (c->slots[ids[i]].is_set)
			return true;
	}
	return false;
}

/* What the scheme signs in with; PROP_COUNT: nothing is missing. */
static enum property_id wanted_secret(const struct config *c, const char *host)
{
	const char *scheme = config_get(c, PROP_AUTH_SCHEME);
	enum property_id id = PROP_COUNT;

	if (str_eq(scheme, "Auto") && !is_any_set(c))
		id = host_is_cloud(host) ? PROP_API_TOKEN : PROP_PASSWORD;
	else if (str_eq(scheme, "APIToken"))
		id = PROP_API_TOKEN;
	else if (str_eq(scheme, "Basic") || str_eq(scheme, "Crowd") ||
	         str_eq(scheme, "OKTA"))
		id = PROP_PASSWORD;
	else if (str_eq(scheme, "OAuth"))
		id = PROP_OAUTH_CLIENT_SECRET;
	return id == PROP_COUNT || c->slots[id].is_set ? PROP_COUNT : id;
}

static void give(struct config *c, enum property_id id, struct secret *secret,
                 enum config_from from)
{
	struct slot *s = &c->slots[id];

	secret_free(s->secret);
	s->secret = secret;
	s->is_set = true;
	s->from = from;
}

static int ask_keyring(struct config *c, enum property_id id, struct err *err)
{
	const char *name = model_properties[id].name, *url = config_get(c, PROP_URL);
	const char *user = config_get(c, PROP_USER);
	const char *const words[] = { "secret-tool", "lookup", "service",
		                      "jsmfs",       "url",    url,
		                      "property",    name,     user[0] ? "user" : NULL,
		                      user,          NULL };
	struct secret *secret = NULL;
	int r = source_program(words, &secret, err);

	if (r == -ENOENT)
		return err_set(err, -ENOKEY,
		               "Keyring=true needs the program secret-tool (of "
		               "libsecret-tools)");
	if (r == -ENOKEY)
		return err_set(err, r,
		               "the keyring gives no %s: it is locked, not running, or "
		               "has none; to put it there: secret-tool store "
		               "--label=jsmfs service jsmfs url %s property %s%s%s",
		               name, url, name, user[0] ? " user " : "", user);
	if (!r)
		give(c, id, secret, CONFIG_FROM_KEYRING);
	return r;
}

static char *netrc_path(void)
{
	const char *file = getenv("NETRC"), *home = getenv("HOME");

	if (file && *file)
		return str_dup(file);
	return home && *home == '/' ? str_printf("%s/.netrc", home) : str_dup("");
}

static int ask_netrc(struct config *c, enum property_id id, const char *host,
                     struct err *err)
{
	cleanup_free_ char *path = netrc_path(), *login = NULL;
	struct slot *user = &c->slots[PROP_USER];
	struct secret *secret = NULL;
	int r = path ? netrc_find(path, host, config_get(c, PROP_USER), &secret, &login,
	                          err)
	             : err_nomem(err);

	if (r <= 0)
		return r;
	give(c, id, secret, CONFIG_FROM_NETRC);
	if (!config_get(c, PROP_USER)[0] && login[0]) {
		free(user->text);
		user->text = take_ptr(login);
		user->is_set = true;
		user->from = CONFIG_FROM_NETRC;
	}
	return 0;
}

static int fall_back(struct config *c, struct err *err)
{
	struct url url = { 0 };
	enum property_id id;
	int r = 0;

	/* an address that is wrong is told of where it is used */
	if (url_parse(config_get(c, PROP_URL), &url, NULL) < 0)
		return 0;
	id = wanted_secret(c, url.host);
	if (id != PROP_COUNT && config_bool(c, PROP_KEYRING))
		r = ask_keyring(c, id, err);
	else if (id == PROP_API_TOKEN ||
	         (id == PROP_PASSWORD &&
	          !str_eq(config_get(c, PROP_AUTH_SCHEME), "Crowd") &&
	          !str_eq(config_get(c, PROP_AUTH_SCHEME), "OKTA")))
		r = ask_netrc(c, id, url.host, err);
	url_clear(&url);
	return r;
}

int config_fetch_secrets(struct config *c, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < PROP_COUNT && !r; i++) {
		if (model_properties[i].flags & PROP_SECRET)
			r = fetch(&model_properties[i], &c->slots[i], err);
	}
	if (!r)
		r = fall_back(c, err);
	for (size_t i = 0; i < PROP_COUNT; i++)
		log_redact(secret_reveal(c->slots[i].secret));
	return r;
}
