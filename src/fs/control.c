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

const char *const control_own_names[CONTROL_N_OWN] = { "line", "outcome", "errno",
	                                               "message" };

/* What the last session with a file left. */
struct last {
	char *path; /* NULL: unused */
	char *json; /* or NULL */
	char *csv;
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
	free(l->json);
	free(l->csv);
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

void controls_print_json(struct controls *all, const char *path, struct buf *out)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, path);

	buf_puts(out, l && l->json ? l->json : "[]\n");
}

void controls_print_csv(struct controls *all, const char *path, const struct procedure *p,
                        struct buf *out)
{
	LOCK_SCOPE(&all->lock);
	const struct last *l = last_of(all, path);

	if (l && l->csv) {
		buf_puts(out, l->csv);
		return;
	}
	if (!p)
		return;
	for (size_t i = 0; i < CONTROL_N_OWN; i++)
		buf_printf(out, "%s%s", i ? "," : "", control_own_names[i]);
	for (const struct param *o = p->out; o && o->name; o++)
		buf_printf(out, ",%s", o->name);
	buf_putc(out, '\n');
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
	struct buf csv = BUF_INIT(CONTROL_MAX_BYTES);
	struct last l = { .path = str_dup(c->path) };

	buf_reset(&c->document);
	c->target.verb->print(c, &c->document, &csv);
	c->at = 0;
	l.json = span_dup(buf_view(&c->document));
	l.csv = csv.len ? span_dup(buf_view(&csv)) : NULL;
	l.error = c->error.len ? span_dup(buf_view(&c->error)) : NULL;
	buf_clear(&csv);
	keep(c->fs->controls, &l);
}

void control_refused(struct control *c, int code, const struct err *err)
{
	buf_reset(&c->error);
	faults_note(c->fs->faults, span_of(c->path), err, &c->error);
	if (c->target.folder)
		folder_failed(c->target.folder, err, buf_view(&c->error));
	if (!c->first_code) {
		c->first_code = code;
		c->first = *err;
	}
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
	c->first_code = 0;
	buf_reset(&c->error);
}

/* r: what the input itself had to say. */
static int finish(struct control *c, int r, struct err *mine, size_t before,
                  struct err *err)
{
	if (r && !c->first_code)
		control_refused(c, r, mine);
	if (c->n_results != before || c->first_code)
		publish(c);
	c->wish = NULL;
	if (c->first_code && err)
		*err = c->first;
	return c->first_code;
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
	c->document = BUF_INIT(CONTROL_MAX_BYTES + 16);
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
	int r;

	begin(c, w);
	r = c->target.verb->feed(c, bytes, &mine);
	return finish(c, r, &mine, before, err);
}

int control_flush(struct control *c, const struct wish *w, struct err *err)
{
	struct err mine = { 0 };
	size_t before = c->n_results;
	int r;

	if (!c->target.verb->pending(c))
		return 0;
	begin(c, w);
	r = c->target.verb->end(c, &mine);
	return finish(c, r, &mine, before, err);
}

struct span control_read(struct control *c, size_t size)
{
	struct span all = buf_view(&c->document);
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
	buf_clear(&c->document);
	folder_unref(c->target.folder);
	free(c->path);
	free(c);
}
