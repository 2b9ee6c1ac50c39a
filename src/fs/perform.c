/* SPDX-License-Identifier: MIT */
#include "fs/perform.h"

#include "base/utf8.h"
#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "fs/fs_i.h"

/* What every call leaves its trace in. */
static const char *const left_behind[] = { "sys_identity", NULL };

int perform_run(struct fs *fs, const struct procedure *p, const struct args *args,
                struct run *run, struct receipt *ret, struct err *err)
{
	int r;

	atomic_fetch_add(&fs->n_running, 1);
	r = proc_run(p, args, fs->cfg.client, fs->cfg.catalog, run, ret, err);
	atomic_fetch_sub(&fs->n_running, 1);
	atomic_fetch_add(&fs->n_runs, 1);
	atomic_fetch_add(&fs->n_calls, atomic_load(&run->calls));
	return r;
}

void perform_touch(struct fs *fs, const struct procedure *p, bool acted)
{
	if (acted)
		fs_touch(fs, p->touches);
	fs_touch(fs, left_behind);
}

int perform(struct fs *fs, const struct procedure *p, const struct args *args,
            const struct wish *w, uint64_t *batch, struct receipt *ret, struct err *err)
{
	struct run run = RUN_INIT;
	int r;

	run.cancel = w->cancel;
	run.deadline = w->deadline;
	run.caller = (int)w->thread;
	if (!*batch)
		*batch = identity_begin(catalog_identity(fs->cfg.catalog));
	run.batch = *batch;
	r = perform_run(fs, p, args, &run, ret, err);
	if (w->is_locked && outcome_acted(ret->outcome))
		fs_touch_rows(fs, p->touches);
	else if (!w->is_locked)
		perform_touch(fs, p, outcome_acted(ret->outcome));
	return r;
}

/* As names under id/ are made: the parts encoded if there are several. */
static bool key_of(const struct table *t, const struct procedure *p,
                   const struct receipt *r, struct buf *out)
{
	for (size_t i = 0; t->id && t->id[i]; i++) {
		const struct param *o = param_find(p->out, span_of(t->id[i]));
		size_t at = o ? (size_t)(o - p->out) : r->n_cells;

		if (at >= r->n_cells || r->cells[at].type != VALUE_TEXT)
			return false;
		if (i)
			buf_putc(out, ',');
		if (t->id[1])
			utf8_to_name(out, r->cells[at].s);
		else
			buf_span(out, r->cells[at].s);
	}
	return out->len && !buf_status(out);
}

void perform_show(struct fs *fs, const struct table *t, const struct procedure *p,
                  const struct receipt *r)
{
	cleanup_(buf_clear) struct buf key = BUF_INIT(1024);

	if (r->outcome != OUTCOME_APPLIED || !key_of(t, p, r, &key))
		return;
	if (str_eq(p->operation, "DELETED"))
		catalog_gone(fs->cfg.catalog, t, buf_view(&key));
	else
		catalog_saw(fs->cfg.catalog, t, buf_view(&key), SPAN(""));
}
