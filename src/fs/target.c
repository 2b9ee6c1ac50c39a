/* SPDX-License-Identifier: MIT */
#include "fs/target.h"

void target_of(const struct place *p, struct folder *f, struct buf *path,
               struct target *ret)
{
	(void)f;
	*ret = (struct target){ .verb = &verb_calls, .procedure = p->procedure };
	buf_printf(path, "proc/%s/call", p->procedure->name);
	ret->path = buf_str(path);
}
