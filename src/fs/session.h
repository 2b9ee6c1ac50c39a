/* SPDX-License-Identifier: MIT */
/*
 * A mount from beginning to end: mounting, the threads that answer the kernel,
 * signals, unmounting.  Starts threads: fork before.
 */
#ifndef JSMFS_FS_SESSION_H
#define JSMFS_FS_SESSION_H

#include "base/base.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

struct catalog;
struct client;
struct doctor_config;
struct engine;

struct fs_config {
	struct catalog *catalog; /* borrowed, as all here */
	struct engine *engine;
	struct client *client;
	const char *mountpoint;
	const char *options;    /* more options for the kernel, comma-separated, or "" */
	const char *indexers;   /* patterns of command names, comma-separated */
	const char *version;    /* of the program */
	long timeout_s;         /* of one operation; 0: none */
	long cache_tolerance_s; /* a result may be that old */
	unsigned max_parallel;  /* calls of one write at a time; 0 as 1 */
	long process_budget;    /* cold opens a minute of one process; 0: no limit */
	uint64_t max_rows;      /* MaxRows, only to say that it cut; 0: none */
	uint64_t max_result_bytes; /* of one snapshot */
	bool read_only;
	bool shared; /* others than the mounting user have access */
	bool debug;
	const struct doctor_config *doctor; /* NULL: there is no such file */
	void (*relearn)(void *ctx);         /* what the site defines, soon; or NULL */
	void *relearn_ctx;
	void (*ready)(void *ctx); /* called once the mount answers; or NULL */
	void *ready_ctx;
};

/*
 * Is dir a place to mount on?  A mount of ours there whose process is gone is
 * taken away first.  -ENOENT, -ENOTDIR, -ENOTEMPTY, -EBUSY with a sentence.
 */
int session_check_target(const char *dir, struct err *err) must_check_;

/* Mounts and serves until it is unmounted or told to stop by a signal; then 0. */
int session_run(const struct fs_config *cfg, struct err *err) must_check_;

/* Unmounts dir as root or through fusermount3; lazy: also when it is busy. */
int session_unmount(const char *dir, bool lazy, struct err *err) must_check_;

#endif
