/* SPDX-License-Identifier: MIT */
/* A value as somebody writes it -> as the site takes it for a field of that schema. */
#ifndef JSMFS_PROC_SHAPE_I_H
#define JSMFS_PROC_SHAPE_I_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "json/jdoc.h"
#include "model/model.h"

/* Turns an entry of a list of attachments into a temporary ID. */
typedef int shape_upload_fn(void *ctx, struct span entry, struct buf *out,
                            struct err *err);

struct shape {
	const char *name;           /* of the field, for sentences */
	const struct jnode *schema; /* its jiraSchema */
	const struct jnode *values; /* its validValues */
	enum deployment on;
	shape_upload_fn *upload;
	void *ctx;
};

/*
 * Appends the JSON value.  Text stands for what has a name or an ID, lists are split at
 * commas, "parent / child" is a cascade; what is an object already stays as it is.
 * -EINVAL tells what would do.
 */
int shape_print(const struct shape *s, const struct jnode *value, struct buf *out,
                struct err *err) must_check_;
int shape_print_text(const struct shape *s, struct span text, struct buf *out,
                     struct err *err) must_check_;

#endif
