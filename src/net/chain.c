/* SPDX-License-Identifier: MIT */
#include "net/chain.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "net/date.h"
#include "net/transfer_i.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONNECT_MS 10000

/* "Subject:CN = …": what stands behind the name, on one line. */
static const char *field(const struct curl_slist *s, const char *name)
{
	size_t n = strlen(name);

	for (; s; s = s->next) {
		if (!strncmp(s->data, name, n) && s->data[n] == ':')
			return s->data + n + 1;
	}
	return "";
}

static void copy(char *to, size_t room, const char *from)
{
	snprintf(to, room, "%.*s", (int)utf8_cut(span_of(from), room - 1), from);
	for (; *to; to++) {
		if ((unsigned char)*to < ' ' || *to == 0x7f)
			*to = ' ';
	}
}

static int read_info(CURL *easy, struct chain *ret, struct err *err)
{
	struct curl_certinfo *info = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &info) || !info ||
	    info->num_of_certs < 1)
		return err_set(err, -EPROTO, "the server shows no certificate");
	ret->n = (unsigned)info->num_of_certs;
	copy(ret->subject, sizeof(ret->subject), field(info->certinfo[0], "Subject"));
	copy(ret->issuer, sizeof(ret->issuer), field(info->certinfo[0], "Issuer"));
	if (!http_date(span_of(field(info->certinfo[0], "Start date")), &ret->from_ms))
		ret->from_ms = 0;
	if (!http_date(span_of(field(info->certinfo[0], "Expire date")), &ret->until_ms))
		ret->until_ms = 0;
	return 0;
}

static int look(const struct transfer_config *cfg, struct request *rq, int64_t deadline,
                struct chain *ret, struct err *err)
{
	struct transfer t = { .rq = rq };
	CURL *easy = curl_easy_init();
	int r = easy ? origin_read(rq, false, &t.origin, err) : err_nomem(err);

	if (!r)
		r = transfer_begin(&t, cfg, easy, rq, clock_left_ms(deadline), err);
	if (!r && (curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L) ||
	           curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L)))
		r = err_nomem(err);
	if (!r) {
		CURLcode result = curl_easy_perform(easy);

		r = result ? transfer_result(&t, result, err) : read_info(easy, ret, err);
	}
	transfer_end(&t);
	if (easy)
		curl_easy_cleanup(easy);
	return r;
}

int chain_read(const char *url, const struct net_tls *tls, const struct proxy *proxy,
               int64_t deadline, struct chain *ret, struct err *err)
{
	cleanup_(request_freep) struct request *rq = request_new("GET", url);
	struct net_tls anybody = { .believe_all = true };
	struct transfer_config cfg = { .connect_ms = CONNECT_MS,
		                       .tls = &anybody,
		                       .proxy = proxy };
	struct chain chain = { 0 };
	int r;

	if (!rq)
		return err_nomem(err);
	if (tls) {
		/* what looks at certificates belongs to the transport's thread */
		anybody.client_host = tls->client_host;
		anybody.client_chain = tls->client_chain;
		anybody.client_key = tls->client_key;
	}
	cfg.user_agent = str_dup("");
	r = cfg.user_agent ? look(&cfg, rq, deadline, &chain, err) : err_nomem(err);
	free(cfg.user_agent);
	if (!r)
		*ret = chain;
	return r;
}
