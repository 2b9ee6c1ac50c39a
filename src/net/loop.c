/* SPDX-License-Identifier: MIT */
/* The network thread: see engine_i.h. */
#include "base/clock.h"
#include "base/log.h"
#include "net/engine_i.h"
#include "net/retry.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#define SLEEP_MAX_MS 3600000

/* A 503 concerns everybody, but an hour of it is for people to decide about. */
#define UNAVAILABLE_MAX_MS 60000
#define REFUSED_PAUSE_MS 2000

/* Ends ex, whatever its place; if nobody waits for it any more it is freed. */
static void settle(struct engine *e, struct exchange *ex, int code, const struct err *err)
{
	list_remove(&ex->link);
	ex->place = PLACE_NONE;
	pthread_mutex_lock(&e->lock);
	list_remove(&ex->in_abort);
	ex->code = code;
	if (code)
		ex->err = *err;
	ex->done = true;
	e->n_accepted--;
	bool last = !--ex->holders;
	pthread_cond_broadcast(&ex->settled);
	pthread_mutex_unlock(&e->lock);
	if (last)
		exchange_free(ex);
}

/*
 * Takes a running exchange off libcurl's hands.  After a failure libcurl may keep
 * things in the handle that get in the way of its next use.
 */
static void detach(struct engine *e, struct exchange *ex, bool good)
{
	CURL *easy = ex->transfer.easy;

	curl_multi_remove_handle(e->multi, easy);
	transfer_end(&ex->transfer);
	e->n_running--;
	if (good && e->n_idle < e->max_in_flight)
		e->idle[e->n_idle++] = easy;
	else
		curl_easy_cleanup(easy);
}

/* Ends ex before it has an answer, because somebody asked for it. */
static void drop(struct engine *e, struct exchange *ex, int code)
{
	bool running = ex->place == PLACE_RUNNING;
	struct err err;

	if (code == -ETIMEDOUT)
		err_set(&err, code,
		        running ? "no answer from %s within the time allowed"
		                : "the request to %s did not get its turn within the "
		                  "time allowed",
		        ex->transfer.origin.host);
	else
		err_set(&err, code, "the request to %s was interrupted",
		        ex->transfer.origin.host);
	if (!running)
		ex->transfer.left = false;
	transfer_outcome(&ex->transfer, &err);
	if (running)
		detach(e, ex, false);
	transfer_forget(ex->rq);
	settle(e, ex, code, &err);
}

/* Takes what others left; false when it is time to stop. */
static bool take_mail(struct engine *e)
{
	struct list arrived = LIST_INIT(arrived), aborts = LIST_INIT(aborts);

	pthread_mutex_lock(&e->lock);
	list_move(&arrived, &e->inbox);
	list_move(&aborts, &e->aborts);
	e->woken = false;
	bool stop = e->stop;
	pthread_mutex_unlock(&e->lock);

	for (struct list_link *l = list_first(&arrived); l; l = list_next(&arrived, l)) {
		struct exchange *ex = container_of(l, struct exchange, link);

		ex->place = PLACE_READY;
		/* Without memory for it the server's 429 will teach the rate. */
		if (ex->rq->per_second &&
		    ratelimit_rate(e->limits, ex->rq->bucket, ex->rq->per_second) < 0)
			log_debug(LOG_NET, "a rate is not kept bucket=%s",
			          ex->rq->bucket);
	}
	if (list_first(&arrived))
		e->next_due_ms = 0;
	list_move(&e->ready, &arrived);

	struct list_link *l;
	while ((l = list_first(&aborts))) {
		struct exchange *ex = container_of(l, struct exchange, in_abort);

		list_remove(l);
		drop(e, ex, ex->abort_code);
	}
	return !stop;
}

static CURL *easy_take(struct engine *e)
{
	if (e->n_idle)
		return e->idle[--e->n_idle];

	CURL *easy = curl_easy_init();
	if (easy && curl_easy_setopt(easy, CURLOPT_SHARE, e->share)) {
		curl_easy_cleanup(easy);
		return NULL;
	}
	return easy;
}

static void start(struct engine *e, struct exchange *ex)
{
	struct request *rq = ex->rq;
	int left_ms = rq->deadline == CLOCK_FOREVER ? 0 : clock_left_ms(rq->deadline);
	struct err err;

	if (rq->deadline != CLOCK_FOREVER && !left_ms) {
		drop(e, ex, -ETIMEDOUT);
		return;
	}
	CURL *easy = easy_take(e);
	if (!easy) {
		int none = err_nomem(&err);

		transfer_outcome(&ex->transfer, &err);
		settle(e, ex, none, &err);
		return;
	}
	rq->attempts++;
	int code = rq->signer ? rq->signer->sign(rq->signer, rq, &err) : 0;

	if (!code)
		code = transfer_begin(&ex->transfer, &e->cfg, easy, rq, left_ms, &err);
	if (!code && (curl_easy_setopt(easy, CURLOPT_PRIVATE, ex) ||
	              curl_multi_add_handle(e->multi, easy)))
		code = err_nomem(&err);
	if (code) {
		transfer_outcome(&ex->transfer, &err);
		transfer_end(&ex->transfer);
		curl_easy_cleanup(easy);
		settle(e, ex, code, &err);
		return;
	}
	list_remove(&ex->link);
	list_append(&e->running, &ex->link);
	ex->place = PLACE_RUNNING;
	e->n_running++;
}

/* A pause that the server asked for outlasts the request: say so at once. */
static void refuse(struct engine *e, struct exchange *ex, int64_t pause_ms)
{
	struct err err;
	int code = err_set(&err, -EAGAIN,
	                   "%s asked for a pause of another %lld s before more requests",
	                   ex->transfer.origin.host, (long long)(pause_ms + 999) / 1000);

	err.retry_ms = (uint32_t)pause_ms;
	ex->transfer.left = false;
	transfer_outcome(&ex->transfer, &err);
	settle(e, ex, code, &err);
}

/* Starts those whose turn it is; a paused one does not hold up those behind it. */
static void dispatch(struct engine *e)
{
	int64_t now = clock_mono_ms(), next_due = CLOCK_FOREVER;

	if (e->n_running == e->max_in_flight || now < e->next_due_ms)
		return;
	struct list_link *next;
	for (struct list_link *l = list_first(&e->ready); l; l = next) {
		struct exchange *ex = container_of(l, struct exchange, link);

		next = list_next(&e->ready, l);
		if (e->n_running == e->max_in_flight) {
			next_due = 0;
			break;
		}
		if (ex->not_before_ms <= now) {
			int64_t pause = ratelimit_admit(e->limits, ex->rq->bucket, now);

			if (!pause) {
				start(e, ex);
				continue;
			}
			if (pause >= clock_left_ms(ex->rq->deadline)) {
				refuse(e, ex, pause);
				continue;
			}
			ex->not_before_ms = now + pause;
		}
		if (ex->not_before_ms < next_due)
			next_due = ex->not_before_ms;
	}
	e->next_due_ms = next_due;
}

/* How long the server wants us to wait, or -1. */
static int64_t asked_pause_ms(const struct request *rq)
{
	const char *after = request_answer_header(rq, "Retry-After");
	const char *reset = request_answer_header(rq, "X-RateLimit-Reset");
	const char *epoch_s = request_answer_header(rq, "X-Rate-Limit-Reset");
	int64_t now = clock_wall_ms(), at = 0;

	if (after)
		return retry_after_parse(after, now);
	if (rq->status == 429 && reset && clock_parse(span_of(reset), &at))
		return at > now ? at - now : 0;
	/* as Okta says it */
	if (rq->status == 429 && epoch_s && span_int(span_of(epoch_s), &at) &&
	    at < INT64_MAX / 1000)
		return at * 1000 > now ? at * 1000 - now : 0;
	return -1;
}

/* Lets everybody concerned wait, not only the request that was refused. */
static void close_limits(struct engine *e, const struct request *rq, int64_t pause_ms)
{
	const char *reason = request_answer_header(rq, "RateLimit-Reason");

	if (!reason)
		reason = request_answer_header(rq, "RateLimit");
	if (rq->status == 503) {
		reason = NULL;
		if (pause_ms > UNAVAILABLE_MAX_MS)
			pause_ms = UNAVAILABLE_MAX_MS;
	}
	log_debug(LOG_NET, "pause %lld ms bucket=\"%s\" status=%d reason=\"%s\"",
	          (long long)pause_ms, rq->bucket, rq->status, reason ? reason : "");
	if (ratelimit_closed(e->limits, rq->bucket, reason, pause_ms, clock_mono_ms()))
		log_debug(LOG_NET, "too many rate limits are remembered, ignoring one");
}

/* -1: what came is final. */
static int64_t next_attempt_ms(struct engine *e, struct exchange *ex, int code)
{
	const struct request *rq = ex->rq;
	struct retry_input in = { .event = RETRY_ANSWER,
		                  .status = rq->status,
		                  .attempts = rq->attempts,
		                  .repeatable = rq->repeatable,
		                  .retry_after_ms = -1 };

	if (getrandom(&in.random, sizeof(in.random), GRND_NONBLOCK) < 0)
		in.random = (uint32_t)clock_mono_ms();
	if (!code)
		in.retry_after_ms = asked_pause_ms(rq);
	else if (code == -EHOSTUNREACH || code == -ECONNREFUSED)
		in.event = RETRY_NOT_CONNECTED;
	else if (code == -EREMOTEIO)
		in.event = RETRY_ANSWER_LOST;
	else
		return -1;

	int64_t delay = retry_delay_ms(&in);
	if (!code && rq->status == 429)
		close_limits(e, rq,
		             in.retry_after_ms >= 0 ? in.retry_after_ms
		             : delay >= 0           ? delay
		                                    : REFUSED_PAUSE_MS);
	else if (!code && rq->status == 503 && in.retry_after_ms >= 0)
		close_limits(e, rq, in.retry_after_ms);
	return delay;
}

/* libcurl is through with an attempt: give it back or send it again later. */
static void attempt_over(struct engine *e, struct exchange *ex, CURLcode result)
{
	struct request *rq = ex->rq;
	struct err err = { 0 };
	int code = transfer_result(&ex->transfer, result, &err);

	log_at(LOG_NET, LOG_CALLS, "%s %.*s status=%d bytes=%zu attempt=%u%s%s",
	       rq->method, (int)strcspn(rq->url, "?"), rq->url, rq->status,
	       rq->answer.len, rq->attempts, code ? " error=" : "", code ? err.msg : "");
	detach(e, ex, !result);

	int64_t delay = next_attempt_ms(e, ex, code);
	if (delay < 0 || delay >= clock_left_ms(rq->deadline)) {
		settle(e, ex, code, &err);
		return;
	}
	/* A 429 says that nothing was done, what did not connect cannot have. */
	if (code ? err.outcome == ERR_OUTCOME_UNKNOWN : rq->status != 429)
		rq->doubtful = true;
	ex->not_before_ms = clock_mono_ms() + delay;
	if (ex->not_before_ms < e->next_due_ms)
		e->next_due_ms = ex->not_before_ms;
	list_remove(&ex->link);
	list_append(&e->ready, &ex->link);
	ex->place = PLACE_READY;
}

static bool collect(struct engine *e)
{
	CURLMsg *msg;
	int left;
	bool any = false;

	while ((msg = curl_multi_info_read(e->multi, &left))) {
		CURL *easy = msg->easy_handle;
		CURLcode result = msg->data.result;
		char *ex = NULL;

		if (msg->msg != CURLMSG_DONE ||
		    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &ex) || !ex)
			continue;
		attempt_over(e, (struct exchange *)(void *)ex, result);
		any = true;
	}
	return any;
}

static int sleep_ms(struct engine *e)
{
	if (e->n_running == e->max_in_flight || !list_first(&e->ready))
		return SLEEP_MAX_MS;

	int64_t now = clock_mono_ms();
	if (e->next_due_ms <= now)
		return 0;
	return e->next_due_ms - now > SLEEP_MAX_MS ? SLEEP_MAX_MS
	                                           : (int)(e->next_due_ms - now);
}

void *net_engine_thread(void *arg)
{
	struct engine *e = arg;
	struct list *left[] = { &e->running, &e->ready };
	int n_running;

	while (take_mail(e)) {
		dispatch(e);
		curl_multi_perform(e->multi, &n_running);
		if (!collect(e))
			curl_multi_poll(e->multi, NULL, 0, sleep_ms(e), NULL);
	}
	for (size_t i = 0; i < ARRAY_SIZE(left); i++) {
		struct list_link *l;

		while ((l = list_first(left[i])))
			drop(e, container_of(l, struct exchange, link), -EINTR);
	}
	return NULL;
}
