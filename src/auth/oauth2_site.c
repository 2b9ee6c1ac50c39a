/* SPDX-License-Identifier: MIT */
/* Which of the Cloud sites a token is for, and where its API is then. */
#include "auth/fetch.h"
#include "auth/oauth2_i.h"
#include "base/buf.h"
#include "base/str.h"
#include "json/jdoc.h"
#include "net/url.h"

#include <errno.h>
#include <string.h>

static bool is_id(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= '0' && c <= '9') && !((c | 32) >= 'a' && (c | 32) <= 'z') &&
		    c != '-')
			return false;
	}
	return s.n && s.n <= 64;
}

static bool is_same_site(struct span url, const char *site)
{
	cleanup_free_ char *text = span_dup(url);
	struct buf out = BUF_INIT(OAUTH2_URL_MAX);
	struct url u = { 0 };
	bool same = false;

	if (text && !url_parse(text, &u, NULL)) {
		url_print(&u, &out);
		same = str_eq(buf_str(&out), site);
	}
	url_clear(&u);
	buf_clear(&out);
	return same;
}

/* The same site is there once for each product; Confluence's entry is of no use. */
static bool is_jira(const struct jnode *resource)
{
	const struct jnode *scopes = jnode_get(resource, "scopes");

	for (size_t i = 0; i < jnode_len(scopes); i++) {
		struct span s = jnode_text(jnode_at(scopes, i));

		if (memmem(s.p, s.n, "jira", 4) || memmem(s.p, s.n, "servicedesk", 11) ||
		    memmem(s.p, s.n, "servicemanagement", 17))
			return true;
	}
	return !jnode_len(scopes);
}

static int choose(const struct jnode *list, const char *site, char **ret, struct err *err)
{
	cleanup_(buf_clear) struct buf others = BUF_INIT(200);

	for (size_t i = 0; i < jnode_len(list); i++) {
		const struct jnode *n = jnode_at(list, i);
		struct span url = jnode_text(jnode_get(n, "url"));
		struct span id = jnode_text(jnode_get(n, "id"));

		if (is_same_site(url, site) && is_jira(n) && is_id(id)) {
			*ret = span_dup(id);
			return *ret ? 0 : err_nomem(err);
		}
		if (url.n < 60 && others.len < 100)
			buf_printf(&others, "%s%.*s", others.len ? ", " : "",
			           SPAN_FMT(url));
	}
	return err_set(err, -EACCES,
	               "this sign-in is not for Jira at %s, but for: %s; sign in again "
	               "and choose that site",
	               site, others.len ? buf_str(&others) : "no site");
}

static int ask_sites(const struct oauth *o, struct oauth_tokens *t,
                     struct oauth_wait wait, struct err *err)
{
	cleanup_(secret_clear) struct buf bearer = { 0 }, answer = { 0 };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct fetch f = { .method = "GET", .url = oauth2_of(o)->resources };
	int status = 0, r = fetch_room(&bearer, OAUTH2_FORM_MAX, err);

	if (r < 0)
		return r;
	buf_puts(&bearer, "Bearer ");
	buf_span(&bearer, secret_reveal(t->access));
	f.authorization = buf_view(&bearer);
	r = fetch(o->cfg->transport, &f, wait.cancel, wait.deadline, &status, &answer,
	          err);
	if (r < 0)
		return err_wrap(err, "the list of sites");
	if (status == 401)
		return err_set(err, -EKEYREJECTED,
		               "the server does not accept the access token: it has "
		               "expired or was revoked");
	if (status != 200)
		return err_set(err, status >= 500 ? -EREMOTEIO : -EACCES,
		               "the list of sites that the sign-in is good for is "
		               "refused (HTTP %d)",
		               status);
	r = jdoc_parse(buf_view(&answer), &doc, err);
	return r < 0 ? r : choose(jdoc_root(doc), o->cfg->site, &t->cloud_id, err);
}

int oauth2_locate(struct oauth *o, struct oauth_tokens *t, struct oauth_wait wait,
                  struct err *err)
{
	struct span id = span_of(o->cfg->oauth.cloud_id);

	/* A site named by its address at the gateway says its id itself. */
	if (t->cloud_id || !oauth2_of(o)->api[0] || strstr(o->cfg->site, "/ex/jira/"))
		return 0;
	if (!id.n)
		return ask_sites(o, t, wait, err);
	if (!is_id(id))
		return err_set(err, -EINVAL, "CloudId has letters, digits and - only");
	t->cloud_id = span_dup(id);
	return t->cloud_id ? 0 : err_nomem(err);
}

int oauth2_base(const struct oauth *o, const struct oauth_tokens *t, char **ret,
                struct err *err)
{
	if (!t->cloud_id) {
		*ret = NULL;
		return 0;
	}
	*ret = str_printf("%s/ex/jira/%s", oauth2_of(o)->api, t->cloud_id);
	return *ret ? 0 : err_nomem(err);
}
