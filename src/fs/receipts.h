/* SPDX-License-Identifier: MIT */
/*
 * What came of the calls of one session, a row each: as last.json and last.csv show
 * it, while it still grows.  The rows are in two nameless files, so that a hundred
 * thousand of them need no memory.  Its lock is the one called "control" in
 * base/sync.h.  Threads: any.
 */
#ifndef JSMFS_FS_RECEIPTS_H
#define JSMFS_FS_RECEIPTS_H

#include "base/base.h"
#include "base/err.h"
#include "base/value.h"
#include "fs/text.h"

#include <stddef.h>

#define RECEIPTS_MAX_BYTES (1ull << 30) /* of each of the two */

struct receipts;

enum receipts_form { RECEIPTS_JSON, RECEIPTS_CSV, RECEIPTS_N_FORMS };

/* names are copied. */
int receipts_new(const char *const *names, size_t n_names, struct receipts **ret,
                 struct err *err) must_check_;
struct receipts *receipts_ref(struct receipts *r);
void receipts_unref(struct receipts *r); /* NULL is fine */
DEFINE_CLEANUP(struct receipts *, receipts_unref)

/*
 * One more row, a cell for each name.  Once it has failed it always fails: whoever goes
 * on calling could not say what came of it.
 */
int receipts_add(struct receipts *r, const struct value *cells, struct err *err)
	must_check_;

size_t receipts_count(struct receipts *r);

/* The document with the rows there are now; it does not change when more come. */
int receipts_text(struct receipts *r, enum receipts_form form, struct text **ret,
                  struct err *err) must_check_;

#endif
