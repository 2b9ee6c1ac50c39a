/* SPDX-License-Identifier: MIT */
/*
 * What is mounted where, without touching a mount that may hang.  Forks: before
 * threads are started.
 */
#ifndef JSMFS_FS_MOUNTPOINT_H
#define JSMFS_FS_MOUNTPOINT_H

#include "base/base.h"
#include "base/err.h"

#include <stdbool.h>

enum mount_state {
	MOUNT_NONE, /* not one of ours */
	MOUNT_ALIVE,
	MOUNT_DEAD,  /* its process is gone */
	MOUNT_SILENT /* does not answer within two seconds */
};

/* The absolute path, links resolved except in the last component: malloc'd. */
int mountpoint_path(const char *dir, char **ret, struct err *err) must_check_;

/* Is a mount of ours the topmost at this path? */
bool mountpoint_is_ours(const char *path);

enum mount_state mountpoint_state(const char *path);

#endif
