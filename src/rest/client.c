/* SPDX-License-Identifier: MIT */
#include "rest/client.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/url.h"
#include "rest/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define URL_MAX_BYTES (32u * 1024)

struct client {
	char *base;
	char *language;
	struct transport *transport;
	struct auth *auth;
	struct answer_cache cache;
	int64_t metadata_ttl_ms;
	unsigned max_in_flight;
	atomic_bool proven; /* the site accepted the credentials */
};

struct pending {
	struct client *client;
	struct run *run;
	struct exchange *exchange;
	char *method;
	char *path;
	char *bucket;
	char *body;
	size_t body_n;
	unsigned per_s;
	bool repeatable;
};

int client_new(const struct client_config *cfg, struct client **ret, struct err *err)
{
	cleanup_(client_freep) struct client *c = calloc(1, sizeof(*c));
	struct buf base = BUF_INIT(URL_MAX_BYTES);
	struct url url = { 0 };
	int r;

	if (!c)
		return err_nomem(err);
	r = url_parse(cfg->url, &url, err);
	if (r < 0)
		return r;
	url_print(&url, &base);
	url_clear(&url);
	c->base = buf_take(&base);
	c->language = str_dup(cfg->language ? cfg->language : "");
	if (!c->base || !c->language)
		return err_nomem(err);
	c->transport = cfg->transport;
	c->auth = cfg->auth;
	if (cfg->cache)
		c->cache = *cfg->cache;
	c->metadata_ttl_ms = cfg->metadata_ttl_ms;
	c->max_in_flight = cfg->max_in_flight ? cfg->max_in_flight : 1;
	*ret = take_ptr(c);
	return 0;
}

void client_free(struct client *c)
{
	if (!c)
		return;
	free(c->base);
	free(c->language);
	free(c);
}

const char *client_base(const struct client *c)
{
	return c->base;
}

unsigned client_max_in_flight(const struct client *c)
{
	return c->max_in_flight;
}

bool client_cached(struct client *c, const char *path, struct run *run, struct buf *ret)
{
	int64_t max_age_ms = run->fresh_ms, age_ms;

	/* Better old than nothing for those who may not call. */
	if (run->cached_only)
		max_age_ms = INT64_MAX;
	else if (max_age_ms == RUN_FRESH_DEFAULT)
		max_age_ms = c->metadata_ttl_ms;
	if (!c->cache.get || max_age_ms <= 0)
		return false;
	if (!run->cached_only && !atomic_load(&c->proven))
		return false;
	if (!c->cache.get(c->cache.ctx, span_of(path), max_age_ms, ret, &age_ms))
		return false;
	atomic_fetch_add(&run->cached, 1);
	return true;
}

bool client_cached_age(struct client *c, const char *path, int64_t *ret_age_ms)
{
	struct buf body = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	bool found = c->cache.get && c->cache.get(c->cache.ctx, span_of(path),
	                                          c->metadata_ttl_ms, &body, ret_age_ms);

	buf_clear(&body);
	return found;
}

void client_keep(struct client *c, const char *path, struct span body)
{
	if (c->cache.put)
		c->cache.put(c->cache.ctx, span_of(path), body);
}

static int headers(struct client *c, struct request *rq, struct err *err)
{
	int r = request_header(rq, "Accept", SPAN("application/json"));

	/* Needed for operations marked experimental, harmless for the others. */
	if (!r)
		r = request_header(rq, "X-ExperimentalApi", SPAN("opt-in"));
	if (!r && strcmp(rq->method, "GET") != 0)
		r = request_header(rq, "X-Atlassian-Token", SPAN("no-check"));
	if (!r && c->language[0])
		r = request_header(rq, "Accept-Language", span_of(c->language));
	if (r < 0)
		return err_set(err, r, "a header of the request cannot be sent");
	return c->auth ? c->auth->ops->decorate(c->auth, rq, err) : 0;
}

/* One attempt as far as credentials go; the transport repeats what may be repeated. */
static int send_once(struct pending *p, struct err *err)
{
	cleanup_free_ char *url = str_printf("%s%s", p->client->base, p->path);
	cleanup_(request_freep) struct request *rq =
		url ? request_new(p->method, url) : NULL;
	int r;

	if (!rq)
		return err_nomem(err);
	rq->deadline = p->run->deadline;
	rq->repeatable = p->repeatable;
	rq->max_answer_bytes = CLIENT_ANSWER_MAX_BYTES;
	rq->per_second = p->per_s;
	snprintf(rq->bucket, sizeof(rq->bucket), "%s %s", p->method, p->bucket);
	r = headers(p->client, rq, err);
	if (r < 0)
		return r;
	if (p->body_n) {
		r = request_body(rq, "application/json",
		                 (struct span){ p->body, p->body_n });
		if (r < 0)
			return err_set(err, r, "the body of the request cannot be sent");
	}
	r = p->client->transport->ops->submit(p->client->transport, rq, &p->exchange,
	                                      err);
	if (!r)
		rq = NULL;
	return r;
}

static int spend(struct run *run, struct err *err)
{
	unsigned made;

	if (run->cached_only)
		return err_set(err, -ENETDOWN,
		               "the answer is not in the cache, and this reader gets "
		               "cached answers only");
	if (cancel_fired(run->cancel))
		return err_set(err, -EINTR, "interrupted");
	made = atomic_fetch_add(&run->calls, 1);
	if (run->max_calls && made >= run->max_calls) {
		atomic_fetch_sub(&run->calls, 1);
		return err_set(err, -EDQUOT,
		               "this query needs more than %u calls to the server "
		               "(ScanGuard): narrow it "
		               "with a predicate or _limit, or allow it with _scan=yes",
		               run->max_calls);
	}
	return 0;
}

int client_start(struct client *c, const struct call *call, struct run *run,
                 struct pending **ret, struct err *err)
{
	cleanup_(pending_freep) struct pending *p = calloc(1, sizeof(*p));
	int r;

	if (!p)
		return err_nomem(err);
	p->client = c;
	p->run = run;
	p->method = str_dup(call->method);
	p->path = str_dup(call->path);
	p->bucket = str_dup(call->bucket);
	p->body = span_dup(call->body);
	p->body_n = call->body.n;
	p->per_s = call->per_s;
	p->repeatable = call->repeatable;
	if (!p->method || !p->path || !p->bucket || !p->body)
		return err_nomem(err);
	r = spend(run, err);
	if (r < 0)
		return r;
	r = send_once(p, err);
	if (r < 0)
		return r;
	*ret = take_ptr(p);
	return 0;
}

static int await(struct pending *p, struct request **ret, struct err *err)
{
	struct transport *t = p->client->transport;
	int r = t->ops->wait(t, p->exchange, p->run->cancel, err);

	if (r < 0)
		return r;
	*ret = t->ops->request(p->exchange);
	if ((*ret)->attempts > 1)
		atomic_fetch_add(&p->run->retries, (*ret)->attempts - 1);
	return 0;
}

int client_finish(struct pending *p, struct buf *body, struct err *err)
{
	struct transport *t = p->client->transport;
	struct auth *auth = p->client->auth;
	struct request *rq;
	int r = await(p, &rq, err);

	if (r < 0)
		return r;
	if (rq->status == 401 && auth && auth->ops->refused(auth, rq, err) > 0) {
		t->ops->release(t, p->exchange);
		p->exchange = NULL;
		r = send_once(p, err);
		if (!r)
			r = await(p, &rq, err);
		if (r < 0)
			return r;
	}
	r = status_to_err(rq, err);
	if (r < 0) {
		log_debug(LOG_NET, "%s %s answered status=%d", p->method, p->path,
		          rq->status);
		return r;
	}
	atomic_store(&p->client->proven, true);
	atomic_fetch_add(&p->run->bytes, rq->answer.len);
	buf_clear(body);
	*body = rq->answer;
	rq->answer = (struct buf){ 0 };
	return 0;
}

void pending_free(struct pending *p)
{
	if (!p)
		return;
	if (p->exchange)
		p->client->transport->ops->release(p->client->transport, p->exchange);
	if (p->body)
		secret_wipe(p->body, p->body_n);
	free(p->method);
	free(p->path);
	free(p->bucket);
	free(p->body);
	free(p);
}

int client_do(struct client *c, const struct call *call, struct run *run,
              struct buf *body, struct err *err)
{
	cleanup_(pending_freep) struct pending *p = NULL;
	int r = client_start(c, call, run, &p, err);

	return r < 0 ? r : client_finish(p, body, err);
}
