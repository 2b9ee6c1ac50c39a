/* SPDX-License-Identifier: MIT */
#include "catalog/site.h"

#include "base/log.h"
#include "base/utf8.h"
#include "catalog/fields_i.h"
#include "rest/scan.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SET_MAX_BYTES (64u << 20)
#define MAX_QUEUES 2000
#define NAME_MAX_BYTES 160

struct queue {
	char *id;
	char *desk;
	char *name;
	char *view; /* the name of its view */
};

struct queues {
	struct queue *p;
	size_t n;
};

/* A name from the site as a name of ours: no byte that a path or SQL could trip over. */
static char *clean_name(struct arena *a, struct span s)
{
	size_t n = utf8_cut(s, NAME_MAX_BYTES);
	char *name = arena_dup(a, (struct span){ s.p, n });

	for (char *p = name; p && *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f || strchr("/\"'`[]%=\\", *p) ||
		    (p == name && strchr(".-~_ ", *p)))
			*p = '-';
	}
	/* Nothing may look like a name of ours, which are lower case or begin with a
	 * letter. */
	return name && name[0] == '-' ? name + 1 : name;
}

static char *text_of(struct arena *a, struct rowset *rows, size_t column)
{
	struct value v;

	rows->ops->get(rows, column, &v);
	return v.type == VALUE_TEXT ? arena_dup(a, v.s) : NULL;
}

/* All columns of a table, by what it can be read with. */
static int open_all(struct catalog *c, struct client *client, const char *table,
                    struct run *run, struct rowset **ret, struct err *err)
{
	const struct table *t = model_any_table(span_of(table));
	cleanup_free_ bool *used = calloc(table_n_columns(t) + 1, sizeof(bool));
	struct scan_spec spec = {
		.table = t, .used = used, .max_rows = -1, .desk = catalog_desk(c)
	};

	if (!used)
		return err_nomem(err);
	for (size_t i = 0; t->columns[i].name; i++)
		used[i] = true;
	for (spec.endpoint = t->endpoints; endpoint_is_entity(spec.endpoint);)
		spec.endpoint++;
	return scan_open(client, &spec, run, ret, err);
}

static int read_queues(struct catalog *c, struct client *client, struct run *run,
                       struct arena *a, struct queues *ret, struct err *err)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	int r = open_all(c, client, "Queues", run, &rows, err);

	while (!r && (r = rows->ops->next(rows, err)) > 0) {
		struct queue q = { text_of(a, rows, 0), text_of(a, rows, 1),
			           text_of(a, rows, 2), NULL };
		struct queue *p = reallocarray(ret->p, ret->n + 1, sizeof(*p));

		r = 0;
		if (!p)
			return err_nomem(err);
		ret->p = p;
		if (q.id && q.desk && q.name && ret->n < MAX_QUEUES)
			p[ret->n++] = q;
	}
	return r;
}

static const char *project_key(struct catalog *c, struct client *client, struct run *run,
                               struct arena *a, const char *desk)
{
	cleanup_(rowset_closep) struct rowset *rows = NULL;
	struct value id;

	if (open_all(c, client, "ServiceDesks", run, &rows, NULL) < 0)
		return desk;
	while (rows->ops->next(rows, NULL) > 0) {
		const char *key;

		rows->ops->get(rows, 0, &id);
		if (id.type != VALUE_TEXT || !span_is(id.s, desk))
			continue;
		key = text_of(a, rows, 3);
		return key ? key : desk;
	}
	return desk;
}

static char *join(struct arena *a, const char *x, const char *y, const char *z)
{
	struct buf b = BUF_INIT(1024);
	char *s;

	buf_printf(&b, "%s%s%s", x, y, z);
	s = buf_status(&b) ? NULL : arena_dup(a, buf_view(&b));
	buf_clear(&b);
	return s;
}

static bool is_taken(const struct queues *q, size_t i)
{
	if (model_any_table(span_of(q->p[i].view)))
		return true;
	for (size_t j = 0; j < q->n; j++) {
		if (j != i && str_ieq(q->p[j].view, q->p[i].view))
			return true;
	}
	return false;
}

/* Names first as they are; where two are equal, both with the project's key, then the id.
 */
static int name_views(struct catalog *c, struct client *client, struct run *run,
                      struct arena *a, struct queues *q, struct err *err)
{
	for (size_t i = 0; i < q->n; i++) {
		char *name = clean_name(a, span_of(q->p[i].name));

		q->p[i].view = name ? join(a, name, "QueueRequests", "") : NULL;
		if (!q->p[i].view)
			return err_nomem(err);
	}
	for (int step = 0; step < 2; step++) {
		cleanup_free_ bool *taken = calloc(q->n + 1, sizeof(bool));

		if (!taken)
			return err_nomem(err);
		for (size_t i = 0; i < q->n; i++)
			taken[i] = is_taken(q, i);
		for (size_t i = 0; i < q->n; i++) {
			if (!taken[i])
				continue;
			q->p[i].view =
				step ? join(a, q->p[i].id, "_", q->p[i].view)
				     : join(a,
			                    project_key(c, client, run, a, q->p[i].desk),
			                    "_", q->p[i].view);
			if (!q->p[i].view)
				return err_nomem(err);
		}
	}
	return 0;
}

static int add_table(struct table_set *set, const struct table *t, struct err *err)
{
	const struct table **p =
		arena_alloc(&set->arena, (set->n + 1) * sizeof(struct table *));

	if (!p)
		return err_nomem(err);
	if (set->n)
		memcpy(p, set->p, set->n * sizeof(*p));
	p[set->n++] = t;
	set->p = p;
	return 0;
}

static int add_queue(struct table_set *set, const struct queue *q,
                     const struct table *base, struct err *err)
{
	struct table *t = arena_alloc(&set->arena, sizeof(*t));
	struct fixed_value *fixed = arena_alloc(&set->arena, 4 * sizeof(*fixed));

	if (!t || !fixed)
		return err_nomem(err);
	*t = *base;
	t->name = q->view;
	t->doc = join(&set->arena, "The requests in the queue \"", q->name, "\".");
	t->note = NULL;
	fixed[0] = (struct fixed_value){ "ServiceDeskId", q->desk };
	fixed[1] = (struct fixed_value){ "QueueId", q->id };
	fixed[2] = (struct fixed_value){ "QueueName", q->name };
	t->fixed = fixed;
	return t->doc ? add_table(set, t, err) : err_nomem(err);
}

/* The table with the custom fields behind its own columns. */
static int add_extended(struct table_set *set, const struct table *base,
                        const struct fields *fields, const char *path,
                        const struct table **ret, struct err *err)
{
	struct table *t = arena_alloc(&set->arena, sizeof(*t));
	int r;

	if (!t)
		return err_nomem(err);
	*t = *base;
	r = fields_extend(fields, base, path, &set->arena, &t->columns, err);
	if (!r)
		r = add_table(set, t, err);
	if (!r)
		*ret = t;
	return r;
}

static int build(struct catalog *c, struct client *client, bool custom_fields,
                 struct run *run, struct queues *q, struct table_set *set,
                 struct err *err)
{
	const struct table *queue = model_table(SPAN("QueueRequests")), *requests;
	struct fields fields = { 0 };
	int r = read_queues(c, client, run, &set->arena, q, err);

	/* Queues are for agents. */
	if (r == -EACCES || r == -EOPNOTSUPP || r == -ENOENT)
		r = 0;
	if (!r && custom_fields)
		r = fields_read(client, run, &set->arena, &fields, err);
	if (!r && fields.n)
		r = add_extended(set, model_table(SPAN("Requests")), &fields,
		                 "requestFieldValues[fieldId=%s].value", &requests, err);
	if (!r && fields.n)
		r = add_extended(set, queue, &fields, "fields.%s", &queue, err);
	if (!r)
		r = name_views(c, client, run, &set->arena, q, err);
	for (size_t i = 0; i < q->n && !r; i++)
		r = add_queue(set, &q->p[i], queue, err);
	return r;
}

int site_discover(struct catalog *c, struct client *client, bool custom_fields,
                  struct run *run, struct err *err)
{
	struct table_set set = { .arena = ARENA_INIT(SET_MAX_BYTES) };
	struct queues q = { 0 };
	int r = build(c, client, custom_fields, run, &q, &set, err);

	free(q.p);
	if (r < 0) {
		arena_clear(&set.arena);
		return r;
	}
	log_debug(LOG_CACHE, "the site defines tables=%zu", set.n);
	return catalog_set_tables(c, &set, err);
}
