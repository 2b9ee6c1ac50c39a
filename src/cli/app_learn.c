/* SPDX-License-Identifier: MIT */
/* What the site has: asked for when the program starts, and again from time to time. */
#include "base/clock.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "catalog/site.h"
#include "cli/app_i.h"
#include "query/engine.h"

#include <errno.h>
#include <string.h>

/* Reading the desks is allowed to anybody who can sign in, and needed anyway. */
static int read_desks(struct app *a, struct run *run, size_t *ret_n, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	int r = engine_select(a->engine, "SELECT Id, ProjectName FROM ServiceDesks", NULL,
	                      0, false, run, &rows, err);

	*ret_n = 0;
	while (!r) {
		r = rows->ops->next(rows, err);
		if (r <= 0)
			break;
		++*ret_n;
		r = 0;
	}
	return r;
}

/* The documented default of the connectors, which read the first desk only. */
static int choose_first(struct app *a, struct run *run, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	cleanup_free_ char *id = NULL;
	struct value v;
	int r;

	if (!app_wants_first(a))
		return 0;
	r = engine_select(a->engine, "SELECT Id FROM ServiceDesks LIMIT 1", NULL, 0,
	                  false, run, &rows, err);
	if (!r)
		r = rows->ops->next(rows, err);
	if (r < 0)
		return r;
	if (!r)
		return err_set(err, -ENOENT,
		               "ServiceDeskID=first: this account sees no service desk");
	rows->ops->get(rows, 0, &v);
	id = span_dup(v.s);
	return id ? catalog_set_desk(a->catalog, id, err) : err_nomem(err);
}

static int discover(struct app *a, struct run *run, struct err *err)
{
	return site_discover(a->catalog, a->client,
	                     config_bool(a->config, PROP_INCLUDE_CUSTOM_FIELDS), run,
	                     err);
}

static struct run new_run(const struct app *a)
{
	struct run run = RUN_INIT;

	run.deadline = clock_deadline(config_int(a->config, PROP_TIMEOUT) * 1000);
	return run;
}

int app_check(struct app *a, struct err *err)
{
	struct run run = new_run(a), rest = new_run(a);
	size_t n = 0;
	int r;

	run.fresh_ms = 0;
	r = choose_first(a, &run, err);
	if (!r)
		r = read_desks(a, &run, &n, err);
	if (r < 0)
		return err_wrap(err, "%s", config_get(a->config, PROP_URL));
	if (!n && catalog_desk(a->catalog)[0])
		return err_set(err, -ENOENT,
		               "ServiceDeskID=%s: there is no such service desk, or this "
		               "account "
		               "cannot see it",
		               catalog_desk(a->catalog));
	return discover(a, &rest, err);
}

void app_recall(struct app *a)
{
	struct run run = RUN_INIT;
	size_t n;

	run.cached_only = true;
	if (choose_first(a, &run, NULL) < 0 || read_desks(a, &run, &n, NULL) < 0 ||
	    discover(a, &run, NULL) < 0)
		log_debug(LOG_CLI, "nothing is known yet of this site, ignoring");
}

int app_prepare(struct app *a, const char *sql, struct err *err)
{
	struct run run = new_run(a);
	int r;

	if (!a->client)
		return 0;
	r = choose_first(a, &run, err);
	if (r < 0)
		return r;
	if (strcasestr(sql, "QueueRequests") ||
	    config_bool(a->config, PROP_INCLUDE_CUSTOM_FIELDS))
		return discover(a, &run, err);
	/* A view may mean a queue without naming it here. */
	run.cached_only = true;
	if (discover(a, &run, NULL) < 0)
		log_debug(LOG_CLI, "no queue is known yet, ignoring");
	return 0;
}

/* --- refreshing --------------------------------------------------------------- */

struct refresher {
	struct app *app;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	bool stop; /* lock */
	bool now;  /* lock: somebody asked for it */
	struct cancel cancel;
};

static bool pause_until_stale(struct refresher *f)
{
	int64_t ttl_ms = config_int(f->app->config, PROP_METADATA_TTL) * 1000;
	int64_t deadline = clock_deadline(ttl_ms > 60000 ? ttl_ms : 60000);
	LOCK_SCOPE(&f->lock);

	while (!f->stop && !f->now &&
	       sync_wait(&f->wake, &f->lock, deadline) != -ETIMEDOUT)
		;
	f->now = false;
	return !f->stop;
}

static void *refresh(void *arg)
{
	struct refresher *f = arg;

	while (pause_until_stale(f)) {
		struct run run = new_run(f->app);
		struct err err = { 0 };
		size_t n;

		run.fresh_ms = 0;
		run.cancel = &f->cancel;
		if (read_desks(f->app, &run, &n, &err) < 0 ||
		    discover(f->app, &run, &err) < 0)
			log_info(LOG_CLI,
			         "what the site defines is not renewed, ignoring: %s",
			         err.msg);
	}
	return NULL;
}

void refresher_free(struct refresher *f)
{
	if (!f)
		return;
	cancel_fire(&f->cancel);
	{
		LOCK_SCOPE(&f->lock);
		f->stop = true;
		pthread_cond_broadcast(&f->wake);
	}
	pthread_join(f->thread, NULL);
	pthread_cond_destroy(&f->wake);
	pthread_mutex_destroy(&f->lock);
	cancel_clear(&f->cancel);
	free(f);
}

int app_refresh(struct app *a, struct err *err)
{
	struct refresher *f = calloc(1, sizeof(*f));

	if (!f || sync_cond_init(&f->wake)) {
		free(f);
		return err_nomem(err);
	}
	f->app = a;
	pthread_mutex_init(&f->lock, NULL);
	cancel_init(&f->cancel);
	if (pthread_create(&f->thread, NULL, refresh, f)) {
		pthread_cond_destroy(&f->wake);
		pthread_mutex_destroy(&f->lock);
		free(f);
		return err_nomem(err);
	}
	a->refresher = f;
	return 0;
}

void app_relearn(void *app)
{
	struct refresher *f = ((struct app *)app)->refresher;

	if (!f)
		return;
	LOCK_SCOPE(&f->lock);
	f->now = true;
	pthread_cond_broadcast(&f->wake);
}
