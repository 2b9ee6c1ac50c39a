/* SPDX-License-Identifier: MIT */
/*
 * What this site offers: the model as this connection shows it, and what is
 * known of the site without asking it (desks, keys seen, sizes of results).
 * Never makes a call.  Threads: any.
 */
#ifndef JSMFS_CATALOG_CATALOG_H
#define JSMFS_CATALOG_CATALOG_H

#include "base/arena.h"
#include "base/base.h"
#include "base/err.h"
#include "base/value.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct changes;
struct db;
struct identity;
struct userviews;

#define CATALOG_SCHEMA "JiraServiceManagement" /* of the site's own tables in SQL */

struct catalog_config {
	const char *site;           /* "https://host/path": copied */
	const char *account;        /* whose answers are kept apart: copied */
	const char *pseudo_columns; /* the property: "Table=Column, *=*" */
	const char *desk;           /* ServiceDeskID, or "" */
	bool utc;                   /* times are shown in UTC */
	const char *location;       /* directory of schema files, or NULL */
	bool custom_fields;         /* tables get more columns once the site is asked */
	/* By enum property_id, secrets empty, for sys_connection_props: copied.  NULL:
	 * the defaults. */
	const char *const *property_values;
	struct changes *changes; /* borrowed, must outlive the catalog; NULL: none */
};

struct catalog;

/* db is borrowed and must outlive the catalog. */
int catalog_new(const struct catalog_config *cfg, struct db *db, struct catalog **ret,
                struct err *err) must_check_;
void catalog_free(struct catalog *c);
DEFINE_CLEANUP(struct catalog *, catalog_free)

const char *catalog_site(const struct catalog *c);
const char *catalog_desk(const struct catalog *c);
bool catalog_utc(const struct catalog *c);
struct db *catalog_db(const struct catalog *c);

/* The value a property has; "" for a secret. */
const char *catalog_property(const struct catalog *c, enum property_id id);

/* The directory of schema files, absolute, or "". */
const char *catalog_location(const struct catalog *c);

/* A number for each change this process tries. */
uint64_t catalog_next_change(struct catalog *c);

/* What came of the last change to the site's data. */
struct identity *catalog_identity(const struct catalog *c);

/* By index 0 … n-1: the model's, then the site's own; NULL behind the last. */
const struct table *catalog_table_at(struct catalog *c, size_t i);
const struct table *catalog_table(struct catalog *c, struct span name);

/*
 * What of it is listed: BrowsableSchemas, Tables and Views may leave some out, which
 * are found by their names all the same.  As catalog_table_at(), of the site's tables …
 */
const struct table *catalog_shown_at(struct catalog *c, size_t i);
bool catalog_shows(const struct catalog *c, const struct table *t);
bool catalog_shows_view(const struct catalog *c, const char *name); /* … the user's … */
bool catalog_shows_schema(const struct catalog *c, const char *schema);
/* … and whether those properties name what there is. */
int catalog_check_shown(struct catalog *c, struct userviews *u, struct err *err)
	must_check_;

/* Grows whenever a table is added, changed or gone. */
unsigned catalog_version(struct catalog *c);

/*
 * Tables that the site itself defines (its queues, its fields).  A table of the
 * model's name stands in for that one.
 */
struct table_set {
	const struct table **p; /* n, in the arena as all they point to */
	size_t n;
	struct arena arena;
};

/*
 * Replaces the site's tables if they differ; takes the set in any case.  A table
 * that was there once stays valid until the catalog is freed.
 */
int catalog_set_tables(struct catalog *c, struct table_set *set, struct err *err)
	must_check_;

/* ServiceDeskID=first became this desk; before anybody else uses the catalog. */
int catalog_set_desk(struct catalog *c, const char *desk, struct err *err) must_check_;

/* Is the column part of SELECT * and of a result file (no pseudo column, or shown by
 * PseudoColumns, none that a schema file leaves out)? */
bool catalog_is_listed(const struct catalog *c, const struct table *t, size_t column);

/*
 * Values of a column that are known without asking: enumerations, booleans,
 * ids of rows seen.  Keys of rows are remembered as rows pass by, the newest
 * 4096 a column.
 */
struct known_value {
	char *value; /* text as in a predicate */
	char *label; /* a name for people, or "" */
};
struct known_values {
	struct known_value *p;
	size_t n;
};

/* Does the column have known values in principle (is it listed under by/)? */
bool catalog_has_facet(const struct catalog *c, const struct table *t, size_t column);
int catalog_known(struct catalog *c, const struct table *t, size_t column,
                  struct known_values *ret, struct err *err) must_check_;
void known_values_clear(struct known_values *v);

/* A row with this key went by (label may be empty). */
void catalog_saw(struct catalog *c, const struct table *t, struct span id,
                 struct span label);

/* There is no row with this key any more. */
void catalog_gone(struct catalog *c, const struct table *t, struct span id);

/* The table changed: kept answers about it are dropped, everybody is told. */
void catalog_forget(struct catalog *c, const struct table *t);

/* Another number than before when anybody of this user's processes said so, of this site
 * or view of it; t NULL: of any table. */
uint64_t catalog_changes(const struct catalog *c, const struct table *t);

/* Readable when somebody may have, or -1; store/changes.h. */
int catalog_changes_fd(const struct catalog *c);
void catalog_changes_drain(struct catalog *c);

void catalog_forget_all(struct catalog *c); /* all kept answers of this account */

/* Names under id/ that are known: ids of rows that went by. */
int catalog_known_ids(struct catalog *c, const struct table *t, struct known_values *ret,
                      struct err *err) must_check_;

/* Last known size of a result, by canonical path; kept between mounts. */
struct size_hint {
	uint64_t bytes;
	uint64_t rows;
	int64_t fetched_ms;
};
bool catalog_size_get(struct catalog *c, struct span path, struct size_hint *ret);
void catalog_size_put(struct catalog *c, struct span path, const struct size_hint *hint);

#endif
