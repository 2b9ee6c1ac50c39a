/* SPDX-License-Identifier: MIT */
#include "sim/control.h"

#include "sim/journal.h"
#include "sim/link.h"
#include "sim/listing.h"
#include "sim/oauth.h"
#include "sim/ops.h"
#include "sim/route.h"
#include "sim/server.h"
#include "sim/signin.h"

#include <stdlib.h>
#include <string.h>

bool control_is(const struct exchange *x)
{
	return x->n_seg >= 1 && !strcmp(x->seg[1], "__sim");
}

static void refuse(struct exchange *x, const char *why)
{
	x->out.len = 0;
	buf_lit(&x->out, "{\"error\":");
	buf_json(&x->out, why);
	buf_char(&x->out, '}');
	answer(x, 400);
}

static void control_fault(struct exchange *x)
{
	const char *why;
	char *save = NULL;
	answer(x, 204);
	if (!x->body.len || x->body.data[strspn(x->body.data, " \r\n\t")] == '\0') {
		fault_clear();
		return;
	}
	for (char *s = strtok_r(x->body.data, "\r\n", &save); s;
	     s = strtok_r(NULL, "\r\n", &save))
		if (s[strspn(s, " \t")] && !fault_add(s, &why)) {
			refuse(x, why);
			return;
		}
}

static void control_latency(struct exchange *x)
{
	int64_t ms;
	char *text = x->body.len ? strtok(x->body.data, " \r\n") : NULL;
	if (!text || !parse_id(text, &ms) || ms > 600000) {
		refuse(x, "the body must be a number of milliseconds");
		return;
	}
	server_set_latency(ms);
	answer(x, 204);
}

static void control_bandwidth(struct exchange *x)
{
	int64_t kib;
	char *text = x->body.len ? strtok(x->body.data, " \r\n") : NULL;
	if (!text || !parse_id(text, &kib) || kib > 1000000000) {
		refuse(x, "the body must be a number of KiB a second");
		return;
	}
	link_set(kib);
	answer(x, 204);
}

static void control_oauth(struct exchange *x)
{
	char *word = x->body.len ? strtok(x->body.data, " \r\n") : NULL;
	if (word && oauth_control(word))
		answer(x, 204);
	else
		refuse(x, "the body must be revoke or expire");
}

static void control_reset(struct exchange *x)
{
	pthread_rwlock_wrlock(&site_lock);
	bool ok = site_reset() && accounts_apply();
	temporary_clear();
	journal_reset();
	pthread_rwlock_unlock(&site_lock);
	listing_clear();
	route_reset();
	if (ok)
		answer(x, 204);
	else
		refuse(x, "out of memory");
}

void control_run(struct exchange *x)
{
	const char *what = x->n_seg == 2 ? x->seg[2] : "";
	bool post = !strcmp(x->method, "POST");
	if (!strcmp(what, "stats") && !strcmp(x->method, "GET")) {
		route_stats(&x->out);
		answer(x, 200);
	} else if (!strcmp(what, "fault") && post) {
		control_fault(x);
	} else if (!strcmp(what, "oauth") && !strcmp(x->method, "GET")) {
		oauth_stats(&x->out);
		answer(x, 200);
	} else if (!strcmp(what, "oauth") && post) {
		control_oauth(x);
	} else if (!strcmp(what, "latency") && post) {
		control_latency(x);
	} else if (!strcmp(what, "bandwidth") && post) {
		control_bandwidth(x);
	} else if (!strcmp(what, "reset") && post) {
		control_reset(x);
	} else if (!strcmp(what, "signin") && post) {
		if (x->body.data && signin_control(x->body.data))
			answer(x, 204);
		else
			refuse(x,
			       "the body must be forget, or with --auth oauth1 expire");
	} else {
		refuse(x, "POST fault, latency, bandwidth, oauth, signin or reset; "
		          "GET stats, oauth");
		answer(x, 404);
	}
}
