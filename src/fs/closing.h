/* SPDX-License-Identifier: MIT */
/*
 * Whether a close() is the last.  The kernel tells of every one: of the shell's,
 * which moved the descriptor before the command began, of each command in
 * `{ a; b; } > file`, of a program that was killed half-way.  What is sent once
 * must wait for the one after which nobody can write any more.  Threads: any.
 */
#ifndef JSMFS_FS_CLOSING_H
#define JSMFS_FS_CLOSING_H

#include "base/base.h"

#include <stdint.h>
#include <sys/types.h>

enum closing {
	CLOSING_LAST,
	CLOSING_UNSEEN, /* the process is somebody else's: it may have it open still */
	CLOSING_HELD,   /* the process, or one that it comes from, has it open still */
	CLOSING_KILLED  /* a signal ended the process */
};

/*
 * Of the close() that thread is in.  An ancestor that cannot be looked into does not
 * have it open.  Reads /proc, the process and its ancestors only.
 */
enum closing closing_of(pid_t thread, const char *name, uint64_t ino) must_check_;

#endif
