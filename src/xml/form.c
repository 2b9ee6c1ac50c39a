/* SPDX-License-Identifier: MIT */
#include "xml/form.h"

#include "base/secret.h"
#include "base/utf8.h"
#include "xml/xdoc.h"

#include <errno.h>
#include <string.h>

static void value_free(char *value)
{
	if (value)
		secret_wipe(value, strlen(value));
	free(value);
}

void form_free(struct form *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->n_fields; i++) {
		free(f->fields[i].name);
		value_free(f->fields[i].value);
	}
	free(f->action);
	free(f);
}

const struct form_field *form_field(const struct form *f, const char *name)
{
	for (size_t i = 0; i < f->n_fields; i++) {
		if (str_eq(f->fields[i].name, name))
			return &f->fields[i];
	}
	return NULL;
}

/* Takes both texts, whatever comes of it. */
static int add(struct form *f, char *name, char *value, bool is_password)
{
	int r = 0;

	if (!name || !value)
		r = -ENOMEM;
	else if (f->n_fields == FORM_FIELDS_MAX)
		r = -EFBIG;
	else if (!utf8_valid(span_of(name)) || !utf8_valid(span_of(value)))
		r = -EBADMSG;
	if (r < 0) {
		free(name);
		value_free(value);
		return r;
	}
	f->fields[f->n_fields++] = (struct form_field){ name, value, is_password };
	return 0;
}

int form_set(struct form *f, const char *name, struct span value)
{
	for (size_t i = 0; i < f->n_fields; i++) {
		if (!str_eq(f->fields[i].name, name))
			continue;
		char *copy = span_dup(value);

		if (!copy)
			return -ENOMEM;
		value_free(f->fields[i].value);
		f->fields[i].value = copy;
		return 0;
	}
	return add(f, str_dup(name), span_dup(value), false);
}

/* Would a browser send it without anybody touching it? */
static bool is_sent(const struct xnode *n, const char *type)
{
	static const char *const never[] = { "submit", "button", "image", "reset",
		                             "file" };

	for (size_t i = 0; i < ARRAY_SIZE(never); i++) {
		if (str_ieq(type, never[i]))
			return false;
	}
	if (!str_ieq(type, "checkbox") && !str_ieq(type, "radio"))
		return true;
	cleanup_free_ char *checked = xnode_attr(n, "checked");

	return checked;
}

static int read_input(struct form *f, const struct xnode *n)
{
	char *name = xnode_attr(n, "name");
	cleanup_free_ char *type = xnode_attr(n, "type");

	if (!name || !*name || !is_sent(n, type ? type : "text")) {
		free(name);
		return 0;
	}
	char *value = xnode_attr(n, "value");

	return add(f, name, value ? value : str_dup(""),
	           type && str_ieq(type, "password"));
}

static int read_textarea(struct form *f, const struct xnode *n)
{
	char *name = xnode_attr(n, "name");
	struct buf text = BUF_INIT(XDOC_MAX_BYTES);

	if (!name || !*name) {
		free(name);
		return 0;
	}
	xnode_text(n, &text);
	buf_add(&text, "", 0);

	return add(f, name, buf_take(&text), false);
}

static int read_form(const struct xnode *at, struct form **ret)
{
	cleanup_(form_freep) struct form *f = calloc(1, sizeof(*f));
	cleanup_free_ char *method = xnode_attr(at, "method");
	int r = f ? 0 : -ENOMEM;

	for (const struct xnode *n = at; !r && (n = xnode_next(at, n));) {
		if (xnode_is(n, "input"))
			r = read_input(f, n);
		else if (xnode_is(n, "textarea"))
			r = read_textarea(f, n);
	}
	if (r < 0)
		return r;
	f->is_post = method && str_ieq(method, "post");
	f->action = xnode_attr(at, "action");
	if (!f->action)
		f->action = str_dup("");
	if (!f->action)
		return -ENOMEM;
	if (!utf8_valid(span_of(f->action)))
		return -EBADMSG;
	*ret = take_ptr(f);
	return 0;
}

static bool is_wanted(const struct form *f, const char *field)
{
	if (field)
		return form_field(f, field);
	for (size_t i = 0; i < f->n_fields; i++) {
		if (f->fields[i].is_password)
			return true;
	}
	return false;
}

int form_find(struct span html, const char *field, struct form **ret, struct err *err)
{
	cleanup_(xdoc_freep) struct xdoc *doc = NULL;
	int r = xdoc_parse_html(html, &doc, err);
	const struct xnode *top = xdoc_root(doc);
	int unusable = 0;

	if (r < 0)
		return r;
	for (const struct xnode *n = top; (n = xnode_next(top, n));) {
		cleanup_(form_freep) struct form *f = NULL;

		if (!xnode_is(n, "form"))
			continue;
		r = read_form(n, &f);
		if (r == -ENOMEM)
			return err_nomem(err);
		if (!r && is_wanted(f, field)) {
			*ret = take_ptr(f);
			return 0;
		}
		if (r < 0)
			unusable = r;
	}
	if (unusable)
		return err_set(err, unusable,
		               "a form of the page cannot be used: it has more than %d "
		               "fields, or its text is no UTF-8",
		               FORM_FIELDS_MAX);
	if (field)
		return err_set(err, -ENOENT, "the page has no form with a field %s",
		               field);
	return err_set(err, -ENOENT, "the page has no form that asks for a password");
}
