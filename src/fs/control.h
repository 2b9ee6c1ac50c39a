/* SPDX-License-Identifier: MIT */
/*
 * The write side of files that do something: bytes gather per handle, what is
 * complete runs inside the write, the rest at the flush.  What a line is and does
 * is the verb's (fs/verb_i.h).  What came of the last session of anybody is kept
 * by the file's path.  Its lock is the one called "control" in base/sync.h.
 * Threads: any; one handle, one at a time.
 */
#ifndef JSMFS_FS_CONTROL_H
#define JSMFS_FS_CONTROL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/receipts.h"
#include "fs/result.h"
#include "fs/text.h"
#include "model/model.h"

#include <stdbool.h>
#include <stdint.h>

struct fs;
struct controls;
struct control; /* one open file */
struct knob;
struct verb;
struct args;

extern const struct verb verb_calls;      /* a line is a call of the procedure */
extern const struct verb verb_statements; /* SQL, up to each semicolon */

enum target_kind {
	TARGET_CALL,
	TARGET_INSERT,
	TARGET_UPDATE,
	TARGET_DELETE,
	TARGET_ORDER,
	TARGET_KNOB
};

/* A file that is written to. */
struct target {
	enum target_kind kind;
	const struct verb *verb;
	const struct procedure *procedure; /* of calls */
	const struct knob *knob;           /* of TARGET_KNOB */
	struct folder *folder;             /* the query it belongs to, or NULL */
	const char *path;                  /* from the root of the mount */
	const struct order *order; /* of TARGET_ORDER: about the folder's row … */
	const char *name;          /* … which the file is called by, or NULL */
};

struct controls *controls_new(void) must_check_;
void controls_free(struct controls *all);

/* The path is copied, the folder referenced. */
int control_open(struct fs *fs, const struct target *t, struct control **ret,
                 struct err *err) must_check_;

/*
 * Takes the bytes and runs the lines they complete, all of them; then 0, or the errno
 * of the first that failed.  Of what looks like a piece of a longer input that is told
 * with its last piece, or by the flush.  Never -EINTR or -EAGAIN once something was
 * done: then -ECANCELED, -EBUSY.  Blocks: on the network.
 */
int control_write(struct control *c, struct span bytes, const struct wish *w,
                  struct err *err) must_check_;

/* Runs what is left without a newline. Nothing left: 0.  Blocks: on the network. */
int control_flush(struct control *c, const struct wish *w, struct err *err) must_check_;

/* Is something left without a newline? */
bool control_is_pending(const struct control *c);

/* Runs nothing; tells a failure that was held back. */
int control_flush_late(struct control *c, struct err *err) must_check_;

/* One call without any bytes.  Blocks: on the network. */
int control_call(struct control *c, const struct args *args, const struct wish *w,
                 struct err *err) must_check_;

/* The next bytes of the results of this handle; from the start after every write. */
struct span control_read(struct control *c, size_t size);
void control_close(struct control *c); /* NULL is fine */

/*
 * Of the last session with the file at that path: "last.json" or "last.csv"; before the
 * first an empty one, with the header that calls of p would have (or NULL).  NULL: out of
 * memory.
 */
struct text *controls_text(struct controls *all, const char *path,
                           enum receipts_form form, const struct procedure *p)
	must_check_;
/* Of the same, "error". */
void controls_print_error(struct controls *all, const char *path, struct buf *out);
uint64_t controls_version(struct controls *all, const char *path);

#endif
