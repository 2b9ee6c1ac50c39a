/* SPDX-License-Identifier: MIT */
/* The files of the token store: what is in them is a text to them. */
#ifndef JSMFS_AUTH_TOKENS_I_H
#define JSMFS_AUTH_TOKENS_I_H

#include "base/buf.h"
#include "base/err.h"

#define TOKENS_TEXT_MAX (512u * 1024)

struct token_file {
	char *path; /* without links at its end */
	char *key;  /* names of the others */
	char *lock;
	char *fresh;
};

int token_file_init(struct token_file *f, const char *path, struct err *err) must_check_;
void token_file_clear(struct token_file *f);

/* -EWOULDBLOCK (no sentence): somebody else has it.  Closing *ret_fd gives it back. */
int token_file_lock(struct token_file *f, int *ret_fd, struct err *err) must_check_;

/* Appends the text; nothing if there is no file yet. */
int token_file_read(const struct token_file *f, struct buf *ret, struct err *err)
	must_check_;
int token_file_write(const struct token_file *f, struct span text, struct err *err)
	must_check_;
int token_file_set_aside(const struct token_file *f, char **ret_path, struct err *err)
	must_check_;

#endif
