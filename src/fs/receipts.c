/* SPDX-License-Identifier: MIT */
#include "fs/receipts.h"

#include "base/buf.h"
#include "base/str.h"
#include "base/sync.h"
#include "format/writer.h"
#include "fs/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROW_MAX_BYTES (64u << 20)

static const char *const formats[RECEIPTS_N_FORMS] = { "json", "csv" };

struct sheet {
	struct writer writer; /* lock */
	struct buf out;       /* lock; what is not in the file yet */
	int fd;
	uint64_t n_bytes; /* lock; in the file */
};

struct receipts {
	pthread_mutex_t lock;
	unsigned refs; /* lock */
	char **names;
	size_t n_names;
	size_t n_rows;  /* lock */
	struct err bad; /* lock; why nothing can be added any more */
	struct sheet sheets[RECEIPTS_N_FORMS];
};

static void receipts_free(struct receipts *r)
{
	for (size_t i = 0; i < RECEIPTS_N_FORMS; i++) {
		struct sheet *s = &r->sheets[i];

		if (s->writer.format)
			writer_clear(&s->writer);
		if (s->fd >= 0)
			close(s->fd);
		buf_clear(&s->out);
	}
	for (size_t i = 0; r->names && i < r->n_names; i++)
		free(r->names[i]);
	free(r->names);
	pthread_mutex_destroy(&r->lock);
	free(r);
}

/* Under the lock: what the writer wrote goes into the file. */
static int drain(struct sheet *s, struct err *err)
{
	struct span left = buf_view(&s->out);

	if (buf_status(&s->out))
		return err_set(err, buf_status(&s->out), "a result is too large to keep");
	if (s->n_bytes + left.n > RECEIPTS_MAX_BYTES)
		return err_set(err, -EFBIG, "the results of this session are too large");
	while (left.n) {
		ssize_t n = pwrite(s->fd, left.p, left.n, (off_t)s->n_bytes);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, -errno, "cannot keep the results: %s",
			               strerrordesc_np(errno));
		s->n_bytes += (uint64_t)n;
		left.p += n;
		left.n -= (size_t)n;
	}
	buf_reset(&s->out);
	return 0;
}

static int sheet_open(struct receipts *r, enum receipts_form form, struct err *err)
{
	struct sheet *s = &r->sheets[form];

	s->fd = spool_open(err);
	if (s->fd < 0)
		return s->fd;
	if (writer_init(&s->writer, format_by_name(formats[form]), &s->out, r->n_names,
	                (const char *const *)r->names))
		return err_nomem(err);
	writer_begin(&s->writer);
	return drain(s, err);
}

int receipts_new(const char *const *names, size_t n_names, struct receipts **ret,
                 struct err *err)
{
	struct receipts *r = calloc(1, sizeof(*r));
	int code = 0;

	if (!r)
		return err_nomem(err);
	pthread_mutex_init(&r->lock, NULL);
	r->refs = 1;
	for (size_t i = 0; i < RECEIPTS_N_FORMS; i++) {
		r->sheets[i].fd = -1;
		r->sheets[i].out = BUF_INIT(ROW_MAX_BYTES);
	}
	r->names = calloc(n_names + 1, sizeof(*r->names));
	for (; r->names && r->n_names < n_names; r->n_names++) {
		r->names[r->n_names] = str_dup(names[r->n_names]);
		if (!r->names[r->n_names])
			break;
	}
	if (r->n_names < n_names || !r->names)
		code = err_nomem(err);
	for (size_t i = 0; !code && i < RECEIPTS_N_FORMS; i++)
		code = sheet_open(r, (enum receipts_form)i, err);
	if (code) {
		receipts_free(r);
		return code;
	}
	*ret = r;
	return 0;
}

struct receipts *receipts_ref(struct receipts *r)
{
	if (r) {
		LOCK_SCOPE(&r->lock);
		r->refs++;
	}
	return r;
}

void receipts_unref(struct receipts *r)
{
	bool last;

	if (!r)
		return;
	{
		LOCK_SCOPE(&r->lock);
		last = !--r->refs;
	}
	if (last)
		receipts_free(r);
}

int receipts_add(struct receipts *r, const struct value *cells, struct err *err)
{
	LOCK_SCOPE(&r->lock);
	int code = r->bad.code;

	for (size_t i = 0; !code && i < RECEIPTS_N_FORMS; i++) {
		writer_row(&r->sheets[i].writer, cells);
		code = drain(&r->sheets[i], &r->bad);
	}
	if (code && err)
		*err = r->bad;
	r->n_rows += !code;
	return code;
}

size_t receipts_count(struct receipts *r)
{
	LOCK_SCOPE(&r->lock);

	return r->n_rows;
}

int receipts_text(struct receipts *r, enum receipts_form form, struct text **ret,
                  struct err *err)
{
	LOCK_SCOPE(&r->lock);
	struct sheet *s = &r->sheets[form];
	uint64_t n = s->n_bytes;
	int code;

	/* The end stands behind the rows for this text only; more may follow them. */
	writer_end(&s->writer);
	code = drain(s, err);
	if (!code)
		code = text_map(s->fd, (size_t)s->n_bytes, (size_t)(s->n_bytes - n), ret,
		                err);
	buf_reset(&s->out);
	s->n_bytes = n;
	return code;
}
