/* SPDX-License-Identifier: MIT */
/*
 * Two hash tables over the same nodes, by number and by (parent, name), and two
 * lists: those the kernel forgot (they may come back within two seconds, with
 * the number a tool remembers), and those that hold a snapshot, so that bytes
 * nobody has open can be given up when there are too many.
 */
#include "base/clock.h"
#include "base/map.h"
#include "base/sync.h"
#include "fs/node_i.h"
#include "query/blob.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 1024
#define PATH_DEPTH 64

static size_t ino_bucket(const struct nodes *all, uint64_t ino)
{
	return (size_t)(ino * 0x9e3779b97f4a7c15ull >> 32) & (all->n_buckets - 1);
}

static size_t name_bucket(const struct nodes *all, uint64_t parent, struct span name)
{
	return (size_t)(map_hash(name) ^ parent * 0x9e3779b97f4a7c15ull) &
	       (all->n_buckets - 1);
}

/* ------------------------------------------------------------------ lists */

static void limbo_remove(struct nodes *all, struct node *n)
{
	if (!n->in_limbo)
		return;
	*(n->limbo_prev ? &n->limbo_prev->limbo_next : &all->limbo_first) = n->limbo_next;
	*(n->limbo_next ? &n->limbo_next->limbo_prev : &all->limbo_last) = n->limbo_prev;
	n->limbo_prev = n->limbo_next = NULL;
	n->in_limbo = false;
}

/* What no name leads to cannot come back: it goes to the front and leaves first. */
static void limbo_add(struct nodes *all, struct node *n)
{
	n->in_limbo = true;
	n->limbo_ms = clock_mono_ms();
	if (!n->named) {
		n->limbo_ms -= NODE_LIMBO_MS;
		n->limbo_next = all->limbo_first;
		*(all->limbo_first ? &all->limbo_first->limbo_prev : &all->limbo_last) =
			n;
		all->limbo_first = n;
		return;
	}
	n->limbo_prev = all->limbo_last;
	*(all->limbo_last ? &all->limbo_last->limbo_next : &all->limbo_first) = n;
	all->limbo_last = n;
}

/* -------------------------------------------------------------- the tables */

static void unname(struct nodes *all, struct node *n)
{
	struct node **p;

	if (!n->named)
		return;
	p = &all->by_name[name_bucket(all, n->parent, span_of(n->name))];
	while (*p != n)
		p = &(*p)->next_name;
	*p = n->next_name;
	n->named = false;
}

static void node_free(struct node *n)
{
	if (n->shot && n->folder)
		folder_slot_drop(n->folder, n->shot);
	snapshot_unref(n->shot);
	blobs_unref(n->blobs);
	draft_unref(n->draft);
	text_unref(n->text);
	folder_unref(n->folder);
	free(n->name);
	free(n);
}

static bool tells_of_folder(const struct node *n)
{
	return n->folder &&
	       (n->place.kind == PLACE_ERROR || n->place.kind == PLACE_STATS ||
	        n->place.kind == PLACE_PLAN || n->place.kind == PLACE_SQL);
}

static void teller_remove(struct node *n)
{
	struct node **p = &n->folder->tellers;

	while (*p != n)
		p = &(*p)->next_teller;
	*p = n->next_teller;
}

static void take_out(struct nodes *all, struct node *n)
{
	struct node **p = &all->by_ino[ino_bucket(all, n->ino)];
	struct snapshot *s;

	unname(all, n);
	limbo_remove(all, n);
	if (tells_of_folder(n))
		teller_remove(n);
	while (*p != n)
		p = &(*p)->next_ino;
	*p = n->next_ino;
	all->n--;
	s = node_shot_remove(all, n);
	n->shot = s; /* node_free() lets it go */
}

/* The nodes whose time in limbo is over, linked by limbo_next. */
static struct node *limbo_expired(struct nodes *all, int64_t max_age_ms)
{
	int64_t now = clock_mono_ms();
	struct node *dead = NULL;

	while (all->limbo_first && now - all->limbo_first->limbo_ms >= max_age_ms) {
		struct node *n = all->limbo_first;

		take_out(all, n);
		n->limbo_next = dead;
		dead = n;
	}
	return dead;
}

static void free_chain(struct node *n)
{
	while (n) {
		struct node *next = n->limbo_next;

		node_free(n);
		n = next;
	}
}

/* Nobody knows the node any more: a while in limbo if a name leads to it. */
static void maybe_idle(struct nodes *all, struct node *n)
{
	if (n->n_lookups || n->n_refs || n->ino == NODE_ROOT || n->in_limbo)
		return;
	limbo_add(all, n);
}

static struct node *node_new(uint64_t ino, uint64_t parent, struct span name,
                             const struct place *place, struct folder *folder)
{
	struct node *n = calloc(1, sizeof(*n));

	if (!n)
		return NULL;
	n->name = span_dup(name);
	if (!n->name) {
		free(n);
		return NULL;
	}
	n->ino = ino;
	n->parent = parent;
	n->place = *place;
	n->folder = folder_ref(folder);
	n->made_ms = clock_wall_ms();
	n->looked_up_ms = clock_mono_ms();
	n->n_refs = 1;
	return n;
}

static void put_in(struct nodes *all, struct node *n)
{
	size_t i = ino_bucket(all, n->ino);

	n->next_ino = all->by_ino[i];
	all->by_ino[i] = n;
	if (n->named) {
		i = name_bucket(all, n->parent, span_of(n->name));
		n->next_name = all->by_name[i];
		all->by_name[i] = n;
	}
}

/* Doubles the tables; when there is no memory the chains just grow. */
static void maybe_grow(struct nodes *all)
{
	size_t old = all->n_buckets;
	struct node **by_ino, **by_name, **from;

	if (all->n <= old)
		return;
	by_ino = calloc(old * 2, sizeof(*by_ino));
	by_name = calloc(old * 2, sizeof(*by_name));
	if (!by_ino || !by_name) {
		free(by_ino);
		free(by_name);
		return;
	}
	from = all->by_ino;
	free(all->by_name);
	all->by_ino = by_ino;
	all->by_name = by_name;
	all->n_buckets = old * 2;
	for (size_t i = 0; i < old; i++) {
		while (from[i]) {
			struct node *n = from[i];

			from[i] = n->next_ino;
			put_in(all, n);
		}
	}
	free(from);
}

struct nodes *nodes_new(size_t max)
{
	struct place place = { .kind = PLACE_ROOT };
	struct nodes *all = calloc(1, sizeof(*all));
	struct node *root = node_new(NODE_ROOT, 0, SPAN("/"), &place, NULL);

	if (!all || !root)
		goto fail;
	all->n_buckets = FIRST_BUCKETS;
	all->by_ino = calloc(all->n_buckets, sizeof(struct node *));
	all->by_name = calloc(all->n_buckets, sizeof(struct node *));
	if (!all->by_ino || !all->by_name)
		goto fail;
	pthread_mutex_init(&all->lock, NULL);
	all->max = max;
	all->next_ino = NODE_ROOT + 1;
	all->n = 1;
	put_in(all, root);
	return all;
fail:
	if (root)
		node_free(root);
	if (all) {
		free(all->by_ino);
		free(all->by_name);
	}
	free(all);
	return NULL;
}

void nodes_free(struct nodes *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < all->n_buckets; i++) {
		while (all->by_ino[i]) {
			struct node *n = all->by_ino[i];

			all->by_ino[i] = n->next_ino;
			node_free(n);
		}
	}
	free(all->by_ino);
	free(all->by_name);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

/* ------------------------------------------------------------------- lives */

struct node *nodes_find(struct nodes *all, uint64_t ino)
{
	LOCK_SCOPE(&all->lock);
	struct node *n = all->by_ino[ino_bucket(all, ino)];

	while (n && n->ino != ino)
		n = n->next_ino;
	if (n) {
		n->n_refs++;
		limbo_remove(all, n);
	}
	return n;
}

struct node *nodes_by_name(struct nodes *all, uint64_t parent, struct span name)
{
	struct node *dead, *n;

	{
		LOCK_SCOPE(&all->lock);
		dead = limbo_expired(all, NODE_LIMBO_MS);
		n = all->by_name[name_bucket(all, parent, name)];
		while (n && (n->parent != parent || !span_is(name, n->name)))
			n = n->next_name;
		if (n) {
			n->n_refs++;
			limbo_remove(all, n);
		}
	}
	free_chain(dead);
	return n;
}

static const struct node *parent_of(const struct nodes *all, const struct node *n)
{
	const struct node *p = all->by_ino[ino_bucket(all, n->parent)];

	while (p && p->ino != n->parent)
		p = p->next_ino;
	return p;
}

void nodes_path(struct nodes *all, const struct node *n, struct buf *out)
{
	const struct node *way[PATH_DEPTH];
	size_t depth = 0;
	LOCK_SCOPE(&all->lock);

	for (; n && n->ino != NODE_ROOT && depth < PATH_DEPTH; n = parent_of(all, n))
		way[depth++] = n;
	while (depth) {
		buf_puts(out, way[--depth]->name);
		if (depth)
			buf_putc(out, '/');
	}
}

void node_unref(struct nodes *all, struct node *n)
{
	struct node *dead;

	if (!n)
		return;
	{
		LOCK_SCOPE(&all->lock);
		n->n_refs--;
		maybe_idle(all, n);
		dead = limbo_expired(all, NODE_LIMBO_MS);
	}
	free_chain(dead);
}

/* Takes the node; whichever had its name loses it. */
static int add(struct nodes *all, struct node *made, struct node **ret, struct err *err)
{
	struct span name = span_of(made->name);
	uint64_t parent = made->parent;
	struct node *dead = NULL, *old;
	struct snapshot *dropped = NULL;
	bool full;

	{
		LOCK_SCOPE(&all->lock);
		if (all->n >= all->max)
			dead = limbo_expired(all, 0);
		full = all->n >= all->max;
		if (!full) {
			old = all->by_name[name_bucket(all, parent, name)];
			while (old &&
			       (old->parent != parent || !span_is(name, old->name)))
				old = old->next_name;
			if (old) {
				unname(all, old);
				made->used = old->used;
				if (!old->n_open) {
					dropped = node_shot_remove(all, old);
					old->dropped = true;
				}
			}
			made->ino = all->next_ino++;
			made->named = true;
			all->n++;
			put_in(all, made);
			if (tells_of_folder(made)) {
				made->next_teller = made->folder->tellers;
				made->folder->tellers = made;
			}
			maybe_grow(all);
		}
	}
	free_chain(dead);
	snapshot_unref(dropped);
	if (full) {
		node_free(made);
		return err_set(err, -ENFILE, "more than %zu names are in use", all->max);
	}
	*ret = made;
	return 0;
}

int nodes_add(struct nodes *all, uint64_t parent, struct span name,
              const struct place *place, struct folder *folder, struct node **ret,
              struct err *err)
{
	struct node *made = node_new(0, parent, name, place, folder);

	return made ? add(all, made, ret, err) : err_nomem(err);
}

int nodes_add_blob(struct nodes *all, const struct node *dir, const struct place *place,
                   struct blobs *list, size_t i, struct node **ret, struct err *err)
{
	const struct blob *b = &list->p[i];
	struct node *made = node_new(0, dir->ino, span_of(b->name), place, dir->folder);

	if (!made)
		return err_nomem(err);
	made->blobs = blobs_ref(list);
	made->blob = i;
	made->sized = true;
	made->size_bytes = b->bytes;
	made->fetched_ms = b->time_ms;
	return add(all, made, ret, err);
}

void nodes_remove(struct nodes *all, struct node *n)
{
	LOCK_SCOPE(&all->lock);

	unname(all, n);
}

void node_looked_up(struct nodes *all, struct node *n)
{
	LOCK_SCOPE(&all->lock);

	n->n_lookups++;
	n->looked_up_ms = clock_mono_ms();
	n->opened = false;
}

void nodes_forget(struct nodes *all, uint64_t ino, uint64_t times)
{
	struct node *n = nodes_find(all, ino);

	if (!n)
		return;
	{
		LOCK_SCOPE(&all->lock);
		n->n_lookups -= times < n->n_lookups ? times : n->n_lookups;
	}
	node_unref(all, n);
}

size_t nodes_count(struct nodes *all)
{
	LOCK_SCOPE(&all->lock);

	return all->n;
}
