/* SPDX-License-Identifier: MIT */
/*
 * The write side of proc/<Procedure>/call: bytes gather per handle, complete
 * lines run inside the write, the rest at the flush.  What came of the last
 * session of anybody is kept for last.json, last.csv and error.  Its lock is the
 * one called "control" in base/sync.h.  Threads: any; one handle, one at a time.
 */
#ifndef JSMFS_FS_CONTROL_H
#define JSMFS_FS_CONTROL_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "fs/result.h"
#include "model/model.h"

#include <stdint.h>

struct fs;
struct controls;
struct control; /* one open file */

struct controls *controls_new(void) must_check_;
void controls_free(struct controls *all);

int control_open(struct fs *fs, const struct procedure *p, struct control **ret,
                 struct err *err) must_check_;

/*
 * Takes the bytes and runs the lines they complete, all of them; then 0, or the
 * errno of the first that was refused.  Blocks: on the network.
 */
int control_write(struct control *c, struct span bytes, const struct wish *w,
                  struct err *err) must_check_;

/* Runs what is left without a newline. Nothing left: 0.  Blocks: on the network. */
int control_flush(struct control *c, const struct wish *w, struct err *err) must_check_;

/* The next bytes of the results of this handle; from the start after every write. */
struct span control_read(struct control *c, size_t size);
bool control_has_results(struct control *c);
void control_close(struct control *c); /* NULL is fine */

/* Of the last session of this procedure: "last.json", "last.csv", "error". */
void controls_print_json(struct controls *all, const struct procedure *p,
                         struct buf *out);
void controls_print_csv(struct controls *all, const struct procedure *p, struct buf *out);
void controls_print_error(struct controls *all, const struct procedure *p,
                          struct buf *out);
uint64_t controls_version(struct controls *all, const struct procedure *p);

#endif
