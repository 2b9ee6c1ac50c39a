/* SPDX-License-Identifier: MIT */
/* The second factor of a sign-on at Okta. */
#include "auth/okta.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <string.h>

#define POLL_MS 3000
#define BODY_MAX 65536

static const struct {
	enum okta_mfa mfa;
	bool with_code;
	const char *type;
	const char *name;
} factors[] = {
	{ OKTA_MFA_VERIFY, true, "token:software:totp", "OktaVerify" },
	{ OKTA_MFA_VERIFY, false, "push", "OktaVerify" },
	{ OKTA_MFA_SMS, true, "sms", "SMS" },
	{ OKTA_MFA_SMS, false, "sms", "SMS" },
	{ OKTA_MFA_EMAIL, true, "email", "Email" },
	{ OKTA_MFA_EMAIL, false, "email", "Email" },
};

static bool has_code(const struct okta *o)
{
	return !secret_empty(o->pass_code) && !o->code_used;
}

/* The name that MFAType has for a factor, or NULL; Okta's own generators only. */
static const char *name_of(const struct jnode *factor)
{
	struct span type = jnode_text(jnode_get(factor, "factorType"));
	struct span provider = jnode_text(jnode_get(factor, "provider"));

	for (size_t i = 0; i < ARRAY_SIZE(factors); i++) {
		if (span_is(type, factors[i].type) &&
		    (factors[i].mfa != OKTA_MFA_VERIFY || span_is(provider, "OKTA")))
			return factors[i].name;
	}
	return NULL;
}

static const struct jnode *list_of(const struct jnode *state)
{
	return jnode_get(jnode_get(state, "_embedded"), "factors");
}

/* "OktaVerify, SMS": what the account could use, each once. */
static void offered(const struct jnode *state, struct buf *out)
{
	const struct jnode *list = list_of(state);

	for (size_t i = 0; i < jnode_len(list); i++) {
		const char *name = name_of(jnode_at(list, i));

		if (name && !list_has(buf_str(out), span_of(name)))
			buf_printf(out, "%s%s", out->len ? "," : "", name);
	}
}

static int none_fits(const struct okta *o, const struct jnode *state, struct err *err)
{
	cleanup_(secret_clear) struct buf names = BUF_INIT(4096);

	offered(state, &names);
	if (!names.len)
		return err_set(err, -EOPNOTSUPP,
		               "the account has no second factor that works here: "
		               "OktaVerify, SMS or Email");
	if (o->mfa == OKTA_MFA_NONE)
		return err_set(err, -ENOKEY,
		               "the provider asks for a second factor: set MFAType in "
		               "SSOProperties to one of %s",
		               buf_str(&names));
	return err_set(err, -ENOKEY,
	               "the account has not the second factor that MFAType%s name: it "
	               "has %s",
	               o->mfa == OKTA_MFA_VERIFY ? " and MFAPassCode" : "",
	               buf_str(&names));
}

static const struct jnode *choose(const struct okta *o, const struct jnode *state)
{
	const struct jnode *list = list_of(state);

	for (size_t k = 0; k < ARRAY_SIZE(factors); k++) {
		if (factors[k].mfa != o->mfa || factors[k].with_code != has_code(o))
			continue;
		for (size_t i = 0; i < jnode_len(list); i++) {
			const struct jnode *f = jnode_at(list, i);

			if (name_of(f) && span_is(jnode_text(jnode_get(f, "factorType")),
			                          factors[k].type))
				return f;
		}
	}
	return NULL;
}

static void verify_body(const struct okta *o, struct span token, bool with_code,
                        struct buf *out)
{
	buf_puts(out, "{\"stateToken\":");
	utf8_to_json(out, token);
	if (with_code) {
		buf_puts(out, ",\"passCode\":");
		utf8_to_json(out, secret_reveal(o->pass_code));
	}
	buf_putc(out, '}');
}

static int post(struct okta *o, struct visitor *v, const char *url, struct span token,
                bool with_code, struct jdoc **ret, struct err *err)
{
	cleanup_free_ char *to =
		str_printf("%s%crememberDevice=%s", url, strchr(url, '?') ? '&' : '?',
	                   o->remembers_device ? "true" : "false");
	cleanup_(secret_clear) struct buf body = BUF_INIT(BODY_MAX);

	verify_body(o, token, with_code, &body);
	return to ? okta_call(o, v, to, &body, ret, err) : err_nomem(err);
}

static void tell(const struct okta *o, const char *sentence)
{
	const struct auth_person *who = &o->cfg->person;

	if (!who->tell || !who->tell(who->ctx, sentence))
		log_debug(LOG_AUTH, "nobody is there to be told: %s", sentence);
}

/* The number that the person has to choose on their telephone, once it is there. */
static void show_number(const struct okta *o, const struct jnode *state, bool *shown)
{
	const struct jnode *factor = jnode_get(jnode_get(state, "_embedded"), "factor");
	const struct jnode *challenge =
		jnode_get(jnode_get(factor, "_embedded"), "challenge");
	const struct jnode *answer = jnode_get(challenge, "correctAnswer");
	cleanup_free_ char *sentence = NULL;
	int64_t number;

	if (*shown || !answer)
		return;
	if (jnode_int(answer, &number))
		sentence = str_printf("choose the number %lld in Okta Verify",
		                      (long long)number);
	else
		sentence = str_printf("choose the number %.*s in Okta Verify",
		                      SPAN_FMT(jnode_text(answer)));
	if (sentence)
		tell(o, sentence);
	*shown = true;
}

static int push_over(struct span result, struct err *err)
{
	if (span_is(result, "REJECTED"))
		return err_set(err, -EKEYREJECTED,
		               "the sign-on was rejected in Okta Verify");
	if (span_is(result, "TIMEOUT"))
		return err_set(err, -EKEYREJECTED,
		               "nobody approved the sign-on in Okta Verify in time");
	return err_set(err, -EKEYREJECTED,
	               "the provider ended the sign-on in Okta Verify: %.*s",
	               SPAN_FMT(result));
}

/* Asks again and again until the person has answered; bounded by the deadline. */
static int await_push(struct okta *o, struct visitor *v, const char *verify,
                      struct jdoc **state, struct err *err)
{
	bool shown = false;

	tell(o, "approve the sign-on in Okta Verify");
	for (;;) {
		const struct jnode *now = jdoc_root(*state);
		struct span result = jnode_text(jnode_get(now, "factorResult"));
		cleanup_free_ char *url = okta_link(o, now, "next");
		struct jdoc *next = NULL;
		int64_t until = clock_deadline(POLL_MS);
		int r;

		if (!span_is(jnode_text(jnode_get(now, "status")), "MFA_CHALLENGE"))
			return 0;
		if (!span_is(result, "WAITING"))
			return push_over(result, err);
		show_number(o, now, &shown);
		if (until > v->deadline)
			until = v->deadline;
		if (cancel_wait(v->cancel, until))
			return err_set(err, -EINTR, "the sign-on was interrupted");
		/* Who comes later may find somebody at the telephone: not for good. */
		if (!clock_left_ms(v->deadline))
			return err_set(
				err, -ETIMEDOUT,
				"nobody approved the sign-on in Okta Verify within "
				"Timeout");
		r = post(o, v, url ? url : verify,
		         jnode_text(jnode_get(now, "stateToken")), false, &next, err);
		if (r < 0)
			return r;
		jdoc_free(*state);
		*state = next;
	}
}

/* A code is on its way to the person, who has to configure it. */
static int want_code(const struct okta *o, struct err *err)
{
	const char *where = o->mfa == OKTA_MFA_SMS ? "telephone" : "mailbox";

	return err_set(err, o->code_used ? -EKEYEXPIRED : -ENOKEY,
	               "a code was sent to the %s of the account: set MFAPassCode in "
	               "SSOProperties to it and connect again",
	               where);
}

int okta_second_factor(struct okta *o, struct visitor *v, struct jdoc **state,
                       struct err *err)
{
	const struct jnode *now = jdoc_root(*state);
	struct span token = jnode_text(jnode_get(now, "stateToken"));
	const struct jnode *factor = choose(o, now);
	cleanup_free_ char *verify = okta_link(o, factor, "verify");
	bool with_code = has_code(o),
	     sends = o->mfa == OKTA_MFA_SMS || o->mfa == OKTA_MFA_EMAIL;
	struct jdoc *next = NULL;
	int r;

	if (!factor)
		return none_fits(o, now, err);
	if (!verify)
		return err_set(
			err, -EBADMSG,
			"the provider's sign-on leads to another host, which is not "
			"followed");
	r = post(o, v, verify, token, with_code, &next, err);
	if (with_code)
		o->code_used = true;
	/* As the documentation says: an old code gets a new one sent. */
	if (r == -EKEYREJECTED && with_code && sends) {
		r = post(o, v, verify, token, false, &next, err);
		if (r < 0)
			return r;
		jdoc_free(next);
		o->code_used = false;
		return err_set(
			err, -EKEYREJECTED,
			"the code in MFAPassCode is not the right one; another was "
			"sent to the %s of the account: set MFAPassCode to it and "
			"connect again",
			o->mfa == OKTA_MFA_SMS ? "telephone" : "mailbox");
	}
	if (r < 0)
		return r;
	jdoc_free(*state);
	*state = next;
	if (with_code)
		return 0;
	return sends ? want_code(o, err) : await_push(o, v, verify, state, err);
}
