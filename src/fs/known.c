/* SPDX-License-Identifier: MIT */
#include "fs/known.h"

#include "base/clock.h"
#include "base/map.h"
#include "base/sync.h"
#include "catalog/catalog.h"

#include <stdint.h>
#include <stdlib.h>

#define IDS SIZE_MAX /* instead of a column: the keys of rows */
#define HIT_MS 1000  /* what was known a moment ago is still known */
#define MISS_MS 50   /* what was not may have become so */

struct known {
	struct catalog *catalog;
	pthread_mutex_t lock;
	const struct table *table; /* lock, as everything below */
	size_t column;
	int64_t read_ms;
	struct map *names; /* NULL: nothing read yet */
};

struct known *known_new(struct catalog *c)
{
	struct known *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->catalog = c;
	pthread_mutex_init(&k->lock, NULL);
	return k;
}

void known_free(struct known *k)
{
	if (!k)
		return;
	map_free(k->names);
	pthread_mutex_destroy(&k->lock);
	free(k);
}

/* The values of the map mean nothing, they must only not be NULL. */
static struct map *index_of(const struct known_values *v)
{
	struct map *m = map_new();

	for (size_t i = 0; m && i < v->n; i++) {
		if (map_put(m, span_of(v->p[i].value), v->p, NULL)) {
			map_free(m);
			return NULL;
		}
	}
	return m;
}

static void read_list(struct known *k, const struct table *t, size_t column)
{
	struct known_values v = { 0 };
	int r = column == IDS ? catalog_known_ids(k->catalog, t, &v, NULL)
	                      : catalog_known(k->catalog, t, column, &v, NULL);

	map_free(k->names);
	k->names = r ? NULL : index_of(&v);
	k->table = t;
	k->column = column;
	k->read_ms = clock_mono_ms();
	known_values_clear(&v);
}

static bool is_in(const struct known *k, const char *name)
{
	return k->names && map_get(k->names, span_of(name));
}

static bool ask(struct known *k, const struct table *t, size_t column, const char *name)
{
	LOCK_SCOPE(&k->lock);
	int64_t age = clock_mono_ms() - k->read_ms;
	bool same = k->names && k->table == t && k->column == column;

	if (same && age < HIT_MS && is_in(k, name))
		return true;
	if (!same || age >= MISS_MS)
		read_list(k, t, column);
	return is_in(k, name);
}

bool known_id(struct known *k, const struct table *t, const char *id)
{
	return ask(k, t, IDS, id);
}

bool known_value(struct known *k, const struct table *t, size_t column, const char *value)
{
	return ask(k, t, column, value);
}
