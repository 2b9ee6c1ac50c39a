/* SPDX-License-Identifier: MIT */
/* Between the lives of nodes and what they show. */
#ifndef JSMFS_FS_NODE_I_H
#define JSMFS_FS_NODE_I_H

#include "fs/node.h"

#include <pthread.h>

struct nodes {
	pthread_mutex_t lock;
	struct node **by_ino;
	struct node **by_name;
	size_t n_buckets; /* of each; a power of two */
	size_t n;
	size_t max;
	uint64_t next_ino;
	struct node *limbo_first, *limbo_last;
	struct node *shot_first, *shot_last;
	size_t n_shots;
	uint64_t shot_bytes;
};

/* Takes the snapshot out of the node, under the lock; to be unref'd without it. */
struct snapshot *node_shot_remove(struct nodes *all, struct node *n) must_check_;

#endif
