/* SPDX-License-Identifier: MIT */
/* Reading of lengths and pieces in network byte order, never past the end. */
#ifndef JSMFS_AUTH_WIRE_I_H
#define JSMFS_AUTH_WIRE_I_H

#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct wire {
	struct span rest;
	bool bad; /* something did not fit: what was read since is nothing */
};

static inline struct span wire_take(struct wire *w, size_t n)
{
	struct span s = { w->rest.p, n };

	if (w->bad || n > w->rest.n) {
		w->bad = true;
		return (struct span){ "", 0 };
	}
	w->rest.p += n;
	w->rest.n -= n;
	return s;
}

static inline uint32_t wire_number(struct wire *w, size_t bytes)
{
	struct span s = wire_take(w, bytes);
	uint32_t v = 0;

	for (size_t i = 0; i < s.n; i++)
		v = v << 8 | (unsigned char)s.p[i];
	return v;
}

/* Bytes behind their length in four bytes. */
static inline struct span wire_string(struct wire *w)
{
	return wire_take(w, wire_number(w, 4));
}

#endif
