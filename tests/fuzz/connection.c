/* SPDX-License-Identifier: MIT */
/* Connection strings: what was understood can be written down and read again. */
#include "base/buf.h"
#include "cli/config.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void write_pair(struct buf *out, const char *name, struct span value)
{
	buf_printf(out, "%s=\"", name);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, value.p[i]);
	}
	buf_puts(out, "\";");
}

/* Commands and files have no text to compare. */
static bool has_text(const struct config *c, enum property_id id)
{
	return config_is_set(c, id) &&
	       (!(model_properties[id].flags & PROP_SECRET) || config_secret(c, id));
}

static struct span text_of(const struct config *c, enum property_id id)
{
	if (model_properties[id].flags & PROP_SECRET)
		return secret_reveal(config_secret(c, id));
	return span_of(config_get(c, id));
}

static void check(const struct config *c)
{
	struct buf text = BUF_INIT(4u << 20);
	struct config *again = NULL;
	int r = config_new(&again, NULL);

	assert(!r);
	for (int i = 0; i < PROP_COUNT; i++) {
		enum property_id id = (enum property_id)i;
		if (model_properties[i].type == PROP_INT)
			assert(config_int(c, id) >= model_properties[i].min);
		if (has_text(c, id))
			write_pair(&text, model_properties[i].name, text_of(c, id));
	}
	assert(!buf_status(&text));
	r = config_read_connection(again, buf_str(&text), NULL);
	assert(!r);
	for (int i = 0; i < PROP_COUNT; i++) {
		enum property_id id = (enum property_id)i;
		assert(has_text(c, id) == has_text(again, id));
		assert(span_eq(text_of(c, id), text_of(again, id)));
	}
	config_free(again);
	buf_clear(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *c = NULL;
	struct err err = { 0 };
	char *text = span_dup((struct span){ (const char *)data, size });
	int r = config_new(&c, NULL);

	assert(text && !r);
	r = config_read_connection(c, text, &err);
	assert(r == err.code && (!r || err.msg[0]));
	config_utc(c);
	check(c);
	config_free(c);
	free(text);
	return 0;
}
