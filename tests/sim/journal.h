/* SPDX-License-Identifier: MIT */
/*
 * Writes on disk: every successful write is a row of an SQLite file (what was
 * asked, by whom, when), and starting with that file does them again. Without
 * --db nothing is kept. Called with site_lock held exclusively.
 */
#ifndef JSMSIM_JOURNAL_H
#define JSMSIM_JOURNAL_H

#include "sim/exchange.h"

bool journal_open(const char *path, const char **ret_why);
void journal_add(struct exchange *x);
void journal_reset(void);
void journal_close(void);
/* The directory for uploaded bytes. */
const char *journal_files(void);
bool journal_use_files(const char *directory);

#endif
