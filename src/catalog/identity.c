/* SPDX-License-Identifier: MIT */
#include "catalog/identity.h"

#include "base/sync.h"

#include <stdlib.h>

struct row {
	char *id; /* NULL: none */
	char *message;
	const char *operation;
	uint64_t batch;
	uint64_t order; /* within the batch */
};

/*
 * Two batches may be under way at a time; the rows of both are kept, so that the
 * one that ends last is shown whole.
 */
struct identity {
	pthread_mutex_t lock;
	struct row rows[IDENTITY_MAX_ROWS]; /* lock; a ring */
	size_t n;                           /* lock; rows ever added */
	uint64_t batch;                     /* lock; the highest number given away */
};

struct identity *identity_new(void)
{
	struct identity *all = calloc(1, sizeof(*all));

	if (!all)
		return NULL;
	pthread_mutex_init(&all->lock, NULL);
	all->batch = 1;
	return all;
}

static void row_clear(struct row *r)
{
	free(r->id);
	free(r->message);
}

void identity_free(struct identity *all)
{
	if (!all)
		return;
	for (size_t i = 0; i < IDENTITY_MAX_ROWS; i++)
		row_clear(&all->rows[i]);
	pthread_mutex_destroy(&all->lock);
	free(all);
}

uint64_t identity_begin(struct identity *all)
{
	LOCK_SCOPE(&all->lock);

	return ++all->batch;
}

/* Under the lock: changes that were on their way together end in any order. */
static void settle(struct identity *all)
{
	size_t oldest = all->n > IDENTITY_MAX_ROWS ? all->n - IDENTITY_MAX_ROWS : 0;

	for (size_t i = all->n - 1; i > oldest; i--) {
		struct row *r = &all->rows[i % IDENTITY_MAX_ROWS];
		struct row *before = &all->rows[(i - 1) % IDENTITY_MAX_ROWS];
		struct row swap = *r;

		if (before->batch != r->batch || before->order <= r->order)
			return;
		*r = *before;
		*before = swap;
	}
}

void identity_add(struct identity *all, uint64_t batch, uint64_t order,
                  const char *operation, struct span id, const char *message)
{
	struct row r = { .operation = operation, .batch = batch, .order = order };

	if (id.n)
		r.id = span_dup(id);
	r.message = str_dup(message ? message : "SUCCESS");
	if (!r.message || (id.n && !r.id)) {
		row_clear(&r);
		return;
	}
	LOCK_SCOPE(&all->lock);
	if (!r.batch)
		r.batch = ++all->batch;
	row_clear(&all->rows[all->n % IDENTITY_MAX_ROWS]);
	all->rows[all->n++ % IDENTITY_MAX_ROWS] = r;
	settle(all);
}

int identity_each(struct identity *all, identity_fn *fn, void *ctx)
{
	LOCK_SCOPE(&all->lock);
	size_t first = all->n > IDENTITY_MAX_ROWS ? all->n - IDENTITY_MAX_ROWS : 0;
	uint64_t batch, n_in_batch = 0;
	int r = 0;

	if (!all->n)
		return 0;
	batch = all->rows[(all->n - 1) % IDENTITY_MAX_ROWS].batch;
	for (size_t i = first; i < all->n; i++)
		n_in_batch += all->rows[i % IDENTITY_MAX_ROWS].batch == batch;
	for (size_t i = first; i < all->n && !r; i++) {
		const struct row *row = &all->rows[i % IDENTITY_MAX_ROWS];

		if (row->batch == batch)
			r = fn(ctx, row->id, n_in_batch > 1 ? batch : 1, row->operation,
			       row->message);
	}
	return r;
}
