/* SPDX-License-Identifier: MIT */
/*
 * Credentials that are one unchanging header.  Jira does not ask for them with a
 * challenge, so they go with every request from the first one.
 */
#include "auth/auth_i.h"
#include "base/log.h"

#include <openssl/evp.h>

#include <errno.h>
#include <string.h>

/* Of user and secret together. */
#define CREDENTIALS_MAX 16384

struct fixed {
	struct auth auth;
	struct secret *header;
};

static int fixed_decorate(struct auth *a, struct request *rq, struct cancel *cancel,
                          struct err *err)
{
	struct fixed *f = container_of(a, struct fixed, auth);
	int code = request_header(rq, "Authorization", secret_reveal(f->header));

	(void)cancel;
	return code ? err_set(err, code, "cannot add the credentials to a request") : 0;
}

/* There is nothing to renew: the same header would be refused again. */
static int fixed_refused(struct auth *a, const struct request *rq, struct cancel *cancel,
                         struct err *err)
{
	(void)a;
	(void)rq;
	(void)cancel;
	(void)err;
	return 0;
}

static void fixed_free(struct auth *a)
{
	struct fixed *f = container_of(a, struct fixed, auth);

	secret_free(f->header);
	free(f);
}

static const struct auth_ops fixed_ops = {
	.decorate = fixed_decorate,
	.refused = fixed_refused,
	.free = fixed_free,
};

static int fixed_new(const char *scheme, struct span header, struct auth **ret,
                     struct err *err)
{
	struct fixed *f = calloc(1, sizeof(*f));

	if (!f)
		return err_nomem(err);
	f->auth.ops = &fixed_ops;
	f->auth.scheme = scheme;
	f->header = secret_new(header);
	if (!f->header) {
		free(f);
		return err_nomem(err);
	}
	*ret = &f->auth;
	return 0;
}

static bool has_control(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return true;
	}
	return false;
}

static int check_secret(const char *scheme, struct span secret, struct err *err)
{
	if (has_control(secret))
		return err_set(err, -EINVAL,
		               "the secret for AuthScheme=%s holds a control byte, "
		               "perhaps a line end",
		               scheme);
	if (secret.n > CREDENTIALS_MAX)
		return err_set(err, -EINVAL, "the secret for AuthScheme=%s is too long",
		               scheme);
	return 0;
}

int basic_header(const char *property, const char *user, const struct secret *secret,
                 struct buf *ret, struct err *err)
{
	/* Made large enough at once: growing would leave unwiped copies. */
	cleanup_(secret_clear) struct buf pair = BUF_INIT(2 * CREDENTIALS_MAX + 1);
	struct span who = span_of(user), what = secret_reveal(secret);

	if (memchr(who.p, ':', who.n) || has_control(who) || who.n > CREDENTIALS_MAX)
		return err_set(err, -EINVAL,
		               "the property %s must not hold ':' or control bytes",
		               property);
	(void)buf_room(&pair, who.n + what.n + 1);
	buf_span(&pair, who);
	buf_putc(&pair, ':');
	buf_span(&pair, what);

	size_t encoded_n = (pair.len + 2) / 3 * 4;
	ret->max = 4 * CREDENTIALS_MAX;
	(void)buf_room(ret, encoded_n + 7);
	buf_puts(ret, "Basic ");
	char *room = buf_room(ret, encoded_n + 1);
	if (!room || buf_status(&pair))
		return err_nomem(err);
	EVP_EncodeBlock((unsigned char *)room, (const unsigned char *)pair.p,
	                (int)pair.len);
	buf_commit(ret, encoded_n);
	log_redact(what);
	log_redact((struct span){ ret->p + 6, encoded_n });
	return 0;
}

int basic_new(const char *scheme, const char *user, const struct secret *secret,
              struct auth **ret, struct err *err)
{
	cleanup_(secret_clear) struct buf header = BUF_INIT(4 * CREDENTIALS_MAX);
	int code = check_secret(scheme, secret_reveal(secret), err);

	if (!code)
		code = basic_header("User", user, secret, &header, err);
	return code ? code : fixed_new(scheme, buf_view(&header), ret, err);
}

int bearer_new(const char *scheme, const struct secret *secret, struct auth **ret,
               struct err *err)
{
	cleanup_(secret_clear) struct buf header = BUF_INIT(2 * CREDENTIALS_MAX);
	struct span what = secret_reveal(secret);
	int code = check_secret(scheme, what, err);

	if (code)
		return code;
	(void)buf_room(&header, what.n + 7);
	buf_puts(&header, "Bearer ");
	buf_span(&header, what);
	if (buf_status(&header))
		return err_nomem(err);
	log_redact(what);
	return fixed_new(scheme, buf_view(&header), ret, err);
}
