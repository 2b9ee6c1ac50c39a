/* SPDX-License-Identifier: MIT */
/* A web page: whatever its bytes, forms that come out of it are whole. */
#include "xml/form.h"

#include "base/utf8.h"
#include "xml/xdoc.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(struct span page, const char *field)
{
	cleanup_(form_freep) struct form *f = NULL;
	struct err err = { 0 };
	int r = form_find(page, field, &f, &err);
	bool has_password = false;

	assert(!r == !!f && r == err.code);
	if (!f)
		return;
	assert(f->action && utf8_valid(span_of(f->action)));
	assert(f->n_fields && f->n_fields <= FORM_FIELDS_MAX);
	for (size_t i = 0; i < f->n_fields; i++) {
		assert(f->fields[i].name[0] && f->fields[i].value);
		assert(utf8_valid(span_of(f->fields[i].value)));
		has_password |= f->fields[i].is_password;
	}
	assert(field ? !!form_field(f, field) : has_password);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span page = { (const char *)data, size };
	cleanup_(xdoc_freep) struct xdoc *doc = NULL;

	look(page, "SAMLResponse");
	look(page, NULL);
	if (!xdoc_parse_xml(page, &doc, NULL)) {
		const struct xnode *top = xdoc_root(doc);
		size_t n = 0;

		for (const struct xnode *at = top; (at = xnode_next(top, at));)
			assert(++n <= size);
	}
	return 0;
}
