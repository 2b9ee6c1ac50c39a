/* SPDX-License-Identifier: MIT */
#include "net/url.h"
#include "rest/page.h"
#include "rest/rounds_i.h"

#include <errno.h>
#include <stdlib.h>

static int describe_parent(struct rounds *r, scan_call_fn *fn, void *ctx, struct err *err)
{
	const struct parent *p = &r->table->parent;
	struct scan_key keys[MAX_PARENT_COLUMNS];
	cleanup_free_ struct span *texts = NULL;
	struct scan_spec spec = { .table = r->parent_table,
		                  .endpoint = r->parent_endpoint,
		                  .keys = keys,
		                  .used = r->parent_used,
		                  .max_rows = -1,
		                  .desk = r->desk };

	for (size_t i = 0; i < MAX_PARENT_COLUMNS && p->columns[i].to; i++) {
		struct values *v = rounds_values(
			r, (size_t)table_column(r->table, span_of(p->columns[i].to)));

		if (!v || spec.n_keys)
			continue;
		texts = calloc(v->n + 1, sizeof(*texts));
		if (!texts)
			return err_nomem(err);
		for (size_t j = 0; j < v->n; j++)
			texts[j] = span_of(v->p[j]);
		keys[spec.n_keys++] = (struct scan_key){
			(size_t)table_column(r->parent_table,
			                     span_of(p->columns[i].from)),
			texts, v->n
		};
	}
	return scan_describe(r->client, &spec, fn, ctx, err);
}

/* What a key needs besides its value is one more call, whose answer is not known here. */
static int describe_needs(struct rounds *r, const struct binding *b, struct buf *path,
                          scan_call_fn *fn, void *ctx, struct err *err)
{
	int e = 0;

	for (const struct key *k = r->endpoint->keys; k->column && !e; k++) {
		struct span column = span_of(k->column);
		cleanup_free_ bool *used = NULL;
		struct scan_spec spec;

		if (!k->needs || !b->values[table_column(r->table, column)])
			continue;
		column = span_of(k->needs->column);
		if (b->values[table_column(r->table, column)])
			continue;
		e = rounds_lookup_spec(r, k->needs, &used, &spec, err);
		if (!e)
			e = scan_describe(r->client, &spec, fn, ctx, err);
		buf_printf(path, "&%s={%s}",
		           endpoint_key(r->endpoint, k->needs->column)->remote,
		           k->needs->column);
	}
	return e;
}

int rounds_describe(struct rounds *r, const char *expand, scan_call_fn *fn, void *ctx,
                    struct err *err)
{
	unsigned shown = 0;
	int e = 0;

	if (r->empty)
		return 0;
	if (r->from_parent)
		e = describe_parent(r, fn, ctx, err);
	do {
		struct buf path = BUF_INIT(ROUND_PATH_MAX_BYTES);
		struct binding b = { 0 };

		if (!e && binding_init(&b, r->table) < 0)
			e = err_nomem(err);
		if (!e)
			e = rounds_bind(r, &b, err);
		if (!e)
			e = expand_path(r->table, r->endpoint, &b, r->used, &path, err);
		if (!e)
			e = describe_needs(r, &b, &path, fn, ctx, err);
		if (!e) {
			if (expand)
				url_param(&path, "expand", span_of(expand));
			page_params(r->endpoint->page, 0,
			            page_limit(r->endpoint, r->max_rows), NULL, &path);
			fn(ctx, "GET", buf_str(&path),
			   r->from_parent || r->endpoint->page != PAGE_NONE);
		}
		binding_clear(&b);
		buf_clear(&path);
	} while (!e && ++shown < 20 && rounds_turn(r));
	return e;
}
