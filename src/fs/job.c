/* SPDX-License-Identifier: MIT */
/*
 * Life of a job: made by a FUSE thread, run by a pool thread, freed by it.  An
 * interrupt fires the token; if the job still waits in the queue it is answered
 * on the spot, because the threads before it may wait for a slow site.  Before
 * the job is freed the interrupt function is taken off the request: that waits
 * for one which is running.
 */
#include "fs/job.h"

#include "fs/notify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void job_free(struct job *j)
{
	fs_stoppable_del(j->fs, &j->stop);
	node_unref(j->fs->nodes, j->node);
	pthread_mutex_destroy(&j->lock);
	free(j->bytes);
	free(j);
}

static void on_interrupt(fuse_req_t req, void *data)
{
	struct job *j = data;
	bool answer;

	cancel_fire(&j->stop.cancel);
	{
		LOCK_SCOPE(&j->lock);
		answer = j->queued && !j->started && !j->answered;
		j->answered = j->answered || answer;
	}
	if (answer)
		fuse_reply_err(req, EINTR);
}

static void job_main(void *arg)
{
	struct job *j = arg;
	bool answered;

	{
		LOCK_SCOPE(&j->lock);
		answered = j->answered;
		j->started = true;
	}
	if (answered) {
		job_free(j);
		return;
	}
	j->run(j);
	job_free(j);
}

void job_quiet(struct job *j)
{
	fuse_req_interrupt_func(j->req, NULL, NULL);
}

void job_error(struct job *j, int code)
{
	job_quiet(j);
	fuse_reply_err(j->req, -code);
}

void job_failed(struct job *j, int code)
{
	if (code)
		notifier_settle(j->fs->notifier);
	job_error(j, code);
}

void job_start(struct fs *fs, fuse_req_t req, struct node *node,
               const struct fuse_file_info *fi, struct span bytes, job_fn *run)
{
	struct job *j = calloc(1, sizeof(*j));
	bool answered;
	int r;

	if (j)
		j->bytes = span_dup(bytes);
	if (!j || !j->bytes) {
		free(j);
		node_unref(fs->nodes, node);
		fuse_reply_err(req, ENOMEM);
		return;
	}
	j->fs = fs;
	j->req = req;
	j->node = node;
	j->n = bytes.n;
	j->run = run;
	if (fi)
		j->fi = *fi;
	pthread_mutex_init(&j->lock, NULL);
	fs_stoppable_add(fs, &j->stop);
	j->wish = (struct wish){ .cancel = &j->stop.cancel,
		                 .deadline = fs_deadline(fs),
		                 .thread = fuse_req_ctx(req)->pid };
	/* may call on_interrupt at once, which must not end the request in here */
	fuse_req_interrupt_func(req, on_interrupt, j);
	if (cancel_fired(&j->stop.cancel)) {
		job_error(j, -EINTR);
		job_free(j);
		return;
	}
	{
		LOCK_SCOPE(&j->lock);
		j->queued = true;
	}
	r = pool_submit(fs->pool, job_main, j);
	if (!r)
		return;
	{
		LOCK_SCOPE(&j->lock);
		j->started = true;
		answered = j->answered;
	}
	if (!answered)
		job_error(j, r);
	job_free(j);
}
