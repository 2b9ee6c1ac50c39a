/* SPDX-License-Identifier: MIT */
/* CSV: the header says which parameters, each record is a call. */
#include "base/utf8.h"
#include "proc/input_i.h"

#include <errno.h>
#include <string.h>

#define MAX_REST_FIELDS 2048

struct field {
	char *p; /* malloc'd with room for a NUL */
	size_t n;
	bool is_bad; /* text behind the closing quote */
};

/* Takes a field and the comma behind it off the front; false: out of memory. */
static bool take_field(struct span *rest, bool *ret_more, struct field *ret)
{
	struct span s = *rest;
	bool is_quoted = s.n && s.p[0] == '"';
	const char *comma = is_quoted || !s.n ? NULL : memchr(s.p, ',', s.n);
	size_t i = is_quoted ? 1 : 0, n = 0;
	char *p = malloc((comma ? (size_t)(comma - s.p) : s.n) + 1);

	if (!p)
		return false;
	*ret = (struct field){ .p = p };
	for (; is_quoted && i < s.n; i++) {
		bool is_doubled = i + 1 < s.n && s.p[i + 1] == '"';
		if (s.p[i] == '"' && !is_doubled)
			break;
		if (s.p[i] == '"')
			i++;
		p[n++] = s.p[i];
	}
	i += is_quoted && i < s.n;
	for (; i < s.n && s.p[i] != ','; i++) {
		ret->is_bad = is_quoted;
		p[n++] = s.p[i];
	}
	ret->n = n;
	*ret_more = i < s.n;
	i += *ret_more;
	*rest = (struct span){ s.p + i, s.n - i };
	return true;
}

void input_header_free(struct input *in)
{
	for (size_t i = 0; i < in->n_header; i++)
		free(in->header[i].name);
	free(in->header);
	in->header = NULL;
	in->n_header = 0;
}

static size_t max_fields(const struct input *in)
{
	return in->rest ? MAX_REST_FIELDS : in->n_params + 1;
}

/* Appends the parameter that the field names; false if it is none or a second time. */
static bool add_column(struct input *in, struct span name)
{
	const struct param *p = name.n ? param_find(in->params, name) : NULL;
	struct header_field f = { .i = p ? (size_t)(p - in->params) : in->n_params };

	if (in->n_header == max_fields(in))
		return false;
	if (!p && (!in->rest || !name.n || !utf8_valid(name)))
		return false;
	for (size_t k = 0; k < in->n_header; k++) {
		const struct header_field *h = &in->header[k];

		if (h->i == f.i && (p || span_ieq(name, span_of(h->name))))
			return false;
	}
	f.name = p ? NULL : span_dup(name);
	if (!p && !f.name)
		return false;
	in->header[in->n_header++] = f;
	return true;
}

/* Can a record under this header be a call at all? */
static const struct param *missing_column(const struct input *in)
{
	for (size_t i = 0; i < in->n_params; i++) {
		bool there = in->presets[i].text;

		for (size_t k = 0; k < in->n_header && !there; k++)
			there = in->header[k].i == i;
		if (!there && in->params[i].flags & PARAM_REQUIRED)
			return &in->params[i];
	}
	return NULL;
}

/* Any word could be the name of a field; one line of such words is no table yet. */
static bool names_params(const struct input *in)
{
	for (size_t k = 0; k < in->n_header; k++) {
		if (!in->header[k].name)
			return true;
	}
	return false;
}

int input_csv_header(struct input *in, struct span record, struct err *err)
{
	const struct param *missing;
	bool more = true, good = true;

	in->header = calloc(max_fields(in), sizeof(*in->header));
	if (!in->header)
		return err_nomem(err);
	while (more && good) {
		struct field f;
		if (!take_field(&record, &more, &f)) {
			input_header_free(in);
			return err_nomem(err);
		}
		good = !f.is_bad && add_column(in, span_trim((struct span){ f.p, f.n }));
		free(f.p);
	}
	good = good && names_params(in);
	/* Shown is nothing of it: whoever forgot the form may have written a secret. */
	if (!good) {
		input_header_free(in);
		return err_set(err, -EINVAL,
		               "line %zu is neither Name=Value words nor JSON nor a CSV "
		               "header of parameters, each once (%s%s)",
		               in->line, in->n_params ? in->params[0].name : "",
		               in->n_params > 1 ? ", …" : "");
	}
	missing = missing_column(in);
	if (missing) {
		input_header_free(in);
		return err_set(err, -EINVAL, "line %zu: the header lacks %s", in->line,
		               missing->name);
	}
	return 0;
}

static void give_field(struct input *in, const struct header_field *h, char *p, size_t n)
{
	int i = h->name ? input_find(in, span_of(h->name)) : (int)h->i;

	if (i < 0)
		free(p);
	else
		input_give(in, (size_t)i, p, n, false);
}

int input_csv(struct input *in, struct span record, bool is_closed)
{
	size_t n = 0;
	bool more = true;

	input_begin(in, in->line);
	if (!is_closed)
		input_refuse(in, -EINVAL, "the quote of a field is not closed");
	for (; more && !in->refused; n++) {
		struct field f;
		if (n == in->n_header) {
			input_refuse(in, -EINVAL,
			             "the record has more than the %zu "
			             "fields of the header",
			             n);
			break;
		}
		if (!take_field(&record, &more, &f)) {
			input_refuse(in, -ENOMEM, "out of memory");
			break;
		}
		if (f.is_bad)
			input_refuse(in, -EINVAL,
			             "field %zu goes on behind its closing quote", n + 1);
		/* Quoted or not: many programs quote everything, nothing too. */
		if (f.n && !in->refused)
			give_field(in, &in->header[n], take_ptr(f.p), f.n);
		free(f.p);
	}
	if (!in->refused && n != in->n_header)
		input_refuse(in, -EINVAL, "the record has %zu fields, the header %zu", n,
		             in->n_header);
	return input_emit(in);
}
