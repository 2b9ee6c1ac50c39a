/* SPDX-License-Identifier: MIT */
#include "net/engine.h"

#include "base/clock.h"
#include "base/sync.h"
#include "net/engine_i.h"

#include <errno.h>
#include <signal.h>

#define QUEUE_MAX 16384
#define CONNECT_MS 30000

static struct engine *engine_of(struct transport *t)
{
	return container_of(t, struct engine, transport);
}

void exchange_free(struct exchange *ex)
{
	pthread_cond_destroy(&ex->settled);
	request_free(ex->rq);
	free(ex);
}

/* Under the lock. */
static void wake(struct engine *e)
{
	if (e->woken)
		return;
	e->woken = true;
	curl_multi_wakeup(e->multi);
}

/* Under the lock. */
static void ask_abort(struct engine *e, struct exchange *ex, int code)
{
	if (ex->done || ex->abort_code)
		return;
	ex->abort_code = code;
	list_append(&e->aborts, &ex->in_abort);
	wake(e);
}

static int engine_submit(struct transport *t, struct request *rq, struct exchange **ret,
                         struct err *err)
{
	struct engine *e = engine_of(t);
	cleanup_free_ struct exchange *ex = calloc(1, sizeof(*ex));

	if (!ex)
		return err_nomem(err);
	int code = origin_read(rq, e->cfg.unix_socket, &ex->transfer.origin, err);
	if (code)
		return code;
	if (sync_cond_init(&ex->settled))
		return err_nomem(err);
	ex->engine = e;
	ex->rq = rq;
	ex->transfer.rq = rq;
	ex->holders = 2;
	list_link_init(&ex->link);
	list_link_init(&ex->in_abort);

	pthread_mutex_lock(&e->lock);
	bool full = e->n_accepted >= QUEUE_MAX;
	if (!full) {
		e->n_accepted++;
		rq->attempts = 0;
		list_append(&e->inbox, &ex->link);
		wake(e);
	}
	pthread_mutex_unlock(&e->lock);
	if (full) {
		pthread_cond_destroy(&ex->settled);
		return err_set(err, -EAGAIN, "%d requests are waiting already",
		               QUEUE_MAX);
	}
	*ret = take_ptr(ex);
	return 0;
}

struct waiter {
	struct exchange *ex;
	bool fired; /* engine lock */
};

static void waiter_fired(void *ctx)
{
	struct waiter *w = ctx;

	LOCK_SCOPE(&w->ex->engine->lock);
	w->fired = true;
	pthread_cond_broadcast(&w->ex->settled);
}

static int engine_wait(struct transport *t, struct exchange *ex, struct cancel *cancel,
                       struct err *err)
{
	struct engine *e = engine_of(t);
	struct waiter w = { .ex = ex };
	struct cancel_hook hook;
	int64_t deadline = ex->rq->deadline;

	cancel_hook(cancel, &hook, waiter_fired, &w);
	pthread_mutex_lock(&e->lock);
	while (!ex->done) {
		if (w.fired)
			ask_abort(e, ex, -EINTR);
		/* Once asked, the thread settles it without delay. */
		if (ex->abort_code)
			deadline = CLOCK_FOREVER;
		if (sync_wait(&ex->settled, &e->lock, deadline) == -ETIMEDOUT)
			ask_abort(e, ex, -ETIMEDOUT);
	}
	int code = ex->code;
	if (code && err)
		*err = ex->err;
	pthread_mutex_unlock(&e->lock);
	cancel_unhook(cancel, &hook);
	return code;
}

static struct request *engine_request(struct exchange *ex)
{
	return ex->rq;
}

static void engine_release(struct transport *t, struct exchange *ex)
{
	struct engine *e = engine_of(t);

	if (!ex)
		return;
	pthread_mutex_lock(&e->lock);
	ask_abort(e, ex, -EINTR);
	bool last = !--ex->holders;
	pthread_mutex_unlock(&e->lock);
	if (last)
		exchange_free(ex);
}

static bool engine_settled(struct transport *t, struct exchange *ex)
{
	LOCK_SCOPE(&engine_of(t)->lock);
	return ex->done;
}

static void engine_free(struct transport *t)
{
	struct engine *e = engine_of(t);

	if (e->has_thread) {
		pthread_mutex_lock(&e->lock);
		e->stop = true;
		wake(e);
		pthread_mutex_unlock(&e->lock);
		pthread_join(e->thread, NULL);
	}
	for (unsigned i = 0; i < e->n_idle; i++)
		curl_easy_cleanup(e->idle[i]);
	if (e->multi)
		curl_multi_cleanup(e->multi);
	if (e->share)
		curl_share_cleanup(e->share);
	ratelimit_free(e->limits);
	pthread_mutex_destroy(&e->lock);
	free(e->cfg.user_agent);
	free(e->cfg.unix_socket);
	free(e->cfg.ca_file);
	free(e);
	curl_global_cleanup();
}

static const struct transport_ops engine_ops = {
	.submit = engine_submit,
	.wait = engine_wait,
	.request = engine_request,
	.release = engine_release,
	.free = engine_free,
	.settled = engine_settled,
};

static bool set_up_curl(struct engine *e)
{
	long in_flight = (long)e->max_in_flight;

	e->multi = curl_multi_init();
	e->share = curl_share_init();
	/* One thread uses it, so it needs no locks; it holds TLS sessions because
	 * the multi handle does not. */
	return e->multi && e->share &&
	       !curl_share_setopt(e->share, CURLSHOPT_SHARE,
	                          CURL_LOCK_DATA_SSL_SESSION) &&
	       !curl_multi_setopt(e->multi, CURLMOPT_PIPELINING,
	                          (long)CURLPIPE_MULTIPLEX) &&
	       !curl_multi_setopt(e->multi, CURLMOPT_MAX_HOST_CONNECTIONS, in_flight) &&
	       !curl_multi_setopt(e->multi, CURLMOPT_MAXCONNECTS, in_flight);
}

/* Signals are for the threads that expect them. */
static bool start_thread(struct engine *e)
{
	sigset_t all, before;

	sigfillset(&all);
	if (pthread_sigmask(SIG_SETMASK, &all, &before))
		return false;
	e->has_thread = !pthread_create(&e->thread, NULL, net_engine_thread, e);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (e->has_thread)
		pthread_setname_np(e->thread, "net");
	return e->has_thread;
}

int net_engine_new(const struct net_engine_config *cfg, struct transport **ret,
                   struct err *err)
{
	const char *agent = cfg->user_agent ? cfg->user_agent : "jsmfs";
	const char *ca_file = secure_getenv("SSL_CERT_FILE");

	if (cfg->max_in_flight < 1 || cfg->max_in_flight > IN_FLIGHT_MAX)
		return err_set(err, -EINVAL,
		               "between 1 and %d requests can be on their way",
		               IN_FLIGHT_MAX);
	struct engine *e = calloc(1, sizeof(*e));
	if (!e)
		return err_nomem(err);
	if (curl_global_init(CURL_GLOBAL_DEFAULT)) {
		free(e);
		return err_nomem(err);
	}
	e->transport.ops = &engine_ops;
	e->max_in_flight = cfg->max_in_flight;
	e->cfg.connect_ms = cfg->connect_ms > 0 ? cfg->connect_ms : CONNECT_MS;
	e->cfg.tls = cfg->tls;
	e->cfg.proxy = cfg->proxy;
	e->cfg.user_agent = str_dup(agent);
	e->cfg.unix_socket = cfg->unix_socket ? str_dup(cfg->unix_socket) : NULL;
	e->cfg.ca_file = ca_file && *ca_file ? str_dup(ca_file) : NULL;
	e->limits = ratelimit_new();
	list_init(&e->inbox);
	list_init(&e->aborts);
	list_init(&e->ready);
	list_init(&e->running);
	pthread_mutex_init(&e->lock, NULL);
	if (!e->cfg.user_agent || (cfg->unix_socket && !e->cfg.unix_socket) ||
	    (ca_file && *ca_file && !e->cfg.ca_file) || !e->limits || !set_up_curl(e) ||
	    !start_thread(e)) {
		engine_free(&e->transport);
		return err_nomem(err);
	}
	*ret = &e->transport;
	return 0;
}
