/* SPDX-License-Identifier: MIT */
/* Fields of request types, and the values generated requests have in them. */
#include "sim/option.h"
#include "sim/render.h"

#include <stdio.h>
#include <string.h>

void render_schema(struct buf *b, const char *id, const struct schema *schema)
{
	buf_lit(b, "{\"type\":");
	buf_json(b, schema->type);
	if (schema->items) {
		buf_lit(b, ",\"items\":");
		buf_json(b, schema->items);
	}
	if (!strncmp(id, "customfield_", 12)) {
		buf_lit(b, ",\"custom\":");
		buf_json(b, schema->custom);
		buf_lit(b, ",\"customId\":");
		buf_str(b, id + 12);
	} else {
		buf_lit(b, ",\"system\":");
		buf_json(b, id);
	}
	buf_lit(b, ",\"configuration\":{}}");
}

static void valid_value(struct buf *b, const struct option *o)
{
	struct option child;
	buf_fmt(b, "{\"value\":\"%ld\",\"label\":\"", o->id);
	buf_json_part(b, o->name, (size_t)o->len);
	buf_lit(b, "\",\"children\":[");
	for (int k = 0; option_child(o, k, &child); k++) {
		if (k)
			buf_char(b, ',');
		valid_value(b, &child);
	}
	buf_lit(b, "]}");
}

static void render_type_field(struct exchange *x, const struct field *f, char mark)
{
	struct buf *b = &x->out;
	struct schema schema = model_schema(f->kind);
	struct option o;
	buf_lit(b, "{\"fieldId\":");
	buf_json(b, f->id);
	buf_lit(b, ",\"name\":");
	buf_json(b, f->name);
	buf_lit(b, ",\"description\":");
	buf_json(b, f->description);
	buf_fmt(b, ",\"required\":%s,\"visible\":%s,\"defaultValues\":[",
	        mark == '!' ? "true" : "false", mark == '-' ? "false" : "true");
	if (f->kind == FIELD_PRIORITY && option_at(f, 2, &o))
		valid_value(b, &o);
	buf_lit(b, "],\"validValues\":[");
	for (int k = 0; option_at(f, k, &o); k++) {
		if (k)
			buf_char(b, ',');
		valid_value(b, &o);
	}
	buf_lit(b, "],\"presetValues\":[");
	if (mark == '-')
		buf_lit(b, "\"B\"");
	buf_lit(b, "],\"jiraSchema\":");
	render_schema(b, f->id, &schema);
	buf_char(b, '}');
}

void render_type_fields(struct exchange *x, const struct rtype *type, bool hidden)
{
	const char *at = type->fields, *word;
	size_t n;
	bool first = true;
	buf_lit(&x->out, "{\"requestTypeFields\":[");
	while ((word = list_next(&at, ' ', &n))) {
		char mark = word[n - 1] == '!' || word[n - 1] == '-' ? word[n - 1] : ' ';
		const struct field *f = model_field(word, mark == ' ' ? n : n - 1);
		if (!f || (mark == '-' && !hidden))
			continue;
		if (!first)
			buf_char(&x->out, ',');
		first = false;
		render_type_field(x, f, mark);
	}
	buf_lit(&x->out, "],\"canRaiseOnBehalfOf\":");
	buf_bool(&x->out, is_agent(x));
	buf_lit(&x->out, ",\"canAddRequestParticipants\":true}");
}

static void some_user(struct exchange *x, uint32_t person)
{
	if (x->op && x->op->flags & OP_PLATFORM)
		render_platform_user(x, person);
	else
		render_user(x, person);
}

static void value_options(struct exchange *x, const struct field *f, uint64_t h)
{
	struct buf *b = &x->out;
	int n = option_count(f);
	bool first = true;
	buf_char(b, '[');
	for (int k = 0; k < n; k++) {
		struct option o;
		/* One for sure, each other one with a chance of a quarter. */
		if (k != (int)(h % (unsigned)n) && (h >> (8 + 2 * k)) % 4)
			continue;
		option_at(f, k, &o);
		if (!first)
			buf_char(b, ',');
		first = false;
		option_json(b, &x->base, f, &o, NULL);
	}
	buf_char(b, ']');
}

static void value_choice(struct exchange *x, const struct field *f, uint64_t h)
{
	struct option o, child;
	option_at(f, (int)(h % (unsigned)option_count(f)), &o);
	int n = option_n_children(&o);
	bool have = n && option_child(&o, (int)((h >> 8) % (unsigned)n), &child);
	option_json(&x->out, &x->base, f, &o, have ? &child : NULL);
}

static void value_attachments(struct exchange *x, const struct request *r)
{
	struct buf *b = &x->out;
	struct attachment a;
	size_t n = request_n_attachments(r);
	bool first = true;
	buf_char(b, '[');
	for (size_t k = 0; k < n; k++) {
		request_attachment(r, k, &a);
		if (!a.is_public && !is_agent(x))
			continue;
		if (!first)
			buf_char(b, ',');
		first = false;
		buf_lit(b, "{\"self\":\"");
		render_base(x);
		buf_fmt(b, "/rest/api/2/attachment/%lld\",\"id\":\"%lld\",\"filename\":",
		        (long long)a.id, (long long)a.id);
		buf_json(b, a.name);
		buf_lit(b, ",\"author\":");
		render_platform_user(x, a.author);
		buf_lit(b, ",\"created\":");
		when_text_json(b, a.ms);
		buf_fmt(b, ",\"size\":%llu,\"mimeType\":", (unsigned long long)a.size);
		buf_json(b, a.mime);
		buf_lit(b, ",\"content\":\"");
		render_base(x);
		buf_fmt(b, "/rest/api/%d/attachment/content/%lld\"}",
		        x->version ? x->version : 2, (long long)a.id);
	}
	buf_char(b, ']');
}

static void value_generated(struct exchange *x, const struct request *r,
                            const struct field *f, uint64_t h)
{
	struct buf *b = &x->out;
	struct buf text = { 0 };
	int64_t ms = r->created_ms + (int64_t)(h % 40) * DAY_MS;
	switch (f->kind) {
	case FIELD_TEXT:
		buf_fmt(b, "\"%u\"", (unsigned)(4000 + h % 60));
		break;
	case FIELD_AREA:
		buf_json(b, model_customer_lines[h % model_n_customer_lines]);
		break;
	case FIELD_NUMBER:
		buf_fmt(b, "%u.%s", (unsigned)(h % 2000), (h >> 16) % 2 ? "5" : "0");
		break;
	case FIELD_DATE:
		when_text_json(&text, ms);
		buf_char(b, '"');
		buf_add(b, text.data + 1, 10);
		buf_char(b, '"');
		buf_clear(&text);
		break;
	case FIELD_DATETIME:
		when_text_json(b, ms);
		break;
	case FIELD_URL:
		buf_fmt(b, "\"https://intranet.example.com/page/%u?lang=en&x=1\"",
		        (unsigned)(h % 9000));
		break;
	case FIELD_SELECT:
	case FIELD_RADIO:
	case FIELD_CASCADE:
	case FIELD_PRIORITY:
		value_choice(x, f, h);
		break;
	case FIELD_CHECKS:
	case FIELD_MULTI:
	case FIELD_COMPONENTS:
	case FIELD_VERSIONS:
		value_options(x, f, h);
		break;
	case FIELD_LABELS:
		buf_str(b, h % 2 ? "[\"from-portal\",\"week-22\"]" : "[\"vip\"]");
		break;
	case FIELD_USER:
		some_user(x, (uint32_t)(h % N_AGENTS));
		break;
	case FIELD_USERS:
		buf_char(b, '[');
		some_user(x, (uint32_t)(h % N_AGENTS));
		if (h >> 20 & 1) {
			buf_char(b, ',');
			some_user(x, (uint32_t)((h + 1) % N_AGENTS));
		}
		buf_char(b, ']');
		break;
	case FIELD_ATTACHMENT:
		value_attachments(x, r);
		break;
	}
}

/* System fields with several values are empty lists, custom ones null. */
static void value_empty(struct exchange *x, const struct field *f)
{
	bool list = f->kind == FIELD_LABELS || f->kind == FIELD_COMPONENTS ||
	            f->kind == FIELD_VERSIONS;
	buf_str(&x->out, list ? "[]" : "null");
}

void render_value(struct exchange *x, const struct request *r, const struct field *f)
{
	if (!strcmp(f->id, "summary")) {
		struct buf text = { 0 };
		request_summary(r, &text);
		buf_json(&x->out, text.data);
		buf_clear(&text);
		return;
	}
	if (!strcmp(f->id, "description")) {
		buf_json(&x->out, request_description(r));
		return;
	}
	if (f->kind == FIELD_ATTACHMENT) {
		value_attachments(x, r);
		return;
	}
	if (r->touch && r->touch->created) {
		for (size_t i = 0; i < r->touch->n_values; i++)
			if (r->touch->values[i].field == f) {
				buf_str(&x->out, r->touch->values[i].json);
				return;
			}
		value_empty(x, f);
		return;
	}
	uint64_t h = site_hash(8, (uint64_t)r->index * 64 + (uint64_t)(f - model_fields));
	/* Every fifth optional field was left empty. */
	const char *in = strstr(r->type->fields, f->id);
	if (!in || (in[strlen(f->id)] != '!' && h % 5 == 0)) {
		value_empty(x, f);
		return;
	}
	value_generated(x, r, f, h >> 3);
}
