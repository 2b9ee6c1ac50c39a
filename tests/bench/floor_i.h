/* SPDX-License-Identifier: MIT */
/* What floor takes out of answers, by two ways. */
#ifndef JSMFS_BENCH_FLOOR_I_H
#define JSMFS_BENCH_FLOOR_I_H

#include <stdbool.h>
#include <stddef.h>

#define COLUMNS_MAX 32
#define WANTS_MAX 128

struct text {
	char *p;
	size_t n, cap;
};

enum by { BY_EXTRACT, BY_TREE, BY_NONE };

/* A member that leads to something wanted. */
struct want {
	const char *name;
	size_t n;
	int child, next; /* -1: none */
	int column;      /* -1: none */
	bool is_rows;    /* every element of this array is a row */
};

struct wanted {
	enum by by;
	const char *rows;
	const char *const *columns;
	size_t n_columns;
	struct want wants[WANTS_MAX];
	int n_wants;
};

void text_add(struct text *t, const char *p, size_t n);
bool wanted_compile(struct wanted *w);

/* json ends in a NUL and is taken for valid. */
void extract(const struct wanted *w, const char *json, struct text *csv);
bool by_tree(const struct wanted *w, const char *json, struct text *csv);

/* One field; quoted if it has to be. */
void put_field(struct text *csv, const char *p, size_t n);

#endif
