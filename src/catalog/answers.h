/* SPDX-License-Identifier: MIT */
/*
 * The cache of answers that rest asks for, kept in the store under site, account and
 * the language asked for.
 */
#ifndef JSMFS_CATALOG_ANSWERS_H
#define JSMFS_CATALOG_ANSWERS_H

#include "rest/client.h"

struct answers;
struct db;

/* db is borrowed and must outlive the answers.  language may be "". */
int answers_new(struct db *db, const char *site, const char *account,
                const char *language, struct answers **ret, struct err *err) must_check_;
void answers_free(struct answers *a);
DEFINE_CLEANUP(struct answers *, answers_free)

/* To be handed to client_new(). */
struct answer_cache answers_cache(struct answers *a);

#endif
