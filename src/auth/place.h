/* SPDX-License-Identifier: MIT */
/* The parts of an address met while signing in, and where a redirect leads. */
#ifndef JSMFS_AUTH_PLACE_H
#define JSMFS_AUTH_PLACE_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

/* All borrowed from the address. */
struct place {
	struct span origin; /* "https://host:port" */
	struct span host;   /* as written, without brackets */
	struct span path;   /* begins with "/", or empty */
	bool is_private;    /* nobody on the way can read it: https, or this machine */
};

/* False for anything but http and https with a host and without a user name. */
bool place_of(const char *url, struct place *ret);

/* "https://host:443" is "https://host". */
struct span place_without_port(struct span origin);

bool place_is_same(const char *url, const char *other); /* scheme, host and port */

/*
 * Where location leads from the page at from, without its fragment; malloc'd.  Refuses
 * with -EBADMSG what is no address, and one that can be read on the way when from cannot.
 */
int place_follow(const char *from, const char *location, char **ret, struct err *err)
	must_check_;

#endif
