/* SPDX-License-Identifier: MIT */
/*
 * The least work that gets the wanted members out of an answer that is known to be
 * good: what lies between them is stepped over by its quotes and brackets only.
 */
#include "floor_i.h"

#include <json-c/json.h>

#include <stdlib.h>
#include <string.h>

struct cut {
	const struct wanted *w;
	struct text *csv;
	struct {
		const char *p;
		size_t n;
	} cells[COLUMNS_MAX];
};

static int add_want(struct wanted *w, int parent, const char *name, size_t n)
{
	int i;

	for (i = parent < 0 ? -1 : w->wants[parent].child; i >= 0; i = w->wants[i].next) {
		if (w->wants[i].n == n && !memcmp(w->wants[i].name, name, n))
			return i;
	}
	if (w->n_wants == WANTS_MAX)
		return -1;
	i = w->n_wants++;
	w->wants[i] = (struct want){ name, n, -1, -1, -1, false };
	if (parent >= 0) {
		w->wants[i].next = w->wants[parent].child;
		w->wants[parent].child = i;
	}
	return i;
}

static int add_path(struct wanted *w, int at, const char *path)
{
	while (at >= 0 && *path) {
		size_t n = strcspn(path, ".");

		at = add_want(w, at, path, n);
		path += n + (path[n] == '.');
	}
	return at;
}

bool wanted_compile(struct wanted *w)
{
	int rows = add_path(w, add_want(w, -1, "", 0), w->rows);

	if (rows < 0 || w->n_columns > COLUMNS_MAX)
		return false;
	w->wants[rows].is_rows = true;
	for (size_t i = 0; i < w->n_columns; i++) {
		int at = add_path(w, rows, w->columns[i]);

		if (at < 0)
			return false;
		w->wants[at].column = (int)i;
	}
	return true;
}

void put_field(struct text *csv, const char *p, size_t n)
{
	bool quote = !n || memchr(p, ',', n) || memchr(p, '"', n) || memchr(p, '\n', n);

	if (!quote) {
		text_add(csv, p, n);
		return;
	}
	text_add(csv, "\"", 1);
	while (n) {
		const char *q = memchr(p, '"', n);
		size_t k = q ? (size_t)(q - p) + 1 : n;

		text_add(csv, p, k);
		if (q)
			text_add(csv, "\"", 1);
		p += k;
		n -= k;
	}
	text_add(csv, "\"", 1);
}

/* Behind the string that starts at p. */
static const char *skip_string(const char *p)
{
	for (;;) {
		const char *back;

		p = strchr(p + 1, '"');
		back = p;
		while (back[-1] == '\\')
			back--;
		if (!((p - back) & 1))
			return p + 1;
	}
}

static const char *skip(const char *p)
{
	int depth = 0;

	if (*p == '"')
		return skip_string(p);
	do {
		p += strcspn(p, depth ? "\"{}[]" : ",{}[]");
		if (*p == '"') {
			p = skip_string(p);
			continue;
		}
		if (!depth && (*p == ',' || *p == '}' || *p == ']'))
			return p;
		depth += *p == '{' || *p == '[' ? 1 : -1;
		p++;
	} while (depth);
	return p;
}

/* A string's escapes of one letter; others stay as they are. */
static void put_string(struct text *csv, const char *p, size_t n)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	struct text plain = { 0 };

	if (!memchr(p, '\\', n)) {
		put_field(csv, p, n);
		return;
	}
	for (const char *end = p + n; p < end; p++) {
		const char *letter = *p == '\\' ? strchr(from, p[1]) : NULL;

		text_add(&plain, letter ? &to[letter - from] : p, 1);
		p += letter != NULL;
	}
	put_field(csv, plain.p, plain.n);
	free(plain.p);
}

static void put_row(struct cut *c)
{
	for (size_t i = 0; i < c->w->n_columns; i++) {
		const char *p = c->cells[i].p;

		if (i)
			text_add(c->csv, ",", 1);
		if (p && *p == '"')
			put_string(c->csv, p + 1, c->cells[i].n - 2);
		else if (p && *p != 'n')
			put_field(c->csv, p, c->cells[i].n);
	}
	text_add(c->csv, "\n", 1);
}

static const char *cut(struct cut *c, const struct want *want, const char *p);

static const char *cut_members(struct cut *c, const struct want *want, const char *p)
{
	while (*p != '}') {
		const char *name = ++p + 1, *end;
		int i = want->child;

		if (*p == '}')
			break;
		end = strchr(name, '"');
		for (; i >= 0; i = c->w->wants[i].next) {
			const struct want *k = &c->w->wants[i];

			if (k->n == (size_t)(end - name) && !memcmp(k->name, name, k->n))
				break;
		}
		p = i >= 0 ? cut(c, &c->w->wants[i], end + 2) : skip(end + 2);
	}
	return p + 1;
}

static const char *cut_rows(struct cut *c, const struct want *want, const char *p)
{
	struct want element = *want;

	element.is_rows = false;
	element.column = -1;
	while (*p != ']') {
		if (*++p == ']')
			break;
		memset(c->cells, 0, sizeof(c->cells));
		p = cut(c, &element, p);
		if (want->is_rows)
			put_row(c);
	}
	return p + 1;
}

static const char *cut(struct cut *c, const struct want *want, const char *p)
{
	const char *start = p;

	if (*p == '[' && want->child >= 0)
		p = cut_rows(c, want, p);
	else if (*p == '{' && want->child >= 0)
		p = cut_members(c, want, p);
	else
		p = skip(p);
	if (want->column >= 0) {
		c->cells[want->column].p = start;
		c->cells[want->column].n = (size_t)(p - start);
	}
	return p;
}

void extract(const struct wanted *w, const char *json, struct text *csv)
{
	struct cut c = { .w = w, .csv = csv };

	(void)cut(&c, &w->wants[0], json);
}

static void tree_row(const struct wanted *w, json_object *row, struct text *csv)
{
	for (size_t i = 0; i < w->n_columns; i++) {
		const char *path = w->columns[i], *text;
		json_object *o = row;

		while (o && *path) {
			size_t n = strcspn(path, ".");
			char name[64];

			memcpy(name, path, n < 63 ? n : 63);
			name[n < 63 ? n : 63] = '\0';
			if (!json_object_object_get_ex(o, name, &o))
				o = NULL;
			path += n + (path[n] == '.');
		}
		if (i)
			text_add(csv, ",", 1);
		if (!o)
			continue;
		text = json_object_is_type(o, json_type_string)
		               ? json_object_get_string(o)
		               : json_object_to_json_string_ext(o,
		                                                JSON_C_TO_STRING_PLAIN);
		put_field(csv, text, strlen(text));
	}
	text_add(csv, "\n", 1);
}

static void tree_rows(const struct wanted *w, json_object *o, const char *path,
                      struct text *csv)
{
	size_t n = strcspn(path, ".");
	json_object *list = NULL;
	char name[64];

	memcpy(name, path, n < 63 ? n : 63);
	name[n < 63 ? n : 63] = '\0';
	if (!json_object_object_get_ex(o, name, &list))
		return;
	if (!json_object_is_type(list, json_type_array)) {
		tree_rows(w, list, path + n + 1, csv);
		return;
	}
	for (size_t i = 0; i < json_object_array_length(list); i++) {
		json_object *one = json_object_array_get_idx(list, i);

		if (path[n])
			tree_rows(w, one, path + n + 1, csv);
		else
			tree_row(w, one, csv);
	}
}

bool by_tree(const struct wanted *w, const char *json, struct text *csv)
{
	json_object *o = json_tokener_parse(json);

	if (!o)
		return false;
	tree_rows(w, o, w->rows, csv);
	json_object_put(o);
	return true;
}
