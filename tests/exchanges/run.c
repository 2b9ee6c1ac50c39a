/* SPDX-License-Identifier: MIT */
/*
 * Plays the .ex files: the requests go through the engine, the answers come from
 * a server thread that follows the same file.  The format is in README.md.
 */
#include "auth/auth.h"
#include "base/clock.h"
#include "base/log.h"
#include "exchanges/script.h"
#include "exchanges/server.h"
#include "net/engine.h"
#include "rest/status.h"
#include "tap.h"

#include <errno.h>
#include <glob.h>
#include <strings.h>

#define STEPS_MAX 32

/* What the server does at its next request, or at its next connection. */
struct step {
	const struct section *expect; /* or NULL */
	const struct section *reply;
};

struct play {
	const char *name;
	struct script script;
	struct step step[STEPS_MAX];
	size_t n_steps;
	struct server server;
	struct transport *transport;
	struct auth *auth;

	pthread_mutex_t lock;
	size_t next;         /* lock: the step to come */
	char complaint[300]; /* lock: the first thing that was not as expected */
};

/* The outcome of the last request. */
struct result {
	struct exchange *ex;
	int code, http_code;
	struct err err;
	int64_t took_ms;
};

static void complain(struct play *p, const struct section *s, const char *what,
                     const char *detail)
{
	if (!*p->complaint)
		snprintf(p->complaint, sizeof(p->complaint), "line %d: %s: %.200s",
		         s->number, what, detail);
}

/* --- the server's side ------------------------------------------------------ */

static bool has_header(const char *head, size_t n, const char *want)
{
	const char *line = memchr(head, '\n', n);
	size_t want_n = strlen(want);
	bool name_only = !strchr(want, ':');

	while (line && ++line < head + n) {
		size_t line_n = strcspn(line, "\r\n");

		if (name_only && line_n > want_n && line[want_n] == ':' &&
		    !strncasecmp(line, want, want_n))
			return true;
		if (!name_only && line_n == want_n && !strncasecmp(line, want, want_n))
			return true;
		line = memchr(line, '\n', (size_t)(head + n - line));
	}
	return false;
}

static void compare(struct play *p, const struct section *s, const char *request,
                    size_t n)
{
	const char *end = memmem(request, n, "\r\n\r\n", 4);
	size_t head_n = (size_t)(end - request) + 2, i = 1;
	size_t first_n = strcspn(request, "\r");

	if (!s->n_lines || strlen(s->line[0]) != first_n ||
	    strncmp(request, s->line[0], first_n)) {
		char got[200];

		snprintf(got, sizeof(got), "%.*s", (int)first_n, request);
		complain(p, s, "another request came", got);
		return;
	}
	for (; i < s->n_lines && *s->line[i]; i++) {
		const char *line = s->line[i];

		if (*line == '!' && has_header(request, head_n, line + 1))
			complain(p, s, "a header that must not be there", line + 1);
		if (*line != '!' && !has_header(request, head_n, line))
			complain(p, s, "no such header came", line);
	}
	/* The body: the lines behind the blank one, joined; none means empty. */
	const char *body = end + 4, *stop = request + n;
	for (i++; i < s->n_lines; i++) {
		size_t line_n = strlen(s->line[i]);

		if ((size_t)(stop - body) < line_n || memcmp(body, s->line[i], line_n)) {
			complain(p, s, "another body came", body);
			return;
		}
		body += line_n;
		if (i + 1 < s->n_lines && body < stop && *body == '\n')
			body++;
	}
	if (body != stop)
		complain(p, s, "more body came than expected", body);
}

struct text {
	char *p;
	size_t n, cap;
};

static void text_add(struct text *t, const char *p, size_t n)
{
	if (t->n + n + 1 > t->cap) {
		t->cap = (t->n + n + 1) * 2;
		char *grown = realloc(t->p, t->cap);
		if (!grown)
			abort();
		t->p = grown;
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
	t->p[t->n] = '\0';
}

static void text_fill(struct text *t, size_t n)
{
	static const char x[64] =
		"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		"xxxxxxxxx";

	for (; n; n -= n < 64 ? n : 64)
		text_add(t, x, n < 64 ? n : 64);
}

static void add_head_line(struct text *t, const char *line, size_t body_n)
{
	char text[64];
	long n = 0;

	if (sscanf(line, "@headers %ld", &n) == 1) {
		for (long i = 0; i < n; i++)
			text_add(t, text,
			         (size_t)snprintf(text, sizeof(text), "X-H-%ld: v\r\n",
			                          i));
	} else if (sscanf(line, "@long-header %ld", &n) == 1) {
		text_add(t, "X-Long: ", 8);
		text_fill(t, (size_t)n);
		text_add(t, "\r\n", 2);
	} else if (!strcasecmp(line, "Content-Length: auto")) {
		text_add(t, text,
		         (size_t)snprintf(text, sizeof(text), "Content-Length: %zu\r\n",
		                          body_n));
	} else {
		text_add(t, line, strlen(line));
		text_add(t, "\r\n", 2);
	}
}

/* "@fill N" gives N bytes; other lines are unescaped and joined by line ends. */
static void add_body_line(struct text *t, const char *line, bool first)
{
	long n = 0;

	if (!first)
		text_add(t, "\n", 1);
	if (sscanf(line, "@fill %ld", &n) == 1) {
		text_fill(t, (size_t)n);
		return;
	}
	char *copy = strdup(line);
	if (!copy)
		abort();
	size_t len = script_unescape(copy);
	text_add(t, copy, len);
	free(copy);
}

static struct text compose(const struct section *s)
{
	struct text head = { 0 }, body = { 0 };
	size_t blank = 0;

	while (blank < s->n_lines && *s->line[blank])
		blank++;
	for (size_t i = blank + 1; i < s->n_lines; i++)
		add_body_line(&body, s->line[i], i == blank + 1);
	for (size_t i = 0; i < blank; i++)
		add_head_line(&head, s->line[i], body.n);
	if (blank)
		text_add(&head, "\r\n", 2);
	if (body.n)
		text_add(&head, body.p, body.n);
	free(body.p);
	return head;
}

static void play_answer(void *ctx, const char *request, size_t n,
                        struct server_reply *ret)
{
	struct play *p = ctx;

	pthread_mutex_lock(&p->lock);
	if (p->next == p->n_steps) {
		snprintf(p->complaint, sizeof(p->complaint), "a request too many: %.*s",
		         (int)strcspn(request, "\r"), request);
		*ret = (struct server_reply){ .close = true };
		pthread_mutex_unlock(&p->lock);
		return;
	}
	const struct step *step = &p->step[p->next++];
	if (step->expect)
		compare(p, step->expect, request, n);
	struct text text = compose(step->reply);
	char yes[8];
	*ret = (struct server_reply){
		.bytes = text.p,
		.n = text.n,
		.delay_ms = (int)section_number(step->reply, "delay", 0),
		.pace_ms = (int)section_number(step->reply, "pace", 0),
		.close = *section_word(step->reply, "close", yes, sizeof(yes)),
	};
	pthread_mutex_unlock(&p->lock);
}

/* "== reply refuse" closes the connection before anything was read from it. */
static bool play_greet(void *ctx)
{
	struct play *p = ctx;
	char yes[8];

	pthread_mutex_lock(&p->lock);
	bool refuse = p->next < p->n_steps &&
	              *section_word(p->step[p->next].reply, "refuse", yes, sizeof(yes));
	p->next += refuse;
	pthread_mutex_unlock(&p->lock);
	return !refuse;
}

/* --- the client's side ------------------------------------------------------- */

static struct request *make_request(struct play *p, const struct section *s)
{
	char method[16], path[256], url[300], word[32];
	size_t i = 0;

	if (sscanf(s->words, "%15s %255s", method, path) != 2)
		return NULL;
	snprintf(url, sizeof(url), "http%s://site.example%s",
	         *section_word(s, "tls", word, sizeof(word)) ? "s" : "", path);
	struct request *rq = request_new(method, url);
	if (!rq)
		return NULL;
	rq->deadline = clock_deadline(section_number(s, "deadline", 5000));
	rq->max_answer_bytes = (size_t)section_number(s, "max", 1 << 20);
	if (*section_word(s, "repeatable", word, sizeof(word)))
		rq->repeatable = !strcmp(word, "yes");
	rq->changes = *section_word(s, "changes", word, sizeof(word));
	section_word(s, "bucket", rq->bucket, sizeof(rq->bucket));
	if (!*rq->bucket)
		snprintf(rq->bucket, sizeof(rq->bucket), "%s any", method);
	bool good = true;
	const char *type = "application/json";
	for (; i < s->n_lines && *s->line[i]; i++) {
		char *value = strstr(s->line[i], ": ");

		if (!value)
			return rq;
		*value = '\0';
		good &= !request_header(rq, s->line[i], span_of(value + 2));
		if (!strcasecmp(s->line[i], "Content-Type"))
			type = value + 2;
		*value = ':';
	}
	struct text body = { 0 };
	for (size_t first = ++i; i < s->n_lines; i++)
		add_body_line(&body, s->line[i], i == first);
	if (body.n)
		good &= !request_body(rq, type, (struct span){ body.p, body.n });
	free(body.p);
	if (p->auth)
		good &= !p->auth->ops->decorate(p->auth, rq, NULL, NULL);
	ok(good, "%s: request of line %d is made", p->name, s->number);
	return rq;
}

static void perform(struct play *p, const struct section *s, struct result *r)
{
	struct request *rq = make_request(p, s);
	int64_t start = clock_mono_ms();

	if (r->ex)
		p->transport->ops->release(p->transport, r->ex);
	*r = (struct result){ 0 };
	if (!rq) {
		ok(false, "%s: line %d is a request", p->name, s->number);
		return;
	}
	r->code = p->transport->ops->submit(p->transport, rq, &r->ex, &r->err);
	if (r->code)
		request_free(rq);
	else
		r->code = p->transport->ops->wait(p->transport, r->ex, NULL, &r->err);
	r->took_ms = clock_mono_ms() - start;
	r->http_code = r->code;
	if (!r->code)
		r->http_code = status_to_err(p->transport->ops->request(r->ex), &r->err);
}

static const char *outcome_name(enum err_outcome outcome)
{
	switch (outcome) {
	case ERR_OUTCOME_NONE:
		return "none";
	case ERR_OUTCOME_REFUSED:
		return "refused";
	case ERR_OUTCOME_UNKNOWN:
		return "unknown";
	}
	return "?";
}

static void check_header(const struct request *rq, const char *value, const char *name)
{
	char wanted[256];

	snprintf(wanted, sizeof(wanted), "%s", value);
	char *colon = strstr(wanted, ": ");
	if (!colon) {
		ok(!request_answer_header(rq, wanted), "%s: no header %s", name, wanted);
		return;
	}
	*colon = '\0';
	is_str(request_answer_header(rq, wanted), colon + 2, "%s: header %s", name,
	       wanted);
}

/* Outcome lines about the answer itself; false for a key that is none. */
static bool check_answer(const struct play *p, const struct result *r, const char *key,
                         char *value)
{
	const struct request *rq = r->ex ? p->transport->ops->request(r->ex) : NULL;
	const char *n = p->name;

	if (!rq)
		return false;
	if (!strcmp(key, "status"))
		is_int(rq->status, atoi(value), "%s: status %s", n, value);
	else if (!strcmp(key, "attempts"))
		is_int(rq->attempts, atoi(value), "%s: %s attempts", n, value);
	else if (!strcmp(key, "answer-bytes"))
		is_int((long long)rq->answer.len, atol(value), "%s: %s bytes", n, value);
	else if (!strcmp(key, "header"))
		check_header(rq, value, n);
	else if (!strcmp(key, "answer")) {
		script_unescape(value);
		is_str(buf_str(&rq->answer), value, "%s: the answer's bytes", n);
	} else {
		return false;
	}
	return true;
}

static bool check_failure(const struct play *p, const struct result *r, const char *key,
                          const char *value)
{
	const struct err *e = &r->err;
	const char *n = p->name;

	if (!strcmp(key, "code"))
		is_str(r->code ? err_name(r->code) : "0", value, "%s: code %s", n, value);
	else if (!strcmp(key, "errno"))
		is_str(r->http_code ? err_name(r->http_code) : "0", value, "%s: errno %s",
		       n, value);
	else if (!strcmp(key, "outcome"))
		is_str(outcome_name(e->outcome), value, "%s: outcome %s", n, value);
	else if (!strcmp(key, "says")) {
		if (!ok(strstr(e->msg, value), "%s: says '%s'", n, value))
			printf("#   got: %s\n", e->msg);
	} else if (!strcmp(key, "hides")) {
		if (!ok(!strstr(e->msg, value), "%s: does not say '%s'", n, value))
			printf("#   got: %s\n", e->msg);
	} else if (!strcmp(key, "request-id")) {
		is_str(e->request_id, value, "%s: request id", n);
	} else if (!strcmp(key, "retry-ms")) {
		is_int(e->retry_ms, atol(value), "%s: retry after %s ms", n, value);
	} else {
		return false;
	}
	return true;
}

static bool check_course(struct play *p, const struct result *r, const char *key,
                         const char *value)
{
	long number = atol(value);

	if (!strcmp(key, "connections"))
		is_int(p->server.n_connections, number, "%s: %ld connections", p->name,
		       number);
	else if (!strcmp(key, "at-least-ms"))
		ok(r->took_ms >= number, "%s: took %lld ms, at least %ld", p->name,
		   (long long)r->took_ms, number);
	else if (!strcmp(key, "at-most-ms"))
		ok(r->took_ms <= number, "%s: took %lld ms, at most %ld", p->name,
		   (long long)r->took_ms, number);
	else
		return false;
	return true;
}

static void check(struct play *p, const struct section *s, struct result *r,
                  size_t steps_so_far)
{
	for (size_t i = 0; i < s->n_lines; i++) {
		char *value = s->line[i];
		const char *key = strsep(&value, " ");

		if (!value)
			value = s->line[i] + strlen(s->line[i]);
		if (*key && !check_failure(p, r, key, value) &&
		    !check_answer(p, r, key, value) && !check_course(p, r, key, value))
			ok(false, "%s: outcome '%s' can be checked", p->name, key);
	}
	pthread_mutex_lock(&p->lock);
	is_int((long long)p->next, (long long)steps_so_far,
	       "%s: the server was asked as often as expected", p->name);
	is_str(p->complaint, "", "%s: it was asked what was expected", p->name);
	pthread_mutex_unlock(&p->lock);
}

static void set_auth(struct play *p, const struct section *s)
{
	char scheme[32], user[64], secret[64], cloud[8];
	struct auth_config cfg = { 0 };

	cfg.scheme = section_word(s, "scheme", scheme, sizeof(scheme));
	cfg.user = section_word(s, "user", user, sizeof(user));
	cfg.is_cloud = *section_word(s, "cloud", cloud, sizeof(cloud));
	section_word(s, "secret", secret, sizeof(secret));
	cleanup_(secret_freep) struct secret *held = secret_new(span_of(secret));
	cfg.password = held;
	cfg.api_token = held;
	is_int(auth_new(&cfg, &p->auth, NULL), 0, "%s: credentials are taken", p->name);
}

static void find_steps(struct play *p)
{
	const struct section *expect = NULL;

	for (size_t i = 0; i < p->script.n && p->n_steps < STEPS_MAX; i++) {
		const struct section *s = &p->script.section[i];

		if (!strcmp(s->kind, "expect"))
			expect = s;
		if (strcmp(s->kind, "reply"))
			continue;
		p->step[p->n_steps++] = (struct step){ expect, s };
		expect = NULL;
	}
}

static void run_sections(struct play *p)
{
	struct result r = { 0 };
	size_t steps = 0;

	for (size_t i = 0; i < p->script.n; i++) {
		const struct section *s = &p->script.section[i];
		const struct section *asked = s;

		if (!strcmp(s->kind, "auth"))
			set_auth(p, s);
		if (strcmp(s->kind, "request"))
			continue;
		while (++i < p->script.n && strcmp(p->script.section[i].kind, "outcome"))
			steps += !strcmp(p->script.section[i].kind, "reply");
		if (i == p->script.n) {
			ok(false, "%s: line %d has an outcome", p->name, s->number);
			break;
		}
		perform(p, asked, &r);
		check(p, &p->script.section[i], &r, steps);
	}
	if (r.ex)
		p->transport->ops->release(p->transport, r.ex);
}

static void run_file(const char *path)
{
	static struct play p;
	const char *slash = strrchr(path, '/');

	p = (struct play){ .name = slash ? slash + 1 : path,
		           .lock = PTHREAD_MUTEX_INITIALIZER };
	if (!ok(script_read(&p.script, path), "%s is readable", path))
		return;
	find_steps(&p);
	if (!server_start(&p.server, play_answer, play_greet, &p))
		skip_all("no UNIX socket can be made");
	struct net_engine_config cfg = { .max_in_flight = 4,
		                         .connect_ms = 2000,
		                         .user_agent = "jsmfs-test",
		                         .unix_socket = p.server.path };
	if (ok(!net_engine_new(&cfg, &p.transport, NULL), "%s: an engine", p.name))
		run_sections(&p);
	transport_free(p.transport);
	auth_free(p.auth);
	server_stop(&p.server);
	free(p.script.text);
}

int main(int argc, char **argv)
{
	glob_t all = { 0 };

	/* A failing exchange may be logged at debug, but never louder. */
	log_set_level(LOG_ERR);
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	if (argc == 1 && !glob("tests/exchanges/*.ex", 0, NULL, &all)) {
		for (size_t i = 0; i < all.gl_pathc; i++)
			run_file(all.gl_pathv[i]);
		globfree(&all);
	}
	return done_testing();
}
