/* SPDX-License-Identifier: MIT */
/*
 * Where secrets come from besides the configuration text: a 0600 file, a
 * helper command, a systemd credential.
 */
#ifndef JSMFS_AUTH_SOURCE_H
#define JSMFS_AUTH_SOURCE_H

#include "base/err.h"
#include "base/secret.h"

/* First line of a file that nobody but its owner can read; at most 64 KiB. */
int source_file(const char *path, struct secret **ret, struct err *err) must_check_;

/* First line of the standard output of `sh -c command`, within 30 s. Blocks. */
int source_command(const char *command, struct secret **ret, struct err *err) must_check_;

/* The same of a program with its arguments, NULL-ended; -ENOENT when there is none. */
int source_program(const char *const words[], struct secret **ret, struct err *err)
	must_check_;

/* $CREDENTIALS_DIRECTORY/name; *ret is NULL with 0 when there is none. */
int source_systemd(const char *name, struct secret **ret, struct err *err) must_check_;

#endif
