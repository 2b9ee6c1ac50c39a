/* SPDX-License-Identifier: MIT */
/* The secrets of this run, and how they are struck out of a text.  Threads: one. */
#ifndef JSMFS_BASE_REDACT_I_H
#define JSMFS_BASE_REDACT_I_H

#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

#define REDACT_MAX_SECRETS 256

struct redactor {
	struct {
		char *p;
		size_t n;
	} secrets[REDACT_MAX_SECRETS];
	size_t n;
	size_t next;      /* the slot to use when all are taken */
	bool starts[256]; /* the bytes that secrets begin with */
};

/* Also in its percent-encoded and "user:secret" base64 forms; under 4 bytes: nothing. */
void redactor_add(struct redactor *r, struct span s);

/*
 * Replaces secrets in place by ***; returns the new length.  With cut, the text was
 * longer once: what is left of a secret at its end counts.
 */
size_t redactor_clean(const struct redactor *r, char *text, size_t len, bool cut);

#endif
