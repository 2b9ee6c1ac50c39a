/* SPDX-License-Identifier: MIT */
/*
 * json FILE: a page of requests is read by the scanner and by the tree, in turns;
 * prints a line for each turn: MB/s of the one, MB/s of the other.
 */
#include "json/jpage.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define TURNS 15
#define TURN_S 0.2

/* The columns of Requests. */
static const char *const paths[] = {
	"issueId",
	"issueKey",
	"requestTypeId",
	"serviceDeskId",
	"createdDate.epochMillis|createdDate.iso8601",
	"reporter.key|reporter.accountId|reporter.name",
	"reporter.displayName",
	"reporter.emailAddress",
	"reporter.name|reporter.accountId|reporter.key",
	"reporter.timeZone",
	"currentStatus.status",
	"participants.values",
	"summary",
};

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double measure(const struct jpage_plan *plan, const struct jpage_column *columns,
                      struct span page)
{
	static const struct jpage_shape shape = { .rows = "values" };
	double start = now_s(), spent;
	size_t n = 0;

	do {
		cleanup_(jpage_freep) struct jpage *p = NULL;
		struct buf text = BUF_INIT(64u << 20);
		int r;

		buf_span(&text, page);
		r = plan ? jpage_read(plan, &text, &p, NULL)
		         : jpage_parse_tree(&text, &shape, columns, ARRAY_SIZE(paths), &p,
		                            NULL);
		if (r || !jpage_info(p)->n_rows)
			exit(1);
		n++;
		spent = now_s() - start;
	} while (spent < TURN_S);
	return (double)(n * page.n) / spent / 1e6;
}

int main(int argc, char **argv)
{
	static const struct jpage_shape shape = { .rows = "values" };
	static char text[4u << 20];
	struct jpage_column columns[ARRAY_SIZE(paths)] = { 0 };
	FILE *f = argc == 2 ? fopen(argv[1], "rb") : NULL;

	if (!f)
		return 2;
	struct span page = { text, fread(text, 1, sizeof(text), f) };
	fclose(f);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct jpath *path = NULL;

		if (jpath_new(paths[i], &path, NULL))
			return 1;
		columns[i] = (struct jpage_column){ path, VALUE_TEXT };
	}
	columns[4].type = VALUE_TIME;
	columns[11].type = VALUE_JSON;
	struct jpage_plan *plan = jpage_plan_new(&shape, columns, ARRAY_SIZE(paths));
	if (!plan)
		return 1;
	for (int i = 0; i < TURNS; i++) {
		double scanner = measure(plan, columns, page);

		printf("%.0f %.0f\n", scanner, measure(NULL, columns, page));
	}
	jpage_plan_free(plan);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		jpath_free((struct jpath *)(uintptr_t)columns[i].path);
	return 0;
}
