/* SPDX-License-Identifier: MIT */
/*
 * SQL over the tables of a site: a pool of SQLite connections, each with the
 * virtual tables registered.  Nothing in a statement can reach a file, another
 * database or an extension.  Threads: any.
 */
#ifndef JSMFS_QUERY_ENGINE_H
#define JSMFS_QUERY_ENGINE_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "base/value.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct catalog;
struct client;
struct engine;
struct userviews;

struct engine_config {
	struct catalog *catalog; /* borrowed, outlives the engine */
	struct client *client;   /* borrowed; NULL: only plans and local tables */
	uint64_t max_rows;       /* MaxRows; 0 is no limit */
	unsigned scan_guard; /* calls a run may make unless it says otherwise; 0 none */
	struct userviews *views;  /* borrowed; NULL: none */
	const char *views_schema; /* borrowed; a name */
};

int engine_new(const struct engine_config *cfg, struct engine **ret, struct err *err)
	must_check_;
void engine_free(struct engine *e); /* no query may be open */
DEFINE_CLEANUP(struct engine *, engine_free)

/*
 * Runs one SELECT (or other reading statement).  params are bound to ?1 … in
 * order.  run must outlive the rowset; run->max_calls is set from the scan guard
 * when it is 0 and allow_scan is false.  The rowset's cells are typed: booleans
 * of the model come as VALUE_BOOL, JSON columns as VALUE_JSON, times as text.
 * Errors of the statement are -EINVAL; the others as in base/err.h.
 */
int engine_select(struct engine *e, const char *sql, const struct value *params,
                  size_t n_params, bool allow_scan, struct run *run, struct rowset **ret,
                  struct err *err) must_check_;

/*
 * What the statement would do, in words, making no call: the exchanges with
 * their addresses, what the server evaluates, what is left to do here, how old
 * cached answers are.
 */
int engine_explain(struct engine *e, const char *sql, const struct value *params,
                   size_t n_params, struct buf *out, struct err *err) must_check_;

/* Asks the site nothing any more, as client_set_offline(). */
void engine_set_offline(struct engine *e, bool offline);
bool engine_is_offline(const struct engine *e);

#endif
