/* SPDX-License-Identifier: MIT */
#include "sim/upload.h"

#include "sim/journal.h"

#include <microhttpd.h>

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static _Atomic unsigned long next_file;

static bool part_begin(struct upload *u, const char *file_name, const char *mime)
{
	if (u->n_parts > MAX_UPLOAD_PARTS)
		return true;
	struct upload_part *parts =
		reallocarray(u->parts, u->n_parts + 1, sizeof(*parts));
	if (!parts)
		return false;
	u->parts = parts;
	struct upload_part *p = &parts[u->n_parts];
	*p = (struct upload_part){ 0 };
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
	p->file_name = strdup(file_name);
	p->mime = strdup(mime && *mime ? mime : "application/octet-stream");
	unsigned long number = atomic_fetch_add(&next_file, 1);
	if (asprintf(&p->path, "%s/up-%ld-%lu", journal_files(), (long)getpid(), number) <
	    0)
		p->path = NULL;
	u->n_parts++;
	if (!p->file_name || !p->mime || !p->path)
		return false;
	u->fd = open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	return u->fd >= 0;
}

/*
 * A part whose head came alone is told of twice: without bytes, then with its first ones.
 * (Two files of one name of which the first is empty look the same.)
 */
static bool is_begun(const struct upload *u, const char *file_name)
{
	const struct upload_part *p = u->n_parts ? &u->parts[u->n_parts - 1] : NULL;
	return p && u->fd >= 0 && !p->size && !strcmp(p->file_name, file_name);
}

static enum MHD_Result on_part(void *arg, enum MHD_ValueKind kind, const char *key,
                               const char *file_name, const char *content_type,
                               const char *encoding, const char *data, uint64_t offset,
                               size_t size)
{
	(void)kind;
	(void)encoding;
	struct upload *u = arg;
	if (strcmp(key, "file") || !file_name) {
		u->n_ignored++;
		return MHD_YES;
	}
	if (!offset && !is_begun(u, file_name) && !part_begin(u, file_name, content_type))
		u->failed = true;
	if (u->failed || u->n_parts > MAX_UPLOAD_PARTS)
		return MHD_YES;
	struct upload_part *p = &u->parts[u->n_parts - 1];
	if (p->size + size > MAX_UPLOAD_BYTES) {
		u->too_large = true;
		return MHD_YES;
	}
	while (size) {
		ssize_t n = write(u->fd, data, size);
		if (n <= 0) {
			u->failed = true;
			break;
		}
		p->size += (uint64_t)n;
		data += n;
		size -= (size_t)n;
	}
	return MHD_YES;
}

void upload_begin(struct exchange *x)
{
	const char *type = exchange_header(x, "Content-Type");
	if (!type || strncasecmp(type, "multipart/form-data", 19))
		return;
	struct upload *u = calloc(1, sizeof(*u));
	if (!u)
		return;
	u->fd = -1;
	u->processor = MHD_create_post_processor(x->conn, 64 * 1024, on_part, u);
	u->failed = !u->processor;
	x->upload = u;
}

void upload_data(struct exchange *x, const char *data, size_t size)
{
	if (x->upload->processor &&
	    MHD_post_process(x->upload->processor, data, size) != MHD_YES)
		x->upload->failed = true;
}

void upload_end(struct exchange *x)
{
	struct upload *u = x->upload;
	if (!u || !u->processor)
		return;
	if (MHD_destroy_post_processor(u->processor) != MHD_YES)
		u->failed = true;
	u->processor = NULL;
	if (u->fd >= 0)
		close(u->fd);
	u->fd = -1;
}
