/* SPDX-License-Identifier: MIT */
/*
 * What clients wrote. Every request that was written to has one `touch`; the
 * table maps the request's index to it.
 */
#include "sim/store.h"

#include "sim/people.h"
#include "sim/request_i.h"
#include "sim/strmap.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_WRITTEN_ID INT64_C(2000000000)

pthread_rwlock_t site_lock;

static struct {
	struct site_options options;
	_Atomic uint64_t generation;
	struct touch **touched;
	size_t n_touched;
	struct touch **table; /* open addressing on the index */
	size_t table_cap;
	uint32_t n_created;
	uint32_t desk_created[N_DESKS];
	int64_t next_id;
} site;

uint64_t site_generation(void)
{
	return atomic_load(&site.generation);
}

void site_changed(void)
{
	atomic_fetch_add(&site.generation, 1);
}

bool site_is_demo(void)
{
	return site.options.demo;
}

bool site_is_dc(void)
{
	return site.options.data_center;
}

uint64_t site_hash(uint64_t what, uint64_t index)
{
	return hash_mix(site.options.seed * 31 + what * UINT64_C(0x51ed2701) +
	                hash_mix(index));
}

uint32_t request_base_count(void)
{
	return site.options.n;
}

uint32_t request_count(void)
{
	return site.options.n + site.n_created;
}

size_t touched_count(void)
{
	return site.n_touched;
}

const struct touch *touched_at(size_t k)
{
	return site.touched[k];
}

static struct touch **touch_slot(struct touch **table, size_t cap, uint32_t index)
{
	size_t i = (size_t)hash_mix(index) & (cap - 1);
	while (table[i] && table[i]->index != index)
		i = (i + 1) & (cap - 1);
	return &table[i];
}

const struct touch *touch_get(uint32_t index)
{
	if (!site.n_touched)
		return NULL;
	return *touch_slot(site.table, site.table_cap, index);
}

static bool table_grow(void)
{
	size_t cap = site.table_cap ? site.table_cap * 2 : 64;
	struct touch **table = calloc(cap, sizeof(*table));
	if (!table)
		return false;
	struct touch **touched = reallocarray(site.touched, cap, sizeof(*touched));
	if (!touched) {
		free(table);
		return false;
	}
	site.touched = touched;
	for (size_t i = 0; i < site.n_touched; i++)
		*touch_slot(table, cap, touched[i]->index) = touched[i];
	free(site.table);
	site.table = table;
	site.table_cap = cap;
	return true;
}

struct touch *request_touch(uint32_t index)
{
	if (site.n_touched * 2 >= site.table_cap && !table_grow())
		return NULL;
	struct touch **slot = touch_slot(site.table, site.table_cap, index);
	if (*slot)
		return *slot;
	struct touch *t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	t->index = index;
	*slot = t;
	site.touched[site.n_touched++] = t;
	return t;
}

static void touch_free(struct touch *t)
{
	for (size_t i = 0; i < t->n_comments; i++)
		free((char *)(uintptr_t)t->comments[i].body);
	free(t->comments);
	for (size_t i = 0; i < t->n_attachments; i++) {
		free((char *)(uintptr_t)t->attachments[i].name);
		free((char *)(uintptr_t)t->attachments[i].mime);
		free((char *)(uintptr_t)t->attachments[i].file);
	}
	free(t->attachments);
	free(t->history);
	free(t->participants);
	free(t->rating_text);
	free(t->summary);
	free(t->description);
	for (size_t i = 0; i < t->n_values; i++)
		free(t->values[i].json);
	free(t->values);
	free(t);
}

static void touch_now(struct touch *t)
{
	t->activity_ms = when_now();
	site_changed();
}

bool touch_comment(struct touch *t, const char *body, bool is_public, uint32_t author,
                   int64_t *ret_id)
{
	struct comment *list =
		reallocarray(t->comments, t->n_comments + 1, sizeof(*list));
	if (!list)
		return false;
	t->comments = list;
	char *copy = strdup(body);
	if (!copy)
		return false;
	touch_now(t);
	list[t->n_comments++] = (struct comment){
		.id = site.next_id++,
		.body = copy,
		.is_public = is_public,
		.author = author,
		.ms = t->activity_ms,
	};
	*ret_id = list[t->n_comments - 1].id;
	return true;
}

bool touch_status(struct touch *t, enum status status, uint32_t who)
{
	struct moment *list = reallocarray(t->history, t->n_history + 1, sizeof(*list));
	if (!list)
		return false;
	t->history = list;
	touch_now(t);
	list[t->n_history++] =
		(struct moment){ .status = status, .ms = t->activity_ms, .who = who };
	return true;
}

bool touch_participants(struct touch *t, const uint32_t *people, size_t n)
{
	uint32_t *copy = NULL;
	if (n) {
		copy = reallocarray(NULL, n, sizeof(*copy));
		if (!copy)
			return false;
		memcpy(copy, people, n * sizeof(*copy));
	}
	free(t->participants);
	t->participants = copy;
	t->n_participants = n;
	t->own_participants = true;
	touch_now(t);
	return true;
}

bool touch_attachment(struct touch *t, const struct attachment *a)
{
	struct attachment *list =
		reallocarray(t->attachments, t->n_attachments + 1, sizeof(*list));
	if (!list)
		return false;
	t->attachments = list;
	struct attachment *mine = &list[t->n_attachments];
	*mine = *a;
	mine->name = strdup(a->name);
	mine->mime = strdup(a->mime);
	mine->file = strdup(a->file);
	if (!mine->name || !mine->mime || !mine->file) {
		free((char *)(uintptr_t)mine->name);
		free((char *)(uintptr_t)mine->mime);
		free((char *)(uintptr_t)mine->file);
		return false;
	}
	touch_now(t);
	mine->id = site.next_id++;
	mine->ms = t->activity_ms;
	mine->index = t->index;
	t->n_attachments++;
	return true;
}

struct touch *request_create(const struct rtype *type)
{
	struct touch *t = request_touch(request_count());
	if (!t)
		return NULL;
	t->created = true;
	t->type = type;
	t->number = request_base_numbers(type->desk) + ++site.desk_created[type->desk];
	site.n_created++;
	touch_now(t);
	t->created_ms = t->activity_ms - t->activity_ms % 1000;
	return t;
}

bool request_find(const char *id_or_key, uint32_t *ret_index)
{
	char *end;
	if (*id_or_key >= '0' && *id_or_key <= '9') {
		unsigned long long id = strtoull(id_or_key, &end, 10);
		if (*end || id < FIRST_ISSUE || id - FIRST_ISSUE >= request_count())
			return false;
		*ret_index = (uint32_t)(id - FIRST_ISSUE);
		return true;
	}
	for (int d = 0; d < N_DESKS; d++) {
		size_t n = strlen(model_desks[d].key);
		/* Jira takes keys in either case. */
		if (strncasecmp(id_or_key, model_desks[d].key, n) || id_or_key[n] != '-')
			continue;
		const char *digits = id_or_key + n + 1;
		if (*digits < '1' || *digits > '9' || strlen(digits) > 9)
			return false;
		unsigned long number = strtoul(digits, &end, 10);
		if (*end)
			return false;
		if (number <= request_base_numbers(d))
			return request_base_find(d, (uint32_t)number, ret_index);
		for (size_t i = 0; i < site.n_touched; i++) {
			const struct touch *t = site.touched[i];
			if (t->created && t->type->desk == d && t->number == number) {
				*ret_index = t->index;
				return true;
			}
		}
		return false;
	}
	return false;
}

bool site_init(const struct site_options *options)
{
	pthread_rwlockattr_t attr;
	site.options = *options;
	site.next_id = FIRST_WRITTEN_ID;
	pthread_rwlockattr_init(&attr);
	pthread_rwlockattr_setkind_np(&attr,
	                              PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
	pthread_rwlock_init(&site_lock, &attr);
	pthread_rwlockattr_destroy(&attr);
	size_t customers = options->n < 20000 ? options->n : 20000;
	if (options->demo || customers < N_DEMO_CUSTOMERS)
		customers = N_DEMO_CUSTOMERS;
	return people_generate(customers);
}

static void touched_clear(void)
{
	for (size_t i = 0; i < site.n_touched; i++)
		touch_free(site.touched[i]);
	free(site.touched);
	free(site.table);
	site.touched = NULL;
	site.table = NULL;
	site.n_touched = site.table_cap = 0;
	site.n_created = 0;
	memset(site.desk_created, 0, sizeof(site.desk_created));
	site.next_id = FIRST_WRITTEN_ID;
}

bool site_reset(void)
{
	touched_clear();
	people_clear();
	site_changed();
	size_t customers = site.options.n < 20000 ? site.options.n : 20000;
	if (site.options.demo || customers < N_DEMO_CUSTOMERS)
		customers = N_DEMO_CUSTOMERS;
	return people_generate(customers);
}

void site_free(void)
{
	touched_clear();
	people_clear();
	pthread_rwlock_destroy(&site_lock);
}
