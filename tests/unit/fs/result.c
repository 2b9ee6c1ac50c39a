/* SPDX-License-Identifier: MIT */
/*
 * Results and names with a site that is none: how often it is asked, what becomes of
 * inodes, ages, failures and interrupts.
 */
#include "fs/result.h"

#include "base/clock.h"
#include "base/log.h"
#include "catalog/catalog.h"
#include "fs/fs_i.h"
#include "fs/resolve.h"
#include "query/engine.h"
#include "rest/client.h"
#include "store/db.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

/* ---------------------------------------------------------------- the site */

static atomic_uint n_calls;
static atomic_int fail_status; /* what is answered instead, or 0 */
static atomic_int n_rows;      /* how many requests there are */
static atomic_bool hold;       /* answers wait until this is off or the run is stopped */
static atomic_bool changing;   /* requests are changed before every answer is back */
static atomic_int generation;  /* shows in every row of a list */
static struct fs *fs;

static void put_row(struct buf *out, const char *key)
{
	buf_printf(out, "{\"issueId\":\"10\",\"issueKey\":\"%.*s\"}",
	           (int)strcspn(key, "?"), key);
}

static void put_list(struct buf *out)
{
	int n = atomic_load(&n_rows);

	buf_printf(out,
	           "{\"size\":%d,\"start\":0,\"limit\":100,\"isLastPage\":true,"
	           "\"values\":[",
	           n);
	for (int i = 0; i < n; i++) {
		char key[32];

		snprintf(key, sizeof(key), "R%d-%d", atomic_load(&generation), i);
		buf_puts(out, i ? "," : "");
		put_row(out, key);
	}
	buf_puts(out, "]}");
}

static int site_submit(struct transport *t, struct request *rq, struct exchange **ret,
                       struct err *err)
{
	const char *one = strstr(rq->url, "/request/");

	(void)t;
	(void)err;
	atomic_fetch_add(&n_calls, 1);
	rq->attempts = 1;
	rq->status = atomic_load(&fail_status);
	rq->answer = BUF_INIT(1 << 20);
	if (!rq->status && one && !atomic_load(&n_rows))
		rq->status = 404;
	if (rq->status) {
		buf_puts(&rq->answer, "{\"errorMessage\":\"no\"}");
	} else {
		rq->status = 200;
		if (one)
			put_row(&rq->answer, one + sizeof("/request/") - 1);
		else
			put_list(&rq->answer);
	}
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return -ENOMEM;
	(*ret)->rq = rq;
	return 0;
}

static int site_wait(struct transport *t, struct exchange *ex, struct cancel *c,
                     struct err *err)
{
	(void)t;
	while (atomic_load(&hold)) {
		if (cancel_fired(c))
			return err_set(err, -EINTR, "interrupted");
		if (clock_left_ms(ex->rq->deadline) == 0)
			return err_set(err, -ETIMEDOUT, "too late");
		usleep(1000);
	}
	if (atomic_load(&changing))
		folders_touch(fs->folders, "Requests");
	return 0;
}

static const struct transport_ops site_ops = { site_submit,  site_wait, fake_request,
	                                       fake_release, NULL,      NULL };

/* ------------------------------------------------------------------ helpers */

static int64_t now_ms = 1000000;

static void later(int64_t ms)
{
	now_ms += ms;
	clock_set_fake(now_ms, now_ms + 1000000000);
}

static struct wish wish_of(struct cancel *c)
{
	return (struct wish){ .cancel = c, .deadline = CLOCK_FOREVER };
}

/* Looks up like the kernel: every directory, then the name. */
static struct node *look_up(const char *path)
{
	struct node *n = nodes_find(fs->nodes, NODE_ROOT);
	struct span rest = span_of(path);

	while (n && rest.n) {
		struct wish w = wish_of(NULL);
		struct node *next = NULL;
		int64_t absent;

		if (resolve(fs, n, span_cut(&rest, '/'), &w, &next, &absent, NULL))
			next = NULL;
		node_unref(fs->nodes, n);
		n = next;
		if (n)
			node_looked_up(fs->nodes, n);
	}
	return n;
}

static uint64_t ino_of(const char *path)
{
	struct node *n = look_up(path);
	uint64_t ino = n ? n->ino : 0;

	node_unref(fs->nodes, n);
	return ino;
}

/* Opens, compares, closes: 0 or the errno. */
static int read_it(const char *path, const char *want)
{
	struct node *n = look_up(path);
	struct snapshot *s = NULL;
	struct wish w = wish_of(NULL);
	int r = n ? result_open(fs, n, &w, &s, NULL) : -ENOENT;

	if (!r) {
		struct part part = snapshot_part(
			s, n->place.kind == PLACE_CELL ? n->place.column + 1 : 0);
		struct span got = { s->memory + part.offset, part.bytes };

		node_opened(fs->nodes, n);
		if (want && !span_is(got, want)) {
			printf("#   got: %.*s\n#  want: %s\n", SPAN_FMT(got), want);
			r = -EBADMSG;
		}
		node_released(fs->nodes, n);
	}
	snapshot_unref(s);
	node_unref(fs->nodes, n);
	return r;
}

/* Opens by number alone, as with a name the kernel still believes in. */
static int reopen(uint64_t ino)
{
	struct node *n = nodes_find(fs->nodes, ino);
	struct snapshot *s = NULL;
	struct wish w = wish_of(NULL);
	int r = n ? result_open(fs, n, &w, &s, NULL) : -ESTALE;

	snapshot_unref(s);
	node_unref(fs->nodes, n);
	return r;
}

static unsigned asked(void)
{
	static unsigned before;
	unsigned now = atomic_load(&n_calls);
	unsigned d = now - before;

	before = now;
	return d;
}

/* -------------------------------------------------------------------- tests */

#define KEYS "Requests/_select=RequestKey"

static void test_freshness(void)
{
	uint64_t first, second;

	atomic_store(&n_rows, 2);
	asked();
	first = ino_of(KEYS "/rows.csv");
	is_int(asked(), 0, "a look-up asks nobody");
	is_int(read_it(KEYS "/rows.csv", "RequestKey\nR0-0\nR0-1\n"), 0, "read");
	is_int(asked(), 1, "asked once");
	ok(ino_of(KEYS "/rows.csv") == first, "the inode it was looked up with");
	atomic_store(&generation, 1);
	later(5000);
	is_int(read_it(KEYS "/rows.csv", "RequestKey\nR0-0\nR0-1\n"), 0,
	       "fresh: the same bytes");
	is_int(asked(), 0, "asked nobody");
	ok(ino_of(KEYS "/rows.csv") == first, "the same inode");
	later(4000);
	ok(ino_of(KEYS "/rows.csv") == first, "still fresh");
	later(1500);
	second = ino_of(KEYS "/rows.csv");
	ok(second == first, "just looked at and not opened since: the inode stays");
	later(3000);
	second = ino_of(KEYS "/rows.csv");
	ok(second != first, "too old: another inode");
	is_int(read_it(KEYS "/rows.csv", "RequestKey\nR1-0\nR1-1\n"), 0, "new bytes");
	is_int(asked(), 1, "asked once more");
	is_int(read_it(KEYS "/count", "2\n"), 0, "count is a query of its own");
	is_int(read_it(KEYS "/rows.ndjson",
	               "{\"RequestKey\":\"R1-0\"}\n{\"RequestKey\":\"R1-1\"}\n"),
	       0, "each format too");
	asked();
	first = ino_of("Requests/_fresh=0/rows.csv");
	is_int(read_it("Requests/_fresh=0/rows.csv", NULL), 0, "_fresh=0");
	is_int(reopen(first), -ESTALE, "a kernel that did not look has to look again");
	is_int(asked(), 1, "nobody was asked for that");
	ok(ino_of("Requests/_fresh=0/rows.csv") != first, "it finds another inode");
	is_int(read_it("Requests/_fresh=0/rows.csv", NULL), 0, "and reads");
	is_int(asked(), 1, "by asking again");
	is_int(read_it("Requests/_fresh=cache/rows.csv", NULL), -ENETDOWN,
	       "_fresh=cache never makes a call");
}

static void test_touch(void)
{
	static const char *const touched[] = { "Requests", NULL };
	struct node *n = look_up("Requests/_limit=7/rows.csv");
	struct snapshot *s = NULL;
	struct wish w = wish_of(NULL);
	uint64_t ino = n->ino;

	is_int(result_open(fs, n, &w, &s, NULL), 0, "open");
	node_opened(fs->nodes, n);
	asked();
	fs_touch(fs, touched);
	ok(ino_of("Requests/_limit=7/rows.csv") != ino,
	   "after a write of ours the name has another inode at once");
	is_int(read_it("Requests/_limit=7/rows.csv", NULL), 0, "and is read anew");
	is_int(asked(), 1, "by asking");
	ok(node_shot(fs->nodes, n) == s, "what is open keeps its bytes");
	snapshot_unref(s);
	node_released(fs->nodes, n);
	is_int(result_open(fs, n, &w, &s, NULL), -ESTALE,
	       "closed, it cannot be reopened");
	node_unref(fs->nodes, n);
	snapshot_unref(s);
}

static void test_failure(void)
{
	struct folder *f;
	struct node *n = look_up("Requests/_limit=8/rows.csv");
	struct buf b = BUF_INIT(65536);

	f = n->folder;
	atomic_store(&fail_status, 403);
	is_int(read_it("Requests/_limit=8/rows.csv", NULL), -EACCES, "a failure");
	folder_error(f, &b, false);
	ok(strstr(buf_str(&b), "\"errno\":\"EACCES\""), "is in error: %s", buf_str(&b));
	buf_reset(&b);
	faults_last(fs->faults, &b);
	ok(strstr(buf_str(&b), "Requests/_limit=8"), "and in the ring");
	atomic_store(&fail_status, 0);
	is_int(read_it("Requests/_limit=8/rows.csv", NULL), 0, "the next try works");
	ok(ino_of("Requests/_limit=8/rows.csv") == n->ino, "on the same inode");
	buf_reset(&b);
	folder_error(f, &b, false);
	is_str(buf_str(&b), "", "and empties error");
	node_unref(fs->nodes, n);
	buf_clear(&b);
}

static void test_row(void)
{
	struct wish w = wish_of(NULL);
	struct node *n, *row;
	int64_t absent = 0;

	atomic_store(&n_rows, 1);
	asked();
	ok(ino_of("Requests/id/HELP-1") != 0, "a row is found");
	is_int(asked(), 1, "by asking");
	is_int(read_it("Requests/id/HELP-1/RequestKey", "HELP-1\n"), 0, "a cell of it");
	is_int(asked(), 0, "is what was found");
	atomic_store(&n_rows, 0);
	ok(!ino_of("Requests/id/HELP-2"), "a row that is not there");
	is_int(asked(), 1, "asked");
	n = look_up("Requests/id");
	is_int(resolve(fs, n, SPAN("HELP-3"), NULL, &row, &absent, NULL), RESOLVE_ASK,
	       "without leave to ask nobody knows");
	is_int(resolve(fs, n, SPAN("HELP-3"), &w, &row, &absent, NULL), -ENOENT,
	       "with it: nothing");
	is_int(absent, 10000, "and the kernel may believe that for a while");
	is_int(asked(), 1, "asked once");
	node_unref(fs->nodes, n);
	ok(!ino_of("Requests/id/help-2") && !asked(), "a wrong form never");
	atomic_store(&n_rows, 2);
}

/* --------------------------------------------------------------- in parallel */

static atomic_int n_started;

struct reader {
	pthread_t thread;
	struct stoppable stop;
	int r;
	uint64_t bytes;
};

static void *reader_main(void *arg)
{
	struct reader *me = arg;
	struct node *n = look_up("Requests/_limit=9/rows.csv");
	struct snapshot *s = NULL;
	struct wish w = wish_of(&me->stop.cancel);

	atomic_fetch_add(&n_started, 1);
	me->r = result_open(fs, n, &w, &s, NULL);
	me->bytes = s ? s->size_bytes : 0;
	snapshot_unref(s);
	node_unref(fs->nodes, n);
	return NULL;
}

/* Starts them all while nothing is answered. */
static void start_readers(struct reader *readers, size_t n)
{
	memset(readers, 0, n * sizeof(*readers));
	asked();
	atomic_store(&n_started, 0);
	atomic_store(&hold, true);
	for (size_t i = 0; i < n; i++) {
		fs_stoppable_add(fs, &readers[i].stop);
		pthread_create(&readers[i].thread, NULL, reader_main, &readers[i]);
	}
	for (int i = 0; i < 5000; i++) {
		if (atomic_load(&fs->n_running) && atomic_load(&n_started) == (int)n)
			break;
		usleep(1000);
	}
}

static void end_reader(struct reader *r)
{
	pthread_join(r->thread, NULL);
	fs_stoppable_del(fs, &r->stop);
}

static void test_flight(void)
{
	struct reader readers[8];
	int failed = 0, interrupted = 0;
	uint64_t bytes = 0;

	start_readers(readers, ARRAY_SIZE(readers));
	/* two give up, maybe the one who works among them */
	cancel_fire(&readers[0].stop.cancel);
	cancel_fire(&readers[5].stop.cancel);
	end_reader(&readers[0]);
	end_reader(&readers[5]);
	atomic_store(&hold, false);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		if (i != 0 && i != 5)
			end_reader(&readers[i]);
		interrupted += readers[i].r == -EINTR;
		failed += readers[i].r && readers[i].r != -EINTR;
		if (!readers[i].r && !bytes)
			bytes = readers[i].bytes;
		if (!readers[i].r && readers[i].bytes != bytes)
			failed++;
	}
	is_int(interrupted, 2, "two were interrupted");
	is_int(failed, 0, "the others got the same result");
	ok(bytes > 0, "which has bytes");
	ok(asked() <= 3, "from one query, or one more for each that gave up");
}

/* What was asked for before a change is an answer, for all who asked then. */
static void test_changing(void)
{
	struct reader readers[8];
	int failed = 0;

	folders_touch(fs->folders, "Requests");
	start_readers(readers, ARRAY_SIZE(readers));
	atomic_store(&changing, true);
	atomic_store(&hold, false);
	for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
		end_reader(&readers[i]);
		failed += readers[i].r != 0;
	}
	atomic_store(&changing, false);
	is_int(failed, 0, "rows that change all the time can be read");
	ok(asked() < ARRAY_SIZE(readers), "and not by everybody for himself");
}

static void test_reports(void)
{
	uint64_t stats = ino_of("Requests/_limit=10/stats");

	ok(ino_of("Requests/_limit=10/stats") == stats, "a report that says the same");
	is_int(read_it("Requests/_limit=10/rows.csv", NULL), 0, "something happens");
	ok(ino_of("Requests/_limit=10/stats") != stats, "is another file at once");
	stats = ino_of("status");
	ok(ino_of("status") == stats, "status ticks, but not between two looks");
}

int main(void)
{
	struct catalog_config ccfg = { .site = "https://x.atlassian.net",
		                       .account = "a",
		                       .pseudo_columns = "",
		                       .desk = "" };
	struct transport site = { &site_ops };
	struct client_config how = { .url = "https://x.atlassian.net",
		                     .transport = &site };
	struct engine_config ecfg = { .client = NULL };
	struct fs_config cfg = { .mountpoint = "/mnt",
		                 .options = "",
		                 .indexers = "",
		                 .version = "1",
		                 .cache_tolerance_s = 10,
		                 .max_result_bytes = 1u << 30 };
	struct db *db;

	log_set_level(LOG_ERR);
	later(0);
	if (db_open(NULL, &db, NULL) || catalog_new(&ccfg, db, &cfg.catalog, NULL) ||
	    client_new(&how, &ecfg.client, NULL))
		return 1;
	ecfg.catalog = cfg.catalog;
	if (engine_new(&ecfg, &cfg.engine, NULL) || fs_new(&cfg, &fs, NULL))
		return 1;
	test_freshness();
	test_touch();
	test_failure();
	test_row();
	test_reports();
	test_flight();
	test_changing();
	fs_free(fs);
	engine_free(cfg.engine);
	client_free(ecfg.client);
	catalog_free(cfg.catalog);
	db_close(db);
	return done_testing();
}
