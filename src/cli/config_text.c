/* SPDX-License-Identifier: MIT */
/* Names of properties as people write them, connection strings, the environment. */
#include "cli/config.h"
#include "cli/config_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MAX_BYTES 64
#define PREFIX "JSMFS_"
#define N_SUGGESTIONS 3

/* The name without what people put between its words; false if it is too long. */
static bool squeeze(struct span name, char ret[NAME_MAX_BYTES], size_t *ret_n)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++) {
		if (name.p[i] == ' ' || name.p[i] == '_')
			continue;
		if (n == NAME_MAX_BYTES)
			return false;
		ret[n++] = name.p[i];
	}
	*ret_n = n;
	return n > 0;
}

static bool ends_with(struct span s, struct span suffix)
{
	return s.n > suffix.n &&
	       span_ieq((struct span){ s.p + s.n - suffix.n, suffix.n }, suffix);
}

bool config_resolve(struct span name, struct target *ret)
{
	static const struct {
		struct span suffix;
		enum config_origin origin;
	} forms[] = {
		{ { "Command", 7 }, CONFIG_COMMAND },
		{ { "File", 4 }, CONFIG_FILE },
	};
	char bytes[NAME_MAX_BYTES];
	struct span s = { bytes, 0 };

	if (!squeeze(name, bytes, &s.n))
		return false;
	const struct property *p = model_property(s);
	if (p) {
		*ret = (struct target){ p, CONFIG_VALUE };
		return true;
	}
	for (size_t i = 0; i < ARRAY_SIZE(forms); i++) {
		if (!ends_with(s, forms[i].suffix))
			continue;
		p = model_property((struct span){ s.p, s.n - forms[i].suffix.n });
		if (p && p->flags & PROP_SECRET) {
			*ret = (struct target){ p, forms[i].origin };
			return true;
		}
	}
	return false;
}

static int fold(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static size_t min_of(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to add, drop, change or swap with a neighbour to get from a to b. */
static size_t distance(struct span a, struct span b)
{
	size_t rows[3][NAME_MAX_BYTES + 1];
	size_t *before = rows[0], *last = rows[1], *row = rows[2];

	if (a.n > NAME_MAX_BYTES || b.n > NAME_MAX_BYTES)
		return SIZE_MAX;
	for (size_t j = 0; j <= b.n; j++)
		last[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		row[0] = i;
		for (size_t j = 1; j <= b.n; j++) {
			int x = fold(a.p[i - 1]), y = fold(b.p[j - 1]);
			size_t d = min_of(last[j], row[j - 1]) + 1;
			d = min_of(d, last[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == fold(b.p[j - 2]) &&
			    fold(a.p[i - 2]) == y)
				d = min_of(d, before[j - 2] + 1);
			row[j] = d;
		}
		size_t *spare = before;
		before = last;
		last = row;
		row = spare;
	}
	return last[b.n];
}

bool config_suggest(struct span name, struct buf *out)
{
	char bytes[NAME_MAX_BYTES];
	struct span s = { bytes, 0 };
	const char *close[N_SUGGESTIONS];
	size_t how_far[PROP_COUNT], n = 0;

	if (!squeeze(name, bytes, &s.n))
		return false;
	/* A third of the letters may be wrong, at most three; short names one. */
	size_t limit = s.n < 6 ? 1 : min_of(s.n / 3, 3);
	for (size_t i = 0; i < PROP_COUNT; i++)
		how_far[i] = distance(s, span_of(model_properties[i].name));
	for (size_t d = 1; d <= limit; d++) {
		for (size_t i = 0; i < PROP_COUNT && n < N_SUGGESTIONS; i++) {
			if (how_far[i] == d)
				close[n++] = model_properties[i].name;
		}
	}
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, i == 0 ? "; did you mean " : i + 1 < n ? ", " : " or ");
		buf_puts(out, close[i]);
	}
	if (n)
		buf_putc(out, '?');
	return n > 0;
}

int piece_quoted(struct span *rest, struct piece *ret)
{
	char quote = rest->p[0];
	size_t i = 1, n = 0;
	char *own = malloc(rest->n);

	if (!own)
		return -ENOMEM;
	for (; i < rest->n; i++) {
		bool is_doubled = i + 1 < rest->n && rest->p[i + 1] == quote;
		if (rest->p[i] == quote && !is_doubled)
			break;
		if (rest->p[i] == quote)
			i++;
		own[n++] = rest->p[i];
	}
	*ret = (struct piece){
		.value = { own, n }, .quoted = true, .own = own, .own_bytes = n
	};
	if (i == rest->n) {
		piece_clear(ret);
		return -EINVAL;
	}
	rest->p += i + 1;
	rest->n -= i + 1;
	return 0;
}

void piece_clear(struct piece *p)
{
	if (p->own)
		secret_wipe(p->own, p->own_bytes);
	free(p->own);
	*p = (struct piece){ 0 };
}

static struct span skip_space(struct span s)
{
	struct span t = span_trim(s);

	return (struct span){ t.p, s.n - (size_t)(t.p - s.p) };
}

/* Text may hold a secret wherever quotes are missing, so only numbers tell places. */
static int read_pair(struct span *rest, unsigned number, struct span *ret_name,
                     struct piece *ret, struct err *err)
{
	const char *semicolon = memchr(rest->p, ';', rest->n);
	const char *equals = memchr(rest->p, '=', rest->n);

	if (!equals || (semicolon && semicolon < equals))
		return err_set(err, -EINVAL,
		               "part %u of the connection string has no '='; put quotes "
		               "around a value that holds ';'",
		               number);
	*ret_name = span_trim(span_cut(rest, '='));
	*rest = skip_space(*rest);
	if (!rest->n || (rest->p[0] != '"' && rest->p[0] != '\'')) {
		*ret = (struct piece){ .value = span_trim(span_cut(rest, ';')) };
		return 0;
	}
	int r = piece_quoted(rest, ret);
	if (r == -ENOMEM)
		return err_nomem(err);
	if (r < 0)
		return err_set(err, r,
		               "the quote that begins in part %u of the connection "
		               "string is not closed",
		               number);
	if (span_trim(span_cut(rest, ';')).n) {
		piece_clear(ret);
		return err_set(err, -EINVAL,
		               "part %u of the connection string has text behind the "
		               "closing quote; a quote inside is written twice",
		               number);
	}
	return 0;
}

int config_read_connection(struct config *c, const char *text, struct err *err)
{
	struct span rest = span_of(text);
	bool behind_secret = false;
	unsigned number = 0;

	c->reading = CONFIG_FROM_COMMAND_LINE;
	if (rest.n > CONFIG_MAX_BYTES)
		return err_set(err, -EFBIG, "the connection string is too long");
	while ((rest = skip_space(rest)).n) {
		cleanup_(piece_clear) struct piece piece = { 0 };
		struct span name;
		struct target t;
		if (rest.p[0] == ';') {
			span_cut(&rest, ';');
			continue;
		}
		int r = read_pair(&rest, ++number, &name, &piece, err);
		if (r >= 0)
			r = config_put(c, name, piece.value, behind_secret, err);
		if (r < 0)
			return r;
		behind_secret = !piece.quoted && config_resolve(name, &t) &&
		                t.property->flags & PROP_SECRET;
	}
	return 0;
}

int config_read_environment(struct config *c, char *const *environ_vars, struct err *err)
{
	c->reading = CONFIG_FROM_ENVIRONMENT;
	for (; *environ_vars; environ_vars++) {
		if (!str_starts(*environ_vars, PREFIX))
			continue;
		struct span value = span_of(*environ_vars + strlen(PREFIX));
		struct span name = span_cut(&value, '=');
		cleanup_(buf_clear) struct buf hint = BUF_INIT(256);
		struct target t;
		int r = 0;
		/* Other programs may have variables of this prefix too. */
		if (config_resolve(name, &t))
			r = config_put(c, name, value, false, err);
		else if (config_suggest(name, &hint))
			r = err_set(err, -EINVAL, "there is no such property%s",
			            buf_str(&hint));
		if (r < 0) {
			err_wrap(err, PREFIX "%.*s", name.n > 60 ? 60 : (int)name.n,
			         name.p);
			return r;
		}
	}
	return 0;
}

void config_wipe_environment(char *const *environ_vars)
{
	for (; *environ_vars; environ_vars++) {
		char *value = strchr(*environ_vars, '=');
		struct target t;

		if (!value || !str_starts(*environ_vars, PREFIX))
			continue;
		struct span name = span_of(*environ_vars + strlen(PREFIX));
		name = span_cut(&name, '=');
		if (config_resolve(name, &t) && t.property->flags & PROP_SECRET &&
		    t.origin == CONFIG_VALUE)
			secret_wipe(value + 1, strlen(value + 1));
	}
}
