/* SPDX-License-Identifier: MIT */
/*
 * Memory that runs out: the n-th allocation of this thread fails, once or from then
 * on, and what was not given back is counted.  For the one file of a test program
 * that includes it; not with a sanitizer, which has an allocator of its own.
 */
#ifndef JSMFS_TESTS_UNIT_NOMEM_H
#define JSMFS_TESTS_UNIT_NOMEM_H

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define NOMEM_WHY_NOT "the sanitizer allocates"
#else
#define NOMEM_WHY_NOT NULL

void *__libc_malloc(size_t n);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t n);
void __libc_free(void *p);
void *malloc(size_t n);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t n);
void free(void *p);
#endif

static _Thread_local uint64_t nomem_left; /* allocations until the one that fails */
static _Thread_local bool nomem_for_ever; /* and all behind it */
static _Thread_local bool nomem_fired;
static atomic_long nomem_live; /* blocks that nobody has given back */

#ifndef __SANITIZE_ADDRESS__
#ifndef __SANITIZE_THREAD__
static bool nomem_fails(void)
{
	if (!nomem_left || --nomem_left)
		return false;
	nomem_fired = true;
	nomem_left = nomem_for_ever;
	errno = ENOMEM;
	return true;
}

static void *nomem_count(void *p)
{
	if (p)
		atomic_fetch_add(&nomem_live, 1);
	return p;
}

void *malloc(size_t n)
{
	return nomem_fails() ? NULL : nomem_count(__libc_malloc(n));
}

void *calloc(size_t n, size_t size)
{
	return nomem_fails() ? NULL : nomem_count(__libc_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
	void *q = nomem_fails() ? NULL : __libc_realloc(p, n);

	return p ? q : nomem_count(q);
}

void free(void *p)
{
	if (p)
		atomic_fetch_sub(&nomem_live, 1);
	__libc_free(p);
}
#endif
#endif

/* The n-th allocation of this thread from now on fails. */
static inline void nomem_arm(uint64_t n, bool for_ever)
{
	nomem_fired = false;
	nomem_for_ever = for_ever;
	nomem_left = n;
}

/* No more; did one fail? */
static inline bool nomem_disarm(void)
{
	nomem_left = 0;
	return nomem_fired;
}

/* For what stands in for somebody else, whose memory is not meant. */
static inline uint64_t nomem_pause(void)
{
	uint64_t left = nomem_left;

	nomem_left = 0;
	return left;
}

static inline void nomem_resume(uint64_t left)
{
	nomem_left = left;
}

#endif
