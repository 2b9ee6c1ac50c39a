/* SPDX-License-Identifier: MIT */
/* Which nodes there are of a kind. */
#include "base/sync.h"
#include "fs/node_i.h"

void nodes_each(struct nodes *all, const char *table,
                void (*fn)(void *ctx, const struct node *n), void *ctx)
{
	LOCK_SCOPE(&all->lock);

	for (size_t i = 0; i < all->n_buckets; i++) {
		for (struct node *n = all->by_ino[i]; n; n = n->next_ino) {
			if (n->named && n->folder &&
			    (table ? str_ieq(table_family(n->folder->selector.table)
			                             ->name,
			                     table)
			           : n->folder->selector.table->kind == TABLE_USER_VIEW))
				fn(ctx, n);
			else if (!table && n->named && n->place.kind == PLACE_VIEW_SQL)
				fn(ctx, n);
		}
	}
}

void nodes_tellers(struct nodes *all, const struct folder *f,
                   void (*fn)(void *ctx, const struct node *n), void *ctx)
{
	LOCK_SCOPE(&all->lock);

	for (struct node *n = f->tellers; n; n = n->next_teller) {
		if (n->named)
			fn(ctx, n);
	}
}

static bool is_outdated(const struct node *n)
{
	return n->shot->epoch != folders_epoch(n->folder->all, n->folder->selector.table);
}

void nodes_outdated(struct nodes *all, void (*fn)(void *ctx, const struct node *n),
                    void *ctx)
{
	LOCK_SCOPE(&all->lock);

	for (size_t i = 0; i < all->n_buckets; i++) {
		for (struct node *n = all->by_ino[i]; n; n = n->next_ino) {
			if (n->named && n->folder &&
			    (n->listed || (n->shot && is_outdated(n))))
				fn(ctx, n);
		}
	}
}
