/* SPDX-License-Identifier: MIT */
/* Between the two halves of the callbacks: names, and open files. */
#ifndef JSMFS_FS_OPS_I_H
#define JSMFS_FS_OPS_I_H

#include "fs/fs_i.h"

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

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
             struct fuse_file_info *fi);
void op_write(fuse_req_t req, fuse_ino_t ino, const char *buf, size_t size, off_t off,
              struct fuse_file_info *fi);
void op_flush(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_release(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t ino, int datasync, struct fuse_file_info *fi);

#endif
