/* SPDX-License-Identifier: MIT */
/* The write side with a procedure that is none. */
#include "fs/control.h"

#include "base/log.h"
#include "catalog/catalog.h"
#include "fs/fs_i.h"
#include "proc/run.h"
#include "store/db.h"
#include "tap.h"

#include <errno.h>

static unsigned n_sent;

const char *outcome_name(enum outcome o)
{
	return o == OUTCOME_APPLIED   ? "applied"
	       : o == OUTCOME_REFUSED ? "refused"
	                              : "unknown";
}

void receipt_clear(struct receipt *r)
{
	free(r->cells);
	*r = (struct receipt){ 0 };
}

/* "no" is refused by the site, "lost" has no answer, everything else is done. */
int proc_run(const struct procedure *p, const struct args *args, struct client *client,
             struct catalog *catalog, struct run *run, struct receipt *ret,
             struct err *err)
{
	struct span text = args->v[0].text;

	(void)p;
	(void)client;
	(void)catalog;
	(void)run;
	n_sent++;
	*ret = (struct receipt){ .line = args->line };
	if (span_is(text, "no") || span_is(text, "lost")) {
		ret->outcome = span_is(text, "no") ? OUTCOME_REFUSED : OUTCOME_UNKNOWN;
		err_set(&ret->err, -EACCES, "the site says no");
		return err_set(err, -EACCES, "the site says no");
	}
	if (span_is(text, "again")) {
		ret->outcome = OUTCOME_REFUSED;
		return err_set(&ret->err, -EAGAIN, "later");
	}
	if (span_is(text, "cut")) {
		ret->outcome = OUTCOME_UNKNOWN;
		return err_set(&ret->err, -EINTR, "who knows");
	}
	ret->outcome = OUTCOME_APPLIED;
	ret->cells = calloc(1, sizeof(*ret->cells));
	ret->n_cells = ret->cells ? 1 : 0;
	if (ret->cells)
		ret->cells[0] = value_text(SPAN("7"));
	return 0;
}

static const struct param in[] = {
	{ "Name", VALUE_TEXT, PARAM_REQUIRED, "name", "x", "N." },
	{ 0 },
};
static const struct param out[] = { { "Id", VALUE_TEXT, 0, "id", NULL, "I." }, { 0 } };
static const char *const touches[] = { "Things", NULL };
static const struct procedure procedure = {
	.name = "Make", .doc = "Makes.", .in = in, .out = out, .touches = touches
};
static const struct table things = { .name = "Things" };

static const struct target target = { .kind = TARGET_CALL,
	                              .verb = &verb_calls,
	                              .procedure = &procedure,
	                              .path = "proc/Make/call" };

static struct fs *fs;
static struct wish wish = { .deadline = INT64_MAX };

static int put(struct control *c, const char *s)
{
	return control_write(c, span_of(s), &wish, NULL);
}

static void is_last(const char *json, const char *what)
{
	struct text *t =
		controls_text(fs->controls, target.path, RECEIPTS_JSON, &procedure);
	cleanup_free_ char *got = span_dup(text_view(t));

	is_str(got, json, "%s", what);
	text_unref(t);
}

static bool has_error(void)
{
	struct buf b = BUF_INIT(1u << 20);
	bool has;

	controls_print_error(fs->controls, target.path, &b);
	has = b.len > 0;
	buf_clear(&b);
	return has;
}

static struct control *open_it(void)
{
	struct control *c = NULL;

	if (control_open(fs, &target, &c, NULL))
		return NULL;
	return c;
}

static void test_lines(void)
{
	struct control *c = open_it();
	uint64_t epoch = folders_epoch(fs->folders, &things);

	is_last("[]\n", "nothing yet");
	is_int(put(c, "Name=a\n"), 0, "a line");
	is_int(n_sent, 1, "runs inside the write");
	is_last("[\n{\"line\":1,\"outcome\":\"applied\",\"errno\":null,\"message\":null,"
	        "\"Id\":\"7\"}\n]\n",
	        "with its result");
	ok(folders_epoch(fs->folders, &things) > epoch, "what it touches is stale");
	ok(!has_error(), "no error");
	is_int(put(c, "Name="), 0, "half a line");
	is_int(n_sent, 1, "waits");
	is_int(put(c, "b\nName=c"), 0, "for its end");
	is_int(n_sent, 2, "then it runs");
	is_int(control_flush(c, &wish, NULL), 0, "flush");
	is_int(n_sent, 3, "runs what is left");
	is_int(control_flush(c, &wish, NULL), 0, "flush again");
	is_int(n_sent, 3, "does nothing");
	control_close(c);
}

static void test_refusals(void)
{
	struct control *c = open_it();
	uint64_t epoch = folders_epoch(fs->folders, &things);
	struct span s;

	n_sent = 0;
	is_int(put(c, "Name=a\nNope=1\nName=no\nName=b\n"), -EINVAL,
	       "the first refusal is the errno");
	is_int(n_sent, 3, "all complete lines that could run did");
	ok(has_error(), "error has a word");
	s = control_read(c, 1u << 20);
	ok(memmem(s.p, s.n, "refused", 7) && memmem(s.p, s.n, "\"line\":4", 8),
	   "the result has all of them");
	is_int((long long)control_read(c, 100).n, 0, "and an end");
	is_int(put(c, "Name=c\n"), 0, "then a good one");
	ok(!has_error(), "empties error");
	s = control_read(c, 5);
	ok(s.n == 5 && s.p[0] == '[', "the result can be read from the start again");
	control_close(c);

	c = open_it();
	epoch = folders_epoch(fs->folders, &things);
	is_int(put(c, "Name=no\n"), -EACCES, "refused by the site");
	ok(folders_epoch(fs->folders, &things) == epoch, "touches nothing");
	is_int(put(c, "Name=lost\n"), -EACCES, "an unknown outcome");
	ok(folders_epoch(fs->folders, &things) > epoch, "may have");
	control_close(c);
}

/* n bytes of lines: the first of them fails, the last goes on beyond when it is open. */
static char *lines(size_t n, const char *first, bool is_open)
{
	char *p = malloc(n + 1);

	if (!p)
		return NULL;
	memset(p, '\n', n);
	p[n] = '\0';
	memcpy(p, first, strlen(first));
	memcpy(p + 20, "Name=a\n", 7);
	if (is_open)
		memcpy(p + n - 5, "Name=", 5);
	return p;
}

/* A failure in a piece of a longer input is told at its end, and nothing is left out. */
static void test_pieces(void)
{
	static const struct {
		size_t n;
		const char *first;
		bool is_open;
		int code; /* of the write */
		const char *what;
	} rows[] = {
		{ 100, "Name=no\n", false, -EACCES, "a few lines" },
		{ 100, "Name=no\n", true, -EACCES, "a few, the last not whole" },
		{ 5000, "Name=no\n", false, -EACCES, "many" },
		{ 5000, "Name=no\n", true, 0, "many, the last not whole" },
		{ 8192, "Name=no\n", false, 0, "a full buffer" },
		{ 128 << 10, "Name=no\n", false, 0, "what the kernel divides" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		cleanup_free_ char *text =
			lines(rows[i].n, rows[i].first, rows[i].is_open);
		struct control *c = open_it();
		int told;

		n_sent = 0;
		told = put(c, text);
		is_int(told, rows[i].code, "%s: the write", rows[i].what);
		is_int(n_sent, 2, "all of it ran");
		is_int(control_flush(c, &wish, NULL), rows[i].code ? 0 : -EACCES,
		       "the close tells what was not told");
		is_int(control_flush(c, &wish, NULL), 0, "once");
		control_close(c);
	}

	/* the kernel hands over the first piece, then the rest of one write */
	cleanup_free_ char *large = lines(128 << 10, "Name=a\n", false);
	struct control *c = open_it();

	is_int(put(c, large), 0, "a first piece");
	is_int(put(c, "Name=no\nName=a\n"), 0, "the rest must not fail: it came again");
	is_int(put(c, "Name=a\n"), -EACCES, "the next write tells");
	is_int(control_flush(c, &wish, NULL), 0, "the close does not tell again");
	control_close(c);
}

/* Who is told these two hands over the same bytes again. */
static void test_again(void)
{
	struct control *c = open_it();

	is_int(put(c, "Name=again\n"), -EAGAIN, "nothing was done: again");
	is_int(put(c, "Name=a\nName=again\n"), -EBUSY, "something was: not again");
	is_int(put(c, "Name=cut\n"), -ECANCELED, "nobody knows: not again");
	control_close(c);
}

static void test_two(void)
{
	struct control *a = open_it(), *b = open_it();

	n_sent = 0;
	is_int(put(a, "Name=") | put(b, "Name=") | put(a, "x\n") | put(b, "y\n"), 0,
	       "two writers");
	is_int(n_sent, 2, "do not mix their lines");
	control_close(a);
	control_close(b);
	a = open_it();
	is_int(control_flush(a, &wish, NULL), 0, "an empty session");
	is_int(n_sent, 2, "sends nothing");
	control_close(a);
	control_close(NULL);
}

static void test_interrupt(void)
{
	struct control *c = open_it();
	struct cancel cancel;
	struct wish w = { .cancel = &cancel, .deadline = INT64_MAX };

	cancel_init(&cancel);
	cancel_fire(&cancel);
	n_sent = 0;
	is_int(control_write(c, SPAN("Name=a\nName=b\n"), &w, NULL), -EINTR,
	       "interrupted");
	is_int(n_sent, 0, "nothing more is sent");
	cancel_clear(&cancel);
	control_close(c);
}

int main(void)
{
	struct fs_config cfg = {
		.mountpoint = "/mnt", .options = "", .indexers = "", .version = "1"
	};

	struct catalog_config ccfg = { .site = "https://x.example.com",
		                       .account = "a",
		                       .pseudo_columns = "",
		                       .desk = "" };
	struct catalog *made;
	struct db *db;

	log_set_level(LOG_ERR);
	if (db_open(NULL, &db, NULL) || catalog_new(&ccfg, db, &made, NULL))
		return 1;
	cfg.catalog = made;
	if (fs_new(&cfg, &fs, NULL))
		return 1;
	test_lines();
	test_refusals();
	test_pieces();
	test_again();
	test_two();
	test_interrupt();
	fs_free(fs);
	catalog_free(made);
	db_close(db);
	return done_testing();
}
