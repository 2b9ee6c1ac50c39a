/* SPDX-License-Identifier: MIT */
#include "fs/perform.h"

#include "catalog/catalog.h"
#include "catalog/identity.h"
#include "fs/fs_i.h"

/* What every call leaves its trace in. */
static const char *const left_behind[] = { "sys_identity", NULL };

int perform(struct fs *fs, const struct procedure *p, const struct args *args,
            const struct wish *w, uint64_t *batch, struct receipt *ret, struct err *err)
{
	struct run run = RUN_INIT;
	int r;

	run.cancel = w->cancel;
	run.deadline = w->deadline;
	run.caller = (int)w->thread;
	if (!*batch)
		*batch = identity_begin(catalog_identity(fs->cfg.catalog));
	run.batch = *batch;
	atomic_fetch_add(&fs->n_running, 1);
	r = proc_run(p, args, fs->cfg.client, fs->cfg.catalog, &run, ret, err);
	atomic_fetch_sub(&fs->n_running, 1);
	atomic_fetch_add(&fs->n_runs, 1);
	atomic_fetch_add(&fs->n_calls, atomic_load(&run.calls));
	/* an unknown outcome may have changed something as well */
	if (outcome_acted(ret->outcome))
		fs_touch(fs, p->touches);
	fs_touch(fs, left_behind);
	return r;
}
