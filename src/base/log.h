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

enum log_level { LOG_ERR, LOG_WARN, LOG_INFO, LOG_DEBUG };

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

bool log_enabled(enum log_topic topic, enum log_level level);
void log_write(enum log_topic topic, enum log_level level, const char *fmt, ...)
	printf_(3, 4);

void log_set_level(enum log_level level); /* of all topics; the start is LOG_WARN */

/* "net,plan" or "all": these topics at debug.  -EINVAL names the topics there are. */
int log_set_debug(const char *topics, struct err *err) must_check_;

/* Appends to a file (made 0600) instead of standard error. */
int log_set_file(const char *path, struct err *err) must_check_;

/*
 * From now on s is replaced by *** in everything that is logged, alone and in
 * its percent-encoded and "user:secret" base64 form.  Short texts (under 4
 * bytes) are ignored.
 */
void log_redact(struct span s);

/* The same replacement, in place, for text that leaves by another way (same length or
 * shorter). */
void log_redact_text(char *text);

#endif
