/* SPDX-License-Identifier: MIT */
/*
 * Views of the user's own: UserDefinedViews.json, {"Name": {"query": "SELECT …"}}.
 * The file may be edited by anybody at any time: it is looked at before every
 * use, and edited under a lock by writing a new one beside it.  Knows no SQL.
 * Its lock is a leaf.  Threads: any.
 */
#ifndef JSMFS_CATALOG_USERVIEWS_H
#define JSMFS_CATALOG_USERVIEWS_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define USERVIEWS_MAX_BYTES (1u << 20) /* of the file */
#define USERVIEWS_MAX 1000
#define USERVIEWS_NAME_BYTES 128

struct user_view {
	char *name;
	char *query;        /* "" if there is none */
	char *problem;      /* why it cannot be used, one sentence; or NULL */
	int64_t changed_ms; /* wall clock: since when it is what it is */
};

/* What the file says at one moment; never changes. */
struct view_list {
	atomic_uint refs;
	uint64_t version; /* grows with every change of the file's content */
	struct user_view *p;
	size_t n;      /* in the order of the file; names differ in more than case */
	char *problem; /* of the file, or of a name in it that is left out; or NULL */
	int64_t changed_ms; /* wall clock */
};

struct view_list *view_list_ref(struct view_list *l); /* NULL is fine */
void view_list_unref(struct view_list *l);            /* NULL is fine */
DEFINE_CLEANUP(struct view_list *, view_list_unref)

/* By name without regard to ASCII case; NULL: none. */
const struct user_view *view_list_find(const struct view_list *l, struct span name);

/* The list as it would be with this view; query NULL: without it. */
struct view_list *view_list_with(const struct view_list *l, struct span name,
                                 const char *query) must_check_;

/*
 * May a view be called that?  Letters, digits, '_' and '$', at most
 * USERVIEWS_NAME_BYTES: a name in SQL and in a path without escapes.
 */
bool userviews_is_name(struct span name);

struct userviews;

/* path NULL: there is no file and can be none.  Reads nothing yet. */
int userviews_new(const char *path, struct userviews **ret, struct err *err) must_check_;
void userviews_free(struct userviews *u);
DEFINE_CLEANUP(struct userviews *, userviews_free)

const char *userviews_path(const struct userviews *u); /* absolute, or "" */

/* A reference to what the file says now, read again if it changed; -ENOMEM. */
int userviews_list(struct userviews *u, struct view_list **ret, struct err *err)
	must_check_;

enum view_change {
	VIEW_CREATE, /* -EEXIST if it is there */
	VIEW_ALTER,  /* -ENOENT unless it is there */
	VIEW_PUT,    /* either */
	VIEW_DROP    /* -ENOENT unless it is there */
};

/*
 * Changes the file at once or not at all; all else in it stays, in its order.
 * query is not looked at for VIEW_DROP.  -EBUSY: somebody holds the lock of the
 * file for seconds; -EINVAL: a bad name, a file that cannot be understood.
 */
int userviews_change(struct userviews *u, enum view_change change, struct span name,
                     struct span query, struct err *err) must_check_;

#endif
