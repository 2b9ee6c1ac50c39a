/* SPDX-License-Identifier: MIT */
/*
 * What a directory holds and what a name in it stands for: decided by the name,
 * the model and what the catalog knows, without asking the site.
 */
#ifndef JSMFS_FS_TREE_H
#define JSMFS_FS_TREE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/path.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

struct catalog;
struct format;
struct knob;

enum place_kind {
	PLACE_ROOT,
	PLACE_ROOT_README,
	PLACE_STATUS,
	PLACE_DOCTOR,
	PLACE_ERRORS,
	PLACE_SYSTEM, /* sys/ */
	PLACE_PROCS,  /* proc/ */
	PLACE_PROC,   /* proc/<Procedure>/ */
	PLACE_PROC_README,
	PLACE_KNOBS, /* ctl/ */
	PLACE_KNOB,
	PLACE_CALL,
	PLACE_LAST_JSON,
	PLACE_LAST_CSV,
	PLACE_PROC_ERROR,
	PLACE_VIEWS, /* UserViews/ */
	PLACE_VIEWS_README,
	PLACE_VIEWS_ERROR,
	PLACE_VIEW_SQL, /* UserViews/<Name>.sql */
	PLACE_SCRATCH,  /* what an editor makes there */
	PLACE_SCRATCH_LINK,
	PLACE_TABLE, /* a table, or a query below it */
	PLACE_INSERT,
	PLACE_UPDATE,
	PLACE_DELETE,
	PLACE_README,
	PLACE_SCHEMA,
	PLACE_IGNORE,
	PLACE_ROWS,
	PLACE_STREAM,
	PLACE_COUNT,
	PLACE_SQL,
	PLACE_PLAN,
	PLACE_STATS,
	PLACE_ERROR,
	PLACE_FACETS, /* by/ */
	PLACE_FACET,  /* by/<Column>/ */
	PLACE_LINK,   /* by/<Column>/<value> */
	PLACE_VALUES, /* by/<Column>/values.csv */
	PLACE_IDS,    /* id/ */
	PLACE_ROW,    /* id/<key>/ */
	PLACE_ROW_JSON,
	PLACE_CELL,
	PLACE_TEXTS,      /* id/<key>/comments/ */
	PLACE_PART,       /* a file in it: a column of one of the rows */
	PLACE_CHILD_ROWS, /* id/<key>/approvals/ */
	PLACE_BLOBS,      /* id/<key>/attachments/ */
	PLACE_BLOB,       /* a file in it */
	PLACE_INTAKE,     /* a directory that files are only put into */
	PLACE_DRAFT,      /* a file on its way to the site */
	PLACE_ORDERS,     /* id/<key>/transitions/ */
	PLACE_ORDER,      /* a file that does something about the row */
	PLACE_UPLOADS     /* proc/<Procedure>/upload/, and a desk in it */
};

/* How a place behaves. */
enum place_class {
	CLASS_DIR,
	CLASS_LINK,
	CLASS_TEXT,   /* generated, never changes */
	CLASS_REPORT, /* generated, changes with what happens */
	CLASS_RESULT, /* a snapshot of the site */
	CLASS_STREAM,
	CLASS_PROBE, /* what asking the site gives when it is opened */
	CLASS_CALL,  /* written to */
	CLASS_FILE,  /* read and written as a whole */
	CLASS_BLOB   /* a file that the site keeps */
};

struct place {
	enum place_kind kind;
	const struct table *table;
	const struct procedure *procedure;
	const struct knob *knob;
	const struct format *format; /* of PLACE_ROWS and PLACE_STREAM */
	size_t column;               /* of facets and cells */
	const struct child *child;   /* of what belongs to a row and is no table */
	const struct intake *intake; /* what becomes of files, where they can be made */
	const struct order *order;
};

enum place_class place_class(enum place_kind kind);
bool place_is_dir(enum place_kind kind);

struct entry {
	char *name;
	struct place place;
};

struct listing {
	struct entry *p;
	size_t n;
	size_t cap;
};

void listing_clear(struct listing *l);
int listing_add(struct listing *l, const char *name, struct place place) must_check_;

/*
 * The names in a directory; sel is its query (NULL where there is none).  Names
 * of queries are not among them: they resolve, they are never listed.
 */
int tree_list(const struct place *dir, const struct selector *sel, struct catalog *c,
              struct listing *ret, struct err *err) must_check_;

struct hit {
	struct place place;
	bool has_selector; /* the place is a query of its own: a filtered table, a row */
	struct selector selector;
	char *path; /* its canonical path */
	char *key;  /* of PLACE_ROW and PLACE_LINK: what is in the name, decoded */
};

void hit_clear(struct hit *h);

/*
 * What name is in dir.  -ENOENT: nothing, and *err is left alone.  -EINVAL: a
 * query segment that is wrong, with the sentence.
 */
int tree_find(const struct place *dir, const struct selector *sel, struct catalog *c,
              struct span name, struct hit *ret, struct err *err) must_check_;

/* Appends the target of by/<Column>/<name>. */
void tree_link(const struct place *p, struct span name, struct buf *out);

/* The key of the row that the name of a PLACE_PART stands for; -ENOENT: there is none. */
int tree_part_key(struct span name, struct buf *out) must_check_;

#endif
