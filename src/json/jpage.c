/* SPDX-License-Identifier: MIT */
/*
 * All cells are converted when the page is made, so that a page is either whole
 * or an error, and reading a cell cannot fail.  Strings stay in the text, or in
 * the document.
 */
#include "json/jpage.h"

#include "json/jpage_i.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CELL_MAX_BYTES ((size_t)64 << 20)
#define MADE_MAX_BYTES ((size_t)256 << 20) /* of all cells that are not in the text */

static struct jpage *page_new(size_t n_columns)
{
	struct jpage *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->n_columns = n_columns;
	p->made = ARENA_INIT(MADE_MAX_BYTES);
	p->scratch = BUF_INIT(CELL_MAX_BYTES);
	return p;
}

static bool has_key(const struct jpage *p, size_t row, size_t key)
{
	return p->cells[row * p->n_columns + key].type == VALUE_TEXT;
}

static void move_row(struct jpage *p, size_t to, size_t from)
{
	if (to == from)
		return;
	p->rows.p[to] = p->rows.p[from];
	memcpy(&p->cells[to * p->n_columns], &p->cells[from * p->n_columns],
	       p->n_columns * sizeof(*p->cells));
}

/* Who goes on behind rows has to know each of them again. */
static void drop_keyless(struct jpage *p, size_t key)
{
	size_t n = 0, first = 0;
	bool keyed = true;

	for (size_t i = 0; i < p->rows.n; i++) {
		if (!n || p->rows.p[i].outer != p->rows.p[n - 1].outer) {
			first = n;
			keyed = true;
		}
		if (p->rows.p[i].goes_on && !keyed)
			n = first;
		keyed = keyed && has_key(p, i, key);
		move_row(p, n++, i);
	}
	p->rows.n = p->info.n_rows = n;
}

int jpage_parse_tree(struct buf *text, const struct jpage_shape *shape,
                     const struct jpage_column *columns, size_t n_columns,
                     struct jpage **ret, struct err *err)
{
	cleanup_(jpage_freep) struct jpage *p = page_new(n_columns);
	int r = p ? jdoc_parse(buf_view(text), &p->doc, err) : err_nomem(err);

	buf_clear(text);
	if (!r)
		r = jpage_fill_tree(p, shape, columns, err);
	if (r)
		return r;
	if (shape->bulk_key)
		drop_keyless(p, shape->bulk_key - 1);
	buf_clear(&p->scratch);
	*ret = take_ptr(p);
	return 0;
}

int jpage_read(const struct jpage_plan *plan, struct buf *text, struct jpage **ret,
               struct err *err)
{
	cleanup_(jpage_freep) struct jpage *p = page_new(plan->n_columns);
	int r;

	if (!p) {
		buf_clear(text);
		return err_nomem(err);
	}
	p->text = *text;
	*text = BUF_INIT(text->max);
	r = jscan_page(plan, p);
	if (r > 0)
		return jpage_parse_tree(&p->text, &plan->shape, plan->columns,
		                        plan->n_columns, ret, err);
	if (r < 0)
		return err_nomem(err);
	if (plan->shape.bulk_key)
		drop_keyless(p, plan->shape.bulk_key - 1);
	buf_clear(&p->scratch);
	*ret = take_ptr(p);
	return 0;
}

int jpage_parse(struct buf *text, const struct jpage_shape *shape,
                const struct jpage_column *columns, size_t n_columns, struct jpage **ret,
                struct err *err)
{
	cleanup_(jpage_plan_freep) struct jpage_plan *plan =
		jpage_plan_new(shape, columns, n_columns);

	if (plan)
		return jpage_read(plan, text, ret, err);
	buf_clear(text);
	return err_nomem(err);
}

void jpage_free(struct jpage *p)
{
	if (!p)
		return;
	free(p->cells);
	jpage_row_vec_clear(&p->rows);
	buf_clear(&p->scratch);
	arena_clear(&p->made);
	jdoc_free(p->doc);
	buf_clear(&p->text);
	free(p);
}

const struct jpage_info *jpage_info(const struct jpage *p)
{
	return &p->info;
}

size_t jpage_outer(const struct jpage *p, size_t row)
{
	assert(row < p->info.n_rows);
	return p->rows.p[row].outer;
}

bool jpage_goes_on(const struct jpage *p, size_t row)
{
	assert(row < p->info.n_rows);
	return p->rows.p[row].goes_on;
}

void jpage_get(struct jpage *p, size_t row, size_t column, struct value *ret)
{
	assert(row < p->info.n_rows && column < p->n_columns);
	*ret = p->cells[row * p->n_columns + column];
}
