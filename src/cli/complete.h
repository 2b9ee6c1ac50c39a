/* SPDX-License-Identifier: MIT */
/*
 * Completion in shells: a small script for each shell asks the program itself, which
 * answers from its tables, so that nothing is written down twice.  Never makes a call.
 */
#ifndef JSMFS_CLI_COMPLETE_H
#define JSMFS_CLI_COMPLETE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"

/* What to evaluate in the shell: bash, zsh or fish.  Wrong usage for another one. */
int complete_script(const char *shell, const char **ret, struct err *err) must_check_;

/*
 * The words that can stand where the last of words is being typed, one a line, with a
 * tab and a description behind it when there is one; ":files" and ":dirs" alone leave it
 * to the shell.  words are those behind the program's name, n of them.
 */
void complete_words(int n, char *const *words, struct buf *out);

#endif
