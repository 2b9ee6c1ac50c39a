/* SPDX-License-Identifier: MIT */
#include "fs/orders.h"

#include "base/utf8.h"
#include "fs/fs_i.h"
#include "fs/resolve.h"
#include "fs/shown.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NAME_BYTES 1024

/* The key in the name "5-Resolve". */
static struct span key_of(const char *name)
{
	struct span rest = span_of(name);

	return span_cut(&rest, '-');
}

int order_prepare(const struct target *t, struct input *in, struct err *err)
{
	const struct selector *s = &t->folder->selector;
	const struct table *table = s->table;
	int r = 0;

	for (size_t i = 0; i < s->n_predicates && !r; i++) {
		const struct predicate *p = &s->predicates[i];

		r = input_preset(in, span_of(table->columns[p->column].name),
		                 span_of(p->values[0]), true);
	}
	/* of a row that the directory has not the key of: it is in the file's name */
	for (size_t i = 1; !t->order->name && table->id[i] && !r; i++)
		r = input_preset(in, span_of(table->id[i]), key_of(t->name), true);
	input_bare(in, t->order->line ? t->order->line : t->order->text);
	return r ? err_nomem(err) : 0;
}

/* ------------------------------------------------------------- directories */

/* What the row's file is called: the key, and what it stands for. */
static int name_of(const struct snapshot *s, size_t i, struct buf *out)
{
	cleanup_(buf_clear) struct buf text = BUF_INIT(NAME_BYTES);
	struct part p = snapshot_part(s, i);
	struct span label;
	int r = p.bytes < NAME_BYTES ? snapshot_read(s, &p, &text) : -EFBIG;

	if (r)
		return r;
	label = span_trim(buf_view(&text));
	buf_reset(out);
	buf_puts(out, p.name);
	if (label.n) {
		buf_putc(out, '-');
		utf8_to_name(out, label);
	}
	return buf_status(out) || out->len > 255 ? -ENAMETOOLONG : 0;
}

static bool is_plain_key(const struct part *p)
{
	return p->name && span_digits(span_of(p->name));
}

int orders_list(struct fs *fs, struct node *dir, const struct wish *w,
                struct listing *ret, struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = NULL;
	cleanup_(buf_clear) struct buf name = BUF_INIT(NAME_BYTES);
	struct place p = dir->place;
	int r;

	if (w && shown_walk(fs, w))
		return 0;
	r = result_texts(fs, dir->folder, dir->place.child, w, &s, err);
	if (r == -EAGAIN && !w)
		return RESOLVE_ASK;
	p.kind = PLACE_ORDER;
	for (size_t i = 0; !r && i < s->n_parts; i++) {
		if (is_plain_key(&s->parts[i]) && !name_of(s, i, &name))
			r = listing_add(ret, buf_str(&name), p);
	}
	return r == -ENOMEM ? err_nomem(err) : r;
}

int orders_find(struct fs *fs, struct node *dir, struct span name, const struct wish *w,
                struct place *ret, int64_t *ret_absent_ms, struct err *err)
{
	cleanup_(snapshot_unrefp) struct snapshot *s = NULL;
	cleanup_(buf_clear) struct buf want = BUF_INIT(NAME_BYTES);
	struct span rest = name;
	struct span key = span_cut(&rest, '-');
	size_t i;
	int r;

	if (!span_digits(key)) {
		*ret_absent_ms = FS_LONG_MS;
		return -ENOENT;
	}
	r = result_texts(fs, dir->folder, dir->place.child, w, &s, err);
	if (r)
		return r == -EAGAIN && !w ? RESOLVE_ASK : r;
	*ret_absent_ms = 0;
	if (!snapshot_find(s, key, &i) || name_of(s, i, &want) ||
	    !span_is(name, buf_str(&want)))
		return -ENOENT;
	*ret = (struct place){ .kind = PLACE_ORDER,
		               .table = dir->place.table,
		               .procedure = dir->place.child->orders->procedure,
		               .order = dir->place.child->orders };
	return 0;
}
