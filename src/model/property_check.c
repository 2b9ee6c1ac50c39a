/* SPDX-License-Identifier: MIT */
/* Is a value one that a property can have?  The sentence says which it can have. */
#include "base/utf8.h"
#include "model/model.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

static int refuse_listed(const struct property *p, const char *value, struct err *err)
{
	cleanup_(buf_clear) struct buf list = BUF_INIT(1024);

	for (const char *c = p->values; *c; c++) {
		buf_putc(&list, *c);
		if (*c == ',')
			buf_putc(&list, ' ');
	}
	return err_set(err, -EINVAL, "%s cannot be '%.40s'; it can be %s", p->name, value,
	               buf_str(&list));
}

static int check_int(const struct property *p, const char *value, struct err *err)
{
	int64_t i;

	if (span_int(span_of(value), &i) && i >= p->min && i <= p->max)
		return 0;
	if (p->max == LONG_MAX)
		return err_set(err, -EINVAL,
		               "%s cannot be '%.40s'; it is a whole number from %ld up",
		               p->name, value, p->min);
	return err_set(err, -EINVAL,
	               "%s cannot be '%.40s'; it is a whole number from %ld to %ld",
	               p->name, value, p->min, p->max);
}

int64_t property_bytes(const char *value)
{
	static const struct {
		const char *name;
		int64_t bytes;
	} units[] = { { "", 1 },         { "B", 1 },       { "K", 1 << 10 },
		      { "KB", 1 << 10 }, { "M", 1 << 20 }, { "MB", 1 << 20 },
		      { "G", 1 << 30 },  { "GB", 1 << 30 } };
	struct span rest = span_trim(span_of(value)), digits = rest;
	int64_t n = 0, bytes;

	digits.n = strspn(value, " ") ? 0 : strspn(value, "0123456789");
	if (!span_digits(digits) || !span_int(digits, &n))
		return -1;
	rest.p += digits.n;
	rest.n -= digits.n;
	rest = span_trim(rest);
	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		if (span_ieq(rest, span_of(units[i].name)))
			return __builtin_mul_overflow(n, units[i].bytes, &bytes) ? -1
			                                                         : bytes;
	}
	return -1;
}

static int check_size(const struct property *p, const char *value, struct err *err)
{
	int64_t bytes = property_bytes(value);

	if (bytes >= p->min && bytes <= p->max)
		return 0;
	return err_set(err, -EINVAL,
	               "%s cannot be '%.40s'; it is a size from %ld bytes up, such as "
	               "100KB, 20MB or 1GB",
	               p->name, value, p->min);
}

/* The next "Name=Value"; false at the end. */
static bool next_part(struct span *rest, struct span *ret_name, struct span *ret_value)
{
	while (rest->n) {
		struct span pair = span_cut(rest, ';');

		*ret_name = span_trim(span_cut(&pair, '='));
		*ret_value = span_trim(pair);
		if (ret_name->n)
			return true;
	}
	return false;
}

static const struct property *part_named(const struct property *p, struct span name)
{
	for (const struct property *part = p->parts; part->name; part++) {
		if (span_ieq(name, span_of(part->name)))
			return part;
	}
	return NULL;
}

static int refuse_part(const struct property *p, struct span name, struct err *err)
{
	cleanup_(buf_clear) struct buf list = BUF_INIT(1024);

	for (const struct property *part = p->parts; part->name; part++)
		buf_printf(&list, "%s%s", part == p->parts ? "" : ", ", part->name);
	return err_set(err, -EINVAL, "%s has no setting '%.*s'; there are %s", p->name,
	               name.n > 60 ? 60 : (int)name.n, name.p, buf_str(&list));
}

static int check_parts(const struct property *p, const char *value, struct err *err)
{
	struct span rest = span_of(value), name, text;

	while (next_part(&rest, &name, &text)) {
		const struct property *part = part_named(p, name);
		cleanup_free_ char *copy = span_dup(text);
		int r;

		if (!part)
			return refuse_part(p, name, err);
		if (!copy)
			return err_nomem(err);
		r = property_check(part, copy, err);
		if (r < 0)
			return err_wrap(err, "%s", p->name);
	}
	return 0;
}

struct span property_part(const struct property *p, const char *value, const char *name)
{
	struct span rest = span_of(value), at, text, found;
	const struct property *part = part_named(p, span_of(name));

	found = span_of(part ? part->standard : "");
	while (next_part(&rest, &at, &text)) {
		if (span_ieq(at, span_of(name)))
			found = text;
	}
	return found;
}

int property_check(const struct property *p, const char *value, struct err *err)
{
	struct span s = span_of(value);

	/* Sentences repeat the value only where there is a list or a range, and a
	 * secret has neither. */
	if (!utf8_valid(s))
		return err_set(err, -EINVAL, "the value of %s is not valid UTF-8",
		               p->name);
	switch (p->type) {
	case PROP_STRING:
		if (p->values && !list_has(p->values, s))
			return refuse_listed(p, value, err);
		return p->parts ? check_parts(p, value, err) : 0;
	case PROP_BOOL:
		if (list_has("true,false,yes,no,1,0", s))
			return 0;
		return err_set(err, -EINVAL, "%s cannot be '%.40s'; it is true or false",
		               p->name, value);
	case PROP_INT:
		return check_int(p, value, err);
	case PROP_SIZE:
		return check_size(p, value, err);
	}
	return 0;
}
