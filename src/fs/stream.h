/* SPDX-License-Identifier: MIT */
/*
 * Rows as they arrive: an open stream file.  One pool thread at a time reads
 * ahead into a small buffer and stops when it is full, so that a reader that
 * leaves early has cost little; reads wait without holding a thread.
 */
#ifndef JSMFS_FS_STREAM_H
#define JSMFS_FS_STREAM_H

#include "base/base.h"
#include "base/err.h"
#include "fs/folder.h"
#include "fs/result.h"

#include <fuse_lowlevel.h>

#include <stddef.h>
#include <stdint.h>

struct format;
struct fs;
struct stream;

/* Prepares the query; nothing is fetched before the first read. */
int stream_open(struct fs *fs, struct folder *folder, const struct format *format,
                const struct wish *w, struct stream **ret, struct err *err) must_check_;

/* Replies to req, now or later.  Going back works for a little way, else -ESPIPE. */
void stream_read(struct stream *s, fuse_req_t req, uint64_t offset, size_t size);

/* Stops fetching.  No read may follow. */
void stream_close(struct stream *s);

#endif
