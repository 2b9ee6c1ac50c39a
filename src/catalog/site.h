/* SPDX-License-Identifier: MIT */
/*
 * What a site itself adds to the model: a view for each of its queues, and, when
 * they are wanted, its custom fields as columns of Requests and the queues.
 */
#ifndef JSMFS_CATALOG_SITE_H
#define JSMFS_CATALOG_SITE_H

#include "base/err.h"
#include "base/run.h"
#include "catalog/catalog.h"
#include "rest/client.h"

#include <stdbool.h>

/*
 * Asks the site (or its kept answers, as run says) and gives the catalog what it
 * found.  An account that may not see queues has none: that is no failure.
 * Blocks: on the network.
 */
int site_discover(struct catalog *c, struct client *client, bool custom_fields,
                  struct run *run, struct err *err) must_check_;

#endif
