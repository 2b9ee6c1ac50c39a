/* SPDX-License-Identifier: MIT */
#include "json/jpath.h"

#include "json/jpath_i.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define PATH_MAX_BYTES 1024

/* Ends the word at *at and returns it; *ret_end is what ended it, 0 for the end. */
static const char *take_word(char **at, const char *ends, char *ret_end)
{
	char *word = *at;

	*at += strcspn(word, ends);
	*ret_end = **at;
	if (*ret_end)
		*(*at)++ = '\0';
	return word;
}

/* What follows a '[': false if it is not "member=text]". */
static bool parse_choice(char **at, struct jpath_step *s, char *ret_end)
{
	char end;

	s->member = take_word(at, ".|[]=", &end);
	if (end != '=' || !*s->member)
		return false;
	s->text = take_word(at, "]", &end);
	if (end != ']')
		return false;
	*ret_end = **at;
	if (*ret_end)
		(*at)++;
	return !*ret_end || *ret_end == '.' || *ret_end == '|';
}

/* One alternative; *ret_more if a '|' follows. */
static bool parse_alt(char **at, struct jpath_alt *alt, bool *ret_more)
{
	char end = '.';

	*ret_more = **at == '|';
	if (!**at || *ret_more) {
		*at += *ret_more;
		return true;
	}
	while (end == '.') {
		if (alt->n_steps == JPATH_STEPS_MAX)
			return false;
		struct jpath_step *s = &alt->steps[alt->n_steps++];
		s->name = take_word(at, ".|[]=", &end);
		if (!*s->name)
			return false;
		if (end == '[' && !parse_choice(at, s, &end))
			return false;
	}
	*ret_more = end == '|';
	return !end || *ret_more;
}

int jpath_new(const char *text, struct jpath **ret, struct err *err)
{
	size_t n = strlen(text);
	bool more = true, good = n <= PATH_MAX_BYTES;

	cleanup_(jpath_freep) struct jpath *p =
		calloc(1, sizeof(*p) + (good ? n : 0) + 1);
	if (!p)
		return err_nomem(err);
	if (good)
		memcpy(p->text, text, n);
	char *at = p->text;
	while (good && more) {
		good = p->n_alts < JPATH_ALTS_MAX &&
		       parse_alt(&at, &p->alts[p->n_alts], &more);
		p->n_alts++;
	}
	if (!good)
		return err_set(err, -EINVAL, "'%s' is not a path into a document", text);
	*ret = take_ptr(p);
	return 0;
}

void jpath_free(struct jpath *p)
{
	free(p);
}

static bool has_text(const struct jnode *n, const char *text)
{
	int64_t want, is;

	switch (jnode_type(n)) {
	case J_STRING:
		return span_is(jnode_text(n), text);
	case J_BOOL:
		return str_eq(text, jnode_bool(n, false) ? "true" : "false");
	case J_INT:
		return span_int(span_of(text), &want) && jnode_int(n, &is) && is == want;
	case J_NULL:
	case J_REAL:
	case J_ARRAY:
	case J_OBJECT:
		break;
	}
	return false;
}

static const struct jnode *choose(const struct jnode *array, const struct jpath_step *s)
{
	for (size_t i = 0; i < jnode_len(array); i++) {
		const struct jnode *element = jnode_at(array, i);
		if (has_text(jnode_get(element, s->member), s->text))
			return element;
	}
	return NULL;
}

static const struct jnode *find_alt(const struct jpath_alt *alt, const struct jnode *n)
{
	for (size_t i = 0; n && i < alt->n_steps; i++) {
		n = jnode_get(n, alt->steps[i].name);
		if (alt->steps[i].member)
			n = choose(n, &alt->steps[i]);
	}
	return n;
}

const struct jnode *jpath_find(const struct jpath *p, const struct jnode *from)
{
	for (size_t i = 0; i < p->n_alts; i++) {
		const struct jnode *n = find_alt(&p->alts[i], from);
		if (n)
			return n;
	}
	return NULL;
}
