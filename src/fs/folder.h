/* SPDX-License-Identifier: MIT */
/*
 * What all paths that mean the same query share, found by its canonical path:
 * the selector, the newest snapshots, the account of the last run.  The lock is
 * the one called "snapshot" in base/sync.h.  Threads: any.
 */
#ifndef JSMFS_FS_FOLDER_H
#define JSMFS_FS_FOLDER_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "base/str.h"
#include "fs/path.h"
#include "fs/snapshot.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slot {
	SLOT_CSV,
	SLOT_TSV,
	SLOT_JSON,
	SLOT_NDJSON,
	SLOT_COUNT,
	SLOT_ROW,   /* all columns of one row, as parts */
	SLOT_TEXTS, /* one column of all rows, each a part of its row's name */
	N_SLOTS
};

/* What the last run took. */
struct account {
	bool any;
	const char *name; /* of the file that was read; static */
	unsigned calls, cached, pages, retries;
	uint64_t rows;       /* in the file */
	uint64_t rows_read;  /* of the site */
	uint64_t bytes;      /* of answers */
	uint64_t file_bytes; /* of the file */
	int64_t took_ms;
	int64_t fetched_ms; /* wall clock */
	bool cut;           /* MaxRows ended it */
};

struct blobs;
struct catalog;
struct folders;
struct node;

struct folder {
	struct folders *all;
	char *path; /* canonical; also the key */
	struct selector selector;
	unsigned refs;                   /* lock of all, as everything below */
	struct snapshot *slots[N_SLOTS]; /* newest of each, or NULL */
	struct blobs *blobs;             /* the newest list, or NULL */
	struct account account;
	char *error;        /* the JSON line of the last failure; NULL: none since */
	char sentence[400]; /* of the same */
	uint64_t version;   /* counts changes of account and error */
	bool absent;        /* a row that the site does not have … */
	uint64_t absent_epoch;
	int64_t absent_ms;    /* … seen on the monotonic clock */
	struct node *tellers; /* names that tell of it; lock of nodes */
};

struct folders *folders_new(struct catalog *catalog) must_check_; /* borrowed */
void folders_free(struct folders *all); /* no folder may be in use */

/* Finds or makes; takes the selector in either case.  *ret is a reference. */
int folder_get(struct folders *all, struct span path, struct selector *take,
               struct folder **ret, struct err *err) must_check_;
struct folder *folder_ref(struct folder *f);
void folder_unref(struct folder *f); /* NULL is fine */
DEFINE_CLEANUP(struct folder *, folder_unref)

/* A number that grows when rows of the table were changed by us, or by another process
 * of this user; whoever did it, nothing older is shown. */
uint64_t folders_epoch(struct folders *all, const struct table *t);
void folders_touch(struct folders *all, const char *table);

/* The same for all views of the user's own: they may show any table. */
void folders_touch_views(struct folders *all);

/* A reference to the newest snapshot, unless it is older than a change of ours. */
struct snapshot *folder_slot(struct folder *f, enum slot slot) must_check_;
/* The same, unless it was made before that epoch. */
struct snapshot *folder_slot_since(struct folder *f, enum slot slot, uint64_t epoch)
	must_check_;
/* What is there already stays if it is of a later epoch. */
void folder_slot_put(struct folder *f, enum slot slot, struct snapshot *s);
void folder_slot_drop(struct folder *f, const struct snapshot *s);

/* The same for the list of a directory of files. */
struct blobs *folder_blobs(struct folder *f) must_check_;
struct blobs *folder_blobs_since(struct folder *f, uint64_t epoch) must_check_;
void folder_blobs_put(struct folder *f, struct blobs *b);

/* After a run that succeeded, and one that failed (line: its JSON object). */
void folder_done(struct folder *f, const struct account *a);
void folder_failed(struct folder *f, const struct err *err, struct span line);

/* What went wrong last is mended. */
void folder_fine(struct folder *f);

void folder_account(struct folder *f, struct account *ret);
void folder_error(struct folder *f, struct buf *out, bool sentence);
uint64_t folder_version(struct folder *f);
bool folder_has_failed(struct folder *f); /* and nothing was right since */

void folder_set_absent(struct folder *f, bool absent);
bool folder_absent(struct folder *f, int64_t max_age_ms);

#endif
