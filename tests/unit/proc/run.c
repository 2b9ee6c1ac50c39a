/* SPDX-License-Identifier: MIT */
/* What each kind of procedure sends, and what it makes of the answer. */
#include "proc/run.h"

#include "catalog/catalog.h"
#include "rest/call.h"
#include "rest/client.h"
#include "store/db.h"
#include "tap.h"
#include "unit/rest/fake.h"

#include <errno.h>
#include <unistd.h>

/* --- a transport that answers at once ---------------------------------------- */

#define DESKS "/rest/servicedeskapi/servicedesk?"

struct fake {
	struct transport base;
	const char *desks;
	const char *answer;
	int status;
	int lost;              /* what waiting for the answer gives instead of it, or 0 */
	enum err_outcome left; /* of that */
	const char *fails; /* what is in the address of calls that are refused, or NULL */
	unsigned n_calls, n_posts;
	int64_t deadline; /* of the last one */
	char method[10];
	char url[200];
	char body[1000];
};

static int fake_submit(struct transport *t, struct request *rq, struct exchange **ret,
                       struct err *err)
{
	struct fake *f = container_of(t, struct fake, base);
	bool desks = strstr(rq->url, DESKS);
	size_t at = 0;
	ssize_t n;

	(void)err;
	f->n_calls++;
	f->deadline = rq->deadline;
	f->n_posts += !desks;
	snprintf(f->url, sizeof(f->url), "%s", rq->url);
	while ((n = request_body_read(rq, at, f->body + at, sizeof(f->body) - 1 - at)) >
	       0)
		at += (size_t)n;
	f->body[at] = '\0';
	rq->answer = BUF_INIT(1 << 20);
	rq->attempts = 1;
	rq->status = desks                                   ? 200
	             : f->fails && strstr(rq->url, f->fails) ? 403
	                                                     : f->status;
	snprintf(f->method, sizeof(f->method), "%s", rq->method);
	buf_puts(&rq->answer, desks ? f->desks : f->answer);
	*ret = calloc(1, sizeof(**ret));
	(*ret)->rq = rq;
	return 0;
}

static int lossy_wait(struct transport *t, struct exchange *ex, struct cancel *c,
                      struct err *err)
{
	struct fake *f = container_of(t, struct fake, base);
	int r = fake_wait(t, ex, c, err);

	if (r || !f->lost)
		return r;
	r = err_set(err, f->lost, "it broke off");
	err->outcome = f->left;
	return r;
}

static const struct transport_ops fake_ops = { fake_submit, lossy_wait, fake_request,
	                                       fake_release, NULL };

static struct fake fake = { .base = { &fake_ops } };
static struct client *client;
static struct catalog *catalog;

/* --- one run ----------------------------------------------------------------- */

struct outcome_of {
	const struct procedure *p;
	int code;
	enum outcome outcome;
	char first[100]; /* result */
	char msg[400];
	int64_t deadline; /* of the run; 0: none */
};

static int run_one(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct outcome_of *o = ctx;
	struct receipt receipt = { 0 };
	struct run run = RUN_INIT;
	struct err why = { 0 };
	const struct procedure *p = NULL;

	if (o->deadline)
		run.deadline = o->deadline;

	p = o->p;
	*o = (struct outcome_of){ .p = p, .code = code, .outcome = OUTCOME_REFUSED };
	if (code) {
		snprintf(o->msg, sizeof(o->msg), "%s", err->msg);
		return 0;
	}
	o->code = proc_run(p, args, client, catalog, &run, &receipt, &why);
	o->outcome = receipt.outcome;
	snprintf(o->msg, sizeof(o->msg), "%s", why.msg);
	if (receipt.n_cells && receipt.cells[0].type == VALUE_TEXT)
		snprintf(o->first, sizeof(o->first), "%.*s",
		         SPAN_FMT(receipt.cells[0].s));
	receipt_clear(&receipt);
	return 0;
}

static struct outcome_of run_until(const char *name, const char *words, int64_t deadline)
{
	const struct procedure *p = model_procedure(span_of(name));
	cleanup_(input_freep) struct input *in = NULL;
	struct outcome_of o = { .p = p, .deadline = deadline };
	int r;

	for (size_t i = 0; !o.p && model_changes[i]; i++) {
		if (str_eq(model_changes[i]->name, name))
			o.p = model_changes[i];
	}
	r = input_new(o.p->in, run_one, &o, &in, NULL);

	fake.n_calls = fake.n_posts = 0;
	fake.url[0] = fake.body[0] = '\0';
	if (!r)
		r = input_feed(in, words, strlen(words), NULL);
	if (!r)
		r = input_end(in, NULL);
	is_int(r, 0, "%s %s", name, words);
	return o;
}

static struct outcome_of run(const char *name, const char *words)
{
	return run_until(name, words, 0);
}

/* --- tests ------------------------------------------------------------------- */

static void test_attachment(void)
{
	struct outcome_of o;

	fake.status = 201;
	fake.answer = "{\"comment\":{}}";
	o = run("AddAttachment", "RequestKey=HELP-2 AttachmentId=t1,t2");
	is_int(o.code, 0, "is done: %s", o.msg);
	is_str(o.first, "true", "and says so");
	ok(strstr(fake.url, "/request/HELP-2/attachment"), "at the request: %s",
	   fake.url);
	is_str(fake.body, "{\"temporaryAttachmentIds\":[\"t1\",\"t2\"],\"public\":true}",
	       "public unless said otherwise");
	run("AddAttachment",
	    "RequestId=7 AttachmentId=t1 Public=false AdditionalComment='a \"b\"'");
	is_str(fake.body,
	       "{\"temporaryAttachmentIds\":[\"t1\"],\"public\":false,"
	       "\"additionalComment\":{\"body\":\"a \\\"b\\\"\"}}",
	       "all there is");
	fake.answer = "";
	o = run("AddAttachment", "RequestId=7 AttachmentId=t1");
	is_str(o.first, "true", "an empty answer is one too");
	fake.status = 400;
	fake.answer = "{\"errorMessage\":\"Gone.\"}";
	o = run("AddAttachment", "RequestId=7 AttachmentId=t1");
	is_int(o.code, -EINVAL, "refused");
	is_int(o.outcome, OUTCOME_REFUSED, "by the site: %s", o.msg);
	is_str(o.first, "", "has no result");
	fake.status = 500;
	o = run("AddAttachment", "RequestId=7 AttachmentId=t1");
	is_int(o.outcome, OUTCOME_UNKNOWN, "a server that fails");
}

static void test_upload(void)
{
	char path[] = "/tmp/jsmfs-run.XXXXXX";
	cleanup_free_ char *words = NULL;
	int fd = mkstemp(path);
	struct outcome_of o;

	ok(write(fd, "hello", 5) == 5, "a file");
	close(fd);
	words = str_printf("Source=%s", path);
	fake.status = 201;
	fake.answer = "{\"temporaryAttachments\":[{\"temporaryAttachmentId\":\"t9\","
		      "\"fileName\":\"f\"}]}";
	fake.desks = "{\"values\":[{\"id\":\"4\"}],\"isLastPage\":true}";
	o = run("AttachTemporaryFile", words);
	is_int(o.code, 0, "with one desk: %s", o.msg);
	is_str(o.first, "t9", "the result");
	is_int((int)fake.n_calls, 2, "after one question");
	ok(strstr(fake.url, "/servicedesk/4/attachTemporaryFile"), "goes to it");
	ok(strstr(fake.body, "\r\n\r\nhello\r\n--"), "with the file");
	ok(!truncate(path, (off_t)CALL_UPLOAD_BYTES_PER_MS * 5000), "a larger file");
	o = run_until("AttachTemporaryFile", words, 1000);
	is_int(fake.deadline, 6000, "has more time");
	fake.desks = "{\"values\":[{\"id\":\"4\"},{\"id\":\"5\"}],\"isLastPage\":true}";
	o = run("AttachTemporaryFile", words);
	is_int(o.code, -EINVAL, "with two desks");
	ok(strstr(o.msg, "ServiceDeskID"), "somebody has to choose: %s", o.msg);
	is_int(o.outcome, OUTCOME_REFUSED, "nothing has happened");
	fake.desks = "{\"values\":[],\"isLastPage\":true}";
	o = run("AttachTemporaryFile", words);
	is_int(o.code, -ENOENT, "with none");
	is_int((int)fake.n_posts, 0, "nothing is sent");
	fake.answer = "{\"temporaryAttachments\":[]}";
	is_int(catalog_set_desk(catalog, "6", NULL), 0, "ServiceDeskID");
	o = run("AttachTemporaryFile", words);
	is_int((int)fake.n_calls, 1, "needs no question");
	ok(strstr(fake.url, "/servicedesk/6/"), "and is taken");
	is_int(o.code, 0, "an answer without a row is no failure");
	is_str(o.first, "", "but no result");
	o = run("AttachTemporaryFile", "ServiceDeskId=7");
	is_int(o.code, -EINVAL, "no file");
	ok(strstr(o.msg, "needs Source"), "is said: %s", o.msg);
	unlink(path);
	o = run("AttachTemporaryFile", words);
	is_int(o.code, -ENOENT, "a file that is gone");
	is_int((int)fake.n_calls, 0, "is no call");
}

static void test_schema(void)
{
	struct outcome_of o = run("CreateSchema", "TableName=Nope FileName=/tmp/x.rsd");

	is_int(o.code, -ENOENT, "no such table: %s", o.msg);
	o = run("CreateSchema", "TableName=Queues FileName=/tmp/x.rsd");
	is_int(o.code, -ENOENT, "nor one that is not shown");
	o = run("CreateSchema", "TableName=Requests FileName=x.rsd");
	is_int(o.code, -EINVAL, "a relative path");
	o = run("CreateSchema", "TableName=Requests");
	is_int(o.code, -EINVAL, "no path: %s", o.msg);
	is_int((int)fake.n_calls, 0, "no call for any of it");
}

static void test_changes(void)
{
	struct outcome_of o;

	fake.status = 201;
	fake.answer = "{\"id\":\"17\",\"public\":false}";
	o = run("AddComment", "RequestKey=HELP-2 Body='a b' Public=no");
	is_int(o.code, 0, "a comment: %s", o.msg);
	is_str(o.first, "17", "has an ID");
	is_str(fake.body, "{\"body\":\"a b\",\"public\":false}", "as it was given");
	fake.status = 204;
	fake.answer = "";
	o = run("PerformTransition", "RequestKey=HELP-2 Id=5");
	is_str(fake.body, "{\"id\":\"5\"}", "a transition");
	is_str(o.first, "5", "results that were given");
	run("AnswerApproval", "RequestId=3 Id=9 FinalDecision=Declined");
	is_str(fake.body, "{\"decision\":\"decline\"}", "a decision");
	ok(strstr(fake.url, "/request/3/approval/9"), "at the approval: %s", fake.url);
	o = run("AnswerApproval", "RequestId=3 Id=9 FinalDecision=maybe");
	is_int(o.code, -EINVAL, "no decision: %s", o.msg);
	ok(strstr(o.msg, "approve, approved, decline, declined"), "says which there are");
	is_int((int)fake.n_calls, 0, "and is not sent");
	run("RemoveParticipant", "RequestKey=HELP-2 AccountId=a1");
	is_str(fake.method, "DELETE", "a participant goes");
	is_str(fake.body, "{\"accountIds\":[\"a1\"]}", "by its account");
}

static void test_steps(void)
{
	struct outcome_of o;

	fake.status = 201;
	fake.answer = "{\"id\":\"7\",\"name\":\"Acme\"}";
	o = run("AddOrganization", "Name=Acme");
	is_int((int)fake.n_calls, 1, "one step: %s", o.msg);
	is_str(fake.body, "{\"name\":\"Acme\"}", "creates it");
	o = run("AddOrganization", "Name=Acme ServiceDeskId=4");
	is_int((int)fake.n_calls, 2, "two steps: %s", o.msg);
	ok(strstr(fake.url, "/servicedesk/4/organization"), "the second: %s", fake.url);
	is_str(fake.body, "{\"organizationId\":7}", "with what came of the first");
	is_str(o.first, "7", "the result of the first");
	fake.fails = "/servicedesk/4/";
	o = run("AddOrganization", "Name=Acme ServiceDeskId=4");
	is_int(o.code, -EACCES, "the second fails");
	is_int(o.outcome, OUTCOME_UNKNOWN, "something was changed");
	is_str(o.first, "7", "which is told");
	ok(strstr(o.msg, "the organization was created (Id 7)"), "and said: %s", o.msg);
	fake.fails = NULL;
	o = run("AddOrganization", "Id=7 ServiceDeskId=4");
	is_int((int)fake.n_calls, 1, "only the second: %s", o.msg);
	is_str(fake.body, "{\"organizationId\":7}", "for what is there");
	o = run("AddOrganization", "ServiceDeskId=4");
	is_int(o.code, -EINVAL, "neither name nor ID: %s", o.msg);
	is_int((int)fake.n_calls, 0, "is not sent");
	o = run("RemoveOrganization", "Id=7");
	is_str(fake.body, "", "nothing to say: %s", o.msg);
	ok(strstr(fake.url, "/organization/7"), "but the address: %s", fake.url);
	o = run("RemoveOrganization", "Id=7 ServiceDeskId=4");
	ok(strstr(fake.url, "/servicedesk/4/organization"), "of a desk: %s", fake.url);
	is_int((int)fake.n_calls, 1, "the organization stays");
}

/* Wherever it breaks, what is said fits what is known. */
static void test_outcomes(void)
{
	static const struct {
		const char *what;
		int status, lost;
		enum err_outcome left;
		const char *answer;
		int code;
		enum outcome outcome;
	} rows[] = {
		{ "done", 201, 0, 0, "{\"id\":\"7\"}", 0, OUTCOME_APPLIED },
		{ "done, no answer", 204, 0, 0, "", 0, OUTCOME_APPLIED },
		{ "done, half an answer", 201, 0, 0, "{\"id\":", 0, OUTCOME_APPLIED },
		{ "never connected", 0, -ECONNREFUSED, ERR_OUTCOME_REFUSED, "",
		  -ECONNREFUSED, OUTCOME_REFUSED },
		{ "no such host", 0, -EHOSTUNREACH, ERR_OUTCOME_REFUSED, "",
		  -EHOSTUNREACH, OUTCOME_REFUSED },
		{ "answer lost", 0, -EREMOTEIO, ERR_OUTCOME_UNKNOWN, "", -EREMOTEIO,
		  OUTCOME_UNKNOWN },
		{ "no answer in time", 0, -ETIMEDOUT, ERR_OUTCOME_UNKNOWN, "", -ETIMEDOUT,
		  OUTCOME_UNKNOWN },
		{ "no turn in time", 0, -ETIMEDOUT, ERR_OUTCOME_REFUSED, "", -ETIMEDOUT,
		  OUTCOME_REFUSED },
		{ "interrupted on its way", 0, -EINTR, ERR_OUTCOME_UNKNOWN, "", -EINTR,
		  OUTCOME_UNKNOWN },
		{ "answer too large", 0, -EFBIG, ERR_OUTCOME_UNKNOWN, "", -EFBIG,
		  OUTCOME_UNKNOWN },
		{ "a pause too long", 0, -EAGAIN, ERR_OUTCOME_REFUSED, "", -EAGAIN,
		  OUTCOME_REFUSED },
		{ "no HTTP", 0, -EBADMSG, ERR_OUTCOME_UNKNOWN, "", -EBADMSG,
		  OUTCOME_UNKNOWN },
		{ "401", 401, 0, 0, "{}", -EKEYREJECTED, OUTCOME_REFUSED },
		{ "403", 403, 0, 0, "{}", -EACCES, OUTCOME_REFUSED },
		{ "409", 409, 0, 0, "{}", -EBUSY, OUTCOME_REFUSED },
		{ "413", 413, 0, 0, "{}", -EFBIG, OUTCOME_REFUSED },
		{ "429", 429, 0, 0, "{}", -EAGAIN, OUTCOME_REFUSED },
		{ "500", 500, 0, 0, "{}", -EREMOTEIO, OUTCOME_UNKNOWN },
		{ "502", 502, 0, 0, "{}", -EREMOTEIO, OUTCOME_UNKNOWN },
		{ "503", 503, 0, 0, "{}", -EREMOTEIO, OUTCOME_UNKNOWN },
		{ "504", 504, 0, 0, "{}", -EREMOTEIO, OUTCOME_UNKNOWN },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct outcome_of o;

		fake.status = rows[i].status;
		fake.answer = rows[i].answer;
		fake.lost = rows[i].lost;
		fake.left = rows[i].left;
		o = run("AddComment", "RequestKey=HELP-2 Body=b");
		is_int(o.code, rows[i].code, "%s: %s", rows[i].what, o.msg);
		is_str(outcome_name(o.outcome), outcome_name(rows[i].outcome),
		       "its outcome");
		is_int((int)fake.n_posts, 1, "sent once");
		is_int(!!strstr(o.msg, "look into Requests/id/HELP-2/comments.csv"),
		       rows[i].outcome == OUTCOME_UNKNOWN, "says where to look if not");
	}
	fake.lost = 0;
}

int main(void)
{
	struct catalog_config cfg = { .site = "https://x.example.com", .desk = "" };
	struct client_config how = { .url = "https://x.atlassian.net",
		                     .transport = &fake.base };
	struct db *db = NULL;
	struct err err = { 0 };

	if (db_open(NULL, &db, &err) || catalog_new(&cfg, db, &catalog, &err) ||
	    client_new(&how, &client, &err)) {
		ok(false, "something to run with: %s", err.msg);
		return done_testing();
	}
	test_attachment();
	test_upload();
	test_schema();
	test_changes();
	test_steps();
	test_outcomes();
	client_free(client);
	catalog_free(catalog);
	db_close(db);
	return done_testing();
}
