/* SPDX-License-Identifier: MIT */
/*
 * What came of the last change to the site's data, for sys_identity: kept in
 * memory, the newest IDENTITY_MAX_ROWS rows.  Threads: any; its lock is taken last.
 */
#ifndef JSMFS_CATALOG_IDENTITY_H
#define JSMFS_CATALOG_IDENTITY_H

#include "base/base.h"
#include "base/str.h"

#include <stdint.h>

#define IDENTITY_MAX_ROWS 1000

struct identity;

struct identity *identity_new(void) must_check_; /* NULL: out of memory */
void identity_free(struct identity *all);
DEFINE_CLEANUP(struct identity *, identity_free)

/* A number for changes that are made together; never 0 or 1. */
uint64_t identity_begin(struct identity *all);

/*
 * One change was tried.  batch 0 is a change on its own; those of a batch are kept by
 * their order, in whichever they come.  An empty id is none;
 * message NULL is success; operation is static.  Out of memory: nothing happens.
 */
void identity_add(struct identity *all, uint64_t batch, uint64_t order,
                  const char *operation, struct span id, const char *message);

/* id is NULL if there is none; batch is 1 when it holds a single change. */
typedef int identity_fn(void *ctx, const char *id, uint64_t batch, const char *operation,
                        const char *message);

/* The rows of the batch that was added to last, oldest first; stops when fn does not
 * return 0, and returns that.  fn runs under the lock. */
int identity_each(struct identity *all, identity_fn *fn, void *ctx);

#endif
