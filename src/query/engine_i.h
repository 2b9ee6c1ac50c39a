/* SPDX-License-Identifier: MIT */
/* The pool of connections, for what prepares statements beside the engine. */
#ifndef JSMFS_QUERY_ENGINE_I_H
#define JSMFS_QUERY_ENGINE_I_H

#include "query/conn_i.h"
#include "query/engine.h"

#include <pthread.h>

struct changing;
struct view_tables;

struct engine {
	struct engine_config cfg;
	pthread_mutex_t lock;
	struct conn *idle;          /* lock */
	unsigned n_idle;            /* lock */
	struct view_tables *tables; /* of the views; its own lock */
};

/* One that knows the tables and views there are now. */
int engine_borrow(struct engine *e, struct conn **ret, struct err *err) must_check_;
void engine_give_back(struct engine *e, struct conn *c);

/* Exactly one statement. */
int engine_prepare(struct conn *c, const char *sql, sqlite3_stmt **ret, struct err *err)
	must_check_;

/* Binds to ?1 … in order. */
int engine_bind(sqlite3_stmt *stmt, const struct value *params, size_t n, struct err *err)
	must_check_;

/* What a statement that changes rows would read; *changing then knows what it changes. */
int engine_explain_change(struct engine *e, const char *sql, struct changing *changing,
                          struct buf *out, struct err *err) must_check_;

#endif
