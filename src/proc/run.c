/* SPDX-License-Identifier: MIT */
#include "proc/run.h"

#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "proc/answer_i.h"
#include "proc/work_i.h"

#include <errno.h>

#define MAX_DRY_BYTES (64u << 20)

const char *outcome_name(enum outcome o)
{
	switch (o) {
	case OUTCOME_APPLIED:
		return "applied";
	case OUTCOME_REFUSED:
		return "refused";
	case OUTCOME_UNKNOWN:
		return "unknown";
	case OUTCOME_DRY:
		return "dry";
	}
	return "";
}

/* The row that the call leaves in sys_identity. */
static void identify(const struct filled *f, const struct receipt *r,
                     const struct work *w)
{
	const struct procedure *p = f->p;
	struct span id = work_identity(p, r);

	if (!p->operation)
		return;
	if (!id.n && p->identity)
		id = filled_text(f, p->identity);
	identity_add(catalog_identity(w->catalog), w->run->batch, w->run->order,
	             p->operation, id, r->outcome == OUTCOME_APPLIED ? NULL : r->err.msg);
}

static int refuse_change(struct receipt *ret)
{
	ret->outcome = OUTCOME_REFUSED;
	ret->err.outcome = ERR_OUTCOME_REFUSED;
	return err_set(&ret->err, -EROFS, "ReadOnly is set: nothing is changed");
}

static bool is_set(const struct catalog *c, enum property_id id)
{
	return str_eq(catalog_property(c, id), "true");
}

int proc_run(const struct procedure *p, const struct args *args, struct client *client,
             struct catalog *catalog, struct run *run, struct receipt *ret,
             struct err *err)
{
	struct buf dry = BUF_INIT(MAX_DRY_BYTES);
	struct told told;
	struct work w = { client, catalog, run, &told, NULL };
	struct receipt receipt = { .line = args->line, .outcome = OUTCOME_APPLIED };
	struct filled f = { 0 };
	int r = filled_init(&f, p, &receipt.err);

	if (r < 0) {
		receipt.outcome = OUTCOME_REFUSED;
		*ret = receipt;
		if (err)
			*err = receipt.err;
		return r;
	}
	for (size_t i = 0; i < args->n; i++)
		f.v[i] = (struct call_arg){ args->v[i].given, args->v[i].is_json,
			                    args->v[i].text, args->v[i].is_open,
			                    args->v[i].fd };
	if (is_set(catalog, PROP_DRY_RUN))
		w.dry = &dry;
	told_begin(&told, p, f.v, catalog, run);
	r = is_set(catalog, PROP_READ_ONLY) ? refuse_change(&receipt)
	                                    : work_run(&w, &f, args, &receipt);
	/* What may have changed the server must not be hidden by an old answer. */
	for (size_t i = 0; outcome_acted(receipt.outcome) && p->touches && p->touches[i];
	     i++)
		catalog_forget(catalog, model_any_table(span_of(p->touches[i])));
	if (!w.dry)
		identify(&f, &receipt, &w);
	told_end(&told, &receipt, work_identity(p, &receipt));
	if (r < 0)
		answer_echo(&f, &receipt);
	filled_clear(&f);
	buf_clear(&dry);
	*ret = receipt;
	if (r < 0 && err)
		*err = receipt.err;
	return r;
}
