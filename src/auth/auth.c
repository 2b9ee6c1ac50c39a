/* SPDX-License-Identifier: MIT */
#include "auth/auth.h"

#include "auth/auth_i.h"
#include "base/str.h"

#include <errno.h>
#include <string.h>

enum scheme { SCHEME_AUTO, SCHEME_TOKEN, SCHEME_BASIC, SCHEME_OTHER };

static const struct {
	const char *name;
	enum scheme scheme;
} schemes[] = {
	{ "Auto", SCHEME_AUTO },      { "OAuth", SCHEME_OTHER },
	{ "APIToken", SCHEME_TOKEN }, { "Basic", SCHEME_BASIC },
	{ "Crowd", SCHEME_OTHER },    { "OKTA", SCHEME_OTHER },
};

static bool has_user(const struct auth_config *cfg)
{
	return cfg->user && *cfg->user;
}

static int nothing_set(const struct auth_config *cfg, struct err *err)
{
	if (cfg->is_cloud)
		return err_set(err, -ENOKEY,
		               "no credentials are configured: set User (an e-mail "
		               "address) and APIToken");
	return err_set(
		err, -ENOKEY,
		"no credentials are configured: set User and Password, or APIToken");
}

static int token_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	if (secret_empty(cfg->api_token))
		return err_set(err, -ENOKEY,
		               "AuthScheme=APIToken needs the property APIToken%s",
		               has_user(cfg) ? "" : " and User");
	if (has_user(cfg))
		return basic_new("APIToken", cfg->user, cfg->api_token, ret, err);
	if (cfg->is_cloud)
		return err_set(err, -ENOKEY,
		               "an API token needs the property User: the e-mail address "
		               "of its owner");
	/* Data Center has personal access tokens, which know their owner. */
	return bearer_new("APIToken", cfg->api_token, ret, err);
}

static int password_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	if (!has_user(cfg) || secret_empty(cfg->password))
		return err_set(
			err, -ENOKEY, "AuthScheme=Basic needs the propert%s %s%s%s",
			has_user(cfg) || !secret_empty(cfg->password) ? "y" : "ies",
			has_user(cfg) ? "" : "User",
			has_user(cfg) || !secret_empty(cfg->password) ? "" : " and ",
			secret_empty(cfg->password) ? "Password" : "");
	return basic_new("Basic", cfg->user, cfg->password, ret, err);
}

int auth_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	const char *name = cfg->scheme && *cfg->scheme ? cfg->scheme : "Auto";
	size_t i = 0;

	while (i < ARRAY_SIZE(schemes) && !str_ieq(name, schemes[i].name))
		i++;
	if (i == ARRAY_SIZE(schemes))
		return err_set(
			err, -EINVAL,
			"AuthScheme '%s' does not exist: it is one of Auto, OAuth, "
			"APIToken, Basic, Crowd, OKTA",
			name);
	switch (schemes[i].scheme) {
	case SCHEME_TOKEN:
		return token_new(cfg, ret, err);
	case SCHEME_BASIC:
		return password_new(cfg, ret, err);
	case SCHEME_AUTO:
		if (!secret_empty(cfg->api_token))
			return token_new(cfg, ret, err);
		if (!secret_empty(cfg->password))
			return password_new(cfg, ret, err);
		return nothing_set(cfg, err);
	case SCHEME_OTHER:
		break;
	}
	return err_set(err, -EOPNOTSUPP,
	               "AuthScheme=%s is not available in this version: use APIToken or "
	               "Basic",
	               schemes[i].name);
}

void auth_free(struct auth *a)
{
	if (a)
		a->ops->free(a);
}
