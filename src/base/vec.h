/* SPDX-License-Identifier: MIT */
/*
 * Type-safe growable array in one macro.
 *
 *	DEFINE_VEC(struct string_vec, string_vec, char *)
 *
 * gives the struct { p, n, cap } and string_vec_push() (0 or -ENOMEM) and
 * string_vec_clear() (frees the array, not what the elements own).
 */
#ifndef JSMFS_BASE_VEC_H
#define JSMFS_BASE_VEC_H

#include "base/base.h"

#include <errno.h>
#include <stdlib.h>

#define DEFINE_VEC(type, name, elem)                                                     \
	type                                                                             \
	{                                                                                \
		elem *p;                                                                 \
		size_t n;                                                                \
		size_t cap;                                                              \
	};                                                                               \
	must_check_ static inline int name##_push(type *v, elem e)                       \
	{                                                                                \
		if (v->n == v->cap) {                                                    \
			size_t cap = v->cap ? v->cap * 2 : 8;                            \
			elem *p = reallocarray(v->p, cap, sizeof(elem));                 \
			if (!p)                                                          \
				return -ENOMEM;                                          \
			v->p = p;                                                        \
			v->cap = cap;                                                    \
		}                                                                        \
		v->p[v->n++] = e;                                                        \
		return 0;                                                                \
	}                                                                                \
	static inline void name##_clear(type *v)                                         \
	{                                                                                \
		free(v->p);                                                              \
		*v = (type){ 0 };                                                        \
	}

#endif
