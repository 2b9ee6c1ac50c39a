/* SPDX-License-Identifier: MIT */
#include "sim/mangle.h"

#include "sim/link.h"
#include "sim/timer.h"

#include <microhttpd.h>

#include <stdlib.h>
#include <string.h>

#define SLOW_STEPS 20
#define BLOCK_BYTES (16 * 1024)

struct dribble {
	struct MHD_Connection *conn;
	struct buf body;
	size_t chunk;
	int64_t step_us;
	int64_t next_us;
	bool truncated;
};

static void drop_field(struct json_object *value, const char *name)
{
	if (json_object_is_type(value, json_type_array)) {
		for (size_t i = 0; i < json_object_array_length(value); i++)
			drop_field(json_object_array_get_idx(value, i), name);
	} else if (json_object_is_type(value, json_type_object)) {
		json_object_object_del(value, name);
		json_object_object_foreach(value, key, member)
		{
			(void)key;
			drop_field(member, name);
		}
	}
}

static void mangle_fields(struct exchange *x)
{
	struct json_object *doc = x->out.len ? json_tokener_parse(x->out.data) : NULL;
	if (!doc)
		return;
	drop_field(doc, x->fault.field);
	x->out.len = 0;
	buf_str(&x->out, json_object_to_json_string_ext(doc, JSON_C_TO_STRING_PLAIN));
	json_object_put(doc);
}

static void set_text(struct exchange *x, const char *text)
{
	x->out.len = 0;
	free(x->file);
	x->file = NULL;
	buf_str(&x->out, text);
}

void mangle_answer(struct exchange *x)
{
	switch (x->fault.kind) {
	case FAULT_STATUS:
		answer_error(x, x->fault.status, "sd.sim.fault",
		             "This failure was asked for.");
		if (x->fault.status == 204 || x->fault.status == 304)
			x->out.len = 0;
		if (x->fault.status == 429)
			answer_header(x, "RateLimit-Reason", "jira-burst-based");
		if (x->fault.retry_after >= 0)
			answer_header(x, "Retry-After", "%d", x->fault.retry_after);
		break;
	case FAULT_BADJSON:
		if (x->out.len > 1)
			x->out.len /= 2;
		buf_lit(&x->out, "\"}");
		break;
	case FAULT_HTML:
		set_text(x, "<!DOCTYPE html>\n<html><head><title>Log in with Atlassian "
		            "account</title>"
		            "</head><body><form action=\"/login\" method=\"post\"><input "
		            "name=\"username\">"
		            "</form></body></html>\n");
		x->content_type = "text/html;charset=UTF-8";
		answer(x, 200);
		break;
	case FAULT_DROP_FIELD:
		mangle_fields(x);
		break;
	case FAULT_NONE:
	case FAULT_RESET:
	case FAULT_RESET_AFTER:
	case FAULT_TRUNCATE:
	case FAULT_SLOW:
	case FAULT_GZIP_CUT:
	case FAULT_GZIP_BROKEN:
	case FAULT_GZIP_BOMB:
		break;
	}
}

static ssize_t dribble_read(void *arg, uint64_t pos, char *out, size_t max)
{
	struct dribble *d = arg;
	int64_t now = clock_us();
	if (pos >= d->body.len)
		return d->truncated ? MHD_CONTENT_READER_END_WITH_ERROR
		                    : MHD_CONTENT_READER_END_OF_STREAM;
	if (now < d->next_us) {
		MHD_suspend_connection(d->conn);
		timer_add(d->conn, d->next_us);
		return 0;
	}
	size_t n = d->body.len - (size_t)pos;
	if (n > d->chunk)
		n = d->chunk;
	if (n > max)
		n = max;
	memcpy(out, d->body.data + pos, n);
	d->next_us = now + d->step_us;
	int64_t free_us = link_send(n);
	if (d->next_us < free_us)
		d->next_us = free_us;
	return (ssize_t)n;
}

static void dribble_free(void *arg)
{
	struct dribble *d = arg;
	buf_clear(&d->body);
	free(d);
}

struct MHD_Response *mangle_response(struct exchange *x)
{
	struct dribble *d = calloc(1, sizeof(*d));
	if (!d)
		return NULL;
	d->conn = x->conn;
	struct buf *whole = x->coded.len ? &x->coded : &x->out;
	d->body = *whole;
	*whole = (struct buf){ .len = d->body.len };
	d->truncated = x->fault.kind == FAULT_TRUNCATE;
	d->chunk = d->body.len;
	uint64_t size = d->body.len;
	if (d->truncated) {
		size += 100;
	} else if (x->fault.kind == FAULT_SLOW) {
		d->chunk = d->body.len / SLOW_STEPS + 1;
		d->step_us = x->fault.slow_ms * 1000 / SLOW_STEPS;
		d->next_us = clock_us() + d->step_us;
	} else {
		d->next_us = link_send(0);
	}
	struct MHD_Response *response = MHD_create_response_from_callback(
		size, BLOCK_BYTES, dribble_read, d, dribble_free);
	if (!response)
		dribble_free(d);
	return response;
}
