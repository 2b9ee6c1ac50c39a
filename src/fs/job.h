/* SPDX-License-Identifier: MIT */
/*
 * One request of the kernel that may have to wait for the site: it runs on a
 * thread of the pool, ends when the caller is interrupted, and replies itself.
 */
#ifndef JSMFS_FS_JOB_H
#define JSMFS_FS_JOB_H

#include "base/base.h"
#include "fs/fs_i.h"
#include "fs/result.h"

#include <fuse_lowlevel.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct job;

/* Does the work; replies exactly once: job_error(), or job_quiet() and fuse_reply_…(). */
typedef void job_fn(struct job *j);

struct job {
	struct fs *fs;
	fuse_req_t req;
	struct stoppable stop;
	struct wish wish;
	struct node *node; /* a reference, given back when the job ends */
	struct fuse_file_info fi;
	char *bytes; /* owned: a name, or what is written; NUL-terminated */
	size_t n;
	job_fn *run;
	pthread_mutex_t lock;
	bool queued;   /* lock */
	bool started;  /* lock */
	bool answered; /* lock; interrupted before it started */
};

/*
 * Submits; takes the reference to node (also when it fails: then the request was
 * answered with the errno).  bytes are copied.
 */
void job_start(struct fs *fs, fuse_req_t req, struct node *node,
               const struct fuse_file_info *fi, struct span bytes, job_fn *run);

/* From here on an interrupt changes nothing: the reply is about to be sent. */
void job_quiet(struct job *j);

void job_error(struct job *j, int code); /* code: negative errno, or 0 */

/* The same when the kernel holds no directory: whoever sees it fail finds out why. */
void job_failed(struct job *j, int code);

#endif
