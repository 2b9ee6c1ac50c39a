/* SPDX-License-Identifier: MIT */
/*
 * A line is formatted whole, redacted, cleaned and only then cut, so that no
 * half of a secret is left at the cut; one write() puts it out.
 */
#include "base/log.h"

#include "base/clock.h"
#include "base/logfile.h"
#include "base/redact_i.h"
#include "base/sync.h"
#include "base/utf8.h"
#include "base/utf8_i.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_BYTES 2048
#define RAW_BYTES 8192
#define TEXT_BYTES (64u << 10)
#define TEXT_LINE_BYTES 1500

static const char *const topic_names[] = { "net",  "cache", "plan", "fs",
	                                   "auth", "proc",  "cli" };
_Static_assert(ARRAY_SIZE(topic_names) == LOG_N_TOPICS, "a name for every topic");

/* The connectors' names of modules, and the parts of this program they mean. */
static const struct module {
	const char *name;
	unsigned topics;
} modules[] = {
	{ "HTTP", 1u << LOG_NET },  { "TCP", 1u << LOG_NET },
	{ "SSL", 1u << LOG_NET },   { "EXEC", 1u << LOG_PLAN | 1u << LOG_FS },
	{ "INFO", 1u << LOG_CLI },  { "META", 1u << LOG_CACHE },
	{ "OAUT", 1u << LOG_AUTH }, { "KERB", 1u << LOG_AUTH },
	{ "SP", 1u << LOG_PROC },   { "SYNC", 1u << LOG_CACHE },
};

#define ALL_TOPICS ((1u << LOG_N_TOPICS) - 1)

static struct {
	_Atomic unsigned char level; /* enum log_level of all topics */
	atomic_uint debug;           /* bit per topic */
	atomic_uint topics; /* bit per topic: those that tell more than warnings */
	pthread_mutex_t lock;
	struct logfile file;     /* lock; without one: standard error */
	struct redactor secrets; /* lock */
} state = { .level = LOG_WARN,
	    .topics = ALL_TOPICS,
	    .lock = PTHREAD_MUTEX_INITIALIZER,
	    .file = { .fd = -1 } };

bool log_enabled(enum log_topic topic, enum log_level level)
{
	if (level <= LOG_DEBUG && atomic_load(&state.debug) >> topic & 1)
		return true;
	return level <= (enum log_level)atomic_load(&state.level) &&
	       (level <= LOG_WARN || atomic_load(&state.topics) >> topic & 1);
}

enum log_level log_level_now(void)
{
	return (enum log_level)atomic_load(&state.level);
}

void log_set_level(enum log_level level)
{
	atomic_store(&state.level, (unsigned char)level);
}

/* 0 for a name that there is not. */
static unsigned topic_bit(struct span word)
{
	for (size_t i = 0; i < LOG_N_TOPICS; i++) {
		if (span_ieq(word, span_of(topic_names[i])))
			return 1u << i;
	}
	return 0;
}

const char *log_topic_name(enum log_topic topic)
{
	return topic_names[topic];
}

int log_set_debug(const char *topics, struct err *err)
{
	struct span rest = span_of(topics);
	unsigned mask = 0;

	while (rest.n) {
		struct span word = span_trim(span_cut(&rest, ','));
		unsigned bits =
			span_ieq(word, SPAN("all")) ? ALL_TOPICS : topic_bit(word);

		if (word.n && !bits)
			return err_set(err, -EINVAL,
			               "there is no log topic '%.*s'; there are all, "
			               "net, cache, plan, fs, auth, proc, cli",
			               SPAN_FMT(word));
		mask |= bits;
	}
	atomic_store(&state.debug, mask);
	return 0;
}

static unsigned module_bits(struct span word)
{
	for (size_t i = 0; i < ARRAY_SIZE(modules); i++) {
		if (span_ieq(word, span_of(modules[i].name)))
			return modules[i].topics;
	}
	return topic_bit(word);
}

int log_set_modules(const char *text, struct err *err)
{
	struct span rest = span_of(text);
	unsigned mask = 0;

	while (rest.n) {
		struct span some = span_cut(&rest, ';');

		while (some.n) {
			struct span word = span_trim(span_cut(&some, ','));
			unsigned bits = module_bits(word);

			if (word.n && !bits)
				return err_set(err, -EINVAL,
				               "LogModules: there is no module '%.*s'; "
				               "there are net, cache, plan, fs, auth, "
				               "proc, cli, and HTTP, TCP, SSL, EXEC, "
				               "INFO, META, OAUT, KERB, SP, SYNC",
				               SPAN_FMT(word));
			mask |= bits;
		}
	}
	atomic_store(&state.topics, mask ? mask : ALL_TOPICS);
	return 0;
}

int log_set_file(const char *path, uint64_t max_bytes, long max_count, struct err *err)
{
	struct logfile f;
	int r = logfile_open(path, max_bytes, max_count, &f, err);

	if (r < 0)
		return r;
	LOCK_SCOPE(&state.lock);
	logfile_close(&state.file);
	state.file = f;
	return 0;
}

void log_redact(struct span s)
{
	LOCK_SCOPE(&state.lock);
	redactor_add(&state.secrets, s);
}

void log_redact_text(char *text)
{
	LOCK_SCOPE(&state.lock);
	text[redactor_clean(&state.secrets, text, strlen(text), false)] = '\0';
}

size_t log_redact_bytes(char *bytes, size_t n)
{
	LOCK_SCOPE(&state.lock);
	return redactor_clean(&state.secrets, bytes, n, true);
}

/* Whole characters, no control bytes, at most room bytes. */
static size_t clean(char *out, size_t room, struct span s)
{
	size_t used = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t cp = 0;
		size_t len = utf8_decode(s.p + i, s.n - i, &cp);
		bool whole = len && cp >= 0x20 && cp != 0x7f;
		if (used + (whole ? len : 1) > room)
			break;
		if (whole) {
			memcpy(out + used, s.p + i, len);
			used += len;
		} else {
			out[used++] = len ? ' ' : '?';
		}
		i += len ? len : 1;
	}
	return used;
}

static size_t prefix(char *line, size_t room, bool to_file, enum log_level level)
{
	static const char *const names[] = { "error", "warning", "info",
		                             "call",  "debug",   "body" };
	static const int priorities[] = { 3, 4, 6, 7, 7, 7 };

	if (to_file) {
		struct buf when = BUF_INIT(64);
		clock_format(&when, clock_wall_ms(), false);
		int n = snprintf(line, room, "%s %s ", buf_str(&when), names[level]);
		buf_clear(&when);
		return n > 0 ? (size_t)n : 0;
	}
	if (isatty(STDERR_FILENO))
		return 0;
	int n = snprintf(line, room, "<%d>", priorities[level]);
	return n > 0 ? (size_t)n : 0;
}

/* Under the lock. */
static void put_line(enum log_level level, struct span text)
{
	bool to_file = state.file.fd >= 0;
	char line[LINE_BYTES];
	size_t len = prefix(line, sizeof(line), to_file, level);

	len += clean(line + len, sizeof(line) - len - 1, text);
	line[len++] = '\n';
	if (to_file) {
		logfile_write(&state.file, (struct span){ line, len });
		return;
	}
	/* There is nobody to tell when the log cannot be written. */
	ssize_t written = write(STDERR_FILENO, line, len);
	(void)written;
}

void log_write(enum log_topic topic, enum log_level level, const char *fmt, ...)
{
	char raw[RAW_BYTES];
	int saved_errno = errno;
	va_list ap;

	int start = snprintf(raw, sizeof(raw), "%s: ", topic_names[topic]);
	va_start(ap, fmt);
	int n = vsnprintf(raw + start, sizeof(raw) - (size_t)start, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	bool cut = (size_t)n >= sizeof(raw) - (size_t)start;

	LOCK_SCOPE(&state.lock);
	size_t raw_len = redactor_clean(&state.secrets, raw, strlen(raw), cut);
	put_line(level, (struct span){ raw, raw_len });
	errno = saved_errno;
}

bool log_has_file(void)
{
	LOCK_SCOPE(&state.lock);

	return state.file.fd >= 0;
}

void log_change(const char *text, bool lasting)
{
	char raw[LINE_BYTES];
	int n = snprintf(raw, sizeof(raw), "change: %s", text);
	int fd = -1;

	{
		LOCK_SCOPE(&state.lock);
		if (n < 0 || state.file.fd < 0)
			return;
		n = (int)redactor_clean(&state.secrets, raw, strlen(raw),
		                        (size_t)n >= sizeof(raw));
		put_line(LOG_INFO, (struct span){ raw, (size_t)n });
		if (lasting)
			fd = fcntl(state.file.fd, F_DUPFD_CLOEXEC, 0);
	}
	/* Without the lock: lines of several threads get there together. */
	if (fd >= 0) {
		(void)fdatasync(fd);
		close(fd);
	}
}

/* A piece that ends at a newline, or where it is too long. */
static struct span take_line(struct span *rest)
{
	struct span line = *rest;
	const char *end;

	line.n = utf8_cut(*rest, TEXT_LINE_BYTES);
	if (!line.n)
		line.n = rest->n < TEXT_LINE_BYTES ? rest->n : TEXT_LINE_BYTES;
	end = memchr(line.p, '\n', line.n);
	if (end)
		line.n = (size_t)(end - line.p);
	rest->p += line.n + (end ? 1 : 0);
	rest->n -= line.n + (end ? 1 : 0);
	return line;
}

void log_text(enum log_topic topic, enum log_level level, const char *title,
              struct span text)
{
	char raw[TEXT_LINE_BYTES + 200];
	bool cut = text.n > TEXT_BYTES;
	char *copy = malloc(TEXT_BYTES);
	struct span rest;

	if (!copy)
		return;
	memcpy(copy, text.p, cut ? TEXT_BYTES : text.n);
	LOCK_SCOPE(&state.lock);
	rest = (struct span){ copy, redactor_clean(&state.secrets, copy,
		                                   cut ? TEXT_BYTES : text.n, cut) };
	while (rest.n) {
		struct span line = take_line(&rest);
		int n = snprintf(raw, sizeof(raw), "%s: %.60s| %.*s", topic_names[topic],
		                 title, SPAN_FMT(line));

		if (n > 0)
			put_line(level, (struct span){ raw, strlen(raw) });
	}
	free(copy);
}
