/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

#define SCOPE_PARAM                                                                      \
	{ "Scope", VALUE_TEXT, 0, NULL, "",                                              \
	  "The permissions to ask for, with commas or spaces between them; default is "  \
	  "the property Scope." }
#define CALLBACK_PARAM(example)                                                          \
	{ "CallbackUrl", VALUE_TEXT, 0, NULL, example,                                   \
	  "Where the browser returns to, exactly as registered for the application; "    \
	  "default is the property CallbackURL." }

static const struct param url_in[] = {
	CALLBACK_PARAM("http://localhost:33333"),
	SCOPE_PARAM,
	{ "State", VALUE_TEXT, 0, NULL, "",
	  "What the answer has to bring back unchanged; default is a random text." },
	{ 0 }
};

static const struct param url_out[] = {
	{ "URL", VALUE_TEXT, 0, "URL", NULL,
	  "The address to open in a browser; the answer it leads to holds the verifier." },
	{ "AuthToken", VALUE_TEXT, PARAM_SECRET, "AuthToken", NULL,
	  "The request token of OAuth 1.0, which GetOAuthAccessToken takes." },
	{ "AuthKey", VALUE_TEXT, PARAM_SECRET, "AuthKey", NULL,
	  "The secret of the request token of OAuth 1.0, which GetOAuthAccessToken takes." },
	{ 0 }
};

static const struct param access_in[] = {
	{ "AuthMode", VALUE_TEXT, 0, NULL, "WEB",
	  "APP opens a browser and waits for its answer; WEB takes the answer as Verifier.",
	  .standard = "APP" },
	{ "Verifier", VALUE_TEXT, PARAM_SECRET, NULL, "abc123",
	  "The code that the browser was sent back with; WEB needs it." },
	SCOPE_PARAM,
	CALLBACK_PARAM(""),
	{ "AuthToken", VALUE_TEXT, PARAM_SECRET, NULL, "",
	  "The request token of GetOAuthAuthorizationURL; OAuth 1.0 needs it for WEB." },
	{ "AuthKey", VALUE_TEXT, PARAM_SECRET, NULL, "",
	  "The secret of that request token; OAuth 1.0 needs it for WEB." },
	{ 0 }
};

static const struct param access_out[] = {
	{ "OAuthAccessToken", VALUE_TEXT, PARAM_SECRET, "OAuthAccessToken", NULL,
	  "The access token." },
	{ "OAuthAccessTokenSecret", VALUE_TEXT, PARAM_SECRET, "OAuthAccessTokenSecret", NULL,
	  "The secret of the access token; OAuth 1.0 has one." },
	{ "OAuthRefreshToken", VALUE_TEXT, PARAM_SECRET, "OAuthRefreshToken", NULL,
	  "The token that gets a new access token." },
	{ "CloudId", VALUE_TEXT, 0, "CloudId", NULL, "The id of the Cloud site." },
	{ "ExpiresIn", VALUE_TEXT, 0, "ExpiresIn", NULL,
	  "How many seconds the access token is good, -1: nobody says." },
	{ 0 }
};

static const struct param refresh_in[] = {
	{ "OAuthRefreshToken", VALUE_TEXT, PARAM_REQUIRED | PARAM_SECRET, NULL, "eyJhbGciOi",
	  "The refresh token. If it is the one of jsmfs login, the new one is kept in its "
	  "place." },
	{ 0 }
};

static const struct param refresh_out[] = {
	{ "OAuthAccessToken", VALUE_TEXT, PARAM_SECRET, "OAuthAccessToken", NULL,
	  "The new access token." },
	{ "OAuthRefreshToken", VALUE_TEXT, PARAM_SECRET, "OAuthRefreshToken", NULL,
	  "The refresh token to use from now on: the old one may be worth nothing." },
	{ "ExpiresIn", VALUE_TEXT, 0, "ExpiresIn", NULL,
	  "How many seconds the access token is good, -1: nobody says." },
	{ 0 }
};

/* clang-format on */

const struct procedure procedure_get_oauth_authorization_url = {
	.name = "GetOAuthAuthorizationURL",
	.doc = "Gives the address at which a person lets this application act for them.",
	.kind = PROCEDURE_OAUTH,
	.path = "authorize",
	.in = url_in,
	.out = url_out,
};

const struct procedure procedure_get_oauth_access_token = {
	.name = "GetOAuthAccessToken",
	.doc = "Exchanges a person's consent for tokens, which it gives and does not "
	       "keep.",
	.kind = PROCEDURE_OAUTH,
	.path = "exchange",
	.in = access_in,
	.out = access_out,
};

const struct procedure procedure_refresh_oauth_access_token = {
	.name = "RefreshOAuthAccessToken",
	.doc = "Gets a new access token for a refresh token.",
	.kind = PROCEDURE_OAUTH,
	.path = "renew",
	.in = refresh_in,
	.out = refresh_out,
};
