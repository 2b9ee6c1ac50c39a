/* SPDX-License-Identifier: MIT */
#include "sim/listing.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define N_SLOTS 48

struct slot {
	char *key;
	uint64_t generation;
	uint64_t used;
	struct listing *list;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot slots[N_SLOTS];
static uint64_t clock_ticks;

static void unref_locked(struct listing *l)
{
	if (!l || --l->refs)
		return;
	free(l->index);
	free(l->front);
	free(l->skip);
	free(l);
}

void listing_put(struct listing *l)
{
	pthread_mutex_lock(&lock);
	unref_locked(l);
	pthread_mutex_unlock(&lock);
}

static struct listing *lookup(const char *key)
{
	struct listing *found = NULL;
	pthread_mutex_lock(&lock);
	for (int i = 0; i < N_SLOTS && !found; i++) {
		struct slot *s = &slots[i];
		if (!s->key || s->generation != site_generation() || strcmp(s->key, key))
			continue;
		found = s->list;
		found->refs++;
		s->used = ++clock_ticks;
	}
	pthread_mutex_unlock(&lock);
	return found;
}

static void keep(const char *key, struct listing *l)
{
	char *copy = strdup(key);
	if (!copy)
		return;
	pthread_mutex_lock(&lock);
	struct slot *s = &slots[0];
	for (int i = 1; i < N_SLOTS; i++)
		if (slots[i].used < s->used)
			s = &slots[i];
	free(s->key);
	unref_locked(s->list);
	l->refs++;
	*s = (struct slot){ copy, site_generation(), ++clock_ticks, l };
	pthread_mutex_unlock(&lock);
}

static struct listing *build(const void *filter, listing_match *match)
{
	struct listing *l = calloc(1, sizeof(*l));
	size_t cap = 0;
	if (!l)
		return NULL;
	l->refs = 1;
	struct request r;
	for (uint32_t i = 0; i < request_count(); i++) {
		request_load(&r, i);
		if (!match(filter, &r))
			continue;
		if (l->n == cap) {
			cap = cap ? cap * 2 : 256;
			uint32_t *index = reallocarray(l->index, cap, sizeof(*index));
			if (!index) {
				free(l->index);
				free(l);
				return NULL;
			}
			l->index = index;
		}
		l->index[l->n++] = i;
	}
	return l;
}

struct listing *listing_get(const char *key, const void *filter, listing_match *match,
                            listing_order *order)
{
	struct listing *l = lookup(key);
	if (l)
		return l;
	l = build(filter, match);
	if (!l)
		return NULL;
	if (order && l->n)
		qsort(l->index, l->n, sizeof(*l->index), order);
	keep(key, l);
	return l;
}

struct listing *listing_get_reversed(const char *key, const void *filter,
                                     listing_match *match)
{
	struct listing *l = lookup(key);
	if (l)
		return l;
	l = build(filter, match);
	if (!l)
		return NULL;
	for (size_t i = 0; i < l->n / 2; i++) {
		uint32_t swap = l->index[i];
		l->index[i] = l->index[l->n - 1 - i];
		l->index[l->n - 1 - i] = swap;
	}
	keep(key, l);
	return l;
}

static int by_activity(const void *a, const void *b)
{
	struct request r, s;
	request_load(&r, *(const uint32_t *)a);
	request_load(&s, *(const uint32_t *)b);
	int64_t ra = r.touch ? r.touch->activity_ms : 0;
	int64_t sa = s.touch ? s.touch->activity_ms : 0;
	if (ra != sa)
		return ra < sa ? 1 : -1;
	return r.index < s.index ? 1 : r.index > s.index ? -1 : 0;
}

static int downwards(const void *a, const void *b)
{
	uint32_t p = *(const uint32_t *)a, q = *(const uint32_t *)b;
	return p < q ? 1 : p > q ? -1 : 0;
}

struct listing *listing_everything(const void *filter, listing_match *match)
{
	struct listing *l = calloc(1, sizeof(*l));
	size_t n = touched_count();
	struct request r;
	if (!l)
		return NULL;
	l->refs = 1;
	l->front = reallocarray(NULL, n + 1, sizeof(*l->front));
	l->skip = reallocarray(NULL, n + 1, sizeof(*l->skip));
	if (!l->front || !l->skip) {
		listing_put(l);
		return NULL;
	}
	for (size_t i = 0; i < n; i++) {
		request_load(&r, touched_at(i)->index);
		l->skip[l->n_skip++] = r.index;
		if (match(filter, &r))
			l->front[l->n_front++] = r.index;
	}
	qsort(l->front, l->n_front, sizeof(*l->front), by_activity);
	qsort(l->skip, l->n_skip, sizeof(*l->skip), downwards);
	l->n = request_count() - l->n_skip + l->n_front;
	return l;
}

uint32_t listing_at(const struct listing *l, size_t k)
{
	if (l->index)
		return l->index[k];
	if (k < l->n_front)
		return l->front[k];
	uint32_t at = (uint32_t)(l->n - 1 - k) + (uint32_t)l->n_skip;
	/* Every one that is left out and lies above moves the rest down by one. */
	for (size_t i = 0; i < l->n_skip && l->skip[i] >= at; i++)
		at--;
	return at;
}

void listing_clear(void)
{
	pthread_mutex_lock(&lock);
	for (int i = 0; i < N_SLOTS; i++) {
		free(slots[i].key);
		unref_locked(slots[i].list);
		slots[i] = (struct slot){ 0 };
	}
	pthread_mutex_unlock(&lock);
}
