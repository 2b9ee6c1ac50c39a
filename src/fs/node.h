/* SPDX-License-Identifier: MIT */
/*
 * Inodes: numbers, names, lookup counts.  Knows nothing of what a node shows.
 * Numbers are never used twice, so that one number can mean one snapshot for
 * ever.  A node lives while the kernel knows it (lookups), somebody works with
 * it (refs), or it was forgotten less than two seconds ago: cp and tar look at a
 * name twice and compare.  The lock is the one called "node" in base/sync.h.
 * Threads: any.
 */
#ifndef JSMFS_FS_NODE_H
#define JSMFS_FS_NODE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/folder.h"
#include "fs/scratch.h"
#include "fs/snapshot.h"
#include "fs/text.h"
#include "fs/tree.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NODE_ROOT 1
#define NODE_MAX 1000000
#define NODE_LIMBO_MS 2000

struct node {
	/* never change */
	uint64_t ino;
	uint64_t parent;
	char *name;
	struct place place;
	struct folder *folder; /* the query; NULL outside of tables */
	struct blobs *blobs;   /* of CLASS_BLOB: the list it is in … */
	size_t blob;           /* … and where */
	int64_t made_ms;       /* wall clock */

	/* by the lock of nodes */
	uint64_t n_lookups;
	unsigned n_refs;
	unsigned n_open;
	bool named;           /* found by its name; else superseded or removed */
	bool opened;          /* since it was looked up last */
	bool dropped;         /* its snapshot was given up: cannot be opened again */
	int64_t looked_up_ms; /* monotonic clock */
	struct text *text;    /* CLASS_TEXT, CLASS_REPORT */
	uint64_t version;     /* of what the text tells */
	struct draft *draft;  /* CLASS_FILE, while it is written to; scratch always */
	unsigned n_writers;
	struct snapshot *shot; /* CLASS_RESULT, once it was opened */
	uint64_t size_bytes;   /* exact once there was a text or a snapshot … */
	bool sized;            /* … an estimate before */
	int64_t fetched_ms;    /* wall clock, with sized */
	uint64_t listed;       /* CLASS_DIR: what names the kernel keeps; 0: none */
	uint64_t listed_walk;  /* the walk it was shown them in; 0: they are all */
	bool used;             /* CLASS_CALL: opened to be written to, or one before it */
	bool told;             /* the kernel has no estimate of the size any more */
	struct node *next_ino; /* hash chains */
	struct node *next_name;
	struct node *limbo_prev; /* forgotten, oldest first */
	struct node *limbo_next;
	bool in_limbo;
	int64_t limbo_ms;
	struct node *shot_prev; /* those that hold a snapshot, oldest first */
	struct node *shot_next;
	struct node *next_teller; /* those that tell of the same folder */
};

struct nodes;

struct nodes *nodes_new(size_t max) must_check_; /* holds the root */
void nodes_free(struct nodes *all);

/* References; NULL if there is none. */
struct node *nodes_find(struct nodes *all, uint64_t ino);
struct node *nodes_by_name(struct nodes *all, uint64_t parent, struct span name);
void node_unref(struct nodes *all, struct node *n); /* NULL is fine */

/* Appends the names that lead to the node, "Requests/id/HELP-42"; nothing for the root.
 */
void nodes_path(struct nodes *all, const struct node *n, struct buf *out);

/*
 * A new node for the name; one that had it keeps its number and loses its name.
 * folder may be NULL and is referenced.  -ENFILE when there are too many.
 */
int nodes_add(struct nodes *all, uint64_t parent, struct span name,
              const struct place *place, struct folder *folder, struct node **ret,
              struct err *err) must_check_;

/* The same for a file that the site keeps: entry i of the list, under its name. */
int nodes_add_blob(struct nodes *all, const struct node *dir, const struct place *place,
                   struct blobs *list, size_t i, struct node **ret, struct err *err)
	must_check_;

void nodes_remove(struct nodes *all, struct node *n); /* takes its name away */
void node_looked_up(struct nodes *all,
                    struct node *n); /* the kernel holds it once more */
void nodes_forget(struct nodes *all, uint64_t ino, uint64_t times);

/* What a node shows; references are taken. */
void node_set_text(struct nodes *all, struct node *n, struct text *t, uint64_t version);

/* The first snapshot stays for ever: returns a reference to the one that is bound. */
struct snapshot *node_bind_shot(struct nodes *all, struct node *n, struct snapshot *s)
	must_check_;

/* What of a snapshot is this node's content; *ret unless the row is not among those. */
bool node_part(const struct node *n, const struct snapshot *s, struct part *ret);

void node_set_size(struct nodes *all, struct node *n, uint64_t estimate_bytes);

/* Directories: the hash of the names that the kernel keeps, 0 if it keeps none, and the
 * number of the walk that was shown them (fs/walkers.h). */
uint64_t node_listed(struct nodes *all, const struct node *n, uint64_t *ret_walk);
void node_set_listed(struct nodes *all, struct node *n, uint64_t names, uint64_t walk);

/* Was it used before?  From now on it was, and so was what has its name later. */
bool node_set_used(struct nodes *all, struct node *n);

void node_set_told(struct nodes *all, struct node *n);

void node_opened(struct nodes *all, struct node *n);
void node_released(struct nodes *all, struct node *n);

/* What attributes need, in one go. */
struct node_view {
	bool sized;
	uint64_t size_bytes;
	int64_t time_ms; /* fetched, or made */
	bool dropped;
	bool opened;
	unsigned n_open;
	uint64_t version;
	int64_t looked_up_ms;
	bool told;
	bool used;
};
void node_view(struct nodes *all, const struct node *n, struct node_view *ret);
struct text *node_text(struct nodes *all, const struct node *n);     /* a reference */
struct snapshot *node_shot(struct nodes *all, const struct node *n); /* a reference */
struct draft *node_draft(struct nodes *all, const struct node *n);   /* a reference */

void node_set_draft(struct nodes *all, struct node *n, struct draft *d); /* once */

/* Instead of one that was sent. */
void node_renew_draft(struct nodes *all, struct node *n, struct draft *d);

/*
 * All who write to a file at the same time share a draft: the one there is, or
 * fresh.  A reference; with the last writer the node gives up its own.
 */
struct draft *node_write_begin(struct nodes *all, struct node *n, struct draft *fresh);
void node_write_end(struct nodes *all, struct node *n);
unsigned node_writers(struct nodes *all, const struct node *n);

size_t nodes_count(struct nodes *all);

/*
 * Calls fn for every named node with a folder of this table, or of any view of the
 * user's own and every text of one if table is NULL; under the lock.
 */
void nodes_each(struct nodes *all, const char *table,
                void (*fn)(void *ctx, const struct node *n), void *ctx);

/* The same for names that tell what was done in the folder, and what failed. */
void nodes_tellers(struct nodes *all, const struct folder *f,
                   void (*fn)(void *ctx, const struct node *n), void *ctx);

/* The same for those that show a snapshot which was made before a change, and for
 * directories whose names the kernel keeps. */
void nodes_outdated(struct nodes *all, void (*fn)(void *ctx, const struct node *n),
                    void *ctx);

#endif
