/* SPDX-License-Identifier: MIT */
/*
 * A page by way of a tree of the whole document: the reference, and the reader of
 * everything that the scanner refuses.
 */
#include "json/jdoc_i.h"
#include "json/jpage_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What one row is made of. */
struct made_of {
	const struct jnode *outer;
	const struct jnode *row;
	const struct jnode *part; /* or NULL */
	int part_no;
	size_t outer_i;
	bool goes_on;
};
DEFINE_VEC(struct made_of_vec, made_of_vec, struct made_of)

struct tree {
	struct jpage *page;
	struct made_of_vec rows;
};

static int64_t int_or_absent(const struct jnode *root, const char *name)
{
	int64_t i;

	return jnode_int(jnode_get(root, name), &i) && i >= 0 ? i : -1;
}

static void read_info(struct jpage *p, const struct jnode *root)
{
	const struct jnode *last = jnode_get(root, "isLastPage");
	const struct jnode *next = jnode_get(jnode_get(root, "_links"), "next");

	/* The platform's own API says isLast where the service desk's says isLastPage. */
	if (!last)
		last = jnode_get(root, "isLast");
	p->info = (struct jpage_info){
		.start = int_or_absent(root, "start"),
		.limit = int_or_absent(root, "limit"),
		.size = int_or_absent(root, "size"),
		.is_last = jnode_type(last) == J_BOOL ? jnode_bool(last, false) : -1,
		.has_next = jnode_type(next) == J_STRING && jnode_text(next).n,
		.next = jnode_text(next),
	};
}

/* The array that the member names in rows lead to, or NULL. */
static const struct jnode *find_rows(const struct jnode *root, const char *rows)
{
	const struct jnode *n = root;
	char name[64];

	for (struct span rest = span_of(rows); n && rest.n;) {
		struct span word = span_cut(&rest, '.');
		if (word.n >= sizeof(name))
			return NULL;
		memcpy(name, word.p, word.n);
		name[word.n] = '\0';
		n = jnode_get(n, name);
	}
	return jnode_type(n) == J_ARRAY ? n : NULL;
}

static const struct jnode *start_of(const struct made_of *m, int from)
{
	if (from == JPAGE_ROW)
		return m->row;
	if (from == JPAGE_OUTER)
		return m->outer;
	return from == m->part_no ? m->part : NULL;
}

static int fill_row(struct tree *t, const struct jpage_column *columns, size_t row,
                    struct err *err)
{
	struct jpage *p = t->page;
	struct value *cells = p->cells + row * p->n_columns;

	for (size_t i = 0; i < p->n_columns; i++) {
		const struct jnode *from = start_of(&t->rows.p[row], columns[i].from);
		const struct jnode *n = columns[i].path && from
		                                ? jpath_find(columns[i].path, from)
		                                : NULL;
		if (!jcell_of_node(p, n, columns[i].type, &cells[i]))
			return err_set(err, -EFBIG,
			               "an answer is too large to be taken apart");
	}
	return 0;
}

static int add_part(struct tree *t, struct made_of m, const struct jnode *part,
                    int part_no)
{
	if (jnode_type(part) != J_OBJECT)
		return 0;
	m.part = part;
	m.part_no = part_no;
	return made_of_vec_push(&t->rows, m);
}

/* A row, or the rows that its parts make. */
static int add_row(struct tree *t, const struct jpage_shape *shape, struct made_of m)
{
	size_t before = t->rows.n;
	int r = 0;

	for (int k = 0; shape->parts && shape->parts[k] && !r; k++) {
		const struct jnode *part = jnode_get(m.row, shape->parts[k]);

		r = add_part(t, m, part, k + 1);
		for (size_t i = 0; i < jnode_len(part) && !r; i++)
			r = add_part(t, m, jnode_at(part, i), k + 1);
	}
	if (!r && t->rows.n == before)
		r = made_of_vec_push(&t->rows, m);
	return r;
}

static int add_outer(struct tree *t, const struct jpage_shape *shape,
                     const struct jnode *outer, size_t i)
{
	struct made_of m = { .outer = outer, .row = outer, .outer_i = i };
	const struct jnode *page, *rows;
	bool whole;
	int r = 0;

	if (!shape->bulk)
		return add_row(t, shape, m);
	page = jnode_get(outer, shape->bulk);
	rows = jnode_get(page, "values");
	/* What was not expanded, or not as a whole, has to be asked for. */
	whole = rows && jnode_bool(jnode_get(page, "isLastPage"), true);
	for (size_t j = 0; (whole || shape->bulk_key) && j < jnode_len(rows) && !r; j++) {
		m.row = jnode_at(rows, j);
		r = add_row(t, shape, m);
	}
	if (r || whole)
		return r;
	m.row = NULL;
	m.goes_on = true;
	return made_of_vec_push(&t->rows, m);
}

static void clear_tree(struct tree *t)
{
	made_of_vec_clear(&t->rows);
}

/* The rows that were found, as the page's own. */
static int make_rows(struct tree *t, const struct jpage_column *columns, struct err *err)
{
	struct jpage *p = t->page;
	int r = 0;

	p->info.n_rows = t->rows.n;
	if (p->n_columns && t->rows.n > JPAGE_MAX_CELLS / p->n_columns)
		return err_set(err, -EFBIG, "an answer of %zu rows is too large",
		               t->rows.n);
	p->cells = calloc(t->rows.n * p->n_columns + 1, sizeof(*p->cells));
	if (!p->cells)
		return err_nomem(err);
	for (size_t i = 0; !r && i < t->rows.n; i++) {
		struct jpage_row row = { t->rows.p[i].outer_i, t->rows.p[i].goes_on };

		if (jpage_row_vec_push(&p->rows, row) < 0)
			return err_nomem(err);
		r = fill_row(t, columns, i, err);
	}
	return r;
}

int jpage_fill_tree(struct jpage *p, const struct jpage_shape *shape,
                    const struct jpage_column *columns, struct err *err)
{
	cleanup_(clear_tree) struct tree t = { .page = p };
	const struct jnode *root = jdoc_root(p->doc);
	const struct jnode *array = *shape->rows ? find_rows(root, shape->rows) : NULL;
	int r = 0;

	if (*shape->rows && !array)
		return err_set(err, -EBADMSG, "the answer has no array '%s'",
		               shape->rows);
	if (!*shape->rows && jnode_type(root) != J_OBJECT)
		return err_set(err, -EBADMSG, "the answer is not a JSON object");
	read_info(p, root);
	p->info.n_outer = array ? jnode_len(array) : 1;
	for (size_t i = 0; i < p->info.n_outer && !r; i++)
		r = add_outer(&t, shape, array ? jnode_at(array, i) : root, i);
	return r < 0 ? err_nomem(err) : make_rows(&t, columns, err);
}
