/* SPDX-License-Identifier: MIT */
/* Which product answers at an address, from its name or from what it says.  Pure. */
#ifndef JSMFS_REST_DEPLOYMENT_H
#define JSMFS_REST_DEPLOYMENT_H

#include "base/str.h"
#include "model/model.h"

#include <stdbool.h>

/* Where a server says what it is; it asks nobody for credentials. */
#define DEPLOYMENT_PATH "/rest/api/2/serverInfo"

/* Is it a host of Atlassian's Cloud?  No other name says anything. */
bool host_is_cloud(const char *host);

/* Reads an answer of DEPLOYMENT_PATH; false if it does not tell. */
bool deployment_read(struct span body, enum deployment *ret);

#endif
