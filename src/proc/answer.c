/* SPDX-License-Identifier: MIT */
#include "base/arena.h"
#include "json/jpage.h"
#include "proc/answer_i.h"

#include <stdlib.h>

#define MAX_COLUMNS 32
#define MAX_ECHO_BYTES (1u << 20)

/* What the cells of a receipt are borrowed from. */
struct hold {
	struct jpage *page;
	struct arena echoes; /* of arguments */
	struct jpath *paths[MAX_COLUMNS];
	size_t n_paths;
};

static void hold_free(struct hold *h)
{
	jpage_free(h->page);
	arena_clear(&h->echoes);
	for (size_t i = 0; i < h->n_paths; i++)
		jpath_free(h->paths[i]);
	free(h);
}
DEFINE_CLEANUP(struct hold *, hold_free)

void receipt_clear(struct receipt *r)
{
	if (r->hold)
		hold_free(r->hold);
	free(r->cells);
	free(r->note);
	*r = (struct receipt){ 0 };
}

/* What was given stands for what the answer does not tell. */
static void echo(const struct filled *f, const struct param *out, struct hold *h,
                 struct value *cell)
{
	const struct call_arg *a = filled_find(f, out->name);
	char *copy = a && a->text.n ? arena_dup(&h->echoes, a->text) : NULL;

	if (copy)
		*cell = value_text((struct span){ copy, a->text.n });
}

int answer_read(const struct filled *f, struct buf *answer, struct receipt *ret,
                struct err *err)
{
	cleanup_(hold_freep) struct hold *h = calloc(1, sizeof(*h));
	const struct procedure *p = f->p;
	struct jpage_column columns[MAX_COLUMNS];
	int r = 0;

	if (!h)
		return err_nomem(err);
	h->echoes = ARENA_INIT(MAX_ECHO_BYTES);
	while (p->out[h->n_paths].name && h->n_paths < MAX_COLUMNS) {
		size_t i = h->n_paths;

		r = p->out[i].path ? jpath_new(p->out[i].path, &h->paths[i], err) : 0;
		if (r < 0)
			return r;
		columns[i] = (struct jpage_column){ h->paths[i], p->out[i].type, 0 };
		h->n_paths++;
	}
	ret->cells = calloc(h->n_paths + 1, sizeof(struct value));
	if (!ret->cells)
		return err_nomem(err);
	ret->n_cells = h->n_paths;
	if (answer->len)
		r = jpage_parse(answer,
		                &(struct jpage_shape){ .rows = p->rows ? p->rows : "" },
		                columns, h->n_paths, &h->page, err);
	if (r < 0)
		(void)err_wrap(err, "it was done, but the site's answer cannot be read");
	for (size_t i = 0; i < h->n_paths; i++) {
		if (h->page && jpage_info(h->page)->n_rows)
			jpage_get(h->page, 0, i, &ret->cells[i]);
		if (p->out[i].standard)
			ret->cells[i] = value_text(span_of(p->out[i].standard));
		else if (ret->cells[i].type == VALUE_NULL)
			echo(f, &p->out[i], h, &ret->cells[i]);
	}
	ret->hold = take_ptr(h);
	return r;
}

void answer_echo(const struct filled *f, struct receipt *ret)
{
	cleanup_(hold_freep) struct hold *h = calloc(1, sizeof(*h));
	const struct param *out = f->p->out;
	size_t n = 0;

	while (out && out[n].name && n < MAX_COLUMNS)
		n++;
	if (ret->cells || !h || !n)
		return;
	h->echoes = ARENA_INIT(MAX_ECHO_BYTES);
	ret->cells = calloc(n, sizeof(struct value));
	if (!ret->cells)
		return;
	for (size_t i = 0; i < n; i++) {
		if (!(out[i].flags & PARAM_SECRET))
			echo(f, &out[i], h, &ret->cells[i]);
	}
	ret->n_cells = n;
	ret->is_echo = true;
	ret->hold = take_ptr(h);
}
