/* SPDX-License-Identifier: MIT */
/*
 * All cells are converted when the page is made, so that a page is either whole
 * or an error, and reading a cell cannot fail.  Strings stay in the document.
 */
#include "json/jpage.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/vec.h"
#include "json/jdoc_i.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define CELLS_MAX ((size_t)4 << 20)
#define CELL_MAX_BYTES ((size_t)64 << 20)
#define MADE_MAX_BYTES                                                                   \
	((size_t)256 << 20) /* of all cells that are not in the document                 \
	                     */

/* The first and last moment that RFC 3339 can write. */
#define TIME_MIN_MS (-62135596800000LL)
#define TIME_MAX_MS 253402300799999LL

/* What one row is made of. */
struct made_of {
	const struct jnode *outer;
	const struct jnode *row;
	const struct jnode *part; /* or NULL */
	int part_no;
	size_t outer_i;
};
DEFINE_VEC(struct made_of_vec, made_of_vec, struct made_of)

struct jpage {
	struct jdoc *doc;
	struct jpage_info info;
	struct made_of_vec rows;
	size_t n_columns;
	struct value *cells; /* row by row */
	struct arena made;
	struct buf scratch;
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

/* The node as JSON text; false when there is no memory for it. */
static bool print_cell(struct jpage *p, const struct jnode *n, enum value_type type,
                       struct value *ret)
{
	buf_reset(&p->scratch);
	jnode_print(n, &p->scratch);
	if (buf_status(&p->scratch))
		return false;
	char *text = arena_dup(&p->made, buf_view(&p->scratch));
	if (!text)
		return false;
	*ret = (struct value){ .type = type, .s = { text, p->scratch.len } };
	return true;
}

static void to_time(const struct jnode *n, struct value *ret)
{
	struct span text = jnode_text(n);
	int64_t ms;

	/* "-2h" is for people who ask, it is no time an answer can hold. */
	bool good =
		jnode_int(n, &ms) || (text.n && *text.p != '-' && clock_parse(text, &ms));
	if (good && ms >= TIME_MIN_MS && ms <= TIME_MAX_MS)
		*ret = (struct value){ .type = VALUE_TIME, .i = ms };
}

static void to_bool(const struct jnode *n, struct value *ret)
{
	struct span text = jnode_text(n);
	bool is_true = jnode_bool(n, span_ieq(text, SPAN("true")));

	if (jnode_type(n) == J_BOOL || is_true || span_ieq(text, SPAN("false")))
		*ret = (struct value){ .type = VALUE_BOOL, .b = is_true };
}

static void to_int(const struct jnode *n, struct value *ret)
{
	int64_t i;

	if (jnode_int(n, &i) || span_int(jnode_text(n), &i))
		*ret = value_int(i);
}

static void to_real(const struct jnode *n, struct value *ret)
{
	enum jtype type = jnode_type(n);
	double r = jnode_real(n);

	if ((type == J_INT || type == J_REAL) && isfinite(r))
		*ret = (struct value){ .type = VALUE_REAL, .r = r };
}

/* False only when there is no memory. */
static bool convert(struct jpage *p, const struct jnode *n, enum value_type type,
                    struct value *ret)
{
	*ret = VALUE_NULL_INIT;
	if (!n)
		return true;
	switch (type) {
	case VALUE_NULL:
		break;
	case VALUE_BOOL:
		to_bool(n, ret);
		break;
	case VALUE_INT:
		to_int(n, ret);
		break;
	case VALUE_REAL:
		to_real(n, ret);
		break;
	case VALUE_TEXT:
		if (jnode_type(n) != J_STRING)
			return print_cell(p, n, VALUE_TEXT, ret);
		*ret = value_text(jnode_text(n));
		break;
	case VALUE_TIME:
		to_time(n, ret);
		break;
	case VALUE_JSON:
		return print_cell(p, n, VALUE_JSON, ret);
	}
	return true;
}

static const struct jnode *start_of(const struct made_of *m, int from)
{
	if (from == JPAGE_ROW)
		return m->row;
	if (from == JPAGE_OUTER)
		return m->outer;
	return from == m->part_no ? m->part : NULL;
}

static int fill_row(struct jpage *p, const struct jpage_column *columns, size_t row,
                    struct err *err)
{
	struct value *cells = p->cells + row * p->n_columns;

	for (size_t i = 0; i < p->n_columns; i++) {
		const struct jnode *from = start_of(&p->rows.p[row], columns[i].from);
		const struct jnode *n = columns[i].path && from
		                                ? jpath_find(columns[i].path, from)
		                                : NULL;
		if (!convert(p, n, columns[i].type, &cells[i]))
			return err_set(err, -EFBIG,
			               "an answer is too large to be taken apart");
	}
	return 0;
}

static int add_part(struct jpage *p, struct made_of m, const struct jnode *part,
                    int part_no)
{
	if (jnode_type(part) != J_OBJECT)
		return 0;
	m.part = part;
	m.part_no = part_no;
	return made_of_vec_push(&p->rows, m);
}

/* A row, or the rows that its parts make. */
static int add_row(struct jpage *p, const struct jpage_shape *shape, struct made_of m)
{
	size_t before = p->rows.n;
	int r = 0;

	for (int k = 0; shape->parts && shape->parts[k] && !r; k++) {
		const struct jnode *part = jnode_get(m.row, shape->parts[k]);

		r = add_part(p, m, part, k + 1);
		for (size_t i = 0; i < jnode_len(part) && !r; i++)
			r = add_part(p, m, jnode_at(part, i), k + 1);
	}
	if (!r && p->rows.n == before)
		r = made_of_vec_push(&p->rows, m);
	return r;
}

static int add_outer(struct jpage *p, const struct jpage_shape *shape,
                     const struct jnode *outer, size_t i)
{
	struct made_of m = { .outer = outer, .row = outer, .outer_i = i };
	const struct jnode *page, *rows;
	int r = 0;

	if (!shape->bulk)
		return add_row(p, shape, m);
	page = jnode_get(outer, shape->bulk);
	rows = jnode_get(page, "values");
	/* What was not expanded, or not as a whole, has to be asked for. */
	if (!rows || !jnode_bool(jnode_get(page, "isLastPage"), true)) {
		m.row = NULL;
		return made_of_vec_push(&p->rows, m);
	}
	for (size_t j = 0; j < jnode_len(rows) && !r; j++) {
		m.row = jnode_at(rows, j);
		r = add_row(p, shape, m);
	}
	return r;
}

static int fill(struct jpage *p, const struct jpage_shape *shape,
                const struct jpage_column *columns, struct err *err)
{
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
		r = add_outer(p, shape, array ? jnode_at(array, i) : root, i);
	if (r < 0)
		return err_nomem(err);
	p->info.n_rows = p->rows.n;
	if (p->n_columns && p->info.n_rows > CELLS_MAX / p->n_columns)
		return err_set(err, -EFBIG, "an answer of %zu rows is too large",
		               p->info.n_rows);
	p->cells = calloc(p->info.n_rows * p->n_columns + 1, sizeof(*p->cells));
	if (!p->cells)
		return err_nomem(err);
	for (size_t i = 0; !r && i < p->info.n_rows; i++)
		r = fill_row(p, columns, i, err);
	return r;
}

int jpage_parse(struct buf *text, const struct jpage_shape *shape,
                const struct jpage_column *columns, size_t n_columns, struct jpage **ret,
                struct err *err)
{
	cleanup_(jpage_freep) struct jpage *p = calloc(1, sizeof(*p));
	int r = p ? 0 : err_nomem(err);

	if (!r) {
		p->n_columns = n_columns;
		p->made = ARENA_INIT(MADE_MAX_BYTES);
		p->scratch = BUF_INIT(CELL_MAX_BYTES);
		r = jdoc_parse(buf_view(text), &p->doc, err);
	}
	buf_clear(text);
	if (!r)
		r = fill(p, shape, columns, err);
	if (r)
		return r;
	buf_clear(&p->scratch);
	*ret = take_ptr(p);
	return 0;
}

void jpage_free(struct jpage *p)
{
	if (!p)
		return;
	free(p->cells);
	made_of_vec_clear(&p->rows);
	buf_clear(&p->scratch);
	arena_clear(&p->made);
	jdoc_free(p->doc);
	free(p);
}

const struct jpage_info *jpage_info(const struct jpage *p)
{
	return &p->info;
}

size_t jpage_outer(const struct jpage *p, size_t row)
{
	assert(row < p->info.n_rows);
	return p->rows.p[row].outer_i;
}

bool jpage_goes_on(const struct jpage *p, size_t row)
{
	assert(row < p->info.n_rows);
	return !p->rows.p[row].row;
}

void jpage_get(struct jpage *p, size_t row, size_t column, struct value *ret)
{
	assert(row < p->info.n_rows && column < p->n_columns);
	*ret = p->cells[row * p->n_columns + column];
}
