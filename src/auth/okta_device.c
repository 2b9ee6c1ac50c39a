/* SPDX-License-Identifier: MIT */
/* How Okta recognizes this machine: else it asks for a second factor each time. */
#include "auth/okta.h"
#include "auth/seal.h"
#include "auth/tokens.h"
#include "base/log.h"
#include "base/str.h"

#include <errno.h>
#include <stdio.h>

#define DEVICE_BYTES 16
#define DEVICE "device"

static int new_device(struct secret **ret, struct err *err)
{
	unsigned char bytes[DEVICE_BYTES];
	char text[2 * DEVICE_BYTES + 1];

	int r = seal_random(bytes, sizeof(bytes), err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	*ret = secret_new(span_of(text));
	secret_wipe(text, sizeof(text));
	return *ret ? 0 : err_nomem(err);
}

/* Between lock and unlock of the store: the device that is kept, else a new one. */
static int kept_device(struct okta *o, const char *as, struct err *err)
{
	struct tokens *t = o->cfg->tokens;
	struct kept k = { 0 };
	int r = tokens_read(t, as, &k, err);

	if (r < 0)
		return r;
	if (kept_get(&k, DEVICE).n)
		o->device = secret_new(kept_get(&k, DEVICE));
	else
		r = new_device(&o->device, err);
	if (!r && !o->device)
		r = err_nomem(err);
	if (!r && !kept_get(&k, DEVICE).n) {
		r = kept_set(&k, DEVICE, secret_reveal(o->device), err);
		if (!r)
			r = tokens_write(t, as, &k, err);
	}
	kept_clear(&k);
	return r;
}

static int find_device(struct okta *o, struct visitor *v, struct err *err)
{
	cleanup_free_ char *as = str_printf("okta %s %s", o->origin, o->cfg->user);
	struct err why = { 0 };
	int r;

	if (!as)
		return err_nomem(err);
	if (o->device || !o->remembers_device)
		return 0;
	r = o->cfg->tokens ? tokens_lock(o->cfg->tokens, v->cancel, v->deadline, &why)
	                   : -ENOENT;
	if (!r) {
		r = kept_device(o, as, &why);
		tokens_unlock(o->cfg->tokens);
	}
	if (r == -EINTR || r == -ETIMEDOUT || r == -ENOMEM) {
		if (err)
			*err = why;
		return r;
	}
	if (r < 0)
		log_debug(LOG_AUTH, "the device token is not kept, ignoring: %s",
		          why.msg);
	r = o->device ? 0 : new_device(&o->device, err);
	if (!r)
		log_redact(secret_reveal(o->device));
	return r;
}

int okta_show_device(struct okta *o, struct visitor *v, struct err *err)
{
	int r = find_device(o, v, err);
	LOCK_SCOPE(v->lock);

	if (r < 0 || !o->device)
		return r;
	return jar_put(v->jar, o->origin, "DT", secret_reveal(o->device)) ? err_nomem(err)
	                                                                  : 0;
}
