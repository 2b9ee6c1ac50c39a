/* SPDX-License-Identifier: MIT */
#include "rest/client.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/date.h"
#include "net/url.h"
#include "rest/deployment.h"
#include "rest/file.h"
#include "rest/status.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define URL_MAX_BYTES (32u * 1024)
#define TRANSLATED "/rest/servicedeskapi/"
#define COMPLAINT_LOOKED_AT (16u * 1024)

struct client {
	char *base;
	char *language;
	struct transport *transport;
	struct auth *auth;
	const struct auth_config *signin;
	struct answer_cache cache;
	int64_t metadata_ttl_ms;
	unsigned max_in_flight;
	atomic_bool offline;
	atomic_bool proven;    /* the site accepted the credentials */
	atomic_int deployment; /* enum deployment, -1: not known yet */
	/* How this site wants to be told that experimental operations are meant:
	 * Data Center documents "true", Cloud "opt-in". */
	atomic_bool trial_is_true;
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
	struct local_file file; /* its fd is -1 when there is none */
	unsigned per_s;
	bool repeatable;
	bool changes;
	bool doubtful; /* an attempt before this one may have been carried out */
	bool for_anybody;
	char *range; /* or NULL */
	bool elsewhere;
	struct request *answer; /* of exchange, once it is there */
	bool trial_is_true;     /* what was sent */
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
	atomic_init(&c->deployment, host_is_cloud(url.host) ? DEPLOYMENT_CLOUD : -1);
	url_clear(&url);
	c->base = buf_take(&base);
	c->language = str_dup(cfg->language ? cfg->language : "");
	if (!c->base || !c->language)
		return err_nomem(err);
	c->transport = cfg->transport;
	c->auth = cfg->auth;
	c->signin = cfg->signin;
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

const struct auth_config *client_signin(const struct client *c)
{
	return c->signin;
}

unsigned client_max_in_flight(const struct client *c)
{
	return c->max_in_flight;
}

void client_set_offline(struct client *c, bool offline)
{
	atomic_store(&c->offline, offline);
}

bool client_is_offline(const struct client *c)
{
	return atomic_load(&c->offline);
}

static bool is_cached_only(const struct client *c, const struct run *run)
{
	return run->cached_only || atomic_load(&c->offline);
}

bool client_cached(struct client *c, const char *path, struct run *run, struct buf *ret)
{
	int64_t max_age_ms = run->fresh_ms, age_ms;

	/* Better old than nothing for those who may not call. */
	if (is_cached_only(c, run))
		max_age_ms = INT64_MAX;
	else if (max_age_ms == RUN_FRESH_DEFAULT)
		max_age_ms = c->metadata_ttl_ms;
	if (!c->cache.get || max_age_ms <= 0)
		return false;
	if (!is_cached_only(c, run) && !atomic_load(&c->proven))
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

bool client_recall(struct client *c, const char *name, int64_t max_age_ms,
                   struct buf *ret)
{
	int64_t age_ms;

	return c->cache.get &&
	       c->cache.get(c->cache.ctx, span_of(name), max_age_ms, ret, &age_ms);
}

void client_keep(struct client *c, const char *path, struct span body)
{
	if (c->cache.put)
		c->cache.put(c->cache.ctx, span_of(path), body);
}

/* A range counts the bytes that travel: packed ones would be others. */
static int range_headers(const struct pending *p, struct request *rq)
{
	int r = request_header(rq, "Accept", SPAN("*/*"));

	if (!r)
		r = request_header(rq, "Accept-Encoding", SPAN("identity"));
	return r ? r : request_header(rq, "Range", span_of(p->range));
}

static int headers(const struct pending *p, struct request *rq, bool trial_is_true,
                   struct err *err)
{
	struct client *c = p->client;
	int r = p->range ? range_headers(p, rq)
	                 : request_header(rq, "Accept", SPAN("application/json"));

	if (p->elsewhere)
		return r ? err_set(err, r, "a header of the request cannot be sent") : 0;
	/* Needed for operations marked experimental, harmless for the others. */
	if (!r)
		r = request_header(rq, "X-ExperimentalApi",
		                   trial_is_true ? SPAN("true") : SPAN("opt-in"));
	if (!r && strcmp(rq->method, "GET") != 0)
		r = request_header(rq, "X-Atlassian-Token", SPAN("no-check"));
	if (!r && c->language[0])
		r = request_header(rq, "Accept-Language", span_of(c->language));
	if (r < 0)
		return err_set(err, r, "a header of the request cannot be sent");
	return c->auth ? c->auth->ops->decorate(c->auth, rq, p->run->cancel, err) : 0;
}

/* Below what the path stands: credentials go only to the address they are for. */
static int base_of(const struct pending *p, const char **ret, struct err *err)
{
	struct client *c = p->client;
	struct auth *auth = c->auth;
	const char *base = NULL;
	int r = 0;

	if (!p->elsewhere && auth && auth->ops->base)
		r = auth->ops->base(auth, p->run->cancel, p->run->deadline, &base, err);
	if (r < 0)
		return r;
	*ret = p->elsewhere ? "" : base ? base : c->base;
	return 0;
}

/* The service desk translates names and texts; the address of a next page has it. */
static int address_of(const struct pending *p, const char *base, char **ret,
                      struct err *err)
{
	struct buf url = BUF_INIT(URL_MAX_BYTES);
	const char *language = p->client->language;

	buf_puts(&url, base);
	buf_puts(&url, p->path);
	if (language[0] && !p->elsewhere && str_starts(p->path, TRANSLATED) &&
	    !strstr(p->path, "requestLanguage="))
		url_param(&url, "requestLanguage", span_of(language));
	if (buf_status(&url) == -EFBIG) {
		buf_clear(&url);
		return err_set(err, -EINVAL, "the address of the request is too long");
	}
	*ret = buf_take(&url);
	return *ret ? 0 : err_nomem(err);
}

/* One attempt as far as credentials go; the transport repeats what may be repeated. */
static int send_once(struct pending *p, struct err *err)
{
	cleanup_(request_freep) struct request *rq = NULL;
	cleanup_free_ char *url = NULL;
	const char *base;
	int r = base_of(p, &base, err);

	if (r < 0)
		return r;
	r = address_of(p, base, &url, err);
	if (r < 0)
		return r;
	rq = request_new(p->method, url);
	if (!rq)
		return err_nomem(err);
	rq->deadline = p->run->deadline;
	rq->repeatable = p->repeatable;
	rq->changes = p->changes;
	rq->doubtful = p->doubtful;
	rq->max_answer_bytes = CLIENT_ANSWER_MAX_BYTES;
	rq->per_second = p->per_s;
	snprintf(rq->bucket, sizeof(rq->bucket), "%s %s", p->method, p->bucket);
	r = headers(p, rq, p->trial_is_true, err);
	if (r < 0)
		return r;
	if (p->body_n) {
		r = request_body(rq, "application/json",
		                 (struct span){ p->body, p->body_n });
		if (r < 0)
			return err_set(err, r, "the body of the request cannot be sent");
	}
	if (p->file.fd >= 0) {
		r = request_upload(rq, "file", p->file.name, p->file.fd, p->file.size);
		if (r < 0)
			return err_set(err, r, "the file cannot be sent: %s",
			               strerrordesc_np(-r));
	}
	r = p->client->transport->ops->submit(p->client->transport, rq, &p->exchange,
	                                      err);
	if (!r)
		rq = NULL;
	return r;
}

static int spend(const struct client *c, struct run *run, struct err *err)
{
	unsigned made;

	if (atomic_load(&c->offline))
		return err_set(err, -ENETDOWN,
		               "offline: the answer is not in the cache, and nothing is "
		               "asked until ctl/offline is 0");
	if (run->cached_only)
		return err_set(err, -ENETDOWN,
		               "the answer is not in the cache, and this reader gets "
		               "cached answers only");
	if (cancel_fired(run->cancel))
		return err_set(err, -EINTR, "interrupted");
	made = atomic_fetch_add(&run->calls, 1);
	if (run->max_calls && made >= run->max_calls + atomic_load(&run->vain)) {
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
	p->file.fd = -1;
	p->client = c;
	p->run = run;
	p->method = str_dup(call->method);
	p->path = str_dup(call->path);
	p->bucket = str_dup(call->bucket);
	p->body = span_dup(call->body);
	p->body_n = call->body.n;
	p->per_s = call->per_s;
	p->repeatable = call->repeatable;
	p->changes = call->changes;
	p->for_anybody = call->for_anybody || call->elsewhere;
	p->elsewhere = call->elsewhere;
	p->range = call->range ? str_dup(call->range) : NULL;
	p->trial_is_true = atomic_load(&c->trial_is_true);
	if (!p->method || !p->path || !p->bucket || !p->body ||
	    (call->range && !p->range))
		return err_nomem(err);
	r = call->file ? local_file_dup(call->file, &p->file, err) : 0;
	if (!r)
		r = spend(c, run, err);
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
	p->answer = *ret;
	if ((*ret)->attempts > 1)
		atomic_fetch_add(&p->run->retries, (*ret)->attempts - 1);
	return 0;
}

static int send_again(struct pending *p, struct request **ret, struct err *err)
{
	struct transport *t = p->client->transport;
	int r;

	p->doubtful = (*ret)->doubtful;
	t->ops->release(t, p->exchange);
	p->exchange = NULL;
	p->answer = NULL;
	r = send_once(p, err);
	return r < 0 ? r : await(p, ret, err);
}

/* Was it refused because the server does not see that an experimental operation is meant?
 */
static bool misses_trial(const struct request *rq)
{
	struct span body = buf_view(&rq->answer);

	if (rq->status != 403 && rq->status != 412)
		return false;
	if (body.n > COMPLAINT_LOOKED_AT)
		body.n = COMPLAINT_LOOKED_AT;
	return body.n && memmem(body.p, body.n, "xperimental", 11);
}

/*
 * Asks for new credentials where the answer says that these are not good (any more).  1:
 * sending once more is worth it.  What was refused or led elsewhere was not processed; of
 * a page in the place of an answer that is not known.
 */
static int renew(const struct pending *p, const struct request *rq, struct err *err)
{
	struct auth *auth = p->client->auth;
	bool at_login = auth && auth->has_session && status_is_login(rq);
	int r;

	if (!auth || p->elsewhere || (rq->status != 401 && !at_login))
		return 0;
	r = auth->ops->refused(auth, rq, p->run->cancel, err);
	if (r < 0 && err && !rq->repeatable)
		err->outcome = ERR_OUTCOME_REFUSED;
	return r > 0 && rq->status < 300 && !rq->repeatable ? 0 : r;
}

int client_finish(struct pending *p, struct buf *body, struct err *err)
{
	struct request *rq;
	int r;

	if (p->changes)
		p->run->http = 0;
	r = await(p, &rq, err);
	if (!r)
		r = renew(p, rq, err);
	if (r > 0)
		r = send_again(p, &rq, err);
	if (r < 0)
		return r;
	if (!p->elsewhere && misses_trial(rq)) {
		p->trial_is_true = !p->trial_is_true;
		r = send_again(p, &rq, err);
		if (r < 0)
			return r;
		if (rq->status < 300)
			atomic_store(&p->client->trial_is_true, p->trial_is_true);
	}
	if (p->changes) {
		status_request_id(rq, p->run->request_id, sizeof(p->run->request_id));
		p->run->http = (uint16_t)rq->status;
	}
	r = status_to_err(rq, err);
	if (r < 0) {
		/* an address elsewhere may be a secret of its own */
		log_debug(LOG_NET, "%s %s answered status=%d", p->method,
		          p->elsewhere ? p->bucket : p->path, rq->status);
		return r;
	}
	if (!p->for_anybody)
		atomic_store(&p->client->proven, true);
	atomic_fetch_add(&p->run->bytes, rq->answer.len);
	buf_clear(body);
	*body = rq->answer;
	rq->answer = (struct buf){ 0 };
	return 0;
}

bool pending_settled(const struct pending *p)
{
	struct transport *t = p->client->transport;

	return t->ops->settled && t->ops->settled(t, p->exchange);
}

int pending_status(const struct pending *p)
{
	return p->answer ? p->answer->status : 0;
}

unsigned pending_attempts(const struct pending *p)
{
	return p->answer ? p->answer->attempts : 0;
}

const char *pending_url(const struct pending *p)
{
	return p->answer ? p->answer->url : NULL;
}

const char *pending_header(const struct pending *p, const char *name)
{
	return p->answer ? request_answer_header(p->answer, name) : NULL;
}

bool pending_date(const struct pending *p, int64_t *ret_epoch_ms)
{
	const char *date = pending_header(p, "Date");

	return date && http_date(span_of(date), ret_epoch_ms);
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
	free(p->range);
	free(p->body);
	local_file_close(&p->file);
	free(p);
}

int client_do(struct client *c, const struct call *call, struct run *run,
              struct buf *body, struct err *err)
{
	cleanup_(pending_freep) struct pending *p = NULL;
	int r = client_start(c, call, run, &p, err);

	return r < 0 ? r : client_finish(p, body, err);
}

/* --- which deployment -------------------------------------------------------- */

static int learn(struct client *c, enum deployment d)
{
	if (d == DEPLOYMENT_DATA_CENTER)
		atomic_store(&c->trial_is_true, true);
	atomic_store(&c->deployment, (int)d);
	return (int)d;
}

/* What the server said when it was asked some time ago, or -1. */
static int recall(struct client *c, const struct run *run)
{
	struct buf body = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	int64_t max_age_ms = is_cached_only(c, run) ? INT64_MAX : c->metadata_ttl_ms,
		age_ms;
	enum deployment d;
	int known = -1;

	if (c->cache.get && max_age_ms > 0 &&
	    c->cache.get(c->cache.ctx, SPAN(DEPLOYMENT_PATH), max_age_ms, &body,
	                 &age_ms) &&
	    deployment_read(buf_view(&body), &d))
		known = learn(c, d);
	buf_clear(&body);
	return known;
}

/* Refused for good, not for now: asking again would give nothing else. */
static bool is_final(int status)
{
	return status >= 400 && status < 500 && status != 401 && status != 408 &&
	       status != 425 && status != 429;
}

static int ask(struct client *c, struct run *run, enum deployment *ret, struct err *err)
{
	struct buf body = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct call call = { .method = "GET",
		             .path = DEPLOYMENT_PATH,
		             .bucket = DEPLOYMENT_PATH,
		             .repeatable = true,
		             .for_anybody = true };
	struct err why = { 0 };
	int r = client_do(c, &call, run, &body, &why);

	*ret = DEPLOYMENT_CLOUD;
	if (!r && deployment_read(buf_view(&body), ret))
		client_keep(c, DEPLOYMENT_PATH, buf_view(&body));
	buf_clear(&body);
	if (!r || is_final(why.http))
		learn(c, *ret);
	/* Whatever ails a server that answers, the call proper will tell. */
	if (!r || why.http)
		return 0;
	if (err)
		*err = why;
	return r;
}

int client_deployment(struct client *c, struct run *run, enum deployment *ret,
                      struct err *err)
{
	enum deployment asked;
	int known = atomic_load(&c->deployment);
	int r;

	if (known < 0)
		known = recall(c, run);
	if (known < 0 && is_cached_only(c, run))
		known = DEPLOYMENT_CLOUD;
	if (known < 0) {
		r = ask(c, run, &asked, err);
		if (r < 0)
			return r;
		known = (int)asked;
	}
	*ret = (enum deployment)known;
	return 0;
}
