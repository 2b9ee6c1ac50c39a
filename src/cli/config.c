/* SPDX-License-Identifier: MIT */
#include "cli/config.h"

#include "cli/config_i.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Values that name a file or directory: a leading ~/ is the user's home. */
static const enum property_id paths[] = {
	PROP_OAUTH_SETTINGS_LOCATION, PROP_LOGFILE,        PROP_LOCATION,
	PROP_USER_DEFINED_VIEWS,      PROP_CACHE_LOCATION,
};

static void text_free(char *text)
{
	if (text)
		secret_wipe(text, strlen(text));
	free(text);
}
DEFINE_CLEANUP(char *, text_free)

static void slot_clear(struct slot *s)
{
	text_free(s->text);
	secret_free(s->secret);
	*s = (struct slot){ 0 };
}

static bool is_path(enum property_id id)
{
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		if (paths[i] == id)
			return true;
	}
	return false;
}

static char *expand_home(const char *path)
{
	const char *home = getenv("HOME");

	if (!str_starts(path, "~/") || !home || *home != '/')
		return str_dup(path);
	return str_printf("%s/%s", home, path + 2);
}

int config_new(struct config **ret, struct err *err)
{
	cleanup_(config_freep) struct config *c = calloc(1, sizeof(*c));

	if (!c)
		return err_nomem(err);
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		struct slot *s = &c->slots[paths[i]];
		s->text = expand_home(model_properties[paths[i]].standard);
		if (!s->text)
			return err_nomem(err);
	}
	*ret = take_ptr(c);
	return 0;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < PROP_COUNT; i++)
		slot_clear(&c->slots[i]);
	free(c->path);
	free(c);
}

/* An allowed value in the one spelling the rest of the program compares with. */
static char *canonical(const struct property *p, const char *value)
{
	struct span rest = span_of(p->values), s = span_of(value);

	if (p->type == PROP_BOOL)
		return str_dup(list_has("true,yes,1", s) ? "true" : "false");
	while (rest.n) {
		struct span word = span_cut(&rest, ',');
		if (span_ieq(word, s))
			return span_dup(word);
	}
	return is_path(p->id) ? expand_home(value) : str_dup(value);
}

static int fill_value(const struct property *p, const char *value, struct slot *s,
                      struct err *err)
{
	int r = property_check(p, value, err);

	if (r < 0)
		return r;
	if (p->flags & PROP_SECRET)
		s->secret = secret_new(span_of(value));
	else
		s->text = canonical(p, value);
	return s->secret || s->text ? 0 : err_nomem(err);
}

static int fill_slot(const struct target *t, struct span value, struct slot *s,
                     struct err *err)
{
	cleanup_(text_freep) char *text = span_dup(value);

	if (!text)
		return err_nomem(err);
	s->is_set = true;
	s->origin = t->origin;
	switch (t->origin) {
	case CONFIG_VALUE:
		return fill_value(t->property, text, s, err);
	case CONFIG_COMMAND:
		s->text = take_ptr(text);
		return 0;
	case CONFIG_FILE:
		s->text = expand_home(text);
		return s->text ? 0 : err_nomem(err);
	}
	return 0;
}

static int refuse_name(struct span name, bool hide_name, struct err *err)
{
	cleanup_(buf_clear) struct buf hint = BUF_INIT(256);

	if (span_ieq(name, SPAN("ConvertDateTimeToGMT")))
		return err_set(err, -EINVAL,
		               "ConvertDateTimeToGMT is part of another property: "
		               "Other='ConvertDateTimeToGMT=true'");
	bool is_close = config_suggest(name, &hint);
	if (!is_close && hide_name)
		return err_set(err, -EINVAL,
		               "an unknown property stands behind a secret; put quotes "
		               "around a value that holds ';' or spans lines");
	if (!is_close)
		buf_puts(&hint, "; jsmfs.conf(5) lists them all");
	return err_set(err, -EINVAL, "there is no property '%.*s'%s",
	               name.n > 60 ? 60 : (int)name.n, name.p, buf_str(&hint));
}

int config_put(struct config *c, struct span name, struct span value, bool hide_name,
               struct err *err)
{
	struct target t;

	if (!config_resolve(name, &t))
		return refuse_name(name, hide_name, err);
	const struct property *p = t.property;
	if (value.n && memchr(value.p, '\0', value.n))
		return err_set(err, -EINVAL, "the value of %s holds a NUL byte", p->name);
	if (value.n > CONFIG_MAX_BYTES)
		return err_set(err, -EFBIG, "the value of %s is too long", p->name);

	bool is_text = p->type == PROP_STRING && !p->values && !(p->flags & PROP_SECRET);
	if (!is_text || t.origin != CONFIG_VALUE)
		value = span_trim(value);

	struct slot s = { 0 };
	/* Nothing takes back what an earlier source said; only text can be empty. */
	if (value.n || is_text) {
		int r = fill_slot(&t, value, &s, err);
		if (r < 0) {
			slot_clear(&s);
			return r;
		}
	}
	s.from = s.is_set ? c->reading : CONFIG_FROM_DEFAULT;
	slot_clear(&c->slots[p->id]);
	c->slots[p->id] = s;
	return 0;
}

int config_set(struct config *c, const char *name, struct span value, struct err *err)
{
	c->reading = CONFIG_FROM_COMMAND_LINE;
	return config_put(c, span_of(name), value, false, err);
}

void config_without_site(struct config *c)
{
	c->without_site = true;
}

int config_blame(int code)
{
	bool wrong = code == -EINVAL || code == -EFBIG || code == -ENOENT ||
	             code == -EACCES || code == -EPERM;

	return wrong ? CONFIG_WRONG : code;
}

int config_finish(struct config *c, struct err *err)
{
	int r = config_fetch_secrets(c, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < PROP_COUNT; i++) {
		const struct property *p = &model_properties[i];
		if (p->flags & PROP_REQUIRED && !c->without_site &&
		    !*config_get(c, p->id))
			return err_set(err, -EINVAL,
			               "%s is not set: write %s = … into jsmfs.conf, or "
			               "give it with --connection or -o",
			               p->name, p->name);
	}
	return 0;
}

const char *config_get(const struct config *c, enum property_id id)
{
	const struct slot *s = &c->slots[id];

	if (model_properties[id].flags & PROP_SECRET)
		return "";
	return s->text ? s->text : model_properties[id].standard;
}

long config_int(const struct config *c, enum property_id id)
{
	int64_t i = 0;

	assert(model_properties[id].type == PROP_INT);
	bool good = span_int(span_of(config_get(c, id)), &i);
	assert(good);
	return (long)i;
}

bool config_bool(const struct config *c, enum property_id id)
{
	assert(model_properties[id].type == PROP_BOOL);
	return str_eq(config_get(c, id), "true");
}

const struct secret *config_secret(const struct config *c, enum property_id id)
{
	return c->slots[id].secret;
}

enum config_from config_from(const struct config *c, enum property_id id)
{
	return c->slots[id].from;
}

enum config_origin config_origin(const struct config *c, enum property_id id)
{
	return c->slots[id].origin;
}

const char *config_path(const struct config *c)
{
	return c->path ? c->path : "";
}

bool config_is_set(const struct config *c, enum property_id id)
{
	return c->slots[id].is_set;
}

int64_t config_bytes(const struct config *c, enum property_id id)
{
	assert(model_properties[id].type == PROP_SIZE);
	return property_bytes(config_get(c, id));
}

char *config_other(const struct config *c, const char *name)
{
	return span_dup(property_part(&model_properties[PROP_OTHER],
	                              config_get(c, PROP_OTHER), name));
}

char *config_other_path(const struct config *c, const char *name)
{
	cleanup_free_ char *path = config_other(c, name);

	return path ? expand_home(path) : NULL;
}

bool config_utc(const struct config *c)
{
	return list_has("true,yes,1",
	                property_part(&model_properties[PROP_OTHER],
	                              config_get(c, PROP_OTHER), "ConvertDateTimeToGMT"));
}
