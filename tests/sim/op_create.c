/* SPDX-License-Identifier: MIT */
/* POST /request: values are checked against the fields of the request type. */
#include "sim/ops.h"
#include "sim/option.h"
#include "sim/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool bad_value(struct exchange *x, const struct field *f, const char *want)
{
	answer_error(x, 400, "sd.request.create.error.value",
	             "The value of field '%s' (%s) must be %s.", f->id, f->name, want);
	return false;
}

static const char *member_text(struct json_object *obj, const char *name)
{
	struct json_object *value;
	if (!json_object_object_get_ex(obj, name, &value))
		return NULL;
	return json_object_get_string(value);
}

/* {"value":…}, {"name":…} or {"id":…}; with a second level for cascades. */
static bool put_option(struct exchange *x, const struct field *f, struct json_object *v,
                       struct buf *out)
{
	struct option o, child;
	struct json_object *below;
	bool have_child = false;
	if (!json_object_is_type(v, json_type_object))
		return bad_value(x, f, "an object with 'value' or 'id'");
	const char *name = member_text(v, "value") ? member_text(v, "value")
	                                           : member_text(v, "name");
	if (!option_find(f, name, member_text(v, "id"), &o))
		return bad_value(x, f, "one of the valid values");
	if (f->kind == FIELD_CASCADE && json_object_object_get_ex(v, "child", &below)) {
		const char *want = json_object_is_type(below, json_type_object)
		                           ? member_text(below, "value")
		                           : NULL;
		const char *id = want ? NULL : member_text(below, "id");
		for (int k = 0; !have_child && option_child(&o, k, &child); k++)
			have_child = (want && (int)strlen(want) == child.len &&
			              !memcmp(want, child.name, strlen(want))) ||
			             (id && atol(id) == child.id);
		if (!have_child)
			return bad_value(x, f, "a valid value with a valid child");
	}
	option_json(out, &x->base, f, &o, have_child ? &child : NULL);
	return true;
}

static bool put_person(struct exchange *x, const struct field *f, struct json_object *v,
                       struct buf *out)
{
	uint32_t person;
	bool dc = site_is_dc();
	const char *id = json_object_is_type(v, json_type_object)
	                         ? member_text(v, dc ? "name" : "accountId")
	                         : NULL;
	if (!id && json_object_is_type(v, json_type_object))
		id = member_text(v, dc ? "key" : "id");
	if (!id || !person_find(id, &person))
		return bad_value(x, f,
		                 dc ? "an object with the name of a user"
		                    : "an object with the accountId of a user");
	struct buf keep = x->out;
	x->out = *out;
	render_user(x, person);
	*out = x->out;
	x->out = keep;
	return true;
}

static bool date_fits(const char *s, bool with_time)
{
	int y, m, d, n = 0;
	if (sscanf(s, "%4d-%2d-%2d%n", &y, &m, &d, &n) != 3 || n != 10 || m < 1 ||
	    m > 12 || d < 1 || d > 31)
		return false;
	return with_time ? s[n] == 'T' && strlen(s) >= 16 : !s[n];
}

static bool put_single(struct exchange *x, const struct field *f, struct json_object *v,
                       struct buf *out)
{
	bool text = json_object_is_type(v, json_type_string);
	const char *s = text ? json_object_get_string(v) : "";
	switch (f->kind) {
	case FIELD_NUMBER:
		if (!json_object_is_type(v, json_type_int) &&
		    !json_object_is_type(v, json_type_double))
			return bad_value(x, f, "a number");
		buf_str(out, json_object_to_json_string_ext(v, JSON_C_TO_STRING_PLAIN));
		return true;
	case FIELD_SELECT:
	case FIELD_RADIO:
	case FIELD_CASCADE:
	case FIELD_PRIORITY:
	case FIELD_CHECKS:
	case FIELD_MULTI:
	case FIELD_COMPONENTS:
	case FIELD_VERSIONS:
		return put_option(x, f, v, out);
	case FIELD_USER:
	case FIELD_USERS:
		return put_person(x, f, v, out);
	case FIELD_TEXT:
	case FIELD_AREA:
	case FIELD_URL:
	case FIELD_LABELS:
	case FIELD_DATE:
	case FIELD_DATETIME:
	case FIELD_ATTACHMENT:
		break;
	}
	if (!text)
		return bad_value(x, f, "text");
	if (f->kind == FIELD_DATE && !date_fits(s, false))
		return bad_value(x, f, "a date such as 2026-01-31");
	if (f->kind == FIELD_DATETIME && !date_fits(s, true))
		return bad_value(x, f, "a time such as 2026-01-31T10:00:00.000+0100");
	if (f->kind == FIELD_URL && !strstr(s, "://"))
		return bad_value(x, f, "an address");
	if (f->kind == FIELD_LABELS && strchr(s, ' '))
		return bad_value(x, f, "labels without blanks");
	if (f->kind == FIELD_TEXT && (strlen(s) > 255 || strchr(s, '\n')))
		return bad_value(x, f, "one line of at most 255 characters");
	if (f->kind == FIELD_ATTACHMENT && !temporary_exists(s, -1, x->who))
		return bad_value(x, f, "a list of temporary attachment ids");
	buf_json(out, s);
	return true;
}

static bool is_list(enum field_kind kind)
{
	return kind == FIELD_CHECKS || kind == FIELD_MULTI || kind == FIELD_LABELS ||
	       kind == FIELD_COMPONENTS || kind == FIELD_VERSIONS ||
	       kind == FIELD_USERS || kind == FIELD_ATTACHMENT;
}

static bool put_value(struct exchange *x, const struct field *f, struct json_object *v,
                      struct buf *out)
{
	if (!v) {
		buf_lit(out, "null");
		return true;
	}
	if (!is_list(f->kind))
		return put_single(x, f, v, out);
	if (!json_object_is_type(v, json_type_array))
		return bad_value(x, f, "a list");
	buf_char(out, '[');
	for (size_t i = 0; i < json_object_array_length(v); i++) {
		if (i)
			buf_char(out, ',');
		if (!put_single(x, f, json_object_array_get_idx(v, i), out))
			return false;
	}
	buf_char(out, ']');
	return true;
}

/* ' ' optional, '!' required, '-' hidden, 0 not a field of the type. */
static char field_mark(const struct rtype *type, const struct field *f)
{
	const char *at = type->fields, *word;
	size_t n, want = strlen(f->id);
	while ((word = list_next(&at, ' ', &n)))
		if (n >= want && n <= want + 1 && !memcmp(word, f->id, want))
			return n == want ? ' ' : word[want];
	return 0;
}

struct draft {
	const struct rtype *type;
	struct value values[32];
	size_t n;
	uint32_t reporter;
	uint32_t *participants;
	size_t n_participants;
	struct json_object *attachments;
};

static void draft_clear(struct draft *d)
{
	for (size_t i = 0; i < d->n; i++)
		free(d->values[i].json);
	free(d->participants);
}

static bool required_there(struct exchange *x, const struct rtype *type,
                           struct json_object *obj)
{
	const char *at = type->fields, *word;
	size_t n;
	while ((word = list_next(&at, ' ', &n))) {
		struct json_object *v = NULL;
		char id[64];
		if (word[n - 1] != '!')
			continue;
		snprintf(id, sizeof(id), "%.*s", (int)n - 1, word);
		bool there = json_object_object_get_ex(obj, id, &v) && v;
		if (there && json_object_is_type(v, json_type_string))
			there = json_object_get_string(
					v)[strspn(json_object_get_string(v), " \n\t")] !=
			        '\0';
		if (there && json_object_is_type(v, json_type_array))
			there = json_object_array_length(v) > 0;
		if (there)
			continue;
		answer_error(x, 400, "sd.request.create.error.required",
		             "The field '%s' (%s) is required.", id,
		             model_field(id, strlen(id))->name);
		return false;
	}
	return true;
}

static bool read_values(struct exchange *x, struct draft *d, struct json_object *obj)
{
	json_object_object_foreach(obj, name, v)
	{
		const struct field *f = model_field(name, strlen(name));
		char mark = f ? field_mark(d->type, f) : 0;
		if (!mark || mark == '-' || d->n == 32) {
			answer_error(x, 400, "sd.request.create.error.field",
			             "Field '%s' cannot be set. It is not on the request "
			             "type '%s'.",
			             name, d->type->name);
			return false;
		}
		struct buf out = { 0 };
		if (f->kind == FIELD_ATTACHMENT)
			d->attachments = v;
		if (!put_value(x, f, v, &out) || out.failed) {
			buf_clear(&out);
			return false;
		}
		d->values[d->n++] = (struct value){ f, out.data };
	}
	return required_there(x, d->type, obj);
}

static bool read_people(struct exchange *x, struct draft *d)
{
	const char *behalf = body_text(x, "raiseOnBehalfOf");
	d->reporter = x->who;
	if (behalf && !is_agent(x)) {
		answer_error(
			x, 403, "sd.request.create.error.behalf",
			"You are not allowed to raise requests on behalf of others.");
		return false;
	}
	if (behalf && !person_named(behalf, &d->reporter)) {
		answer_error(x, 400, "sd.user.error.notFound",
		             "The user with account id '%s' does not exist.", behalf);
		return false;
	}
	if (!json_object_object_get_ex(x->json, "requestParticipants", NULL))
		return true;
	if (!is_agent(x)) {
		answer_error(x, 403, "sd.request.create.error.participants",
		             "You are not allowed to add participants.");
		return false;
	}
	return body_people(x, "requestParticipants", &d->participants,
	                   &d->n_participants);
}

static char *take_text(struct json_object *values, const char *name)
{
	const char *s = member_text(values, name);
	return strdup(s ? s : "");
}

static bool store(struct exchange *x, struct draft *d, struct json_object *values,
                  uint32_t *ret_index)
{
	struct touch *t = request_create(d->type);
	if (!t)
		return false;
	t->reporter = d->reporter;
	t->summary = take_text(values, "summary");
	t->description = json_object_object_get_ex(values, "description", NULL)
	                         ? take_text(values, "description")
	                         : NULL;
	t->values = calloc(d->n + 1, sizeof(*t->values));
	if (!t->summary || !t->values)
		return false;
	memcpy(t->values, d->values, d->n * sizeof(*t->values));
	t->n_values = d->n;
	d->n = 0;
	*ret_index = t->index;
	if (d->n_participants &&
	    !touch_participants(t, d->participants, d->n_participants))
		return false;
	size_t n = d->attachments ? json_object_array_length(d->attachments) : 0;
	for (size_t i = 0; i < n; i++)
		temporary_attach(t,
		                 json_object_get_string(
					 json_object_array_get_idx(d->attachments, i)),
		                 d->type->desk, x->who, 0, true);
	return true;
}

static bool read_type(struct exchange *x, struct draft *d)
{
	int desk = desk_by_name(body_text(x, "serviceDeskId"));
	d->type = model_type(body_text(x, "requestTypeId"));
	if (desk < 0 || !can_see_desk(x, desk)) {
		answer_error(x, 400, "sd.request.create.error.desk",
		             "The Service Desk with id '%s' does not exist.",
		             body_text(x, "serviceDeskId"));
		return false;
	}
	if (!d->type || d->type->desk != desk || (d->type->restricted && !is_agent(x))) {
		answer_error(x, 400, "sd.request.create.error.type",
		             "The Request Type with id '%s' does not exist.",
		             body_text(x, "requestTypeId"));
		return false;
	}
	return true;
}

void op_request_create(struct exchange *x)
{
	struct draft d = { 0 };
	struct json_object *values;
	struct request r;
	uint32_t index;
	if (!body_check(x, x->json,
	                "serviceDeskId:s! requestTypeId:s! requestFieldValues:o! "
	                "requestParticipants:a "
	                "raiseOnBehalfOf:s isAdfRequest:b form:o channel:s") ||
	    !read_type(x, &d))
		return;
	json_object_object_get_ex(x->json, "requestFieldValues", &values);
	if (!read_people(x, &d) || !read_values(x, &d, values)) {
		draft_clear(&d);
		return;
	}
	bool ok = store(x, &d, values, &index);
	draft_clear(&d);
	if (!ok) {
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
		return;
	}
	request_load(&r, index);
	render_request(x, &r);
	answer(x, 201);
}
