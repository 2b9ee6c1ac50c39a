/* SPDX-License-Identifier: MIT */
/* What the site says of itself and of us. */
#include "base/clock.h"
#include "json/jdoc.h"
#include "proc/doctor_i.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define BODY_MAX_BYTES (4u << 20)
#define SKEW_WARN_S 60
#define SKEW_FAIL_S 300 /* signed requests and tokens do not get through any more */
#define DAYS_WARN 21
#define DAY_MS (24 * 3600 * 1000LL)

#define SERVER_PATH "/rest/api/2/serverInfo"
#define MYSELF_PATH "/rest/api/2/myself"

static void keep_header(const struct pending *p, const char *name, char **at)
{
	const char *value = pending_header(p, name);

	if (!value)
		return;
	free(*at);
	*at = str_dup(value);
}

int doctor_get(struct doctor *d, const char *path, bool for_anybody, struct buf *body,
               struct pending **ret, struct err *err)
{
	struct call call = { .method = "GET",
		             .path = path,
		             .bucket = "doctor",
		             .repeatable = true,
		             .for_anybody = for_anybody };
	cleanup_(pending_freep) struct pending *p = NULL;
	int r = client_start(d->cfg->client, &call, d->run, &p, err);

	if (!r)
		r = client_finish(p, body, err);
	if (p) {
		keep_header(p, "X-RateLimit-Limit", &d->limit);
		keep_header(p, "X-RateLimit-Remaining", &d->remaining);
	}
	if (ret)
		*ret = take_ptr(p);
	return r;
}

static void text_of(const struct jnode *o, const char *name, char *to, size_t room)
{
	struct span s = jnode_text(jnode_get(o, name));

	if (s.n >= room)
		s.n = room - 1;
	if (s.n)
		memcpy(to, s.p, s.n);
	to[s.n] = '\0';
}

/* "expired 3 days ago", "1 day left": whole days, for nobody counts hours of a year. */
static void put_days(struct buf *out, int64_t ms)
{
	int64_t days = (ms < 0 ? -ms : ms) / DAY_MS;
	const char *unit = days == 1 ? "day" : "days";

	if (!days)
		buf_puts(out, ms < 0 ? ", expired today" : ", less than a day left");
	else if (ms < 0)
		buf_printf(out, ", expired %" PRId64 " %s ago", days, unit);
	else
		buf_printf(out, ", %" PRId64 " %s left", days, unit);
}

static void judge_chain(struct doctor *d, struct buf *shown, int64_t from_ms,
                        int64_t until_ms)
{
	int64_t now = clock_wall_ms();

	if (until_ms)
		put_days(shown, until_ms - now);
	if (from_ms > now) {
		buf_puts(shown, ", not valid before ");
		clock_format(shown, from_ms, true);
		doctor_say(d, VERDICT_FAIL, "certificate",
		           "is the clock of this machine right? Else the site has to "
		           "replace it",
		           "%s", buf_str(shown));
	} else if (until_ms && until_ms < now) {
		doctor_say(
			d, VERDICT_FAIL, "certificate",
			"the site has to renew it; or the clock of this machine is wrong",
			"%s", buf_str(shown));
	} else if (d->is_refused) {
		doctor_say(d, VERDICT_WARN, "certificate", NULL, "not accepted: %s",
		           buf_str(shown));
	} else if (until_ms && until_ms - now < DAYS_WARN * DAY_MS) {
		doctor_say(d, VERDICT_WARN, "certificate",
		           "the site has to renew it soon", "%s", buf_str(shown));
	} else {
		doctor_say(d, VERDICT_OK, "certificate", NULL, "%s", buf_str(shown));
	}
}

void doctor_chain(struct doctor *d)
{
	struct buf b = BUF_INIT(1000);
	int64_t from_ms = 0, until_ms = 0;
	struct err err = { 0 };

	if (!d->cfg->chain)
		doctor_say(d, VERDICT_OK, "TLS", NULL,
		           "none: the address is of this machine");
	else if (!d->cfg->chain(d->cfg->chain_ctx, d->run->deadline, &b, &from_ms,
	                        &until_ms, &err))
		judge_chain(d, &b, from_ms, until_ms);
	else if (d->answers || d->is_refused)
		doctor_say(d, VERDICT_FAIL, "certificate", NULL, "%s", err.msg);
	buf_clear(&b);
}

static void say_clock(struct doctor *d, const struct pending *p)
{
	int64_t theirs, skew;

	if (!p || !pending_date(p, &theirs)) {
		doctor_say(d, VERDICT_OK, "clock", NULL,
		           "the site does not tell the time");
		return;
	}
	skew = (clock_wall_ms() - theirs) / 1000;
	if (skew > -SKEW_WARN_S && skew < SKEW_WARN_S)
		doctor_say(d, VERDICT_OK, "clock", NULL, "%" PRId64 " s from the site's",
		           skew);
	else
		doctor_say(d,
		           skew > -SKEW_FAIL_S && skew < SKEW_FAIL_S ? VERDICT_WARN
		                                                     : VERDICT_FAIL,
		           "clock",
		           "set the clock of this machine, with NTP for instance",
		           "%" PRId64 " s %s the site's", skew < 0 ? -skew : skew,
		           skew < 0 ? "behind" : "ahead of");
}

static void say_server(struct doctor *d, struct span body)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	char version[64] = "", title[128] = "";

	if (!jdoc_parse(body, &doc, NULL)) {
		text_of(jdoc_root(doc), "version", version, sizeof(version));
		text_of(jdoc_root(doc), "serverTitle", title, sizeof(title));
	}
	doctor_say(d, VERDICT_OK, "server", NULL, "%s%s%s%s%s",
	           d->deployment == DEPLOYMENT_CLOUD ? "Jira Cloud" : "Jira Data Center",
	           version[0] ? " " : "", version, title[0] ? ", " : "", title);
}

/* What the sentence itself does not say; NULL: it says all. */
static const char *advice_of(int code)
{
	switch (code) {
	case -EHOSTUNREACH:
	case -ECONNREFUSED:
	case -ETIMEDOUT:
		return "check URL, the network and the proxy";
	default:
		return NULL;
	}
}

void doctor_server(struct doctor *d)
{
	cleanup_(pending_freep) struct pending *p = NULL;
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	struct err err = { 0 };
	int r = doctor_get(d, SERVER_PATH, true, &body, &p, &err);

	d->answers = !r || err.http;
	if (!d->answers) {
		d->is_refused = r == -EPROTO;
		doctor_say(d, VERDICT_FAIL, "site", advice_of(r), "%s: %s",
		           client_base(d->cfg->client), err.msg);
		buf_clear(&body);
		return;
	}
	doctor_say(d, VERDICT_OK, "site", NULL, "%s answers",
	           client_base(d->cfg->client));
	if (client_deployment(d->cfg->client, d->run, &d->deployment, NULL) < 0)
		d->deployment = DEPLOYMENT_CLOUD;
	if (!r)
		say_server(d, buf_view(&body));
	else
		doctor_say(d, VERDICT_WARN, "server",
		           r == -EPROTO ? NULL : "is URL the address of a Jira site?",
		           "does not tell its version: %s", err.msg);
	say_clock(d, p);
	buf_clear(&body);
}

void doctor_account(struct doctor *d)
{
	cleanup_(pending_freep) struct pending *p = NULL;
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct buf body = BUF_INIT(BODY_MAX_BYTES);
	char name[128] = "", mail[128] = "", id[128] = "";
	struct err err = { 0 };
	const char *seen;
	int r;

	if (!d->answers)
		return;
	r = doctor_get(d, MYSELF_PATH, false, &body, &p, &err);
	seen = p ? pending_header(p, "X-AACCOUNTID") : NULL;
	if (p && !seen)
		seen = pending_header(p, "X-AUSERNAME");
	if (!r && !jdoc_parse(buf_view(&body), &doc, NULL)) {
		text_of(jdoc_root(doc), "displayName", name, sizeof(name));
		text_of(jdoc_root(doc), "emailAddress", mail, sizeof(mail));
		text_of(jdoc_root(doc), "accountId", id, sizeof(id));
		if (!id[0])
			text_of(jdoc_root(doc), "name", id, sizeof(id));
	}
	d->signed_in = !r || err.http == 403;
	if (!r)
		doctor_say(d, VERDICT_OK, "account", NULL, "%s%s%s%s (%s)", name,
		           mail[0] ? " <" : "", mail, mail[0] ? ">" : "",
		           id[0]  ? id
		           : seen ? seen
		                  : "no id");
	else if (err.http == 403)
		doctor_say(d, VERDICT_WARN, "account",
		           "enough for the portal; agents' tables need a licence",
		           "%s, a customer without access to Jira itself",
		           seen ? seen : "signed in");
	else
		doctor_say(d, VERDICT_FAIL, "account",
		           err.code == -EKEYREJECTED || err.http == 401
		                   ? "check AuthScheme, User and the secret that belongs "
		                     "to it"
		                   : NULL,
		           "%s", err.msg);
	buf_clear(&body);
}

void doctor_limits(struct doctor *d)
{
	if (!d->answers)
		return;
	if (!d->limit && !d->remaining)
		doctor_say(d, VERDICT_OK, "limits", NULL, "the site tells none");
	else
		doctor_say(d,
		           d->remaining && d->remaining[0] == '0' ? VERDICT_WARN
		                                                  : VERDICT_OK,
		           "limits",
		           d->remaining && d->remaining[0] == '0' ? "wait a while" : NULL,
		           "%s of %s requests are left",
		           d->remaining ? d->remaining : "an unknown number",
		           d->limit ? d->limit : "an unknown number of");
}
