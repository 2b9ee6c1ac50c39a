/* SPDX-License-Identifier: MIT */
/*
 * The forms of a web page, as far as a program can send them: where to, and the
 * fields with the values the page gives them.  Values may be secrets (a SAML
 * answer, a token): they are wiped when freed.
 */
#ifndef JSMFS_XML_FORM_H
#define JSMFS_XML_FORM_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define FORM_FIELDS_MAX 128

struct form_field {
	char *name;
	char *value; /* "" when the page gives none */
	bool is_password;
};

struct form {
	char *action; /* as written, "" when it is the page itself */
	bool is_post; /* its method */
	struct form_field fields[FORM_FIELDS_MAX];
	size_t n_fields;
};

/*
 * The first form of the page that has a field of this name (as written, with regard to
 * case); or, with NULL, one that asks for a password.  Buttons, and boxes that are not
 * ticked, are no fields.
 * Errors: -ENOENT without one, -EBADMSG, -EFBIG; no text of the page is in the sentence.
 */
int form_find(struct span html, const char *field, struct form **ret, struct err *err)
	must_check_;
void form_free(struct form *f);
DEFINE_CLEANUP(struct form *, form_free)

/* NULL when there is none of this name. */
const struct form_field *form_field(const struct form *f, const char *name);

/* Gives a field its value, adding it if the page has none; -EFBIG, -ENOMEM. */
int form_set(struct form *f, const char *name, struct span value) must_check_;

#endif
