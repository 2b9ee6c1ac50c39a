/* SPDX-License-Identifier: MIT */
#include "base/vec.h"
#include "fs/path_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AGE_MAX_S (36500ll * 86400)

DEFINE_VEC(struct index_vec, index_vec, size_t)
DEFINE_VEC(struct sort_vec, sort_vec, struct sort_key)

static int twice(const char *name, struct err *err)
{
	return err_set(err, -EINVAL, "%s is given twice", name);
}

static int add_select(struct selector *s, struct span raw, struct err *err)
{
	struct index_vec v = { 0 };
	bool more = true;
	int r = 0;

	if (s->select)
		return twice("_select", err);
	while (more && !r) {
		size_t column;

		more = memchr(raw.p, ',', raw.n) != NULL;
		r = path_find_column(s, span_cut(&raw, ','), &column, err);
		for (size_t i = 0; !r && i < v.n; i++) {
			if (v.p[i] == column)
				r = err_set(err, -EINVAL, "_select names %s twice",
				            s->table->columns[column].name);
		}
		if (!r && index_vec_push(&v, column))
			r = err_nomem(err);
	}
	if (r) {
		index_vec_clear(&v);
		return r;
	}
	s->select = v.p;
	s->n_select = v.n;
	return 0;
}

static int sort_key_parse(const struct selector *s, struct span word,
                          struct sort_key *ret, struct err *err)
{
	int r;

	*ret = (struct sort_key){ 0 };
	if (word.n && *word.p == '-') {
		ret->descending = true;
		word = (struct span){ word.p + 1, word.n - 1 };
	} else if (word.n > 3 && !memcmp(word.p, "%2", 2) &&
	           (word.p[2] == 'D' || word.p[2] == 'd')) {
		ret->descending = true;
		word = (struct span){ word.p + 3, word.n - 3 };
	}
	r = path_find_column(s, word, &ret->column, err);
	if (!r && (s->table->columns[ret->column].flags & COLUMN_PSEUDO))
		r = err_set(err, -EINVAL,
		            "%s is a parameter of the query: nothing can be sorted by it",
		            s->table->columns[ret->column].name);
	return r;
}

static int add_order(struct selector *s, struct span raw, struct err *err)
{
	struct sort_vec v = { 0 };
	bool more = true;
	int r = 0;

	if (s->order)
		return twice("_order", err);
	while (more && !r) {
		struct sort_key key;

		more = memchr(raw.p, ',', raw.n) != NULL;
		r = sort_key_parse(s, span_cut(&raw, ','), &key, err);
		for (size_t i = 0; !r && i < v.n; i++) {
			if (v.p[i].column == key.column)
				r = err_set(err, -EINVAL, "_order names %s twice",
				            s->table->columns[key.column].name);
		}
		if (!r && sort_vec_push(&v, key))
			r = err_nomem(err);
	}
	if (r) {
		sort_vec_clear(&v);
		return r;
	}
	s->order = v.p;
	s->n_order = v.n;
	return 0;
}

static int add_number(const char *name, struct span raw, int64_t *field, struct err *err)
{
	int64_t n;

	if (*field >= 0)
		return twice(name, err);
	if (!span_digits(raw) || !span_int(raw, &n))
		return err_set(err, -EINVAL, "%s is a whole number, such as %s=10", name,
		               name);
	*field = n;
	return 0;
}

static int add_fresh(struct selector *s, struct span raw, struct err *err)
{
	static const struct {
		char unit;
		int64_t s;
	} units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };
	int64_t n, age_s = -1;

	if (s->fresh != FRESH_DEFAULT)
		return twice("_fresh", err);
	if (span_is(raw, "cache")) {
		s->fresh = FRESH_CACHE;
		return 0;
	}
	if (span_is(raw, "0"))
		age_s = 0;
	for (size_t i = 0; i < ARRAY_SIZE(units) && raw.n > 1; i++) {
		struct span digits = { raw.p, raw.n - 1 };

		if (raw.p[raw.n - 1] == units[i].unit && span_digits(digits) &&
		    span_int(digits, &n) && n <= AGE_MAX_S / units[i].s)
			age_s = n * units[i].s;
	}
	if (age_s < 0)
		return err_set(err, -EINVAL,
		               "_fresh is an age of at most 100 years, such as 60s, 10m, "
		               "2h, 1d, or 0, or cache");
	s->fresh = FRESH_AGE;
	s->fresh_ms = age_s * 1000;
	return 0;
}

static int add_scan(struct selector *s, struct span raw, struct err *err)
{
	if (s->scan)
		return twice("_scan", err);
	if (!span_is(raw, "yes"))
		return err_set(err, -EINVAL, "the only value of _scan is yes");
	s->scan = true;
	return 0;
}

int path_add_directive(struct selector *s, struct span name, struct span raw,
                       struct err *err)
{
	if (span_is(name, "_select"))
		return add_select(s, raw, err);
	if (span_is(name, "_order"))
		return add_order(s, raw, err);
	if (span_is(name, "_limit"))
		return add_number("_limit", raw, &s->limit, err);
	if (span_is(name, "_offset"))
		return add_number("_offset", raw, &s->offset, err);
	if (span_is(name, "_fresh"))
		return add_fresh(s, raw, err);
	if (span_is(name, "_scan"))
		return add_scan(s, raw, err);
	return err_set(err, -EINVAL,
	               "'%.*s' is no directive; there are _select _order _limit _offset "
	               "_fresh _scan",
	               (int)(name.n > 32 ? 32 : name.n), name.p);
}
