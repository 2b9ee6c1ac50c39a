/* SPDX-License-Identifier: MIT */
#include "proc/doctor.h"

#include "base/utf8.h"
#include "proc/doctor_i.h"

#include <stdarg.h>
#include <stdlib.h>

#define VALUE_MAX_BYTES 1000

/* In this order; each may use what those before it have learned. */
static const struct {
	void (*run)(struct doctor *d);
	bool site; /* only where there is one */
} checks[] = {
	{ doctor_settings, false }, { doctor_fuse, false },  { doctor_cache, false },
	{ doctor_proxy, true },     { doctor_server, true }, { doctor_chain, true },
	{ doctor_account, true },   { doctor_tables, true }, { doctor_procedures, true },
	{ doctor_limits, true },
};

/* On one line, whatever a server wrote. */
static void put_clean(struct buf *out, const char *s)
{
	for (; *s; s++)
		buf_putc(out, (unsigned char)*s < ' ' || *s == 0x7f ? ' ' : *s);
}

void doctor_say(struct doctor *d, enum verdict v, const char *what, const char *advice,
                const char *fmt, ...)
{
	static const char *const words[] = { "ok", "warn", "fail" };
	cleanup_(buf_clear) struct buf value = BUF_INIT(VALUE_MAX_BYTES);
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&value, fmt, ap);
	va_end(ap);
	buf_printf(d->out, "%-4s  %s: ", words[v], what);
	put_clean(d->out, buf_status(&value) ? "too long to be shown" : buf_str(&value));
	if (advice && *advice) {
		buf_puts(d->out, " \xe2\x80\x94 ");
		put_clean(d->out, advice);
	}
	buf_putc(d->out, '\n');
	d->n_failed += v == VERDICT_FAIL;
}

size_t doctor_run(const struct doctor_config *cfg, const char *why, struct run *run,
                  struct buf *out)
{
	struct doctor d = { .cfg = cfg, .run = run, .out = out };

	doctor_say(&d, VERDICT_OK, "version", NULL, "jsmfs %s", cfg->version);
	if (why)
		doctor_say(&d, VERDICT_FAIL, "configuration", "see jsmfs.conf(5)", "%s",
		           why);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
		if (!checks[i].site || cfg->client)
			checks[i].run(&d);
	}
	free(d.limit);
	free(d.remaining);
	free(d.desk);
	free(d.request);
	free(d.queue);
	free(d.organization);
	free(d.type);
	return d.n_failed;
}
