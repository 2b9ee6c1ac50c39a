/* SPDX-License-Identifier: MIT */
#include "fs/control.h"

#include "base/sync.h"
#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "fs/fs_i.h"
#include "fs/verb_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_LASTS 64 /* files whose last session is remembered */

/*
 * Programs hand over a long input in pieces: full buffers of a multiple of
 * BUFFER_BYTES, or what came together before it became too much; and the kernel itself
 * divides what is longer than PIECE_BYTES (its pieces are 128 KiB or more, less what a
 * buffer lacks to the end of a page).
 */
#define BUFFER_BYTES 4096u
#define SHORT_BYTES 1024u /* what a shell writes at a time */
#define PIECE_BYTES (124u << 10)

const char *const control_own_names[CONTROL_N_OWN] = { "line", "outcome", "errno",
	                                               "message" };

/* What the last session with a file left. */
struct last {
	char *path;        /* NULL: unused */
	struct text *json; /* or NULL */
	struct text *csv;
	char *error;
	uint64_t version;
};

struct controls {
	pthread_mutex_t lock;
	struct last lasts[MAX_LASTS]; /* lock; the newest session first */
	uint64_t version;             /* lock; of the newest */
};

struct controls *controls_new(void)
{
	struct controls *all = calloc(1, sizeof(*all));

	if (all)
		pthread_mutex_init(&all->lock, NULL);
	return all;
}

static void last_clear(struct last *l)
{
	free(l->path);
	text_unref(l->json);
	text_unref(l->csv);
	free(l->error);
	*l = (struct last){ 0 };
}

void controls_free(struct controls *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < MAX_LASTS; i++)
		last_clear(&all->lasts[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

/* Under the lock; NULL: there was none, or it is forgotten. */
static struct last *last_of(struct controls *all, const char *path)
{
	for (size_t i = 0; i < MAX_LASTS && all->lasts[i].path; i++) {
		if (str_eq(all->lasts[i].path, path))
			return &all->lasts[i];
	}
	return NULL;
}

/* Takes the texts; the one that was not used for longest makes room. */
static void keep(struct controls *all, struct last *new)
{
	struct last old = { 0 };

	if (!new->path) {
		last_clear(new);
		return;
	}
	{
		LOCK_SCOPE(&all->lock);
		struct last *l = last_of(all, new->path);

		l = l ? l : &all->lasts[MAX_LASTS - 1];
		old = *l;
		memmove(&all->lasts[1], &all->lasts[0],
		        (size_t)(l - all->lasts) * sizeof(*l));
		new->version = ++all->version;
		all->lasts[0] = *new;
	}
	last_clear(&old);
}

/* Before the first session: no row, or the header that calls of p would have. */
static struct text *empty_text(const struct procedure *p, enum receipts_form form)
{
	struct buf b = BUF_INIT(64u * 1024);
	struct text *t = NULL;

	if (form == RECEIPTS_JSON)
		buf_puts(&b, "[]\n");
	for (size_t i = 0; p && form == RECEIPTS_CSV && i < CONTROL_N_OWN; i++)
		buf_printf(&b, "%s%s", i ? "," : "", control_own_names[i]);
	for (const struct param *o = p ? p->out : NULL;
	     form == RECEIPTS_CSV && o && o->name; o++)
		buf_printf(&b, ",%s", o->name);
	if (p && form == RECEIPTS_CSV)
		buf_putc(&b, '\n');
	if (!buf_status(&b))
		t = text_new(buf_view(&b));
	buf_clear(&b);
	return t;
}

struct text *controls_text(struct controls *all, const char *path,
                           enum receipts_form form, const struct procedure *p)
{
	struct text *t = NULL;

	{
		LOCK_SCOPE(&all->lock);
		const struct last *l = last_of(all, path);

		if (l)
			t = text_ref(form == RECEIPTS_JSON ? l->json : l->csv);
	}
	return t ? t : empty_text(p, form);
}

void controls_print_error(struct controls *all, const char *path, struct buf *out)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, path);

	if (l && l->error)
		buf_puts(out, l->error);
}

uint64_t controls_version(struct controls *all, const char *path)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, path);

	return l ? l->version : 0;
}

/* ----------------------------------------------------------------- one handle */

static void publish(struct control *c)
{
	struct last l = { .path = str_dup(c->path) };

	text_unref(c->document);
	c->document = NULL;
	c->at = 0;
	/* Without them the results of the session before would seem to be of this. */
	if (c->target.verb->texts(c, &l.json, &l.csv, &c->lost))
		c->lost.code = c->lost.code ? c->lost.code : -EIO;
	c->document = text_ref(l.json);
	l.error = c->error.len ? span_dup(buf_view(&c->error)) : NULL;
	keep(c->fs->controls, &l);
}

void control_refused(struct control *c, int code, const struct err *err)
{
	faults_note(c->fs->faults, span_of(c->path), err,
	            c->first_code ? NULL : &c->error);
	if (c->first_code)
		return;
	if (c->target.folder)
		fs_tell_failure(c->fs, c->target.folder, err, buf_view(&c->error));
	c->first_code = code;
	c->first = *err;
}

uint64_t control_batch(struct control *c)
{
	if (!c->batch)
		c->batch = identity_begin(catalog_identity(c->fs->cfg.catalog));
	return c->batch;
}

static void begin(struct control *c, const struct wish *w)
{
	c->wish = w;
	c->n_acted = 0;
	c->first_code = 0;
	buf_reset(&c->error);
}

/* r: what the input itself had to say. */
static int finish(struct control *c, int r, struct err *mine, size_t before)
{
	if (r && !c->first_code)
		control_refused(c, r, mine);
	if (c->n_results != before || c->first_code)
		publish(c);
	if (c->n_acted && !c->first_code && c->target.folder)
		folder_fine(c->target.folder);
	c->wish = NULL;
	/* Told one of these, a program hands over the same bytes once more. */
	if (c->n_acted && c->first_code == -EINTR)
		c->first_code = -ECANCELED;
	if (c->n_acted && c->first_code == -EAGAIN)
		c->first_code = -EBUSY;
	return c->first_code;
}

/* The failure that was held back, or this one. */
static int tell(struct control *c, int code, const struct err *why, struct err *err)
{
	c->late_code = 0;
	if (code && err)
		*err = *why;
	return code;
}

/*
 * May this be a piece of a longer input?  Then a failure waits for its end: a
 * program that is told stops, and the calls behind the failure would never be made;
 * and of a write that the kernel divided, the program would take the pieces before
 * for all that was written, and hand over the failed one again.
 */
static bool is_piece(const struct control *c, size_t n)
{
	if (c->was_piece || n >= PIECE_BYTES)
		return true;
	return n >= SHORT_BYTES && (!(n % BUFFER_BYTES) || c->target.verb->pending(c));
}

int control_open(struct fs *fs, const struct target *t, struct control **ret,
                 struct err *err)
{
	struct control *c = calloc(1, sizeof(*c));
	int r;

	if (!c)
		return err_nomem(err);
	c->fs = fs;
	c->target = *t;
	c->target.folder = t->folder ? folder_ref(t->folder) : NULL;
	c->path = str_dup(t->path);
	c->target.path = c->path;
	c->error = BUF_INIT(64u * 1024);
	r = c->path ? t->verb->open(c, err) : err_nomem(err);
	if (r) {
		control_close(c);
		return r;
	}
	*ret = c;
	return 0;
}

int control_write(struct control *c, struct span bytes, const struct wish *w,
                  struct err *err)
{
	struct err mine = { 0 };
	size_t before = c->n_results;
	bool waits;
	int r;

	begin(c, w);
	r = c->target.verb->feed(c, bytes, &mine);
	r = finish(c, r, &mine, before);
	if (r && !c->late_code) {
		c->late_code = r;
		c->late = c->first;
	}
	waits = is_piece(c, bytes.n);
	c->was_piece = bytes.n >= PIECE_BYTES;
	return waits ? 0 : tell(c, c->late_code, &c->late, err);
}

int control_flush(struct control *c, const struct wish *w, struct err *err)
{
	struct err mine = { 0 };
	size_t before = c->n_results;
	int r;

	c->was_piece = false;
	if (!c->target.verb->pending(c))
		return tell(c, c->late_code, &c->late, err);
	begin(c, w);
	r = c->target.verb->end(c, &mine);
	r = finish(c, r, &mine, before);
	return tell(c, c->late_code ? c->late_code : r,
	            c->late_code ? &c->late : &c->first, err);
}

bool control_is_pending(const struct control *c)
{
	return c->target.verb->pending(c);
}

int control_flush_late(struct control *c, struct err *err)
{
	c->was_piece = false;
	return tell(c, c->late_code, &c->late, err);
}

int control_call(struct control *c, const struct args *args, const struct wish *w,
                 struct err *err)
{
	struct err mine = { 0 };
	size_t before = c->n_results;
	int r;

	begin(c, w);
	r = c->target.verb->call(c, args);
	r = finish(c, r, &mine, before);
	return tell(c, r, &c->first, err);
}

struct span control_read(struct control *c, size_t size)
{
	struct span all = c->document ? text_view(c->document) : SPAN("");
	struct span part;

	if (c->at > all.n)
		c->at = all.n;
	part = (struct span){ all.p + c->at, all.n - c->at };
	if (part.n > size)
		part.n = size;
	c->at += part.n;
	return part;
}

void control_close(struct control *c)
{
	if (!c)
		return;
	c->target.verb->close(c);
	buf_clear(&c->error);
	text_unref(c->document);
	folder_unref(c->target.folder);
	free(c->path);
	free(c);
}
