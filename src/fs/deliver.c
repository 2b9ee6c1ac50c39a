/* SPDX-License-Identifier: MIT */
#include "fs/deliver.h"

#include "base/utf8.h"
#include "fs/control.h"
#include "fs/fs_i.h"
#include "fs/perform.h"
#include "query/blob.h"
#include "query/engine.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_CHARS 32767 /* of a comment on the site */
#define LABEL_BYTES 1024

struct delivery {
	struct fs *fs;
	const struct node *dir;
	const struct intake *intake;
	struct span name;
	const struct wish *wish;
	uint64_t batch;
};

/* ---------------------------------------------------------------- arguments */

static int args_new(const struct procedure *p, struct args *ret, struct err *err)
{
	size_t n = 0;

	while (p->in[n].name)
		n++;
	*ret = (struct args){ .params = p->in, .n = n, .line = 1 };
	ret->v = calloc(n + 1, sizeof(*ret->v));
	return ret->v ? 0 : err_nomem(err);
}

static struct arg *arg_set(struct args *a, const char *name, struct span text)
{
	const struct param *in = param_find(a->params, span_of(name));

	if (!in)
		return NULL;
	a->v[in - a->params] = (struct arg){ .given = true, .text = text };
	return &a->v[in - a->params];
}

/* The key of the row, and what is always so. */
static void args_fill(const struct delivery *d, struct args *a)
{
	const struct selector *s = &d->dir->folder->selector;

	for (size_t i = 0; i < s->n_predicates; i++) {
		const struct predicate *p = &s->predicates[i];

		(void)arg_set(a, s->table->columns[p->column].name,
		              span_of(p->values[0]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(d->intake->fixed); i++) {
		const struct fixed_value *f = &d->intake->fixed[i];

		if (f->column)
			(void)arg_set(a, f->column, span_of(f->value));
	}
}

/* A column of the row that the directory belongs to. */
static int row_value(const struct delivery *d, const char *column, char **ret,
                     struct err *err)
{
	const struct selector *s = &d->dir->folder->selector;
	const struct predicate *p = &s->predicates[0];
	cleanup_free_ char *sql =
		str_printf("SELECT \"%s\" FROM \"%s\" WHERE \"%s\" = ?1", column,
	                   s->table->parent.table, s->table->columns[p->column].name);
	struct value key = value_text(span_of(p->values[0])), v = { 0 };
	cleanup_(rowset_closep) struct rowset *rs = NULL;
	struct run run = RUN_INIT;
	int r;

	if (!sql)
		return err_nomem(err);
	run.cancel = d->wish->cancel;
	run.deadline = d->wish->deadline;
	r = engine_select(d->fs->cfg.engine, sql, &key, 1, false, &run, &rs, err);
	if (!r)
		r = rs->ops->next(rs, err);
	if (r == 1)
		rs->ops->get(rs, 0, &v);
	atomic_fetch_add(&d->fs->n_calls, atomic_load(&run.calls));
	if (r < 0)
		return r;
	if (v.type != VALUE_TEXT)
		return err_set(err, -ENOENT, "the site does not tell the %s of %s",
		               column, p->values[0]);
	*ret = span_dup(v.s);
	return *ret ? 0 : err_nomem(err);
}

/* -------------------------------------------------------------------- files */

static int call(struct delivery *d, const struct procedure *p, const struct args *a,
                struct receipt *ret, struct err *err)
{
	return perform(d->fs, p, a, d->wish, &d->batch, ret, err);
}

/* The desk that the files of a directory are for; NULL: none is said. */
static int desk_of(const struct delivery *d, const char *param, char **ret,
                   struct err *err)
{
	struct span name = span_of(d->dir->name);

	if (d->dir->place.kind != PLACE_UPLOADS)
		return row_value(d, param, ret, err);
	if (!span_digits(name))
		return 0;
	*ret = span_dup(name);
	return *ret ? 0 : err_nomem(err);
}

/* As a line written to the procedure's call: what came of it is in last.json. */
static int upload_alone(struct delivery *d, const struct procedure *p,
                        const struct args *args, struct err *err)
{
	cleanup_free_ char *path = str_printf("proc/%s/call", p->name);
	struct target t = { .kind = TARGET_CALL, .verb = &verb_calls, .procedure = p };
	struct control *c = NULL;
	int r;

	t.path = path;
	if (!path)
		return err_nomem(err);
	r = control_open(d->fs, &t, &c, err);
	if (!r)
		r = control_call(c, args, d->wish, err);
	control_close(c);
	return r;
}

/* Until the second call nothing has happened that anybody could see. */
static int upload(struct delivery *d, int fd, struct buf *ret_id, struct err *err)
{
	const struct procedure *p = d->intake->upload;
	cleanup_(buf_clear) struct buf label = BUF_INIT(LABEL_BYTES);
	cleanup_free_ char *desk = NULL;
	struct receipt receipt = { 0 };
	struct args a;
	int r = args_new(p, &a, err);

	blob_label(d->name, &label);
	for (size_t i = 0; !r && i < a.n; i++) {
		if (p->in[i].flags & PARAM_FILE)
			a.v[i] = (struct arg){ .given = true,
				               .text = buf_view(&label),
				               .is_open = true,
				               .fd = fd };
		if (!(p->in[i].flags & PARAM_DESK))
			continue;
		r = desk_of(d, p->in[i].name, &desk, err);
		if (!r && desk)
			(void)arg_set(&a, p->in[i].name, span_of(desk));
	}
	if (!r && !d->intake->procedure) {
		r = upload_alone(d, p, &a, err);
		free(a.v);
		return r;
	}
	if (!r)
		r = call(d, p, &a, &receipt, err);
	if (!r && receipt.outcome == OUTCOME_DRY)
		buf_puts(ret_id, "0"); /* what the site would call it */
	else if (!r && (!receipt.n_cells || receipt.cells[0].type != VALUE_TEXT))
		r = err_set(err, -EBADMSG,
		            "the site does not tell what it calls the "
		            "file it was sent");
	else if (!r)
		buf_span(ret_id, receipt.cells[0].s);
	if (r && err && (err->outcome == ERR_OUTCOME_UNKNOWN || r == -EBADMSG)) {
		err->outcome = ERR_OUTCOME_REFUSED;
		err_wrap(err, "nothing was attached, try again");
	}
	receipt_clear(&receipt);
	free(a.v);
	return r;
}

static int run_with(struct delivery *d, const char *param, struct span text,
                    struct err *err)
{
	const struct procedure *p = d->intake->procedure;
	struct receipt receipt = { 0 };
	struct args a;
	int r = args_new(p, &a, err);

	if (r)
		return r;
	args_fill(d, &a);
	(void)arg_set(&a, param, text);
	r = call(d, p, &a, &receipt, err);
	if (!r)
		perform_show(d->fs, d->dir->place.table, p, &receipt);
	receipt_clear(&receipt);
	free(a.v);
	return r;
}

static int send_file(struct delivery *d, int fd, struct err *err)
{
	cleanup_(buf_clear) struct buf id = BUF_INIT(LABEL_BYTES);
	int r = upload(d, fd, &id, err);

	if (r || !d->intake->procedure)
		return r;
	if (buf_status(&id))
		return err_nomem(err);
	return run_with(d, d->intake->uploaded, buf_view(&id), err);
}

/* -------------------------------------------------------------------- texts */

static bool is_blank(struct span s)
{
	return !span_trim(s).n;
}

static int check_text(struct span s, struct err *err)
{
	size_t chars = 0;

	if (!utf8_valid(s))
		return err_set(err, -EINVAL, "the text is not valid UTF-8");
	if (memchr(s.p, '\0', s.n))
		return err_set(err, -EINVAL, "the text has NUL bytes in it");
	if (memchr(s.p, '\r', s.n))
		return err_set(err, -EINVAL,
		               "the text has carriage returns in it: end lines with "
		               "a newline alone");
	for (size_t i = 0; i < s.n; i++)
		chars += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	if (chars > TEXT_MAX_CHARS)
		return err_set(err, -EFBIG,
		               "the text has %zu characters, the site takes at most %d",
		               chars, TEXT_MAX_CHARS);
	return 0;
}

static int send_text(struct delivery *d, struct draft *draft, struct err *err)
{
	cleanup_(buf_clear) struct buf text = BUF_INIT(DRAFT_MAX_BYTES);
	struct span s;
	int r = draft_read(draft, 0, DRAFT_MAX_BYTES, &text);

	if (r)
		return err_set(err, r, "what was written cannot be read: %s",
		               strerror(-r));
	s = buf_view(&text);
	/* a text file ends in a newline that is not part of the text */
	if (s.n && s.p[s.n - 1] == '\n')
		s.n--;
	if (is_blank(s))
		return 0;
	r = check_text(s, err);
	if (r) {
		if (err)
			err->outcome = ERR_OUTCOME_REFUSED;
		return r;
	}
	return run_with(d, d->intake->text, s, err);
}

int deliver(struct fs *fs, const struct node *dir, struct span name, struct draft *d,
            const struct wish *w, struct err *err)
{
	struct delivery delivery = {
		.fs = fs, .dir = dir, .intake = dir->place.intake, .name = name, .wish = w
	};

	int r = delivery.intake->upload ? send_file(&delivery, d->fd, err)
	                                : send_text(&delivery, d, err);

	/* Whatever failed before the first call. */
	if (r && err && err->outcome == ERR_OUTCOME_NONE)
		err->outcome = ERR_OUTCOME_REFUSED;
	return r;
}
