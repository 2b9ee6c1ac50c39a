/* SPDX-License-Identifier: MIT */
#include "fs/draft.h"

#include "base/clock.h"
#include "base/sync.h"
#include "fs/spool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static int open_bytes(enum draft_kind kind, struct err *err)
{
	int fd;

	if (kind == DRAFT_FILE)
		return spool_open(err);
	fd = memfd_create("jsmfs", MFD_CLOEXEC);
	return fd < 0 ? err_set(err, -errno, "memfd: %s", strerror(errno)) : fd;
}

int draft_new(enum draft_kind kind, struct span bytes, struct draft **ret,
              struct err *err)
{
	struct draft *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return err_nomem(err);
	atomic_init(&d->refs, 1);
	pthread_mutex_init(&d->lock, NULL);
	d->kind = kind;
	d->max_bytes = kind == DRAFT_FILE ? DRAFT_FILE_BYTES : DRAFT_MAX_BYTES;
	d->changed_ms = clock_wall_ms();
	d->fd = open_bytes(kind, err);
	r = d->fd < 0 ? d->fd : draft_write(d, 0, bytes);
	d->dirty = false;
	if (r) {
		draft_unref(d);
		return r;
	}
	*ret = d;
	return 0;
}

struct draft *draft_ref(struct draft *d)
{
	if (d)
		atomic_fetch_add(&d->refs, 1);
	return d;
}

void draft_unref(struct draft *d)
{
	if (!d || atomic_fetch_sub(&d->refs, 1) != 1)
		return;
	if (d->fd >= 0)
		close(d->fd);
	pthread_mutex_destroy(&d->lock);
	free(d);
}

/* Under the lock. */
static void changed(struct draft *d)
{
	d->dirty = true;
	d->changed_ms = clock_wall_ms();
}

int draft_write(struct draft *d, uint64_t offset, struct span bytes)
{
	LOCK_SCOPE(&d->lock);

	if (d->sealed)
		return -EPERM;
	if (offset == DRAFT_END)
		offset = d->size;
	if (offset > d->max_bytes || bytes.n > d->max_bytes - offset)
		return -EFBIG;
	while (bytes.n) {
		ssize_t done = pwrite(d->fd, bytes.p, bytes.n, (off_t)offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return -errno;
		offset += (uint64_t)done;
		bytes.p += done;
		bytes.n -= (size_t)done;
		if (offset > d->size)
			d->size = offset;
	}
	changed(d);
	return 0;
}

int draft_resize(struct draft *d, uint64_t n)
{
	LOCK_SCOPE(&d->lock);

	if (d->sealed)
		return -EPERM;
	if (n > d->max_bytes)
		return -EFBIG;
	if (n == d->size)
		return 0;
	if (ftruncate(d->fd, (off_t)n))
		return -errno;
	d->size = n;
	changed(d);
	return 0;
}

void draft_orphan(struct draft *d)
{
	LOCK_SCOPE(&d->lock);

	d->orphan = true;
}

uint64_t draft_size(struct draft *d, int64_t *ret_changed_ms)
{
	LOCK_SCOPE(&d->lock);

	*ret_changed_ms = d->changed_ms;
	return d->size;
}

/* Under the lock. */
static int read_bytes(struct draft *d, uint64_t offset, size_t size, struct buf *out)
{
	while (size && offset < d->size) {
		size_t want = size < d->size - offset ? size : (size_t)(d->size - offset);
		char *p = buf_room(out, want);
		ssize_t got = p ? pread(d->fd, p, want, (off_t)offset) : 0;

		if (!p)
			return buf_status(out);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -EIO;
		buf_commit(out, (size_t)got);
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return 0;
}

int draft_read(struct draft *d, uint64_t offset, size_t size, struct buf *out)
{
	LOCK_SCOPE(&d->lock);

	return read_bytes(d, offset, size, out);
}

bool draft_take(struct draft *d, struct buf *out)
{
	LOCK_SCOPE(&d->lock);
	int r;

	if (!d->dirty || d->orphan)
		return false;
	d->dirty = false;
	r = read_bytes(d, 0, DRAFT_MAX_BYTES, out);
	if (r && !buf_status(out))
		out->status = r;
	return true;
}

void draft_mark(struct draft *d)
{
	LOCK_SCOPE(&d->lock);

	d->dirty = true;
}

bool draft_is_dirty(struct draft *d)
{
	LOCK_SCOPE(&d->lock);

	return d->dirty && !d->orphan && !d->sealed;
}

bool draft_is_sealed(struct draft *d, int64_t *ret_changed_ms)
{
	LOCK_SCOPE(&d->lock);

	*ret_changed_ms = d->changed_ms;
	return d->sealed;
}

bool draft_seal(struct draft *d)
{
	LOCK_SCOPE(&d->lock);

	if (!d->dirty || d->orphan || d->sealed)
		return false;
	d->sealed = true;
	d->changed_ms = clock_wall_ms();
	return true;
}
