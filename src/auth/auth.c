/* SPDX-License-Identifier: MIT */
#include "auth/auth.h"

#include "auth/auth_i.h"
#include "auth/oauth_i.h"
#include "base/str.h"

#include <errno.h>
#include <string.h>

static bool has_user(const struct auth_config *cfg)
{
	return cfg->user && *cfg->user;
}

static int nothing_set(const struct auth_config *cfg, struct err *err)
{
	if (cfg->is_cloud)
		return err_set(err, -ENOKEY,
		               "no credentials are configured: set User (an e-mail "
		               "address) and APIToken, or OAuthClientId and "
		               "OAuthClientSecret for jsmfs login");
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

static bool has_oauth(const struct auth_config *cfg)
{
	return (cfg->oauth.client_id && *cfg->oauth.client_id) ||
	       !secret_empty(cfg->oauth.access_token);
}

static bool has_token(const struct auth_config *cfg)
{
	return !secret_empty(cfg->api_token);
}

static bool has_sso(const struct auth_config *cfg)
{
	return cfg->sso.login_url && *cfg->sso.login_url;
}

static bool has_sso_app(const struct auth_config *cfg)
{
	return has_sso(cfg) && cfg->sso.app_name && *cfg->sso.app_name;
}

static bool has_password(const struct auth_config *cfg)
{
	return !secret_empty(cfg->password);
}

/* In the order in which Auto looks. */
static const struct {
	const char *name;
	int (*make)(const struct auth_config *cfg, struct auth **ret, struct err *err);
	bool (*is_configured)(const struct auth_config *cfg);
} schemes[] = {
	{ "APIToken", token_new, has_token },    { "OAuth", oauth_auth_new, has_oauth },
	{ "Crowd", crowd_new, has_sso_app },     { "OKTA", okta_new, has_sso },
	{ "Basic", password_new, has_password },
};

int auth_new(const struct auth_config *cfg, struct auth **ret, struct err *err)
{
	const char *name = cfg->scheme && *cfg->scheme ? cfg->scheme : "Auto";
	bool is_auto = str_ieq(name, "Auto");

	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		if (is_auto ? schemes[i].is_configured(cfg)
		            : str_ieq(name, schemes[i].name))
			return schemes[i].make(cfg, ret, err);
	}
	if (is_auto)
		return nothing_set(cfg, err);
	return err_set(err, -EINVAL,
	               "AuthScheme '%s' does not exist: it is one of Auto, OAuth, "
	               "APIToken, Basic, Crowd, OKTA",
	               name);
}

void auth_free(struct auth *a)
{
	if (a)
		a->ops->free(a);
}
