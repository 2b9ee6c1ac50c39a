/* SPDX-License-Identifier: MIT */
/* Intrusive doubly linked list: an element is in one list or in none. */
#ifndef JSMFS_NET_LIST_I_H
#define JSMFS_NET_LIST_I_H

#include <stddef.h>

struct list_link {
	struct list_link *prev, *next; /* to itself when it is in no list */
};

struct list {
	struct list_link head;
};

#define LIST_INIT(l)                                                                     \
	{                                                                                \
		{                                                                        \
			&(l).head, &(l).head                                             \
		}                                                                        \
	}

static inline void list_link_init(struct list_link *l)
{
	l->prev = l;
	l->next = l;
}

static inline void list_init(struct list *list)
{
	list_link_init(&list->head);
}

static inline void list_append(struct list *list, struct list_link *l)
{
	l->prev = list->head.prev;
	l->next = &list->head;
	l->prev->next = l;
	l->next->prev = l;
}

/* Nothing happens to an element that is in no list. */
static inline void list_remove(struct list_link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	list_link_init(l);
}

/* NULL at the end. */
static inline struct list_link *list_next(struct list *list, struct list_link *l)
{
	return l->next == &list->head ? NULL : l->next;
}

static inline struct list_link *list_first(struct list *list)
{
	return list_next(list, &list->head);
}

/* Appends all of from to list; from is empty then. */
static inline void list_move(struct list *list, struct list *from)
{
	if (from->head.next == &from->head)
		return;
	from->head.next->prev = list->head.prev;
	list->head.prev->next = from->head.next;
	from->head.prev->next = &list->head;
	list->head.prev = from->head.prev;
	list_init(from);
}

#endif
