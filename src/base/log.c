/* SPDX-License-Identifier: MIT */
/*
 * A line is formatted whole, redacted, cleaned and only then cut, so that no
 * half of a secret is left at the cut; one write() puts it out.
 */
#include "base/log.h"

#include "base/clock.h"
#include "base/secret.h"
#include "base/sync.h"
#include "base/utf8_i.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_BYTES 2048
#define RAW_BYTES 8192
#define SECRET_MIN_BYTES 4
#define SECRET_MAX_BYTES 16384
#define SECRETS_MAX 256
#define BASE64_MIN_BYTES 8 /* a shorter piece of base64 would match by chance */

static const char *const topic_names[] = { "net",  "cache", "plan", "fs",
	                                   "auth", "proc",  "cli" };
_Static_assert(ARRAY_SIZE(topic_names) == LOG_N_TOPICS, "a name for every topic");

static struct {
	_Atomic unsigned char level; /* enum log_level of all topics */
	atomic_uint debug;           /* bit per topic */
	pthread_mutex_t lock;
	int fd; /* lock: -1 is standard error */
	struct {
		char *p;
		size_t n;
	} secrets[SECRETS_MAX]; /* lock */
	size_t n_secrets;       /* lock */
	size_t next_secret;     /* lock: the slot to use when all are taken */
} state = { .level = LOG_WARN, .lock = PTHREAD_MUTEX_INITIALIZER, .fd = -1 };

bool log_enabled(enum log_topic topic, enum log_level level)
{
	return level <= (enum log_level)atomic_load(&state.level) ||
	       (atomic_load(&state.debug) >> topic & 1);
}

void log_set_level(enum log_level level)
{
	atomic_store(&state.level, (unsigned char)level);
}

int log_set_debug(const char *topics, struct err *err)
{
	struct span rest = span_of(topics);
	unsigned mask = 0;

	while (rest.n) {
		struct span word = span_trim(span_cut(&rest, ','));
		size_t i = 0;
		if (!word.n)
			continue;
		while (i < LOG_N_TOPICS && !span_ieq(word, span_of(topic_names[i])))
			i++;
		if (i < LOG_N_TOPICS)
			mask |= 1u << i;
		else if (span_ieq(word, SPAN("all")))
			mask |= (1u << LOG_N_TOPICS) - 1;
		else
			return err_set(err, -EINVAL,
			               "there is no log topic '%.*s'; there are all, "
			               "net, cache, plan, fs, auth, proc, cli",
			               SPAN_FMT(word));
	}
	atomic_store(&state.debug, mask);
	return 0;
}

int log_set_file(const char *path, struct err *err)
{
	int fd = open(path,
	              O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW |
	                      O_NONBLOCK | O_NOCTTY,
	              0600);
	if (fd < 0)
		return err_set(err, -errno, "cannot open the log file %s: %s", path,
		               errno == ELOOP ? "it is a symbolic link"
		                              : strerrordesc_np(errno));
	struct stat st;
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, -EINVAL, "the log file %s is not a regular file",
		               path);
	}
	LOCK_SCOPE(&state.lock);
	if (state.fd >= 0)
		close(state.fd);
	state.fd = fd;
	return 0;
}

static bool is_known(struct span s)
{
	for (size_t i = 0; i < state.n_secrets; i++) {
		if (span_eq(s, (struct span){ state.secrets[i].p, state.secrets[i].n }))
			return true;
	}
	return false;
}

/* Under the lock.  The oldest goes when there are too many. */
static void remember(struct span s)
{
	if (s.n < SECRET_MIN_BYTES || s.n > SECRET_MAX_BYTES || is_known(s))
		return;
	char *copy = span_dup(s);
	if (!copy)
		return;
	size_t i = state.n_secrets;
	if (i < SECRETS_MAX) {
		state.n_secrets++;
	} else {
		i = state.next_secret;
		state.next_secret = (i + 1) % SECRETS_MAX;
		secret_wipe(state.secrets[i].p, state.secrets[i].n);
		free(state.secrets[i].p);
	}
	state.secrets[i].p = copy;
	state.secrets[i].n = s.n;
}

static void remember_percent(struct span s)
{
	static const char hex[] = "0123456789ABCDEF0123456789abcdef";

	for (int lower = 0; lower < 2; lower++) {
		struct buf b = BUF_INIT(3 * SECRET_MAX_BYTES);
		for (size_t i = 0; i < s.n; i++) {
			unsigned char c = (unsigned char)s.p[i];
			bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			             (c >= 'a' && c <= 'z') || (c && strchr("-._~", c));
			if (plain)
				buf_putc(&b, (char)c);
			else
				buf_add(&b,
				        (char[]){ '%', hex[lower * 16 + (c >> 4)],
				                  hex[lower * 16 + (c & 15)] },
				        3);
		}
		if (!buf_status(&b))
			remember(buf_view(&b));
		secret_wipe(b.p, b.cap);
		buf_clear(&b);
	}
}

/*
 * What base64 makes of "user:" and s depends on the length of the user modulo 3
 * only, but for the characters at the edges, which hold bits of their neighbours.
 */
static void remember_base64(struct span s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t before = 0; before < 3; before++) {
		struct buf b = BUF_INIT(2 * SECRET_MAX_BYTES);
		/* Digit d holds the bits 6d to 6d+5 of the whole text. */
		size_t first = (before * 8 + 5) / 6, end = (before + s.n) * 8 / 6;
		for (size_t d = first; d < end; d++) {
			size_t bit = d * 6 - before * 8, at = bit / 8;
			unsigned two = (unsigned char)s.p[at] * 256u;
			if (at + 1 < s.n)
				two |= (unsigned char)s.p[at + 1];
			buf_putc(&b, digits[two >> (10 - bit % 8) & 63]);
		}
		if (!buf_status(&b) && b.len >= BASE64_MIN_BYTES)
			remember(buf_view(&b));
		secret_wipe(b.p, b.cap);
		buf_clear(&b);
	}
}

void log_redact(struct span s)
{
	if (s.n < SECRET_MIN_BYTES)
		return;
	LOCK_SCOPE(&state.lock);
	remember(s);
	remember_percent(s);
	remember_base64(s);
}

/* Length of the longest secret at the start of s, or 0.  With cut, the text was longer
 * once: what is left of a secret at its end counts. */
static size_t secret_at(struct span s, bool cut)
{
	size_t longest = 0;

	for (size_t i = 0; i < state.n_secrets; i++) {
		size_t n = state.secrets[i].n;
		if (n > s.n) {
			if (!cut)
				continue;
			n = s.n;
		}
		if (n > longest && !memcmp(s.p, state.secrets[i].p, n))
			longest = n;
	}
	return longest;
}

/* Under the lock.  In place; every secret is longer than its replacement, but for
 * what is left of one at a cut. */
static size_t redact(char *text, size_t len, bool cut)
{
	size_t out = 0;

	for (size_t i = 0; i < len;) {
		size_t end = i;
		/* Secrets may overlap: go on until no other one starts inside. */
		for (size_t k = i; k == i || k < end; k++) {
			size_t n = secret_at((struct span){ text + k, len - k }, cut);
			if (n && k + n > end)
				end = k + n;
		}
		if (end == i) {
			text[out++] = text[i++];
			continue;
		}
		for (size_t k = 0; k < 3 && k < end - i; k++)
			text[out++] = '*';
		i = end;
	}
	return out;
}

void log_redact_text(char *text)
{
	LOCK_SCOPE(&state.lock);
	text[redact(text, strlen(text), false)] = '\0';
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
	static const char *const names[] = { "error", "warning", "info", "debug" };
	static const int priorities[] = { 3, 4, 6, 7 };

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

void log_write(enum log_topic topic, enum log_level level, const char *fmt, ...)
{
	char raw[RAW_BYTES], line[LINE_BYTES];
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
	size_t raw_len = redact(raw, strlen(raw), cut);
	size_t len = prefix(line, sizeof(line), state.fd >= 0, level);
	len += clean(line + len, sizeof(line) - len - 1, (struct span){ raw, raw_len });
	line[len++] = '\n';
	/* There is nobody to tell when the log cannot be written. */
	ssize_t written = write(state.fd >= 0 ? state.fd : STDERR_FILENO, line, len);
	(void)written;
	errno = saved_errno;
}
