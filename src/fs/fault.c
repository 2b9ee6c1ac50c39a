/* SPDX-License-Identifier: MIT */
#include "fs/fault.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/sync.h"
#include "base/utf8.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#define LINE_MAX_BYTES 8192

struct faults {
	pthread_mutex_t lock;
	char *ring[FAULT_RING]; /* lock; NULL: not used yet */
	uint64_t n;             /* lock; how many there were */
};

struct faults *faults_new(void)
{
	struct faults *f = calloc(1, sizeof(*f));

	if (f)
		pthread_mutex_init(&f->lock, NULL);
	return f;
}

void faults_free(struct faults *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < FAULT_RING; i++)
		free(f->ring[i]);
	pthread_mutex_destroy(&f->lock);
	free(f);
}

static const char *outcome_word(enum err_outcome o)
{
	switch (o) {
	case ERR_OUTCOME_NONE:
		return "none";
	case ERR_OUTCOME_REFUSED:
		return "refused";
	case ERR_OUTCOME_UNKNOWN:
		return "unknown";
	}
	return "none";
}

void fault_print(struct span path, const struct err *err, struct buf *out)
{
	buf_puts(out, "{\"time\":\"");
	clock_format(out, clock_wall_ms(), false);
	buf_puts(out, "\",\"path\":");
	utf8_to_json(out, path);
	buf_printf(out, ",\"errno\":\"%s\",\"message\":", err_name(err->code));
	utf8_to_json(out, span_of(err->msg));
	if (err->http)
		buf_printf(out, ",\"http\":%u", (unsigned)err->http);
	else
		buf_puts(out, ",\"http\":null");
	buf_puts(out, ",\"request_id\":");
	if (*err->request_id)
		utf8_to_json(out, span_of(err->request_id));
	else
		buf_puts(out, "null");
	buf_printf(out, ",\"retry_ms\":%" PRIu32 ",\"outcome\":\"%s\"}\n", err->retry_ms,
	           outcome_word(err->outcome));
}

/* A user's slip is not the operator's business; a failing site is. */
static enum log_level level_of(const struct err *err)
{
	switch (-err->code) {
	case EINVAL:
	case ENOENT:
	case EINTR:
	case EROFS:
	case EPERM:
	case EDQUOT:
		return err->http ? LOG_WARN : LOG_INFO;
	default:
		return LOG_WARN;
	}
}

void faults_note(struct faults *f, struct span path, const struct err *err,
                 struct buf *line)
{
	struct buf b = BUF_INIT(LINE_MAX_BYTES);
	struct buf name = BUF_INIT(LINE_MAX_BYTES);
	char *copy;

	utf8_to_json(&name, (struct span){ path.p, path.n > 1024 ? 1024 : path.n });
	log_at(LOG_FS, level_of(err), "failed path=%s errno=%s http=%u message=\"%s\"",
	       buf_str(&name), err_name(err->code), (unsigned)err->http, err->msg);
	buf_clear(&name);
	fault_print((struct span){ path.p, path.n > 1024 ? 1024 : path.n }, err, &b);
	if (buf_status(&b)) {
		buf_clear(&b);
		return;
	}
	copy = buf_take(&b);
	if (!copy)
		return;
	/* what was typed may be a secret in the wrong place */
	log_redact_text(copy);
	if (line)
		buf_puts(line, copy);
	{
		LOCK_SCOPE(&f->lock);
		free(f->ring[f->n % FAULT_RING]);
		f->ring[f->n % FAULT_RING] = copy;
		f->n++;
	}
}

void faults_print(struct faults *f, struct buf *out)
{
	LOCK_SCOPE(&f->lock);

	for (uint64_t i = f->n > FAULT_RING ? f->n - FAULT_RING : 0; i < f->n; i++)
		buf_puts(out, f->ring[i % FAULT_RING]);
}

void faults_last(struct faults *f, struct buf *out)
{
	LOCK_SCOPE(&f->lock);

	if (f->n)
		buf_puts(out, f->ring[(f->n - 1) % FAULT_RING]);
}

uint64_t faults_count(struct faults *f)
{
	LOCK_SCOPE(&f->lock);

	return f->n;
}
