/* SPDX-License-Identifier: MIT */
/*
 * All cells are converted when the page is made, so that a page is either whole
 * or an error, and reading a cell cannot fail.  Strings stay in the document.
 */
#include "json/jpage.h"

#include "base/arena.h"
#include "base/clock.h"
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

struct jpage {
	struct jdoc *doc;
	struct jpage_info info;
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

static int fill_row(struct jpage *p, const struct jpage_column *columns,
                    const struct jnode *row, struct value *cells, struct err *err)
{
	for (size_t i = 0; i < p->n_columns; i++) {
		const struct jnode *n =
			columns[i].path ? jpath_find(columns[i].path, row) : NULL;
		if (!convert(p, n, columns[i].type, &cells[i]))
			return err_set(err, -EFBIG,
			               "an answer is too large to be taken apart");
	}
	return 0;
}

static int fill(struct jpage *p, const char *rows, const struct jpage_column *columns,
                struct err *err)
{
	const struct jnode *root = jdoc_root(p->doc);
	const struct jnode *array = *rows ? find_rows(root, rows) : NULL;

	if (*rows && !array)
		return err_set(err, -EBADMSG, "the answer has no array '%s'", rows);
	if (!*rows && jnode_type(root) != J_OBJECT)
		return err_set(err, -EBADMSG, "the answer is not a JSON object");
	read_info(p, root);
	p->info.n_rows = array ? jnode_len(array) : 1;
	if (p->n_columns && p->info.n_rows > CELLS_MAX / p->n_columns)
		return err_set(err, -EFBIG, "an answer of %zu rows is too large",
		               p->info.n_rows);
	p->cells = calloc(p->info.n_rows * p->n_columns + 1, sizeof(*p->cells));
	if (!p->cells)
		return err_nomem(err);
	int r = 0;
	for (size_t i = 0; !r && i < p->info.n_rows; i++)
		r = fill_row(p, columns, array ? jnode_at(array, i) : root,
		             p->cells + i * p->n_columns, err);
	return r;
}

int jpage_parse(struct buf *text, const char *rows, const struct jpage_column *columns,
                size_t n_columns, struct jpage **ret, struct err *err)
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
		r = fill(p, rows, columns, err);
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
	buf_clear(&p->scratch);
	arena_clear(&p->made);
	jdoc_free(p->doc);
	free(p);
}

const struct jpage_info *jpage_info(const struct jpage *p)
{
	return &p->info;
}

void jpage_get(struct jpage *p, size_t row, size_t column, struct value *ret)
{
	assert(row < p->info.n_rows && column < p->n_columns);
	*ret = p->cells[row * p->n_columns + column];
}
