/* SPDX-License-Identifier: MIT */
/* Between the two halves of the callbacks: names, and open files. */
#ifndef JSMFS_FS_OPS_I_H
#define JSMFS_FS_OPS_I_H

#include "fs/control.h"
#include "fs/fs_i.h"
#include "fs/stream.h"

#include <fuse_lowlevel.h>

#include <stdint.h>

static inline struct fs *fs_of(fuse_req_t req)
{
	return fuse_req_userdata(req);
}

/* A pointer travels through the kernel as a number. */
static inline uint64_t fh_of(const void *p)
{
	return (uint64_t)(uintptr_t)p;
}

/* An open file. */
struct handle {
	struct opened opened; /* first */
	struct node *node;    /* counted as open */
	struct text *text;
	struct snapshot *shot;
	struct part part;
	struct stream *stream;
	struct control *control;
	struct draft *draft;
	bool is_blob;         /* read from the site */
	bool writes;          /* the draft */
	bool appends;         /* whatever offset is given */
	bool is_held;         /* at its last close others could still write */
	pthread_mutex_t lock; /* control is used by one at a time */
};

static inline struct handle *handle_of(const struct fuse_file_info *fi)
{
	return (struct handle *)(uintptr_t)fi->fh;
}

/* In fs/ops_open.c, with op_open(). */
struct handle *handle_new(struct fs *fs, struct node *n) must_check_;
void handle_free(struct fs *fs, struct handle *h); /* NULL is fine */

/* Counts the look-up: undo it with nodes_forget() if the kernel did not get the reply. */
void entry_fill(struct fs *fs, fuse_req_t req, struct node *n, struct fuse_entry_param *e);
void reply_entry(struct fs *fs, fuse_req_t req, struct node *n); /* takes the node */

/* Files that are written as a whole; in fs/ops_write.c. */
int file_open(struct fs *fs, struct node *n, int flags, struct handle **ret) must_check_;
void file_read(fuse_req_t req, struct handle *h, uint64_t off, size_t size);
void file_write(fuse_req_t req, struct handle *h, uint64_t off, struct span bytes);
void file_flush(fuse_req_t req, struct fs *fs, struct handle *h,
                const struct fuse_file_info *fi);
void file_close(struct fs *fs, struct handle *h);
int file_truncate(struct fs *fs, struct node *n, uint64_t size) must_check_;

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi);
void op_symlink(fuse_req_t req, const char *link, fuse_ino_t parent, const char *name);
void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t newparent,
               const char *newname, unsigned flags);
void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);

/* Directories; in fs/ops_dir.c. */
void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                struct fuse_file_info *fi);
void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi);
void op_releasedir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
             struct fuse_file_info *fi);
void op_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
              struct fuse_file_info *fi);
void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi);

#endif
