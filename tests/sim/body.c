/* SPDX-License-Identifier: MIT */
/* JSON bodies: members must be known, of the right type, and there if required. */
#include "sim/exchange.h"

#include <string.h>

static bool type_fits(struct json_object *value, char type)
{
	enum json_type is = json_object_get_type(value);
	switch (type) {
	case 's':
		return is == json_type_string;
	case 'b':
		return is == json_type_boolean;
	case 'i':
		return is == json_type_int;
	case 'o':
		return is == json_type_object;
	case 'a':
		if (is != json_type_array)
			return false;
		for (size_t i = 0; i < json_object_array_length(value); i++)
			if (!json_object_is_type(json_object_array_get_idx(value, i),
			                         json_type_string))
				return false;
		return true;
	case 'n': /* array of text or numbers */
		if (is != json_type_array)
			return false;
		for (size_t i = 0; i < json_object_array_length(value); i++) {
			enum json_type t =
				json_object_get_type(json_object_array_get_idx(value, i));
			if (t != json_type_string && t != json_type_int)
				return false;
		}
		return true;
	default:
		return true;
	}
}

/* Finds "name:t" in the list and returns the type letter, or 0. */
static char member_type(const char *members, const char *name)
{
	size_t want = strlen(name), n;
	const char *at = members, *word;
	while ((word = list_next(&at, ' ', &n)))
		if (n > want + 1 && word[want] == ':' && !memcmp(word, name, want))
			return word[want + 1];
	return 0;
}

bool body_check(struct exchange *x, struct json_object *obj, const char *members)
{
	if (!json_object_is_type(obj, json_type_object)) {
		answer_error(x, 400, "sd.rest.error.body",
		             "The body must be a JSON object.");
		return false;
	}
	struct json_object_iterator it = json_object_iter_begin(obj);
	struct json_object_iterator end = json_object_iter_end(obj);
	for (; !json_object_iter_equal(&it, &end); json_object_iter_next(&it)) {
		const char *name = json_object_iter_peek_name(&it);
		struct json_object *value = json_object_iter_peek_value(&it);
		char type = member_type(members, name);
		if (!type) {
			answer_error(x, 400, "sd.rest.error.unknown",
			             "Unrecognized field \"%s\" in the body.", name);
			return false;
		}
		if (!type_fits(value, type)) {
			answer_error(x, 400, "sd.rest.error.type",
			             "The field \"%s\" in the body has the wrong type.",
			             name);
			return false;
		}
	}
	const char *at = members, *word;
	size_t n;
	while ((word = list_next(&at, ' ', &n))) {
		char name[64];
		const char *colon = memchr(word, ':', n);
		if (word[n - 1] != '!' || !colon ||
		    (size_t)(colon - word) >= sizeof(name))
			continue;
		memcpy(name, word, (size_t)(colon - word));
		name[colon - word] = '\0';
		if (!json_object_object_get_ex(obj, name, NULL)) {
			answer_error(x, 400, "sd.rest.error.missing",
			             "The field \"%s\" is required in the body.", name);
			return false;
		}
	}
	return true;
}

const char *body_text(struct exchange *x, const char *name)
{
	struct json_object *value;
	if (!json_object_object_get_ex(x->json, name, &value))
		return NULL;
	return json_object_get_string(value);
}

bool body_bool(struct exchange *x, const char *name)
{
	struct json_object *value;
	return json_object_object_get_ex(x->json, name, &value) &&
	       json_object_get_boolean(value);
}
