/* SPDX-License-Identifier: MIT */
/*
 * Looks at everything that has to work, from the configuration to the last table, and
 * says in a line each what it found: "ok|warn|fail  what: value -- what to do".
 * Changes nothing, here or at the site.
 */
#ifndef JSMFS_PROC_DOCTOR_H
#define JSMFS_PROC_DOCTOR_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"

#include <stdbool.h>
#include <stddef.h>

struct catalog;
struct client;

struct doctor_setting {
	const char *name;
	const char *value; /* "" for a secret */
	const char *from;  /* "the command line" */
	bool is_secret;
};

/* What is known of the program; borrowed, as long as somebody may ask. */
struct doctor_config {
	const char *version;
	const char *settings_path; /* of the configuration file, "" without one */
	const struct doctor_setting *settings;
	size_t n_settings;
	struct catalog *catalog; /* NULL: the configuration does not do */
	struct client *client;   /* NULL: there is no site */
	const char *proxy;       /* "the proxy host:port", "" without one */
	/* Scopes of the token, to be freed, NULL: nobody knows; no member: no scopes. */
	char *(*granted)(void *ctx);
	void *granted_ctx;
	/*
	 * Appends "subject, issuer …" of the server's certificate, believed or not; NULL:
	 * no TLS.  When it is valid, by the wall clock; 0: it does not say.
	 */
	int (*chain)(void *ctx, int64_t deadline, struct buf *out, int64_t *ret_from_ms,
	             int64_t *ret_until_ms, struct err *err);
	void *chain_ctx;
};

/*
 * Appends the lines; the number of those that fail.  why: the sentence of what kept
 * the configuration from working, or NULL.  Blocks: on the network, as run says.
 */
size_t doctor_run(const struct doctor_config *cfg, const char *why, struct run *run,
                  struct buf *out);

#endif
