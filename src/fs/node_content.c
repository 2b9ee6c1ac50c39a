/* SPDX-License-Identifier: MIT */
/* What nodes show: texts, snapshots, drafts, and how large they look. */
#include "base/clock.h"
#include "base/sync.h"
#include "fs/node_i.h"

#define MAX_SHOTS 256
#define MAX_SHOT_BYTES (128ull << 20) /* of memory; files are bounded by MAX_SHOTS */

static uint64_t shot_memory(const struct snapshot *s)
{
	return s->memory ? s->size_bytes : 0;
}

struct snapshot *node_shot_remove(struct nodes *all, struct node *n)
{
	struct snapshot *s = n->shot;

	if (!s)
		return NULL;
	*(n->shot_prev ? &n->shot_prev->shot_next : &all->shot_first) = n->shot_next;
	*(n->shot_next ? &n->shot_next->shot_prev : &all->shot_last) = n->shot_prev;
	n->shot_prev = n->shot_next = NULL;
	n->shot = NULL;
	all->n_shots--;
	all->shot_bytes -= shot_memory(s);
	return s;
}

static void shot_add(struct nodes *all, struct node *n, struct snapshot *s)
{
	n->shot = s;
	n->shot_prev = all->shot_last;
	*(all->shot_last ? &all->shot_last->shot_next : &all->shot_first) = n;
	all->shot_last = n;
	all->n_shots++;
	all->shot_bytes += shot_memory(s);
}

void node_set_text(struct nodes *all, struct node *n, struct text *t, uint64_t version)
{
	struct text *old;

	text_ref(t);
	{
		LOCK_SCOPE(&all->lock);
		old = n->text;
		n->text = t;
		n->version = version;
		n->sized = true;
		n->size_bytes = t->n;
		n->fetched_ms = t->made_ms;
	}
	text_unref(old);
}

/* The oldest snapshot that nobody has open, if there are too many. */
static struct snapshot *shot_surplus(struct nodes *all, struct folder **ret_folder)
{
	struct node *n = all->shot_first;

	if (all->n_shots <= MAX_SHOTS && all->shot_bytes <= MAX_SHOT_BYTES)
		return NULL;
	while (n && (n->n_open || n == all->shot_last))
		n = n->shot_next;
	if (!n)
		return NULL;
	n->dropped = true;
	*ret_folder = folder_ref(n->folder);
	return node_shot_remove(all, n);
}

struct snapshot *node_bind_shot(struct nodes *all, struct node *n, struct snapshot *s)
{
	struct folder *folder = NULL;
	struct snapshot *bound, *surplus;
	struct part part = { 0 };

	(void)node_part(n, s, &part);

	{
		LOCK_SCOPE(&all->lock);

		if (!n->shot) {
			shot_add(all, n, snapshot_ref(s));
			n->dropped = false;
			n->sized = true;
			n->size_bytes = part.bytes;
			n->fetched_ms = part.time_ms ? part.time_ms : s->fetched_ms;
		}
		bound = snapshot_ref(n->shot);
		surplus = shot_surplus(all, &folder);
	}
	if (surplus && folder)
		folder_slot_drop(folder, surplus);
	folder_unref(folder);
	snapshot_unref(surplus);
	return bound;
}

void node_set_size(struct nodes *all, struct node *n, uint64_t estimate_bytes)
{
	LOCK_SCOPE(&all->lock);

	if (!n->sized)
		n->size_bytes = estimate_bytes;
}

uint64_t node_listed(struct nodes *all, const struct node *n, uint64_t *ret_walk)
{
	LOCK_SCOPE(&all->lock);

	*ret_walk = n->listed_walk;
	return n->listed;
}

void node_set_listed(struct nodes *all, struct node *n, uint64_t names, uint64_t walk)
{
	LOCK_SCOPE(&all->lock);

	n->listed = names;
	n->listed_walk = walk;
}

bool node_set_used(struct nodes *all, struct node *n)
{
	LOCK_SCOPE(&all->lock);
	bool before = n->used;

	n->used = true;
	return before;
}

void node_set_told(struct nodes *all, struct node *n)
{
	LOCK_SCOPE(&all->lock);

	n->told = true;
}

void node_opened(struct nodes *all, struct node *n)
{
	LOCK_SCOPE(&all->lock);

	n->n_open++;
	n->n_refs++;
	n->opened = true;
}

void node_released(struct nodes *all, struct node *n)
{
	struct snapshot *dropped = NULL;

	{
		LOCK_SCOPE(&all->lock);
		n->n_open--;
		if (!n->n_open && !n->named) {
			dropped = node_shot_remove(all, n);
			n->dropped = true;
		}
	}
	snapshot_unref(dropped);
	node_unref(all, n);
}

void node_view(struct nodes *all, const struct node *n, struct node_view *ret)
{
	LOCK_SCOPE(&all->lock);

	*ret = (struct node_view){
		.sized = n->sized,
		.size_bytes = n->size_bytes,
		.time_ms = n->sized && n->fetched_ms ? n->fetched_ms : 0,
		.dropped = n->dropped,
		.opened = n->opened,
		.n_open = n->n_open,
		.version = n->version,
		.looked_up_ms = n->looked_up_ms,
		.told = n->told,
		.used = n->used,
	};
}

struct text *node_text(struct nodes *all, const struct node *n)
{
	LOCK_SCOPE(&all->lock);

	return text_ref(n->text);
}

struct snapshot *node_shot(struct nodes *all, const struct node *n)
{
	LOCK_SCOPE(&all->lock);

	return snapshot_ref(n->shot);
}

struct draft *node_draft(struct nodes *all, const struct node *n)
{
	LOCK_SCOPE(&all->lock);

	return draft_ref(n->draft);
}

void node_set_draft(struct nodes *all, struct node *n, struct draft *d)
{
	LOCK_SCOPE(&all->lock);

	n->draft = n->draft ? n->draft : draft_ref(d);
}

void node_renew_draft(struct nodes *all, struct node *n, struct draft *d)
{
	cleanup_(draft_unrefp) struct draft *old = NULL;
	LOCK_SCOPE(&all->lock);

	old = n->draft;
	n->draft = draft_ref(d);
}

struct draft *node_write_begin(struct nodes *all, struct node *n, struct draft *fresh)
{
	LOCK_SCOPE(&all->lock);

	n->draft = n->draft ? n->draft : draft_ref(fresh);
	n->n_writers++;
	return draft_ref(n->draft);
}

unsigned node_writers(struct nodes *all, const struct node *n)
{
	LOCK_SCOPE(&all->lock);

	return n->n_writers;
}

void node_write_end(struct nodes *all, struct node *n)
{
	cleanup_(draft_unrefp) struct draft *old = NULL;
	LOCK_SCOPE(&all->lock);

	if (!--n->n_writers && n->place.kind == PLACE_VIEW_SQL)
		old = take_ptr(n->draft);
}
