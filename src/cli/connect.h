/* SPDX-License-Identifier: MIT */
/*
 * The options by which every command that talks to a site is told which site:
 * --profile, --connection, --config, -o, --debug.  Later wins: file,
 * environment, command line.
 */
#ifndef JSMFS_CLI_CONNECT_H
#define JSMFS_CLI_CONNECT_H

#include "base/base.h"
#include "base/err.h"
#include "base/opt.h"
#include "cli/config.h"

/* The first entries of such a command's option table, in this order. */
enum connect_opt {
	CONNECT_PROFILE,
	CONNECT_CONNECTION,
	CONNECT_CONFIG,
	CONNECT_OPTION,
	CONNECT_DEBUG,
	CONNECT_HELP,
	CONNECT_N
};

/* clang-format off */
#define CONNECT_OPTS                                                                     \
	{ "profile", 'p', OPT_VALUE, "NAME",                                             \
	  "Use this section of the configuration file; default is \"default\"." },       \
	{ "connection", 'c', OPT_VALUE, "STRING",                                        \
	  "Connection properties, Name=Value;Name=Value." },                             \
	{ "config", 0, OPT_VALUE, "FILE",                                                \
	  "Read this configuration file instead of jsmfs/jsmfs.conf in $XDG_CONFIG_HOME." }, \
	{ "option", 'o', OPT_VALUE, "NAME=VALUE",                                        \
	  "One connection property, or several with commas between; can be repeated." }, \
	{ "debug", 0, OPT_VALUE, "TOPICS",                                               \
	  "Log these topics in detail: all, or some of net,cache,plan,fs,auth,proc,cli." }, \
	{ "help", 'h', OPT_FLAG, NULL, "Show this text." }
/* clang-format on */

/* Words of -o that are not properties: 1 taken, 0 not known here, or negative errno. */
typedef int connect_word_fn(void *ctx, struct span name, struct span value,
                            struct err *err);

struct connect_args {
	const char *profile;
	const char *connection;
	const char *config;
	const char *debug;
	const char *options[32];
	size_t n_options;
	bool help;
	bool without_site; /* set by the command: URL may be missing */
};

/* For a command's opt_fn: index below CONNECT_N. */
int connect_opt(struct connect_args *a, int index, const char *value, struct err *err)
	must_check_;

/* The opt_fn of a command that takes nothing but these; ctx: struct connect_args. */
int connect_only(void *ctx, int index, const char *value, struct err *err) must_check_;

/*
 * Reads all sources into a finished config; words may be NULL.  Warns on standard
 * error about secrets on the command line and properties without effect, and
 * overwrites the secrets in the argument vector.  CONFIG_WRONG for what is wrong in them.
 */
int connect_config(struct connect_args *a, connect_word_fn *words, void *ctx,
                   struct config **ret, struct err *err) must_check_;

#endif
