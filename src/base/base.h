/* SPDX-License-Identifier: MIT */
/*
 * Attributes and the few macros of the program.  Not a utility drawer: a macro
 * that is not needed by two layers does not belong here.
 */
#ifndef JSMFS_BASE_BASE_H
#define JSMFS_BASE_BASE_H

#include <stddef.h>
#include <stdlib.h>

#define must_check_ __attribute__((warn_unused_result))
#define printf_(fmt, args) __attribute__((format(printf, fmt, args)))
#define cleanup_(fn) __attribute__((cleanup(fn)))
#define cleanup_free_ __attribute__((cleanup(base_freep)))

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define container_of(p, type, member) ((type *)((char *)(p)-offsetof(type, member)))

/* DEFINE_CLEANUP(struct jdoc *, jdoc_free) makes jdoc_freep for cleanup_(). */
#define DEFINE_CLEANUP(type, fn)                                                         \
	static inline void fn##p(type *p)                                                \
	{                                                                                \
		if (*p)                                                                  \
			fn(*p);                                                          \
	}

static inline void base_freep(void *p)
{
	free(*(void **)p);
}

/* Hands over what a cleanup_ variable holds. */
#define take_ptr(p)                                                                      \
	__extension__({                                                                  \
		__typeof__(p) taken_ = (p);                                              \
		(p) = NULL;                                                              \
		taken_;                                                                  \
	})

#endif
