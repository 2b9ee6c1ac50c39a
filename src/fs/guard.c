/* SPDX-License-Identifier: MIT */
#include "fs/guard.h"

#include "base/clock.h"
#include "base/str.h"
#include "base/sync.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_PROCESSES 512 /* counted at a time; the one seen least lately makes room */
#define MINUTE_MS 60000

struct meter {
	pid_t process;
	int64_t since_ms;
	int64_t seen_ms;
	long n;
};

struct guard {
	char *indexers;
	long budget;
	pthread_mutex_t lock;
	struct meter meters[N_PROCESSES]; /* lock */
};

struct guard *guard_new(const char *indexers, long budget_per_minute)
{
	struct guard *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->indexers = str_dup(indexers ? indexers : "");
	if (!g->indexers) {
		free(g);
		return NULL;
	}
	g->budget = budget_per_minute;
	pthread_mutex_init(&g->lock, NULL);
	return g;
}

void guard_free(struct guard *g)
{
	if (!g)
		return;
	pthread_mutex_destroy(&g->lock);
	free(g->indexers);
	free(g);
}

/* A few hundred bytes of a file of procfs; false if it cannot be read. */
static bool proc_read(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	if (pid <= 0)
		return false;
	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n <= 0)
		return false;
	buf[n] = '\0';
	return true;
}

pid_t guard_process(pid_t thread)
{
	char buf[512];
	const char *p;
	int64_t n;
	struct span s;

	if (!proc_read(thread, "status", buf, sizeof(buf)))
		return thread;
	p = strstr(buf, "\nTgid:");
	if (!p)
		return thread;
	p += strlen("\nTgid:");
	s = span_trim((struct span){ p, strcspn(p, "\n") });
	return span_int(s, &n) && n > 0 && n <= INT32_MAX ? (pid_t)n : thread;
}

bool guard_is_indexer(const struct guard *g, pid_t thread)
{
	struct span rest = span_of(g->indexers);
	char name[64];

	if (!rest.n || !proc_read(guard_process(thread), "comm", name, sizeof(name)))
		return false;
	name[strcspn(name, "\n")] = '\0';
	while (rest.n) {
		struct span word = span_trim(span_cut(&rest, ','));
		char pattern[64];

		if (!word.n || word.n >= sizeof(pattern))
			continue;
		memcpy(pattern, word.p, word.n);
		pattern[word.n] = '\0';
		if (str_glob(pattern, name))
			return true;
	}
	return false;
}

static struct meter *meter_of(struct guard *g, pid_t process, int64_t now)
{
	struct meter *oldest = &g->meters[0];

	for (size_t i = 0; i < N_PROCESSES; i++) {
		if (g->meters[i].process == process)
			return &g->meters[i];
		if (g->meters[i].seen_ms < oldest->seen_ms)
			oldest = &g->meters[i];
	}
	*oldest = (struct meter){ .process = process, .since_ms = now };
	return oldest;
}

int guard_admit(struct guard *g, pid_t process, struct err *err)
{
	int64_t now = clock_mono_ms();
	int64_t left;

	if (g->budget <= 0 || process <= 0)
		return 0;
	{
		LOCK_SCOPE(&g->lock);
		struct meter *m = meter_of(g, process, now);

		if (now - m->since_ms >= MINUTE_MS) {
			m->since_ms = now;
			m->n = 0;
		}
		m->seen_ms = now;
		if (m->n < g->budget) {
			m->n++;
			return 0;
		}
		left = MINUTE_MS - (now - m->since_ms);
	}
	err_set(err, -EDQUOT,
	        "process %d has opened %ld results that were not at hand within a "
	        "minute; "
	        "wait %lld s or raise ProcessBudget",
	        (int)process, g->budget, (long long)(left + 999) / 1000);
	if (err)
		err->retry_ms = (uint32_t)left;
	return -EDQUOT;
}
