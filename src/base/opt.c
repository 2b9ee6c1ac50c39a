/* SPDX-License-Identifier: MIT */
#include "base/opt.h"

#include "base/str.h"

#include <string.h>

#define USAGE_WIDTH 80
#define USAGE_NAMES_MAX 30 /* a longer name has its text on the next line */

struct parser {
	const struct opt *table;
	char **next; /* the arguments not yet looked at */
	char **end;
	opt_fn *fn;
	void *ctx;
	struct err *err;
};

/* The option's value when it is not in the same word; NULL when nothing follows. */
static const char *take_word(struct parser *p)
{
	return p->next < p->end ? *p->next++ : NULL;
}

/* No message shows a value: it may be a secret. */
static int parse_long(struct parser *p, const char *word)
{
	const char *equals = strchr(word, '=');
	struct span name =
		equals ? (struct span){ word, (size_t)(equals - word) } : span_of(word);
	int i = 0;

	while (p->table[i].name && !span_is(name, p->table[i].name))
		i++;
	const struct opt *o = &p->table[i];
	if (!o->name)
		return err_set(p->err, OPT_USAGE, "unknown option --%.*s", SPAN_FMT(name));
	if (o->kind == OPT_FLAG) {
		if (equals)
			return err_set(p->err, OPT_USAGE, "option --%s takes no value",
			               o->name);
		return p->fn(p->ctx, i, NULL, p->err);
	}
	const char *value = equals ? equals + 1 : take_word(p);
	if (!value)
		return err_set(p->err, OPT_USAGE, "option --%s needs a value (%s)", o->name,
		               o->arg ? o->arg : "a word");
	return p->fn(p->ctx, i, value, p->err);
}

static int parse_short(struct parser *p, const char *letters)
{
	int r = 0;

	for (; !r && *letters; letters++) {
		int i = 0;
		while (p->table[i].name && p->table[i].letter != *letters)
			i++;
		const struct opt *o = &p->table[i];
		if (!o->name)
			return err_set(p->err, OPT_USAGE, "unknown option -%c", *letters);
		if (o->kind == OPT_FLAG) {
			r = p->fn(p->ctx, i, NULL, p->err);
			continue;
		}
		const char *value = letters[1] ? letters + 1 : take_word(p);
		if (!value)
			return err_set(p->err, OPT_USAGE, "option -%c needs a value (%s)",
			               *letters, o->arg ? o->arg : "a word");
		return p->fn(p->ctx, i, value, p->err);
	}
	return r;
}

int opt_parse(const struct opt *table, int argc, char **argv, opt_fn *fn, void *ctx,
              struct err *err)
{
	struct parser p = { table, argv, argv + (argc > 0 ? argc : 0), fn, ctx, err };
	bool only_arguments = false;
	int r = 0;

	while (!r && p.next < p.end) {
		const char *word = *p.next++;
		if (only_arguments || word[0] != '-' || !word[1])
			r = fn(ctx, -1, word, err);
		else if (word[1] != '-')
			r = parse_short(&p, word + 1);
		else if (word[2])
			r = parse_long(&p, word + 2);
		else
			only_arguments = true;
	}
	return r;
}

/* "  -f, --foreground" or "      --profile=P". */
static size_t usage_names(const struct opt *o, struct buf *out)
{
	size_t before = out->len;

	if (o->letter)
		buf_printf(out, "  -%c, --%s", o->letter, o->name);
	else
		buf_printf(out, "      --%s", o->name);
	if (o->kind == OPT_VALUE)
		buf_printf(out, "=%s", o->arg ? o->arg : "VALUE");
	return out->len - before;
}

static size_t usage_width(const struct opt *o)
{
	size_t n = strlen("  -x, --") + strlen(o->name);

	if (o->kind == OPT_VALUE)
		n += 1 + strlen(o->arg ? o->arg : "VALUE");
	return n;
}

/* Words of text from column `indent` on, the cursor being there already. */
static void wrap(struct buf *out, const char *text, size_t indent)
{
	struct span rest = span_of(text);
	size_t at = indent;

	while (rest.n) {
		struct span word = span_cut(&rest, ' ');
		if (at > indent && at + 1 + word.n > USAGE_WIDTH) {
			buf_printf(out, "\n%*s", (int)indent, "");
			at = indent;
		} else if (at > indent) {
			buf_putc(out, ' ');
			at++;
		}
		buf_span(out, word);
		at += word.n;
	}
	buf_putc(out, '\n');
}

void opt_usage(const struct opt *table, struct buf *out)
{
	size_t indent = 0;

	for (const struct opt *o = table; o->name; o++) {
		size_t n = usage_width(o) + 2;
		if (n > indent && n <= USAGE_NAMES_MAX)
			indent = n;
	}
	if (!indent)
		indent = USAGE_NAMES_MAX;
	for (const struct opt *o = table; o->name; o++) {
		size_t n = usage_names(o, out);
		if (n + 2 > indent) {
			buf_putc(out, '\n');
			n = 0;
		}
		buf_printf(out, "%*s", (int)(indent - n), "");
		wrap(out, o->doc, indent);
	}
}

/* One text line of mdoc; what would be a macro or an escape is not. */
static void mdoc_text(struct buf *out, const char *text)
{
	if (*text == '.' || *text == '\'')
		buf_puts(out, "\\&");
	for (; *text; text++) {
		if (*text == '\\')
			buf_puts(out, "\\e");
		else if (*text == '-')
			buf_puts(out, "\\-");
		else
			buf_putc(out, *text);
	}
	buf_putc(out, '\n');
}

void opt_mdoc(const struct opt *table, struct buf *out)
{
	for (const struct opt *o = table; o->name; o++) {
		buf_puts(out, ".It ");
		if (o->letter)
			buf_printf(out, "Fl %c , ", o->letter);
		buf_printf(out, "Fl -%s", o->name);
		if (o->kind == OPT_VALUE)
			buf_printf(out, " Ns = Ns Ar %s", o->arg ? o->arg : "VALUE");
		buf_putc(out, '\n');
		mdoc_text(out, o->doc);
	}
}
