/* SPDX-License-Identifier: MIT */
/* Queues with their issues, and the knowledge base. */
#include "sim/jql.h"
#include "sim/listing.h"
#include "sim/ops.h"
#include "sim/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void render_queue(struct exchange *x, const struct queue *q)
{
	struct buf *b = &x->out;
	const char *at = q->fields, *word;
	size_t n;
	bool first = true;
	char path[96], why[256];
	buf_fmt(b, "{\"id\":\"%s\",\"name\":", q->id);
	buf_json(b, q->name);
	buf_lit(b, ",\"jql\":");
	buf_json(b, q->jql);
	buf_lit(b, ",\"fields\":[");
	while ((word = list_next(&at, ',', &n))) {
		buf_str(b, first ? "\"" : ",\"");
		buf_add(b, word, n);
		buf_char(b, '"');
		first = false;
	}
	buf_lit(b, "],");
	if (query_bool(x, "includeCount", false)) {
		struct listing *l = jql_run(q->jql, x->who, why, sizeof(why));
		buf_fmt(b, "\"issueCount\":%zu,", l ? l->n : 0);
		if (l)
			listing_put(l);
	}
	snprintf(path, sizeof(path), "/rest/servicedeskapi/servicedesk/%s/queue/%s",
	         model_desks[q->desk].id, q->id);
	render_self(x, path);
	buf_char(b, '}');
}

void op_queues(struct exchange *x)
{
	int desk;
	size_t total = 0, seen = 0;
	if (!arg_desk(x, 0, &desk))
		return;
	for (size_t i = 0; i < model_n_queues; i++)
		total += model_queues[i].desk == desk;
	struct page p = page_open(x, total, "");
	for (size_t i = 0; i < model_n_queues; i++) {
		if (model_queues[i].desk != desk)
			continue;
		if (seen >= p.from && seen < p.to) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_queue(x, &model_queues[i]);
		}
		seen++;
	}
	page_close(x);
}

static const struct queue *arg_queue(struct exchange *x)
{
	int desk;
	if (!arg_desk(x, 0, &desk))
		return NULL;
	for (size_t i = 0; i < model_n_queues; i++)
		if (model_queues[i].desk == desk &&
		    !strcmp(model_queues[i].id, x->arg[1]))
			return &model_queues[i];
	answer_error(x, 404, "sd.agent.queue.error.notFound",
	             "The queue with id '%s' does not exist.", x->arg[1]);
	return NULL;
}

void op_queue(struct exchange *x)
{
	const struct queue *q = arg_queue(x);
	if (!q)
		return;
	render_queue(x, q);
	answer(x, 200);
}

void op_queue_issues(struct exchange *x)
{
	const char *names[16];
	char copy[256], why[256], *save = NULL;
	struct field_set fields = { .names = names };
	const struct queue *q = arg_queue(x);
	if (!q)
		return;
	snprintf(copy, sizeof(copy), "%s", q->fields);
	for (char *w = strtok_r(copy, ",", &save); w && fields.n_names < 16;
	     w = strtok_r(NULL, ",", &save))
		names[fields.n_names++] = w;
	struct listing *l = jql_run(q->jql, x->who, why, sizeof(why));
	if (!l) {
		answer_error(x, 500, "sd.rest.error.internal", "%s", why);
		return;
	}
	struct page p = page_open(x, l->n, "");
	struct request r;
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		request_load(&r, listing_at(l, k));
		render_issue(x, &r, &fields);
	}
	page_close(x);
	listing_put(l);
}

/* Knowledge base */

struct hit {
	const struct article *article;
	int score;
};

static int article_score(const struct article *a, const char *query)
{
	char words[256];
	char *save = NULL;
	int score = 0;
	snprintf(words, sizeof(words), "%s", query);
	for (char *w = strtok_r(words, " ,.", &save); w;
	     w = strtok_r(NULL, " ,.", &save)) {
		if (strcasestr(a->title, w))
			score += 3;
		else if (strcasestr(a->excerpt, w))
			score += 1;
	}
	return score;
}

static int by_score(const void *a, const void *b)
{
	const struct hit *p = a, *q = b;
	if (p->score != q->score)
		return q->score - p->score;
	return strcmp(p->article->page_id, q->article->page_id);
}

static void highlighted(struct buf *b, const char *text, const char *query)
{
	char words[256];
	struct buf marked = { 0 };
	for (const char *s = text; *s;) {
		size_t best = 0;
		char *save = NULL;
		snprintf(words, sizeof(words), "%s", query);
		for (char *w = strtok_r(words, " ,.", &save); w;
		     w = strtok_r(NULL, " ,.", &save))
			if (strlen(w) > best && !strncasecmp(s, w, strlen(w)))
				best = strlen(w);
		if (best) {
			buf_lit(&marked, "@@@hl@@@");
			buf_add(&marked, s, best);
			buf_lit(&marked, "@@@endhl@@@");
		}
		buf_add(&marked, s, best ? 0 : 1);
		s += best ? best : 1;
	}
	buf_json(b, marked.data ? marked.data : "");
	buf_clear(&marked);
}

static void render_article(struct exchange *x, const struct article *a)
{
	struct buf *b = &x->out;
	bool mark = query_bool(x, "highlight", false);
	const char *query = query_get(x, "query");
	buf_lit(b, "{\"title\":");
	if (mark)
		highlighted(b, a->title, query);
	else
		buf_json(b, a->title);
	buf_lit(b, ",\"excerpt\":");
	if (mark)
		highlighted(b, a->excerpt, query);
	else
		buf_json(b, a->excerpt);
	buf_fmt(b,
	        ",\"source\":{\"type\":\"confluence\",\"pageId\":\"%s\",\"spaceKey\":\"%"
	        "s\"},"
	        "\"content\":{\"iframeSrc\":\"",
	        a->page_id, model_desks[a->desk].key);
	render_base(x);
	buf_fmt(b, "/rest/servicedeskapi/knowledgebase/article/view/%s\"}}", a->page_id);
}

static void cursor_link(struct exchange *x, const char *rel, size_t at, size_t limit,
                        bool prev)
{
	struct buf *b = &x->out;
	buf_fmt(b, ",\"%s\":\"", rel);
	render_base(x);
	buf_json_part(b, x->path, strlen(x->path));
	buf_lit(b, "?query=");
	buf_url(b, query_get(x, "query"));
	if (query_get(x, "highlight"))
		buf_fmt(b, "&highlight=%s", query_get(x, "highlight"));
	if (site_is_dc()) {
		buf_fmt(b, "&start=%zu&limit=%zu\"",
		        prev ? at > limit ? at - limit : 0 : at, limit);
		return;
	}
	/* Opaque to clients: position, disguised a little. */
	buf_fmt(b, "&limit=%zu&cursor=_f_%08zx_%s", limit, at ^ 0x5a5a5a5a,
	        "MjAyNg%3D%3D");
	if (prev)
		buf_lit(b, "&prev=true");
	buf_char(b, '"');
}

/* Where the page starts: the cursor if there is one, else the old `start`. */
static bool cursor_start(struct exchange *x, size_t limit, size_t *ret)
{
	const char *cursor = query_get(x, "cursor");
	unsigned long at;
	if (!cursor) {
		*ret = (size_t)query_int(x, "start", 0);
		return true;
	}
	if (sscanf(cursor, "_f_%8lx_", &at) != 1 || (at ^= 0x5a5a5a5a) > 1000000) {
		answer_error(x, 400, "sd.kb.error.cursor", "The cursor is not valid.");
		return false;
	}
	*ret = at;
	if (query_bool(x, "prev", false))
		*ret = at > limit ? at - limit : 0;
	return true;
}

static void answer_articles(struct exchange *x, int desk)
{
	struct hit hits[64];
	size_t n = 0, from;
	const char *query = query_get(x, "query");
	if (!query || !query[strspn(query, " ")]) {
		answer_error(x, 400, "sd.kb.error.query",
		             "The query parameter 'query' is required.");
		return;
	}
	for (size_t i = 0; i < model_n_articles && n < 64; i++) {
		const struct article *a = &model_articles[i];
		if (desk >= 0 ? a->desk != desk : !can_see_desk(x, a->desk))
			continue;
		hits[n] = (struct hit){ a, article_score(a, query) };
		n += hits[n].score > 0;
	}
	qsort(hits, n, sizeof(hits[0]), by_score);
	size_t limit = (size_t)query_int(x, "limit", 50);
	if (!limit || limit > (size_t)page_cap())
		limit = limit ? (size_t)page_cap() : 50;
	if (!cursor_start(x, limit, &from))
		return;
	size_t start = from;
	if (from > n)
		from = n;
	size_t to = n - from > limit ? from + limit : n;
	buf_fmt(&x->out,
	        "{\"_expands\":[],\"size\":%zu,\"start\":%zu,\"limit\":%zu,"
	        "\"isLastPage\":%s,"
	        "\"_links\":{\"base\":\"",
	        to - from, start, limit, to == n ? "true" : "false");
	render_base(x);
	buf_lit(&x->out, "\",\"context\":\"\"");
	if (to < n)
		cursor_link(x, "next", to, limit, false);
	if (from)
		cursor_link(x, "prev", from, limit, true);
	buf_lit(&x->out, "},\"values\":[");
	for (size_t k = from; k < to; k++) {
		if (k > from)
			buf_char(&x->out, ',');
		render_article(x, hits[k].article);
	}
	page_close(x);
	answer(x, 200);
}

void op_articles(struct exchange *x)
{
	answer_articles(x, -1);
}

void op_desk_articles(struct exchange *x)
{
	int desk;
	if (arg_desk(x, 0, &desk))
		answer_articles(x, desk);
}
