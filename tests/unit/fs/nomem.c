/* SPDX-License-Identifier: MIT */
/*
 * A mount whose memory runs out, at every allocation in turn: what is asked for ends
 * with an error, nothing is lost, and asked for again it is there.
 */
#include "unit/nomem.h"

#include "base/clock.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "fs/attr.h"
#include "fs/fs_i.h"
#include "fs/resolve.h"
#include "fs/result.h"
#include "query/engine.h"
#include "rest/client.h"
#include "store/db.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>

#define ROW "{\"issueId\":\"10\",\"issueKey\":\"HELP-1\",\"summary\":\"one\"}"
#define LIST                                                                             \
	"{\"size\":2,\"start\":0,\"limit\":100,\"isLastPage\":true,\"values\":[" ROW     \
	",{\"issueId\":\"11\",\"issueKey\":\"HELP-2\",\"summary\":\"two\"}]}"

static struct fs *fs;

/* ---------------------------------------------------------------- the site */

static int site_submit(struct transport *t, struct request *rq, struct exchange **ret,
                       struct err *err)
{
	uint64_t left = nomem_pause();

	(void)t;
	(void)err;
	rq->attempts = 1;
	rq->status = 200;
	rq->answer = BUF_INIT(1 << 20);
	buf_puts(&rq->answer, strstr(rq->url, "/request/HELP-1") ? ROW : LIST);
	*ret = calloc(1, sizeof(**ret));
	(*ret)->rq = rq;
	nomem_resume(left);
	return 0;
}

static const struct transport_ops site_ops = { site_submit,  fake_wait, fake_request,
	                                       fake_release, NULL,      fake_settled };

/* -------------------------------------------------------------- what is done */

/* Looks up like the kernel: every directory, then the name. */
static int look_up(const char *path, struct node **ret)
{
	struct node *n = nodes_find(fs->nodes, NODE_ROOT);
	struct span rest = span_of(path);
	struct wish w = { .deadline = CLOCK_FOREVER };
	int r = 0;

	while (!r && rest.n) {
		struct node *next = NULL;
		struct err err = { 0 };
		int64_t absent;

		r = resolve(fs, n, span_cut(&rest, '/'), &w, &next, &absent, &err);
		node_unref(fs->nodes, n);
		n = r ? NULL : next;
	}
	*ret = n;
	return r;
}

static int see(const char *path)
{
	struct node *n;
	struct stat st;
	double age;
	int r = look_up(path, &n);

	if (!r)
		attr_stat(fs, n, &st, &age);
	node_unref(fs->nodes, n);
	return r;
}

static int read_it(const char *path)
{
	struct wish w = { .deadline = CLOCK_FOREVER };
	struct snapshot *s = NULL;
	struct err err = { 0 };
	struct node *n;
	int r = look_up(path, &n);

	if (!r)
		r = result_open(fs, n, &w, &s, &err);
	snapshot_unref(s);
	node_unref(fs->nodes, n);
	return r;
}

static int list_it(const char *path)
{
	struct listing l = { 0 };
	struct err err = { 0 };
	struct node *n;
	int r = look_up(path, &n);

	if (!r)
		r = tree_list(&n->place, n->folder ? &n->folder->selector : NULL,
		              fs->cfg.catalog, &l, &err);
	listing_clear(&l);
	node_unref(fs->nodes, n);
	return r;
}

/* -------------------------------------------------------------------- sweeps */

static const struct deed {
	const char *name;
	int (*run)(const char *path);
	const char *path;
} deeds[] = {
	{ "rows", read_it, "Requests/_fresh=0/rows.csv" },
	{ "rows in JSON", read_it, "Requests/_fresh=0/_select=RequestKey/rows.json" },
	{ "a count", read_it, "Requests/_fresh=0/count" },
	{ "a path of many parts", read_it,
	  "Requests/CurrentStatus.in=a,b/Summary.contains=on/_order=-CreatedDate/"
	  "_limit=3/"
	  "_fresh=0/rows.ndjson" },
	{ "a cell", read_it, "Requests/id/HELP-1/Summary" },
	{ "rows of a system table", read_it, "sys/sys_procedureparameters/rows.tsv" },
	{ "a README", see, "Requests/README.md" },
	{ "README.md of the mount", see, "README.md" },
	{ "README.md of a procedure", see, "proc/CreateCustomer/README.md" },
	{ "a schema", see, "Requests/schema.csv" },
	{ "a plan", see, "Requests/CurrentStatus=a/plan" },
	{ "a statement", see, "Requests/CurrentStatus=a/query.sql" },
	{ "values.csv", see, "Requests/by/RequestStatus/values.csv" },
	{ "status", see, "status" },
	{ "a knob", see, "ctl/offline" },
	{ "the root", list_it, "" },
	{ "a table", list_it, "Requests" },
	{ "id/", list_it, "Requests/id" },
	{ "a row", list_it, "Requests/id/HELP-1" },
	{ "comments of a row", list_it, "Requests/id/HELP-1/comments" },
	{ "by/", list_it, "Requests/by" },
	{ "values of by/", list_it, "Requests/by/RequestStatus" },
	{ "sys/", list_it, "sys" },
	{ "proc/", list_it, "proc" },
};

struct world {
	struct db *db;
	struct catalog_config ccfg;
	struct transport site;
	struct client_config how;
	struct engine_config ecfg;
	struct fs_config cfg;
};

static int world_begin(struct world *w)
{
	int r;

	*w = (struct world){
		.ccfg = { .site = "https://x.atlassian.net",
		          .account = "a",
		          .pseudo_columns = "",
		          .desk = "" },
		.site = { &site_ops },
		.how = { .url = "https://x.atlassian.net" },
		.cfg = { .mountpoint = "/mnt",
		         .options = "",
		         .indexers = "",
		         .version = "1",
		         .cache_tolerance_s = 10,
		         .max_result_bytes = 1u << 30 },
	};
	fs = NULL;
	w->how.transport = &w->site;
	r = db_open(NULL, &w->db, NULL);
	if (!r)
		r = catalog_new(&w->ccfg, w->db, &w->cfg.catalog, NULL);
	if (!r)
		r = client_new(&w->how, &w->ecfg.client, NULL);
	w->ecfg.catalog = w->cfg.catalog;
	if (!r)
		r = engine_new(&w->ecfg, &w->cfg.engine, NULL);
	return r ? r : fs_new(&w->cfg, &fs, NULL);
}

static void world_end(struct world *w)
{
	fs_free(fs);
	engine_free(w->cfg.engine);
	client_free(w->ecfg.client);
	catalog_free(w->cfg.catalog);
	db_close(w->db);
}

/* A mount of its own, from nothing to nothing; what came of the deed, or of no deed. */
static int life(const struct deed *d, uint64_t n, bool for_ever, bool *ret_fired)
{
	struct world w;
	int r;

	if (!d)
		nomem_arm(n, for_ever);
	r = world_begin(&w);
	if (d && !r) {
		nomem_arm(n, for_ever);
		r = d->run(d->path);
	}
	*ret_fired = nomem_disarm();
	if (d && *ret_fired && d->run(d->path))
		r = -ENOTRECOVERABLE;
	world_end(&w);
	return r;
}

/* An address that memory was too short for is called too long. */
static bool is_told(int r)
{
	return r == -ENOMEM || r == -EFBIG;
}

/* Every error but that is wrong, and so is what was not given back. */
static void sweep(const struct deed *d, bool for_ever, unsigned step)
{
	const char *name = d ? d->name : "a mount";
	bool fired = true;
	uint64_t n, n_tried = 0, n_wrong = 0;

	(void)life(d, 0, false, &fired);
	for (n = 1, fired = true; fired && n < 100000; n += step, n_tried++) {
		long before = atomic_load(&nomem_live);
		int r = life(d, n, for_ever, &fired);

		/* the first failure of a kind may make what the C library keeps */
		if (atomic_load(&nomem_live) != before) {
			before = atomic_load(&nomem_live);
			(void)life(d, n, for_ever, &fired);
		}
		if ((!r || (fired && is_told(r))) && atomic_load(&nomem_live) == before)
			continue;
		n_wrong++;
		printf("# allocation %llu of %s: %s, %ld blocks lost\n",
		       (unsigned long long)n, name, err_name(r),
		       atomic_load(&nomem_live) - before);
	}
	ok(!n_wrong && !fired && n_tried > 1, "%s without memory%s: %llu places", name,
	   for_ever ? " from then on" : "", (unsigned long long)n_tried - 1);
}

int main(void)
{
	if (NOMEM_WHY_NOT)
		skip_all(NOMEM_WHY_NOT);
	log_set_level(LOG_ERR);
	/* most of what they do is the same, so that every place is met by some */
	sweep(NULL, false, 1);
	sweep(NULL, true, 11);
	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++) {
		sweep(&deeds[i], false, i ? 3 : 1);
		sweep(&deeds[i], true, 11);
	}
	return done_testing();
}
