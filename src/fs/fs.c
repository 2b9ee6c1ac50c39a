/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "fs/absent.h"
#include "fs/attached.h"
#include "fs/control.h"
#include "fs/fs_i.h"
#include "fs/known.h"
#include "fs/notify.h"
#include "fs/scratch.h"
#include "fs/shown.h"
#include "fs/text.h"
#include "fs/views.h"
#include "fs/walkers.h"

#include <stdlib.h>
#include <unistd.h>

#define MAX_THREADS 32
#define MAX_QUEUED 4096

int fs_new(const struct fs_config *cfg, struct fs **ret, struct err *err)
{
	struct fs *fs = calloc(1, sizeof(*fs));

	if (!fs)
		return err_nomem(err);
	fs->cfg = *cfg;
	fs->uid = getuid();
	fs->gid = getgid();
	fs->started_ms = clock_wall_ms();
	fs->refreshed_ms = fs->started_ms;
	pthread_mutex_init(&fs->stop_lock, NULL);
	pthread_mutex_init(&fs->text_lock, NULL);
	fs->nodes = nodes_new(NODE_MAX);
	fs->folders = folders_new(cfg->catalog);
	fs->faults = faults_new();
	fs->guard = guard_new(cfg->indexers, cfg->process_budget);
	fs->absents = absents_new();
	fs->notifier = notifier_new();
	fs->known = known_new(cfg->catalog);
	fs->controls = controls_new();
	fs->views = views_new();
	fs->scratch = scratch_new();
	fs->blocks = blocks_new();
	fs->walkers = walkers_new();
	fs->showing = showing_new();
	fs->pool = pool_new(MAX_THREADS, MAX_QUEUED);
	fs->flight = flight_new();
	fs->texts = map_new();
	if (!fs->nodes || !fs->folders || !fs->faults || !fs->guard || !fs->known ||
	    !fs->absents || !fs->notifier || !fs->controls || !fs->views ||
	    !fs->scratch || !fs->blocks || !fs->walkers || !fs->showing || !fs->pool ||
	    !fs->flight || !fs->texts) {
		fs_free(fs);
		return err_nomem(err);
	}
	*ret = fs;
	return 0;
}

static void texts_free(struct map *texts)
{
	struct span key;
	size_t cursor = 0;
	void *value;

	while (texts && map_next(texts, &cursor, &key, &value))
		text_unref(value);
	map_free(texts);
}

void fs_free(struct fs *fs)
{
	if (!fs)
		return;
	if (fs->pool)
		pool_free(fs->pool);
	notifier_free(fs->notifier);
	nodes_free(fs->nodes);
	folders_free(fs->folders);
	controls_free(fs->controls);
	views_free(fs->views);
	if (fs->scratch)
		scratch_free(fs->scratch);
	blocks_free(fs->blocks);
	walkers_free(fs->walkers);
	showing_free(fs->showing);
	guard_free(fs->guard);
	known_free(fs->known);
	absents_free(fs->absents);
	faults_free(fs->faults);
	if (fs->flight)
		flight_free(fs->flight);
	texts_free(fs->texts);
	pthread_mutex_destroy(&fs->text_lock);
	pthread_mutex_destroy(&fs->stop_lock);
	free(fs);
}

void fs_end_notices(struct fs *fs)
{
	notifier_free(fs->notifier);
	fs->notifier = NULL;
}

void fs_stoppable_add(struct fs *fs, struct stoppable *s)
{
	bool fire;

	cancel_init(&s->cancel);
	{
		LOCK_SCOPE(&fs->stop_lock);
		s->prev = NULL;
		s->next = fs->stoppables;
		if (s->next)
			s->next->prev = s;
		fs->stoppables = s;
		fire = fs->stopping;
	}
	if (fire)
		cancel_fire(&s->cancel);
}

void fs_stoppable_del(struct fs *fs, struct stoppable *s)
{
	{
		LOCK_SCOPE(&fs->stop_lock);
		if (s->prev)
			s->prev->next = s->next;
		else
			fs->stoppables = s->next;
		if (s->next)
			s->next->prev = s->prev;
	}
	cancel_clear(&s->cancel);
}

void fs_stop(struct fs *fs)
{
	LOCK_SCOPE(&fs->stop_lock);

	fs->stopping = true;
	for (struct stoppable *s = fs->stoppables; s; s = s->next)
		cancel_fire(&s->cancel);
}

void fs_opened_add(struct fs *fs, struct opened *o)
{
	LOCK_SCOPE(&fs->stop_lock);

	o->prev = NULL;
	o->next = fs->opened;
	if (o->next)
		o->next->prev = o;
	fs->opened = o;
}

void fs_opened_del(struct fs *fs, struct opened *o)
{
	LOCK_SCOPE(&fs->stop_lock);

	if (o->prev)
		o->prev->next = o->next;
	else
		fs->opened = o->next;
	if (o->next)
		o->next->prev = o->prev;
}

void fs_end_work(struct fs *fs)
{
	pool_free(fs->pool);
	fs->pool = NULL;
	while (fs->opened)
		fs->opened->close(fs, fs->opened);
}

int64_t fs_deadline(const struct fs *fs)
{
	return clock_deadline((int64_t)fs->cfg.timeout_s * 1000);
}

void fs_failed(struct fs *fs, struct folder *f, struct span path, const struct err *err)
{
	struct buf line = BUF_INIT(16384);

	faults_note(fs->faults, path, err, &line);
	if (f && !buf_status(&line))
		fs_tell_failure(fs, f, err, buf_view(&line));
	buf_clear(&line);
}
