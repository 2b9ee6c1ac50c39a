/* SPDX-License-Identifier: MIT */
/*
 * What belongs to a request: history, comments, participants, attachments.
 * The generated ones come first, then the ones that clients wrote. Ids of
 * generated things contain the index of their request.
 */
#include "sim/request_i.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COMMENT_BASE INT64_C(1000000)
#define COMMENTS_PER 256
#define ATTACHMENT_BASE INT64_C(100000)
#define ATTACHMENTS_PER 8

size_t request_n_history(const struct request *r)
{
	return r->n_base_history + (r->touch ? r->touch->n_history : 0);
}

struct moment request_moment(const struct request *r, size_t k)
{
	if (k < r->n_base_history)
		return r->base_history[k];
	return r->touch->history[k - r->n_base_history];
}

size_t request_n_comments(const struct request *r)
{
	return r->n_base_comments + (r->touch ? r->touch->n_comments : 0);
}

int64_t comment_time(const struct request *r, size_t k)
{
	int64_t ms = r->created_ms +
	             r->span_ms * (int64_t)(k + 1) / (int64_t)(r->n_base_comments + 1);
	return ms - ms % 1000;
}

void request_comment(const struct request *r, size_t k, struct comment *ret)
{
	if (k >= r->n_base_comments) {
		*ret = r->touch->comments[k - r->n_base_comments];
		ret->index = (int)k;
		return;
	}
	uint64_t h = site_hash(4, r->index * UINT64_C(1024) + k);
	*ret = (struct comment){
		.id = COMMENT_BASE + (int64_t)r->index * COMMENTS_PER + (int64_t)k,
		.ms = comment_time(r, k),
		.is_public = true,
		.index = (int)k,
	};
	/* The first one is the customer's: generated attachments hang on it. */
	if (!k || h % 5 < 2) {
		ret->author = r->reporter;
		ret->body = model_customer_lines[(h >> 8) % model_n_customer_lines];
		return;
	}
	ret->author = (uint32_t)((h >> 20) % N_AGENTS);
	ret->is_public = h % 5 != 4;
	if (ret->is_public)
		ret->body = model_agent_lines[(h >> 8) % model_n_agent_lines];
	else
		ret->body = model_internal_lines[(h >> 8) % model_n_internal_lines];
}

bool comment_find(int64_t id, uint32_t *ret_index, size_t *ret_k)
{
	struct request r;
	if (id >= COMMENT_BASE &&
	    id < COMMENT_BASE + (int64_t)request_base_count() * COMMENTS_PER) {
		uint32_t index = (uint32_t)((id - COMMENT_BASE) / COMMENTS_PER);
		size_t k = (size_t)((id - COMMENT_BASE) % COMMENTS_PER);
		request_load(&r, index);
		if (k >= r.n_base_comments)
			return false;
		*ret_index = index;
		*ret_k = k;
		return true;
	}
	for (size_t i = 0; i < touched_count(); i++) {
		const struct touch *t = touched_at(i);
		for (size_t k = 0; k < t->n_comments; k++) {
			if (t->comments[k].id != id)
				continue;
			request_load(&r, t->index);
			*ret_index = t->index;
			*ret_k = r.n_base_comments + k;
			return true;
		}
	}
	return false;
}

size_t request_n_participants(const struct request *r)
{
	if (r->touch && r->touch->own_participants)
		return r->touch->n_participants;
	return r->n_base_participants;
}

uint32_t request_participant(const struct request *r, size_t k)
{
	if (r->touch && r->touch->own_participants)
		return r->touch->participants[k];
	bool agent = !site_is_demo() || r->index % 4 == 0;
	if (agent && !k)
		return 0;
	size_t n = people_base_customers();
	/* Consecutive customers, so that nobody is there twice. */
	return (uint32_t)(N_AGENTS + ((r->hash >> 12) + k) % n);
}

bool request_has_participant(const struct request *r, uint32_t person)
{
	size_t n = request_n_participants(r);
	for (size_t k = 0; k < n; k++)
		if (request_participant(r, k) == person)
			return true;
	return false;
}

size_t request_n_attachments(const struct request *r)
{
	return r->n_base_attachments + (r->touch ? r->touch->n_attachments : 0);
}

/* A picture of one pixel. */
static const unsigned char png[] = {
	0x89, 'P',  'N', 'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0, 13,
	'I',  'H',  'D', 'R',  0,    0,    0,    1,    0,    0,    0, 1,
	8,    4,    0,   0,    0,    0xb5, 0x1c, 0x0c, 0x02, 0,    0, 0,
	11,   'I',  'D', 'A',  'T',  0x78, 0xda, 0x63, 0x64, 0x60, 0, 0,
	0,    0x06, 0,   0x02, 0x30, 0x81, 0xd0, 0x2f, 0,    0,    0, 0,
	'I',  'E',  'N', 'D',  0xae, 0x42, 0x60, 0x82,
};

void attachment_bytes(const struct attachment *a, struct buf *out)
{
	uint64_t h = site_hash(5, (uint64_t)a->id);
	if (!strcmp(a->mime, "image/png")) {
		buf_add(out, png, sizeof(png));
		return;
	}
	if (!strcmp(a->mime, "text/csv")) {
		buf_lit(out, "date,item,amount\n");
		for (uint64_t i = 0; i < 3 + h % 20; i++)
			buf_fmt(out, "2026-05-%02u,\"part %u, new\",%u.%02u\n",
			        (unsigned)(i + 1), (unsigned)(h >> i) % 90 + 10,
			        (unsigned)(h >> (i + 3)) % 300, (unsigned)(h >> i) % 100);
		return;
	}
	buf_fmt(out, "Notes of attachment %lld\n\n", (long long)a->id);
	for (uint64_t i = 0; i < 2 + h % 30; i++)
		buf_fmt(out, "%02u:%02u %s\n", (unsigned)(8 + i / 4),
		        (unsigned)(i % 4 * 15), model_customer_lines[(h >> i) % 2]);
}

void request_attachment(const struct request *r, size_t k, struct attachment *ret)
{
	static const struct {
		const char *name, *mime;
	} kinds[] = {
		{ "screenshot.png", "image/png" },
		{ "log.txt", "text/plain" },
		{ "costs 2026.csv", "text/csv" },
		{ "résumé, v2 (final) 100%.txt", "text/plain" },
		{ "photo of the door.png", "image/png" },
	};
	if (k >= r->n_base_attachments) {
		*ret = r->touch->attachments[k - r->n_base_attachments];
		return;
	}
	size_t kind = ((r->hash >> 36) + k) % (sizeof(kinds) / sizeof(kinds[0]));
	struct comment first = { .author = r->reporter, .ms = r->created_ms };
	if (r->n_base_comments)
		request_comment(r, 0, &first);
	*ret = (struct attachment){
		.id = ATTACHMENT_BASE + (int64_t)r->index * ATTACHMENTS_PER + (int64_t)k,
		.name = kinds[kind].name,
		.mime = kinds[kind].mime,
		.author = r->reporter,
		.ms = first.ms,
		.comment_id = first.id,
		.is_public = true,
		.index = r->index,
		.ordinal = (int)k,
	};
	struct buf bytes = { 0 };
	attachment_bytes(ret, &bytes);
	ret->size = bytes.len;
	buf_clear(&bytes);
}

bool attachment_find(int64_t id, struct attachment *ret)
{
	struct request r;
	if (id >= ATTACHMENT_BASE &&
	    id < ATTACHMENT_BASE + (int64_t)request_base_count() * ATTACHMENTS_PER) {
		request_load(&r, (uint32_t)((id - ATTACHMENT_BASE) / ATTACHMENTS_PER));
		size_t k = (size_t)((id - ATTACHMENT_BASE) % ATTACHMENTS_PER);
		if (k >= r.n_base_attachments)
			return false;
		request_attachment(&r, k, ret);
		return true;
	}
	for (size_t i = 0; i < touched_count(); i++) {
		const struct touch *t = touched_at(i);
		for (size_t k = 0; k < t->n_attachments; k++)
			if (t->attachments[k].id == id) {
				*ret = t->attachments[k];
				return true;
			}
	}
	return false;
}
