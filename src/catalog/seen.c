/* SPDX-License-Identifier: MIT */
#include "catalog/seen_i.h"

#include <stdlib.h>

static void relabel(struct seen_id *known, struct span label)
{
	char *copy;

	if (!label.n || span_is(label, known->label))
		return;
	copy = span_dup(label);
	if (!copy)
		return;
	free(known->label);
	known->label = copy;
}

static bool make_room(struct seen_ids *s)
{
	if (!s->index)
		s->index = map_new();
	if (!s->p)
		s->p = calloc(SEEN_IDS_MAX, sizeof(*s->p));
	return s->index && s->p;
}

void seen_ids_add(struct seen_ids *s, struct span id, struct span label)
{
	struct seen_id *at, new_id;

	if (!make_room(s))
		return;
	at = map_get(s->index, id);
	if (at) {
		relabel(at, label);
		return;
	}
	new_id = (struct seen_id){ span_dup(id), span_dup(label) };
	at = &s->p[s->next];
	if (!new_id.id || !new_id.label || map_put(s->index, id, at, NULL) < 0) {
		free(new_id.id);
		free(new_id.label);
		return;
	}
	if (at->id)
		map_del(s->index, span_of(at->id));
	else if (s->n < SEEN_IDS_MAX)
		s->n++;
	free(at->id);
	free(at->label);
	*at = new_id;
	s->next = (s->next + 1) % SEEN_IDS_MAX;
}

void seen_ids_del(struct seen_ids *s, struct span id)
{
	struct seen_id *at = s->index ? map_get(s->index, id) : NULL;

	if (!at)
		return;
	map_del(s->index, id);
	free(at->id);
	free(at->label);
	*at = (struct seen_id){ 0 };
}

void seen_ids_clear(struct seen_ids *s)
{
	for (size_t i = 0; i < s->n; i++) {
		free(s->p[i].id);
		free(s->p[i].label);
	}
	free(s->p);
	map_free(s->index);
	*s = (struct seen_ids){ 0 };
}
