/* SPDX-License-Identifier: MIT */
/*
 * Bytes arrive in any pieces.  They are kept in one buffer; how far the end of
 * the current unit (line, record, document) has been looked for is remembered,
 * so that each byte is looked at once however small the pieces are.
 */
#include "proc/input.h"

#include "base/secret.h"
#include "proc/input_i.h"

#include <errno.h>
#include <string.h>

/* Taken in at a time, so that much input of small units needs little memory. */
#define SLICE_BYTES (64u << 10)

#define BOM "\xef\xbb\xbf"

int input_new(const struct param *params, input_fn *fn, void *ctx, struct input **ret,
              struct err *err)
{
	cleanup_(input_freep) struct input *in = calloc(1, sizeof(*in));

	if (!in)
		return err_nomem(err);
	while (params[in->n_params].name)
		in->n_params++;
	in->params = params;
	in->fn = fn;
	in->ctx = ctx;
	in->line = 1;
	in->hold = BUF_INIT(INPUT_MAX_BYTES + SLICE_BYTES);
	in->own = calloc(in->n_params + 1, sizeof(*in->own));
	in->args.params = params;
	in->args.n = in->n_params;
	in->args.v = calloc(in->n_params + 1, sizeof(*in->args.v));
	in->presets = calloc(in->n_params + 1, sizeof(*in->presets));
	in->rest = param_rest(params);
	in->extra = BUF_INIT(INPUT_MAX_BYTES);
	if (!in->own || !in->args.v || !in->presets)
		return err_nomem(err);
	*ret = take_ptr(in);
	return 0;
}

void input_bare(struct input *in, const char *param)
{
	in->bare = param_find(in->params, span_of(param));
}

void input_free(struct input *in)
{
	if (!in)
		return;
	if (in->own && in->args.v)
		input_begin(in, 0);
	if (in->hold.p)
		secret_wipe(in->hold.p, in->hold.cap);
	buf_clear(&in->hold);
	input_header_free(in);
	for (size_t i = 0; in->presets && i < in->n_params; i++)
		free(in->presets[i].text);
	buf_clear(&in->extra);
	free(in->presets);
	free(in->args.v);
	free(in->own);
	free(in);
}

int input_preset(struct input *in, struct span name, struct span value, bool fixed)
{
	const struct param *p = param_find(in->params, name);
	char *copy;

	if (!p)
		return 0;
	copy = span_dup(value);
	if (!copy)
		return -ENOMEM;
	free(in->presets[p - in->params].text);
	in->presets[p - in->params] = (struct preset){ copy, value.n, fixed };
	return 0;
}

/* As new; keeps the memory. */
static void restart(struct input *in)
{
	input_header_free(in);
	in->form = INPUT_UNKNOWN;
	in->has_begun = false;
	buf_reset(&in->hold);
	in->taken = in->scanned = 0;
	in->line = 1;
	in->csv = CSV_START;
	in->depth = 0;
	in->in_string = in->is_escape = false;
	in->is_muted = in->is_tail = false;
	in->broken = (struct err){ 0 };
	input_begin(in, 0);
}

static struct span kept(const struct input *in)
{
	struct span s = buf_view(&in->hold);

	return (struct span){ s.p + in->taken, s.n - in->taken };
}

static void consume(struct input *in, size_t n)
{
	struct span s = { kept(in).p, n };

	for (const char *nl; s.n && (nl = memchr(s.p, '\n', s.n));) {
		in->line++;
		s.n -= (size_t)(nl + 1 - s.p);
		s.p = nl + 1;
	}
	in->taken += n;
	in->scanned = in->taken;
}

static void skip_blank(struct input *in)
{
	struct span s = kept(in);
	size_t n = 0;

	while (n < s.n && input_is_blank(s.p[n]))
		n++;
	if (n)
		consume(in, n);
}

static bool is_blank(struct span s)
{
	size_t n = 0;

	while (n < s.n && input_is_blank(s.p[n]))
		n++;
	return n == s.n;
}

/* The scanners: has the byte ended the unit? */

static bool csv_ends(struct input *in, char c)
{
	switch (in->csv) {
	case CSV_START:
		in->csv = c == '"' ? CSV_QUOTED : c == ',' ? CSV_START : CSV_BARE;
		return c == '\n';
	case CSV_BARE:
	case CSV_CLOSED:
		if (c == '"' && in->csv == CSV_CLOSED)
			in->csv = CSV_QUOTED;
		else
			in->csv = c == ',' ? CSV_START : CSV_BARE;
		return c == '\n';
	case CSV_QUOTED:
		if (c == '"')
			in->csv = CSV_CLOSED;
		return false;
	}
	return false;
}

static bool json_ends(struct input *in, char c)
{
	if (in->is_escape) {
		in->is_escape = false;
	} else if (in->in_string) {
		in->is_escape = c == '\\';
		in->in_string = c != '"';
	} else if (c == '"') {
		in->in_string = true;
	} else if (c == '{' || c == '[') {
		in->depth++;
	} else if (c == '}' || c == ']') {
		return !--in->depth;
	}
	return false;
}

/* Looks on for the end of the unit at the front; its bytes, or 0 if it is not there. */
static size_t unit_bytes(struct input *in)
{
	const char *p = in->hold.p;

	for (; in->scanned < in->hold.len; in->scanned++) {
		char c = p[in->scanned];
		bool ends = in->form == INPUT_JSON  ? json_ends(in, c)
		            : in->form == INPUT_CSV ? csv_ends(in, c)
		                                    : c == '\n';
		if (ends)
			return ++in->scanned - in->taken;
	}
	return 0;
}

static int refuse_all(struct input *in, int code, const char *why, struct err *err)
{
	err_set(&in->broken, code, "line %zu: %s", in->line, why);
	if (err)
		*err = in->broken;
	return code;
}

/* What fn said, in words. */
static int stopped(const struct input *in, int code, struct err *err)
{
	if (err && in->refused == code)
		*err = in->why;
	else
		err_set(err, code, "the call in line %zu failed", in->args.line);
	return code;
}

/* The first line that is neither blank nor a comment; false: it is not there yet. */
static bool find_line(struct input *in, bool at_end, struct span *ret)
{
	for (;;) {
		skip_blank(in);
		*ret = kept(in);
		if (!ret->n)
			return false;
		if (*ret->p == '{' || *ret->p == '[')
			return true;
		size_t n = unit_bytes(in);
		if (!n && !at_end)
			return false;
		ret->n = n ? n : ret->n;
		if (*ret->p != '#')
			return true;
		consume(in, ret->n);
	}
}

/* False: more bytes are needed to tell, or there are none. */
static bool find_form(struct input *in, bool at_end)
{
	struct span s = kept(in);

	if (!in->has_begun && s.n && s.n < 3 && !at_end && !memcmp(s.p, BOM, s.n))
		return false;
	if (!in->has_begun && s.n >= 3 && !memcmp(s.p, BOM, 3))
		consume(in, 3);
	in->has_begun = in->has_begun || s.n;
	if (!find_line(in, at_end, &s))
		return false;
	if (*s.p == '{' || *s.p == '[')
		in->form = INPUT_JSON;
	else
		in->form = input_is_words(in, s) ? INPUT_WORDS : INPUT_CSV;
	in->scanned = in->taken;
	return true;
}

static int emit_value(struct input *in, struct span value)
{
	input_begin(in, in->line);
	if (value.n)
		input_copy(in, (size_t)(in->bare - in->params), value, false);
	return input_emit(in);
}

int input_value(struct input *in, struct span value, struct err *err)
{
	int r = emit_value(in, value);

	in->is_muted = false;
	return r < 0 ? stopped(in, r, err) : 0;
}

/* A value of its own. */
static int input_line(struct input *in, struct span line)
{
	line = span_trim(line);
	return is_blank(line) || *line.p == '#' ? 0 : emit_value(in, line);
}

/* One complete unit, or at the end what is left of one. */
static int run_unit(struct input *in, struct span unit, bool is_whole, struct err *err)
{
	int r = 0;

	if (unit.n && unit.p[unit.n - 1] == '\n')
		unit.n--;
	if (unit.n && unit.p[unit.n - 1] == '\r' && in->form != INPUT_JSON)
		unit.n--;
	bool is_open = in->form == INPUT_CSV && in->csv == CSV_QUOTED && !is_whole;
	switch (in->form) {
	case INPUT_UNKNOWN:
		break;
	case INPUT_WORDS:
		if (!is_blank(unit) && *span_trim(unit).p != '#')
			r = input_words(in, unit);
		break;
	case INPUT_BARE:
		r = input_line(in, unit);
		break;
	case INPUT_CSV:
		if (in->header && !is_blank(unit)) {
			r = input_csv(in, unit, !is_open);
		} else if (!in->header) {
			r = input_csv_header(in, unit, &in->broken);
			if (r == -EINVAL && in->bare) {
				in->broken = (struct err){ 0 };
				in->form = INPUT_BARE;
				r = input_line(in, unit);
				return r < 0 ? stopped(in, r, err) : 0;
			}
			if (r < 0 && err)
				*err = in->broken;
			return r;
		}
		break;
	case INPUT_JSON:
		r = input_json(in, unit);
		break;
	}
	return r < 0 ? stopped(in, r, err) : 0;
}

/* Runs what is complete, at the end also what is not. */
static int drain(struct input *in, bool at_end, struct err *err)
{
	for (;;) {
		if (in->form == INPUT_UNKNOWN && !find_form(in, at_end))
			return 0;
		if (in->form == INPUT_JSON && !in->depth) {
			skip_blank(in);
			struct span s = kept(in);
			if (s.n && *s.p != '{' && *s.p != '[')
				return refuse_all(in, -EINVAL,
				                  "this is no JSON object or array", err);
		}
		size_t n = unit_bytes(in);
		bool is_whole = n > 0;
		if (!is_whole && at_end)
			n = kept(in).n;
		if (!n)
			return 0;
		int r = 0;
		if (!in->is_tail)
			r = run_unit(in, (struct span){ kept(in).p, n }, is_whole, err);
		in->is_tail = false;
		in->csv = CSV_START;
		consume(in, n);
		if (r < 0)
			return r;
	}
}

/* Moves what is kept to the front. */
static void compact(struct input *in)
{
	struct span s = kept(in);

	if (!in->taken)
		return;
	memmove(in->hold.p, s.p, s.n);
	buf_truncate(&in->hold, s.n);
	in->scanned -= in->taken;
	in->taken = 0;
}

static int feed_slice(struct input *in, const char *p, size_t n, struct err *err)
{
	buf_add(&in->hold, p, n);
	if (buf_status(&in->hold))
		return refuse_all(in, buf_status(&in->hold), "out of memory", err);
	int r = drain(in, false, err);
	/* What fn does not want to hear is taken apart all the same, to know where
	 * the next call begins. */
	if (r < 0 && !in->broken.code)
		(void)drain(in, false, NULL);
	compact(in);
	if (in->broken.code || in->hold.len <= INPUT_MAX_BYTES)
		return r;
	return refuse_all(in, -EFBIG, "longer than 16 MiB", err);
}

int input_feed(struct input *in, const char *p, size_t n, struct err *err)
{
	int result = 0;

	while (n && !in->broken.code) {
		size_t slice = n < SLICE_BYTES ? n : SLICE_BYTES;
		int r = feed_slice(in, p, slice, result ? NULL : err);
		if (!result)
			result = r;
		p += slice;
		n -= slice;
	}
	if (in->broken.code && !result) {
		if (err)
			*err = in->broken;
		return in->broken.code;
	}
	/* A call that began unheard must not be heard from its middle. */
	in->is_tail = in->is_tail || (in->is_muted && !is_blank(kept(in)));
	in->is_muted = false;
	return result;
}

int input_end(struct input *in, struct err *err)
{
	int r = in->broken.code ? 0 : drain(in, true, err);

	restart(in);
	return r;
}

bool input_pending(const struct input *in)
{
	struct span s = kept(in);

	if (in->broken.code || in->is_tail || is_blank(s))
		return false;
	bool may_be_comment = in->form != INPUT_CSV && in->form != INPUT_JSON;
	return !may_be_comment || *span_trim(s).p != '#';
}
