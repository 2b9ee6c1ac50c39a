/* SPDX-License-Identifier: MIT */
/*
 * Command-line options as a table that yields the parser, the usage text, the
 * completion words and the manual page's list.  Knows nothing of what an
 * option means.
 */
#ifndef JSMFS_BASE_OPT_H
#define JSMFS_BASE_OPT_H

#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

enum opt_kind { OPT_FLAG, OPT_VALUE };

struct opt {
	const char *name; /* long name without dashes; NULL ends the table */
	char letter;      /* short form, or 0 */
	enum opt_kind kind;
	const char *arg; /* what the value is called in the usage text */
	const char *doc; /* one sentence with a full stop */
};

/*
 * Called for every option (index into the table, value NULL for a flag) and for
 * every other argument (index -1, value = the argument).
 */
typedef int opt_fn(void *ctx, int index, const char *value, struct err *err);

/* What a wrong use of options returns: no errno has this number. */
#define OPT_USAGE (-100000)

/* argv without the name of the program or command.  GNU habits: --name=value, --name
 * value, -n value, -nvalue, -abc, "--" ends options. */
int opt_parse(const struct opt *table, int argc, char **argv, opt_fn *fn, void *ctx,
              struct err *err) must_check_;

/* "  -f, --foreground   stay in the foreground." lines. */
void opt_usage(const struct opt *table, struct buf *out);

/* mdoc: an .It Fl line and the text of every option. */
void opt_mdoc(const struct opt *table, struct buf *out);

#endif
