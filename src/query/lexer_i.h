/* SPDX-License-Identifier: MIT */
/* The words of a statement, as SQLite sees them.  Pure. */
#ifndef JSMFS_QUERY_LEXER_I_H
#define JSMFS_QUERY_LEXER_I_H

#include "base/base.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>

/* Without the first n bytes. */
struct span lex_behind(struct span s, size_t n);

bool lex_is_blank(char c);
bool lex_is_word_byte(char c);
bool lex_is_number(struct span s);

/* Behind white space and comments. */
struct span lex_skip(struct span s);

/*
 * Behind the token at the start, which is a word, a quoted text or name, or one byte;
 * s must not be empty or start with what lex_skip() skips.  One that is not closed ends
 * with the text; *ret_closed then is false.
 */
struct span lex_token(struct span s, bool *ret_closed);

/* The word at the start behind white space, possibly empty; *s is what is behind it. */
struct span lex_word(struct span *s);

/* Takes the word if it is this one, in any case. */
bool lex_keyword(struct span *s, const char *word);

/* A bare, [bracketed], "quoted" or `backticked` name: -EINVAL if there is none. */
int lex_name(struct span *s, char **ret) must_check_;

#endif
