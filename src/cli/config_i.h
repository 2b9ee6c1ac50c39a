/* SPDX-License-Identifier: MIT */
/* What the files of the configuration share; the outside sees config.h. */
#ifndef JSMFS_CLI_CONFIG_I_H
#define JSMFS_CLI_CONFIG_I_H

#include "base/str.h"
#include "cli/config.h"

/* The longest text a property, a file or a connection string can have. */
#define CONFIG_MAX_BYTES (1u << 20)

/* One property.  Of a secret with CONFIG_VALUE the text is in secret, not in text. */
struct slot {
	bool is_set;
	enum config_from from;
	enum config_origin origin;
	char *text; /* value, command or file name; wiped when replaced */
	struct secret *secret;
};

struct config {
	bool without_site;        /* what a connection needs may be missing */
	enum config_from reading; /* the source whose settings come in now */
	char *path;               /* of the file that was read, or NULL */
	struct slot slots[PROP_COUNT];
};

/* What a name stands for. */
struct target {
	const struct property *property;
	enum config_origin origin;
};

/* Without regard to case, spaces and '_'; false for a name that there is not. */
bool config_resolve(struct span name, struct target *ret);

/*
 * Sets a property.  Behind an unquoted secret a name may be the rest of that
 * secret: with hide_name a sentence repeats it only if it is nearly a property's.
 */
int config_put(struct config *c, struct span name, struct span value, bool hide_name,
               struct err *err) must_check_;

/*
 * Runs commands, reads files, asks systemd; and when nothing gives what the scheme
 * signs in with, the keyring if that is wanted, and .netrc.
 */
int config_fetch_secrets(struct config *c, struct err *err) must_check_;

/* Appends "; did you mean A, B or C?" or nothing; true if there is a close name. */
bool config_suggest(struct span name, struct buf *out);

/* A value as written: in quotes, its bytes are in own; else borrowed. */
struct piece {
	struct span value;
	bool quoted;
	char *own; /* wiped when cleared */
	size_t own_bytes;
};

/*
 * Takes a value that begins with a quote off the front of *rest.  -EINVAL if the
 * quote is not closed.
 */
int piece_quoted(struct span *rest, struct piece *ret) must_check_;
void piece_clear(struct piece *p);

#endif
