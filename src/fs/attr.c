/* SPDX-License-Identifier: MIT */
#include "fs/attr.h"

#include "base/clock.h"
#include "catalog/catalog.h"
#include "fs/fs_i.h"
#include "fs/result.h"
#include "fs/views.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define BLOCK_BYTES 65536
#define LONG_S 3600.0
#define LINK_S 60.0
#define VIEW_S 60.0
#define TELLER_S 60.0

enum xattr_id { XATTR_FETCHED, XATTR_ROWS, XATTR_CALLS, XATTR_ERROR };

static const char *const xattr_names[] = { "user.jsmfs.fetched", "user.jsmfs.rows",
	                                   "user.jsmfs.calls", "user.jsmfs.error" };

/* Tokens are for who asked for them. */
static bool is_secret(const struct place *p)
{
	const struct param *out = p->procedure ? p->procedure->out : NULL;

	while (out && out->name && !(out->flags & PARAM_SECRET))
		out++;
	return out && out->name;
}

mode_t attr_mode(const struct fs *fs, const struct place *place)
{
	enum place_kind kind = place->kind;
	bool shared = fs->cfg.shared && (place_is_dir(kind) || !is_secret(place));

	switch (place_class(kind)) {
	case CLASS_DIR:
		return S_IFDIR | (shared ? 0755 : 0700);
	case CLASS_LINK:
		return S_IFLNK | 0777;
	case CLASS_CALL:
	case CLASS_FILE:
		if (fs->cfg.read_only)
			break;
		return S_IFREG | (shared ? 0644 : 0600);
	case CLASS_TEXT:
	case CLASS_REPORT:
	case CLASS_RESULT:
	case CLASS_STREAM:
	case CLASS_PROBE:
	case CLASS_BLOB:
		break;
	}
	return S_IFREG | (shared ? 0444 : 0400);
}

static uint64_t link_bytes(const struct node *n)
{
	if (n->place.kind != PLACE_LINK)
		return 0;
	return strlen("../../=") + strlen(n->place.table->columns[n->place.column].name) +
	       strlen(n->name);
}

/* Anybody can change or drop a view at any time, which is seen where it is watched. */
static double view_s(struct fs *fs, const struct node *n)
{
	cleanup_(draft_unrefp) struct draft *d = node_draft(fs->nodes, n);

	return d || !views_are_watched(fs) ? 0.0 : VIEW_S;
}

void attr_stat(struct fs *fs, struct node *n, struct stat *ret, double *ret_timeout)
{
	enum place_class class = place_class(n->place.kind);
	cleanup_(draft_unrefp) struct draft *d = NULL;
	struct node_view v;
	int64_t ms;

	node_view(fs->nodes, n, &v);
	memset(ret, 0, sizeof(*ret));
	ret->st_ino = n->ino;
	ret->st_mode = attr_mode(fs, &n->place);
	ret->st_nlink = 1;
	ret->st_uid = fs->uid;
	ret->st_gid = fs->gid;
	ret->st_blksize = BLOCK_BYTES;
	if (class == CLASS_LINK)
		ret->st_size = (off_t)link_bytes(n);
	else if (class != CLASS_DIR && class != CLASS_STREAM && class != CLASS_PROBE)
		ret->st_size = (off_t)v.size_bytes;
	d = node_draft(fs->nodes, n);
	if (d)
		ret->st_size = (off_t)draft_size(d, &v.time_ms);
	ret->st_blocks = (ret->st_size + 511) / 512;
	ms = v.time_ms && class != CLASS_TEXT ? v.time_ms : fs->started_ms;
	ret->st_mtim.tv_sec = ms / 1000;
	ret->st_mtim.tv_nsec = ms % 1000 * 1000000;
	ret->st_ctim = ret->st_mtim;
	ret->st_atim = ret->st_mtim;
	*ret_timeout = class == CLASS_FILE ? 0.0 : LONG_S;
	if (n->place.kind == PLACE_VIEW_SQL)
		*ret_timeout = view_s(fs, n);
}

bool attr_may_be_quiet(const struct place *p)
{
	return p->kind == PLACE_ERROR || p->kind == PLACE_CALL ||
	       (p->kind == PLACE_ORDER && p->order && p->order->name);
}

/* Says the same as long as nothing fails, or until it is written to: who does that
 * makes the kernel look the name up again. */
static bool is_quiet(struct fs *fs, const struct node *n)
{
	struct node_view v;

	if (!attr_may_be_quiet(&n->place))
		return false;
	if (n->place.kind == PLACE_ERROR)
		return n->folder && !folder_has_failed(n->folder);
	node_view(fs->nodes, n, &v);
	return !v.used;
}

bool attr_tells_of_query(const struct place *p)
{
	return p->kind == PLACE_STATS || p->kind == PLACE_PLAN || p->kind == PLACE_SQL;
}

double attr_entry_timeout(struct fs *fs, struct node *n)
{
	if (n->place.kind == PLACE_SCRATCH_LINK)
		return 0.0;
	if (views_has(n))
		return view_s(fs, n);
	if (is_quiet(fs, n))
		return LONG_S;
	if (attr_tells_of_query(&n->place))
		return TELLER_S;
	switch (place_class(n->place.kind)) {
	case CLASS_DIR:
	case CLASS_TEXT:
	case CLASS_STREAM:
	case CLASS_PROBE:
		return LONG_S;
	case CLASS_LINK:
		return LINK_S;
	case CLASS_REPORT:
	case CLASS_CALL:
	case CLASS_FILE:
		return 0.0;
	case CLASS_RESULT:
	case CLASS_BLOB:
		break;
	}
	return (double)result_entry_ms(fs, n) / 1000.0;
}

/* Tools refuse to work on a file system that is full, or that has no size at all. */
void attr_statfs(struct statvfs *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->f_bsize = BLOCK_BYTES;
	ret->f_frsize = 4096;
	ret->f_blocks = 1u << 28;
	ret->f_bfree = 1u << 27;
	ret->f_bavail = 1u << 27;
	ret->f_files = NODE_MAX;
	ret->f_ffree = NODE_MAX / 2;
	ret->f_favail = NODE_MAX / 2;
	ret->f_namemax = 1024;
}

static int xattr_value(struct fs *fs, const struct node *n, enum xattr_id id,
                       struct buf *out)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = node_shot(fs->nodes, n);
	size_t before = out->len;

	switch (id) {
	case XATTR_FETCHED:
		if (s)
			clock_format(out, s->fetched_ms, catalog_utc(fs->cfg.catalog));
		break;
	case XATTR_ROWS:
		if (s)
			buf_printf(out, "%" PRIu64, s->rows);
		break;
	case XATTR_CALLS:
		if (s)
			buf_printf(out, "%u", s->calls);
		break;
	case XATTR_ERROR:
		folder_error(n->folder, out, true);
		break;
	}
	return out->len > before ? 0 : -ENODATA;
}

static bool has_xattrs(const struct node *n)
{
	enum place_class class = place_class(n->place.kind);

	return n->folder && (class == CLASS_RESULT || class == CLASS_STREAM);
}

int attr_xattr(struct fs *fs, const struct node *n, const char *name, struct buf *out)
{
	/* For ls this is true of the whole file system: it does not ask again. */
	if (!str_starts(name, "user."))
		return -EOPNOTSUPP;
	if (!has_xattrs(n))
		return -ENODATA;
	for (size_t i = 0; i < ARRAY_SIZE(xattr_names); i++) {
		if (str_eq(name, xattr_names[i]))
			return xattr_value(fs, n, (enum xattr_id)i, out);
	}
	return -ENODATA;
}

void attr_xattr_list(struct fs *fs, const struct node *n, struct buf *out)
{
	if (!has_xattrs(n))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(xattr_names); i++) {
		struct buf value = BUF_INIT(4096);

		if (!xattr_value(fs, n, (enum xattr_id)i, &value))
			buf_add(out, xattr_names[i], strlen(xattr_names[i]) + 1);
		buf_clear(&value);
	}
}
