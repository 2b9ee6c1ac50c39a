/* SPDX-License-Identifier: MIT */
/*
 * Levels and topics; one redaction point; to standard error, or to a file.
 * Layers below fs log at debug only.  The only mutable global of the program.
 * Format: "topic: sentence key=value ..."; a journal priority prefix when
 * standard error is not a terminal.
 */
#ifndef JSMFS_BASE_LOG_H
#define JSMFS_BASE_LOG_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* By number the values of the property Verbosity, but for errors. */
enum log_level {
	LOG_ERR,
	LOG_WARN,
	LOG_INFO,  /* what was done: queries, changes, mounting */
	LOG_CALLS, /* each request to the site in one line */
	LOG_DEBUG, /* and what the parts of the program think; headers */
	LOG_BODIES /* and what was sent and answered */
};

enum log_topic {
	LOG_NET,
	LOG_CACHE,
	LOG_PLAN,
	LOG_FS,
	LOG_AUTH,
	LOG_PROC,
	LOG_CLI,
	LOG_N_TOPICS
};

/* Checked before arguments are evaluated. */
#define log_at(topic, level, ...)                                                        \
	do {                                                                             \
		if (log_enabled((topic), (level)))                                       \
			log_write((topic), (level), __VA_ARGS__);                        \
	} while (0)
#define log_debug(topic, ...) log_at(topic, LOG_DEBUG, __VA_ARGS__)
#define log_info(topic, ...) log_at(topic, LOG_INFO, __VA_ARGS__)
#define log_warn(topic, ...) log_at(topic, LOG_WARN, __VA_ARGS__)
#define log_error(topic, ...) log_at(topic, LOG_ERR, __VA_ARGS__)

const char *log_topic_name(enum log_topic topic);
bool log_enabled(enum log_topic topic, enum log_level level);
void log_write(enum log_topic topic, enum log_level level, const char *fmt, ...)
	printf_(3, 4);

void log_set_level(enum log_level level); /* of all topics; the start is LOG_WARN */

/* "net,plan" or "all": these topics at debug.  -EINVAL names the topics there are. */
int log_set_debug(const char *topics, struct err *err) must_check_;

/*
 * "HTTP;EXEC": only these modules log what is no warning; "" is all.  A module is a
 * topic or one of the connectors' names.  -EINVAL names those there are.
 */
int log_set_modules(const char *modules, struct err *err) must_check_;

enum log_level log_level_now(void);

/*
 * Appends to a file (made 0600) instead of standard error.  Before it grows beyond
 * max_bytes (0: never) it is put aside as path.TIME; of all such files and this one
 * max_count (0 and less: all) are kept.
 */
int log_set_file(const char *path, uint64_t max_bytes, long max_count, struct err *err)
	must_check_;

/* Several lines of text that others wrote, cut at 64 KiB; checked by the caller. */
void log_text(enum log_topic topic, enum log_level level, const char *title,
              struct span text);

/* Does log_change() go anywhere? */
bool log_has_file(void);

/*
 * One line about a change, whatever the level; into the file only.  lasting: it is on
 * the disk before this returns, and survives the end of the machine.  Blocks then.
 */
void log_change(const char *text, bool lasting);

/*
 * From now on s is replaced by *** in everything that is logged, alone and in
 * its percent-encoded and "user:secret" base64 form.  Short texts (under 4
 * bytes) are ignored.
 */
void log_redact(struct span s);

/* The same replacement, in place, for text that leaves by another way (same length or
 * shorter). */
void log_redact_text(char *text);

/* The same for n bytes of any kind; returns how many are left. */
size_t log_redact_bytes(char *bytes, size_t n) must_check_;

#endif
