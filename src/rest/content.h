/* SPDX-License-Identifier: MIT */
/*
 * Bytes that are no JSON, a range at a time: what a site keeps as a file.  Knows
 * how long the whole is and takes nothing else for it.  Threads: any.
 */
#ifndef JSMFS_REST_CONTENT_H
#define JSMFS_REST_CONTENT_H

#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "rest/client.h"

#include <stddef.h>
#include <stdint.h>

struct content {
	const char *path;    /* below the base, with {request}, {id} and {name} … */
	struct span request; /* … and what stands for them */
	const char *id;
	const char *name;
	uint64_t bytes; /* of the whole */
};

/*
 * The n bytes from offset on, all of them within the whole.  Where the site sends
 * us to another address, that one is asked, without credentials.  -EBADMSG when
 * what comes cannot be that part of such a whole.  Blocks: on the network.
 */
int content_read(struct client *client, const struct content *c, uint64_t offset,
                 size_t n, struct run *run, struct buf *ret, struct err *err) must_check_;

#endif
