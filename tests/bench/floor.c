/* SPDX-License-Identifier: MIT */
/*
 * floor [-n CALLS] [-u USER:TOKEN] [-p extract|tree|none] ROWS COLUMN... <addresses
 *
 * What any client has to do for rows, and nothing else: the addresses, one a line,
 * are fetched with so many calls in flight, and of every element of the arrays at
 * ROWS (member names joined by dots) the members COLUMN are written as a line of
 * CSV, in the order of the addresses.  "extract" looks at nothing else and checks
 * nothing; "tree" builds the document first.
 */
#include "floor_i.h"

#include <curl/curl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IN_FLIGHT_MAX 256

struct call {
	char *url;
	struct text answer;
	struct text csv;
	bool done;
};

static struct call *calls;
static size_t n_calls;

static void die(const char *why)
{
	fprintf(stderr, "floor: %s\n", why);
	exit(1);
}

void text_add(struct text *t, const char *p, size_t n)
{
	if (t->n + n > t->cap) {
		t->cap = (t->n + n) * 2 + 4096;
		t->p = realloc(t->p, t->cap);
		if (!t->p)
			die("no memory");
	}
	memcpy(t->p + t->n, p, n);
	t->n += n;
}

static size_t on_body(char *p, size_t size, size_t n, void *ctx)
{
	text_add(ctx, p, size * n);
	return size * n;
}

static void read_addresses(void)
{
	size_t cap = 0, room = 0;
	char *line = NULL;
	ssize_t n;

	while ((n = getline(&line, &room, stdin)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		if (n_calls == cap) {
			cap = cap ? cap * 2 : 1024;
			calls = realloc(calls, cap * sizeof(*calls));
		}
		if (!calls)
			die("no memory");
		calls[n_calls++] = (struct call){ .url = strdup(line) };
	}
	free(line);
}

static void begin(CURLM *multi, CURL *easy, struct call *c, const char *user)
{
	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_URL, c->url);
	curl_easy_setopt(easy, CURLOPT_USERPWD, user);
	curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
	curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 256L * 1024);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &c->answer);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, c);
	if (curl_multi_add_handle(multi, easy))
		die("curl");
}

static void put(const struct text *t)
{
	size_t at = 0;

	while (at < t->n) {
		ssize_t n = write(STDOUT_FILENO, t->p + at, t->n - at);

		if (n <= 0)
			exit(1);
		at += (size_t)n;
	}
}

/* Writes what is whole and in order. */
static size_t put_done(size_t next)
{
	for (; next < n_calls && calls[next].done; next++) {
		put(&calls[next].csv);
		free(calls[next].csv.p);
		calls[next].csv = (struct text){ 0 };
	}
	return next;
}

static void take_answer(CURLM *multi, const CURLMsg *m, const struct wanted *w)
{
	struct call *c;

	if (m->data.result)
		die(curl_easy_strerror(m->data.result));
	curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
	curl_multi_remove_handle(multi, m->easy_handle);
	text_add(&c->answer, "", 1);
	if (w->by == BY_EXTRACT)
		extract(w, c->answer.p, &c->csv);
	else if (w->by == BY_TREE && !by_tree(w, c->answer.p, &c->csv))
		die("an answer is no JSON");
	free(c->answer.p);
	c->answer = (struct text){ 0 };
	c->done = true;
}

static void fetch_all(size_t in_flight, const char *user, const struct wanted *w)
{
	CURLM *multi = curl_multi_init();
	CURL *idle[IN_FLIGHT_MAX];
	size_t n_idle = in_flight, sent = 0, put_to = 0;

	if (!multi)
		die("curl");
	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)in_flight);
	curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
	for (size_t i = 0; i < in_flight; i++)
		idle[i] = curl_easy_init();
	while (put_to < n_calls) {
		int running, left;
		CURLMsg *m;

		while (n_idle && sent < n_calls)
			begin(multi, idle[--n_idle], &calls[sent++], user);
		curl_multi_perform(multi, &running);
		while ((m = curl_multi_info_read(multi, &left))) {
			CURL *easy = m->easy_handle;

			take_answer(multi, m, w);
			idle[n_idle++] = easy;
		}
		put_to = put_done(put_to);
		if (!n_idle || (sent == n_calls && running))
			curl_multi_poll(multi, NULL, 0, 1000, NULL);
	}
}

int main(int argc, char **argv)
{
	struct wanted w = { .by = BY_EXTRACT };
	const char *user = "";
	long in_flight = 16;
	int o;

	while ((o = getopt(argc, argv, "n:u:p:")) != -1) {
		if (o == 'n')
			in_flight = strtol(optarg, NULL, 10);
		else if (o == 'u')
			user = optarg;
		else if (o == 'p')
			w.by = !strcmp(optarg, "tree")   ? BY_TREE
			       : !strcmp(optarg, "none") ? BY_NONE
			                                 : BY_EXTRACT;
		else
			return 2;
	}
	if (in_flight < 1 || in_flight > IN_FLIGHT_MAX || optind == argc)
		return 2;
	w.rows = argv[optind];
	w.columns = (const char *const *)&argv[optind + 1];
	w.n_columns = (size_t)(argc - optind - 1);
	if (!wanted_compile(&w))
		die("no memory, or too many columns");
	read_addresses();
	fetch_all((size_t)in_flight, user, &w);
	return 0;
}
