/* SPDX-License-Identifier: MIT */
/*
 * The .netrc file: machine, login, password, as ftp(1) and curl(1) read it.  Words
 * may be in double quotes with \ before a quote; # begins a comment; macdef is skipped
 * to its blank line.  "default" says nothing about a machine and is not used.
 */
#ifndef JSMFS_AUTH_NETRC_H
#define JSMFS_AUTH_NETRC_H

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"

/*
 * The first entry of the host, without regard to case, with that login ("": any).  1:
 * *ret and *ret_login (malloc'd, "" when the entry has none) are set; 0: there is none,
 * or no file.  -EPERM when the file holds one and others can read it; -EFBIG, -EINVAL.
 */
int netrc_find(const char *path, const char *host, const char *login, struct secret **ret,
               char **ret_login, struct err *err) must_check_;

#endif
