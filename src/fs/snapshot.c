/* SPDX-License-Identifier: MIT */
#include "fs/snapshot.h"

#include "base/clock.h"
#include "fs/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct snapshot *snapshot_new(uint64_t max_bytes)
{
	struct snapshot *s = calloc(1, sizeof(*s));

	if (!s)
		return NULL;
	atomic_init(&s->refs, 1);
	s->fd = -1;
	s->max_bytes = max_bytes;
	s->fetched_ms = clock_wall_ms();
	s->fetched_mono = clock_mono_ms();
	return s;
}

struct snapshot *snapshot_ref(struct snapshot *s)
{
	if (s)
		atomic_fetch_add(&s->refs, 1);
	return s;
}

void snapshot_unref(struct snapshot *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) != 1)
		return;
	if (s->fd >= 0)
		close(s->fd);
	free(s->memory);
	for (size_t i = 0; i < s->n_parts; i++)
		free(s->parts[i].name);
	free(s->parts);
	free(s);
}

static int move_to_file(struct snapshot *s, struct err *err)
{
	int fd = spool_open(err);
	int r;

	if (fd < 0)
		return fd;
	r = spool_write(fd, s->memory, (size_t)s->size_bytes, err);
	if (r) {
		close(fd);
		return r;
	}
	free(s->memory);
	s->memory = NULL;
	s->cap = 0;
	s->fd = fd;
	return 0;
}

static int memory_append(struct snapshot *s, struct span bytes, struct err *err)
{
	size_t need = (size_t)s->size_bytes + bytes.n;

	if (need > s->cap) {
		size_t cap = s->cap ? s->cap : 4096;
		char *p;

		while (cap < need)
			cap *= 2;
		p = realloc(s->memory, cap);
		if (!p)
			return err_nomem(err);
		s->memory = p;
		s->cap = cap;
	}
	memcpy(s->memory + s->size_bytes, bytes.p, bytes.n);
	return 0;
}

int snapshot_append(struct snapshot *s, struct span bytes, struct err *err)
{
	int r = 0;

	if (!bytes.n)
		return 0;
	if (bytes.n > s->max_bytes || s->size_bytes > s->max_bytes - bytes.n)
		return err_set(
			err, -EFBIG,
			"the result is larger than %llu bytes; narrow the query or "
			"read a stream file",
			(unsigned long long)s->max_bytes);
	if (s->fd < 0 && s->size_bytes + bytes.n > SNAPSHOT_MEMORY_BYTES)
		r = move_to_file(s, err);
	if (!r && s->fd >= 0)
		r = spool_write(s->fd, bytes.p, bytes.n, err);
	else if (!r)
		r = memory_append(s, bytes, err);
	if (!r)
		s->size_bytes += bytes.n;
	return r;
}

int snapshot_end_part(struct snapshot *s, struct err *err)
{
	struct part *p = reallocarray(s->parts, s->n_parts + 1, sizeof(*p));
	uint64_t from = 0;

	if (!p)
		return err_nomem(err);
	s->parts = p;
	if (s->n_parts)
		from = p[s->n_parts - 1].offset + p[s->n_parts - 1].bytes;
	p[s->n_parts++] = (struct part){ from, s->size_bytes - from, NULL, 0 };
	return 0;
}

int snapshot_end_named(struct snapshot *s, struct span name, int64_t time_ms,
                       struct err *err)
{
	cleanup_free_ char *copy = span_dup(name);
	int r = copy ? snapshot_end_part(s, err) : err_nomem(err);

	if (r)
		return r;
	s->parts[s->n_parts - 1].name = take_ptr(copy);
	s->parts[s->n_parts - 1].time_ms = time_ms;
	return 0;
}

bool snapshot_find(const struct snapshot *s, struct span name, size_t *ret)
{
	for (size_t i = 0; i < s->n_parts; i++) {
		if (s->parts[i].name && span_is(name, s->parts[i].name)) {
			*ret = i;
			return true;
		}
	}
	return false;
}

void snapshot_seal(struct snapshot *s)
{
	char *p;

	if (!s->memory || s->cap == s->size_bytes || !s->size_bytes)
		return;
	p = realloc(s->memory, (size_t)s->size_bytes);
	if (!p)
		return;
	s->memory = p;
	s->cap = (size_t)s->size_bytes;
}

int snapshot_read(const struct snapshot *s, const struct part *p, struct buf *out)
{
	uint64_t done = 0;

	if (s->fd < 0) {
		buf_add(out, s->memory + p->offset, (size_t)p->bytes);
		return buf_status(out);
	}
	while (done < p->bytes) {
		char *to = buf_room(out, (size_t)(p->bytes - done));
		ssize_t got = to ? pread(s->fd, to, (size_t)(p->bytes - done),
		                         (off_t)(p->offset + done))
		                 : 0;

		if (!to)
			return buf_status(out);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -EIO;
		buf_commit(out, (size_t)got);
		done += (uint64_t)got;
	}
	return 0;
}

struct part snapshot_part(const struct snapshot *s, size_t i)
{
	if (!s->parts)
		return (struct part){ 0, s->size_bytes, NULL, 0 };
	return i < s->n_parts ? s->parts[i] : (struct part){ 0, 0, NULL, 0 };
}
