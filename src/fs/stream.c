/* SPDX-License-Identifier: MIT */
/*
 * Who may touch what: the rowset, the writer and its buffer belong to whoever is
 * the producer (flag `producing`, one at a time); the ready bytes, the waiting
 * reads and the flags to the lock.  The open file and the producer hold
 * a reference each: the last to leave frees.
 */
#include "fs/stream.h"

#include "base/clock.h"
#include "base/value.h"
#include "format/writer.h"
#include "fs/fs_i.h"
#include "fs/sql.h"
#include "query/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HIGH_BYTES (128u * 1024) /* the producer pauses … */
#define LOW_BYTES (32u * 1024)   /* … and goes on */
#define ROW_MAX_BYTES (64u << 20)

/*
 * It also pauses after so many rows, twice as many each time: whoever reads one
 * line of narrow rows shall not cause the calls that fill a buffer.
 */
#define FIRST_ROWS 64u

/*
 * A reader may go back this far: head reads a block, then seeks to the end of
 * the last line it showed, and calls it an error when it cannot.
 */
#define WINDOW_BYTES (256u * 1024)

struct waiting {
	fuse_req_t req;
	uint64_t offset;
	size_t size;
	struct stream *stream;
	bool interrupted; /* lock of stream; before it was queued */
	struct waiting *next;
};

struct stream {
	struct fs *fs;
	struct folder *folder;
	struct stoppable stop;
	atomic_uint refs;

	/* the producer's */
	struct sql sql;
	struct run run;
	struct rowset *rows;
	struct value *cells;
	struct buf text; /* what the writer writes to */
	struct writer writer;
	bool writing; /* the writer is initialised */
	int64_t began_ms;
	int64_t fetched_ms;
	uint64_t n_bytes;
	uint64_t n_rows; /* since it became the producer … */
	uint64_t pause;  /* … and after how many it pauses */

	pthread_mutex_t lock;
	struct buf ready;        /* lock; the bytes from base on */
	uint64_t base;           /* lock; offset of the first byte in ready */
	uint64_t read_to;        /* lock; the end of the farthest read */
	struct waiting *waiting; /* lock; in order */
	bool producing;          /* lock */
	bool done;               /* lock; no more will come */
	int code;                /* lock; why not, once ready is empty */
	bool closed;             /* lock */
};

static void stream_unref(struct stream *s)
{
	if (atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	rowset_close(s->rows);
	if (s->writing)
		writer_clear(&s->writer);
	buf_clear(&s->text);
	buf_clear(&s->ready);
	free(s->cells);
	sql_clear(&s->sql);
	folder_unref(s->folder);
	fs_stoppable_del(s->fs, &s->stop);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

int stream_open(struct fs *fs, struct folder *folder, const struct format *format,
                const struct wish *w, struct stream **ret, struct err *err)
{
	struct stream *s = calloc(1, sizeof(*s));
	struct wish own = *w;
	int r;

	if (!s)
		return err_nomem(err);
	atomic_init(&s->refs, 1);
	s->fs = fs;
	s->folder = folder_ref(folder);
	s->run = RUN_INIT;
	s->text = BUF_INIT(ROW_MAX_BYTES);
	s->ready = BUF_INIT(ROW_MAX_BYTES + HIGH_BYTES + 2 * WINDOW_BYTES);
	s->began_ms = clock_mono_ms();
	s->fetched_ms = clock_wall_ms();
	pthread_mutex_init(&s->lock, NULL);
	fs_stoppable_add(fs, &s->stop);
	own.cancel = &s->stop.cancel; /* the open ends, the run goes on */
	r = result_admit(fs, folder, &own, &s->run, err);
	if (!r)
		r = sql_make(&folder->selector, fs->cfg.catalog, SQL_ROWS, &s->sql, err);
	if (!r)
		r = engine_select(fs->cfg.engine, s->sql.text, s->sql.params,
		                  s->sql.n_params, folder->selector.scan, &s->run,
		                  &s->rows, err);
	if (!r) {
		s->cells = calloc(s->rows->n_columns + 1, sizeof(*s->cells));
		s->writing = s->cells && !writer_init(&s->writer, format, &s->text,
		                                      s->rows->n_columns, s->rows->names);
		if (!s->writing)
			r = err_nomem(err);
	}
	if (r) {
		stream_unref(s);
		return r;
	}
	writer_begin(&s->writer);
	*ret = s;
	return 0;
}

/* ------------------------------------------------------------------- reads */

static uint64_t end_of(const struct stream *s)
{
	return s->base + s->ready.len;
}

static uint64_t unread_bytes(const struct stream *s)
{
	return end_of(s) > s->read_to ? end_of(s) - s->read_to : 0;
}

/* Forgets what is too far behind the reader. */
static void trim(struct stream *s)
{
	uint64_t behind = s->read_to - s->base;
	size_t drop;

	if (behind < 2 * WINDOW_BYTES || behind > s->ready.len)
		return;
	drop = (size_t)behind - WINDOW_BYTES;
	memmove(s->ready.p, s->ready.p + drop, s->ready.len - drop);
	buf_truncate(&s->ready, s->ready.len - drop);
	s->base += drop;
}

/* Under the lock: the bytes of a read; *ret is the caller's.  Negative errno. */
static int take(struct stream *s, const struct waiting *w, char **ret, size_t *ret_n)
{
	size_t n;

	*ret = NULL;
	*ret_n = 0;
	if (w->offset < s->base)
		return -ESPIPE;
	if (w->offset >= end_of(s))
		return s->code; /* 0: the end */
	n = (size_t)(end_of(s) - w->offset);
	if (n > w->size)
		n = w->size;
	*ret = malloc(n ? n : 1);
	if (!*ret)
		return -ENOMEM;
	memcpy(*ret, s->ready.p + (w->offset - s->base), n);
	*ret_n = n;
	if (w->offset + n > s->read_to)
		s->read_to = w->offset + n;
	trim(s);
	return 0;
}

/* A read that can be answered now, taken out of the queue; or NULL. */
static struct waiting *next_answerable(struct stream *s, char **ret_bytes, size_t *ret_n,
                                       int *ret_code)
{
	LOCK_SCOPE(&s->lock);
	struct waiting *w = s->waiting;

	if (!w || (w->offset >= end_of(s) && !s->done))
		return NULL;
	s->waiting = w->next;
	*ret_code = take(s, w, ret_bytes, ret_n);
	return w;
}

static void answer_reads(struct stream *s)
{
	struct waiting *w;
	char *bytes;
	size_t n;
	int code;

	while ((w = next_answerable(s, &bytes, &n, &code))) {
		/* waits for an interrupt that is being told to this read */
		fuse_req_interrupt_func(w->req, NULL, NULL);
		if (code)
			fuse_reply_err(w->req, -code);
		else
			fuse_reply_buf(w->req, bytes, n);
		free(bytes);
		free(w);
	}
}

/* The read is given up; what it would have got stays for the next. */
static void on_interrupt(fuse_req_t req, void *data)
{
	struct waiting *w = data;
	struct stream *s = w->stream;
	struct waiting **p;
	bool mine = false;

	{
		LOCK_SCOPE(&s->lock);
		for (p = &s->waiting; *p && *p != w; p = &(*p)->next)
			;
		if (*p == w) {
			*p = w->next;
			mine = true;
		}
		w->interrupted = true;
	}
	if (mine) {
		fuse_reply_err(req, EINTR);
		free(w);
	}
}

/* --------------------------------------------------------------- producing */

static void finish_run(struct stream *s, int r, struct err *err)
{
	struct account a = { .name = "stream" };

	atomic_fetch_add(&s->fs->n_runs, 1);
	atomic_fetch_add(&s->fs->n_calls, atomic_load(&s->run.calls));
	a.rows = s->writer.n_rows;
	a.file_bytes = s->n_bytes;
	a.took_ms = clock_mono_ms() - s->began_ms;
	a.fetched_ms = s->fetched_ms;
	if (!r) {
		result_account(s->fs, s->folder, &s->run, &a);
		return;
	}
	err->code = r;
	fs_failed(s->fs, s->folder, span_of(s->folder->path), err);
}

/* One row, or the end.  1: go on; 0: the end; negative errno. */
static int produce_row(struct stream *s, struct err *err)
{
	int r;

	s->run.deadline = fs_deadline(s->fs);
	r = s->rows->ops->next(s->rows, err);
	if (r < 0)
		return r;
	if (!r) {
		writer_end(&s->writer);
		return 0;
	}
	for (size_t i = 0; i < s->rows->n_columns; i++)
		s->rows->ops->get(s->rows, i, &s->cells[i]);
	writer_row(&s->writer, s->cells);
	if (buf_status(&s->text))
		return err_set(err, buf_status(&s->text), "a row is too large");
	return 1;
}

/*
 * True: the buffer is full, it is time to pause or the stream is over; then it is no
 * longer the producer.
 */
static bool hand_over(struct stream *s, int r)
{
	LOCK_SCOPE(&s->lock);

	buf_span(&s->ready, buf_view(&s->text));
	s->n_bytes += s->text.len;
	buf_reset(&s->text);
	if (r > 0 && buf_status(&s->ready))
		r = buf_status(&s->ready);
	if (r <= 0) {
		s->done = true;
		s->code = r;
	}
	if (!s->done && !s->closed && unread_bytes(s) < HIGH_BYTES &&
	    ++s->n_rows < s->pause)
		return false;
	s->producing = false;
	return true;
}

/* Somebody waits for more than there was: on with it. */
static bool resume(struct stream *s)
{
	LOCK_SCOPE(&s->lock);

	if (s->producing || s->done || s->closed || !s->waiting)
		return false;
	s->producing = true;
	return true;
}

/* The turn of a producer begins. */
static void set_pause(struct stream *s)
{
	s->n_rows = 0;
	if (!s->pause)
		s->pause = FIRST_ROWS;
	else if (s->pause < UINT32_MAX)
		s->pause *= 2;
}

static bool is_closed(struct stream *s)
{
	LOCK_SCOPE(&s->lock);

	return s->closed;
}

static void produce(void *arg)
{
	struct stream *s = arg;
	struct err err = { 0 };
	bool over = false;

	atomic_fetch_add(&s->fs->n_running, 1);
	set_pause(s);
	while (!over) {
		int r = is_closed(s) ? -EINTR : produce_row(s, &err);

		if (r <= 0)
			finish_run(s, is_closed(s) ? 0 : r, &err);
		over = hand_over(s, r);
		answer_reads(s);
		if (over && resume(s)) {
			set_pause(s);
			over = false;
		}
	}
	atomic_fetch_sub(&s->fs->n_running, 1);
	stream_unref(s);
}

/* Puts somebody to work if there is need and nobody at it. */
static void maybe_produce(struct stream *s)
{
	bool start;

	{
		LOCK_SCOPE(&s->lock);
		start = !s->producing && !s->done && !s->closed &&
		        unread_bytes(s) < LOW_BYTES;
		s->producing = s->producing || start;
	}
	if (!start)
		return;
	atomic_fetch_add(&s->refs, 1);
	if (!pool_submit(s->fs->pool, produce, s))
		return;
	{
		LOCK_SCOPE(&s->lock);
		s->producing = false;
		s->done = true;
		s->code = -EAGAIN;
	}
	stream_unref(s);
}

/* Behind those that wait already.  False: it was interrupted meanwhile. */
static bool enqueue(struct stream *s, struct waiting *w)
{
	LOCK_SCOPE(&s->lock);
	struct waiting **p = &s->waiting;

	if (w->interrupted)
		return false;
	while (*p)
		p = &(*p)->next;
	*p = w;
	return true;
}

void stream_read(struct stream *s, fuse_req_t req, uint64_t offset, size_t size)
{
	struct waiting *w = calloc(1, sizeof(*w));

	if (!w) {
		fuse_reply_err(req, ENOMEM);
		return;
	}
	w->req = req;
	w->offset = offset;
	w->size = size;
	w->stream = s;
	atomic_fetch_add(&s->refs, 1);
	fuse_req_interrupt_func(req, on_interrupt, w);
	if (!enqueue(s, w)) {
		fuse_req_interrupt_func(req, NULL, NULL);
		fuse_reply_err(req, EINTR);
		free(w);
		stream_unref(s);
		return;
	}
	/* once it is answered the file may be closed while we are still here */
	maybe_produce(s);
	answer_reads(s);
	stream_unref(s);
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	{
		LOCK_SCOPE(&s->lock);
		s->closed = true;
	}
	cancel_fire(&s->stop.cancel);
	stream_unref(s);
}
