/* SPDX-License-Identifier: MIT */
/* What the files that do something differ in, and what they share. */
#ifndef JSMFS_FS_VERB_I_H
#define JSMFS_FS_VERB_I_H

#include "base/buf.h"
#include "fs/control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct control {
	struct fs *fs;
	struct target target;
	char *path;
	void *state;      /* the verb's */
	uint64_t batch;   /* of the changes of this handle; 0 before the first */
	size_t n_results; /* counted by the verb */
	size_t n_acted;   /* of this write: what may have changed something */
	struct err lost;  /* why results cannot be kept any more; then nothing is run */
	struct buf error; /* the JSON line of the first failure of this write */
	struct text *document; /* what a read on this handle gives, or NULL */
	size_t at;             /* how far it was read */

	/* A failure that is told later than it happened; was the last write one that
	 * others may follow? */
	int late_code;
	struct err late;
	bool was_piece;

	/* of the write or flush under way */
	const struct wish *wish;
	int first_code;
	struct err first;
};

/* What bytes mean and do.  One thread at a time per control. */
struct verb {
	/* Makes c->state. */
	int (*open)(struct control *c, struct err *err);
	void (*close)(struct control *c); /* also when open failed */
	/*
	 * Takes the bytes and runs what they complete, or what is left of them; what
	 * that refuses goes to control_refused().  What the input as such has to say
	 * comes back.
	 */
	int (*feed)(struct control *c, struct span bytes, struct err *err);
	int (*end)(struct control *c, struct err *err);
	bool (*pending)(const struct control *c);
	/* All results of this handle: what a read gives and last.json, then last.csv; to
	 * be kept in fs/receipts.h. */
	int (*texts)(struct control *c, struct text **ret_json, struct text **ret_csv,
	             struct err *err);
	/* One call that is ready, or NULL: only bytes are. */
	int (*call)(struct control *c, const struct args *args);
};

/* The first failure of a write is its errno and is in error, all are in errors.ndjson. */
void control_refused(struct control *c, int code, const struct err *err);

/* A number for the changes of this handle in sys_identity. */
uint64_t control_batch(struct control *c);

/* What every row of results begins with: line, outcome, errno, message. */
#define CONTROL_N_OWN 4
extern const char *const control_own_names[CONTROL_N_OWN];

#endif
