/* SPDX-License-Identifier: MIT */
#include "fs/knob.h"

#include "base/clock.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "fs/fs_i.h"
#include "fs/verb_i.h"
#include "query/engine.h"
#include "query/views.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 8192

/* ------------------------------------------------------------------ refresh */

static void refresh_table(struct fs *fs, const struct table *t)
{
	const char *const names[] = { t->name, NULL };

	catalog_forget(fs->cfg.catalog, t);
	fs_touch(fs, names);
}

static void refresh_all(struct fs *fs)
{
	const struct table *t;

	catalog_forget_all(fs->cfg.catalog);
	for (size_t i = 0; (t = catalog_table_at(fs->cfg.catalog, i)); i++)
		refresh_table(fs, t);
	if (fs->cfg.relearn)
		fs->cfg.relearn(fs->cfg.relearn_ctx);
}

/* A path counts as its table: answers of one are parts of the answers of another. */
static int refresh_path(struct fs *fs, struct span path, struct err *err)
{
	struct span rest = path, first;
	const struct table *t = NULL;

	while (rest.n && rest.p[0] == '/')
		rest = (struct span){ rest.p + 1, rest.n - 1 };
	first = span_cut(&rest, '/');
	if (span_is(first, "UserViews") &&
	    !engine_view_table(fs->cfg.engine, span_cut(&rest, '/'), &t, NULL)) {
		refresh_all(fs); /* it may show any of them */
		return 0;
	}
	t = catalog_table(fs->cfg.catalog, first);
	if (!t)
		return err_set(err, -EINVAL,
		               "'%.*s' is no table and no path of one: write a table, a "
		               "path below it, or all",
		               path.n > 100 ? 100 : (int)path.n, path.p);
	refresh_table(fs, t);
	return 0;
}

static int set_refresh(struct fs *fs, struct span line, struct err *err)
{
	struct span path = line;
	size_t n = strlen(fs->cfg.mountpoint);
	int r = 0;

	if (path.n > n && !memcmp(path.p, fs->cfg.mountpoint, n) && path.p[n] == '/')
		path = (struct span){ path.p + n, path.n - n };
	if (span_is(line, "all"))
		refresh_all(fs);
	else
		r = refresh_path(fs, path, err);
	if (!r)
		atomic_store(&fs->refreshed_ms, clock_wall_ms());
	return r;
}

static void print_refresh(struct fs *fs, struct buf *out)
{
	clock_format(out, atomic_load(&fs->refreshed_ms), catalog_utc(fs->cfg.catalog));
	buf_putc(out, '\n');
}

/* ------------------------------------------------------------------ switches */

static int set_offline(struct fs *fs, struct span line, struct err *err)
{
	bool on = list_has("1,true,yes,on", line);

	if (!on && !list_has("0,false,no,off", line))
		return err_set(err, -EINVAL, "offline cannot be '%.*s'; it is 1 or 0",
		               line.n > 40 ? 40 : (int)line.n, line.p);
	engine_set_offline(fs->cfg.engine, on);
	log_info(LOG_FS, "offline=%d", on);
	return 0;
}

static void print_offline(struct fs *fs, struct buf *out)
{
	buf_printf(out, "%d\n", engine_is_offline(fs->cfg.engine));
}

static int set_verbosity(struct fs *fs, struct span line, struct err *err)
{
	int64_t v;

	(void)fs;
	if (!span_int(line, &v) || v < LOG_WARN || v > LOG_BODIES)
		return err_set(err, -EINVAL,
		               "verbosity cannot be '%.*s'; it is a whole number from 1 "
		               "to 5",
		               line.n > 40 ? 40 : (int)line.n, line.p);
	log_set_level((enum log_level)v);
	return 0;
}

static void print_verbosity(struct fs *fs, struct buf *out)
{
	(void)fs;
	buf_printf(out, "%d\n", (int)log_level_now());
}

const struct knob knobs[] = {
	{ "refresh", set_refresh, print_refresh },
	{ "offline", set_offline, print_offline },
	{ "verbosity", set_verbosity, print_verbosity },
	{ 0 },
};

const struct knob *knob_named(struct span name)
{
	for (const struct knob *k = knobs; k->name; k++) {
		if (span_is(name, k->name))
			return k;
	}
	return NULL;
}

/* -------------------------------------------------------------------- lines */

static int knob_open(struct control *c, struct err *err)
{
	struct buf *line = calloc(1, sizeof(*line));

	if (!line)
		return err_nomem(err);
	*line = BUF_INIT(LINE_MAX_BYTES);
	c->state = line;
	return 0;
}

static void knob_close(struct control *c)
{
	struct buf *line = c->state;

	if (line)
		buf_clear(line);
	free(line);
}

static void run_line(struct control *c)
{
	struct buf *line = c->state;
	struct span s = span_trim(buf_view(line));
	struct err why = { 0 };
	int r = 0;

	if (buf_status(line))
		r = err_set(&why, -EFBIG, "the line is longer than %d bytes",
		            LINE_MAX_BYTES);
	else if (s.n && !memchr(s.p, '\0', s.n))
		r = c->target.knob->set(c->fs, s, &why);
	c->n_results++;
	if (r)
		control_refused(c, r, &why);
	buf_reset(line);
}

static int knob_feed(struct control *c, struct span bytes, struct err *err)
{
	(void)err;
	for (size_t i = 0; i < bytes.n; i++) {
		if (bytes.p[i] == '\n')
			run_line(c);
		else
			buf_putc(c->state, bytes.p[i]);
	}
	return 0;
}

static int knob_end(struct control *c, struct err *err)
{
	(void)err;
	run_line(c);
	return 0;
}

static bool knob_pending(const struct control *c)
{
	const struct buf *line = c->state;

	return line->len > 0 || buf_status(line);
}

static int knob_texts(struct control *c, struct text **ret_json, struct text **ret_csv,
                      struct err *err)
{
	cleanup_(buf_clear) struct buf b = BUF_INIT(4096);

	c->target.knob->print(c->fs, &b);
	*ret_json = buf_status(&b) ? NULL : text_new(buf_view(&b));
	*ret_csv = text_ref(*ret_json);
	return *ret_json ? 0 : err_nomem(err);
}

const struct verb verb_knob = { knob_open, knob_close,   knob_feed,
	                        knob_end,  knob_pending, knob_texts };
