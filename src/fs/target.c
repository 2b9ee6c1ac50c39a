/* SPDX-License-Identifier: MIT */
#include "fs/target.h"

#include "fs/knob.h"

static enum target_kind kind_of(enum place_kind kind)
{
	return kind == PLACE_KNOB     ? TARGET_KNOB
	       : kind == PLACE_INSERT ? TARGET_INSERT
	       : kind == PLACE_UPDATE ? TARGET_UPDATE
	       : kind == PLACE_DELETE ? TARGET_DELETE
	       : kind == PLACE_ORDER  ? TARGET_ORDER
	                              : TARGET_CALL;
}

static const char *name_of(enum target_kind kind)
{
	switch (kind) {
	case TARGET_CALL:
	case TARGET_ORDER:
	case TARGET_KNOB:
		break;
	case TARGET_INSERT:
		return "insert";
	case TARGET_UPDATE:
		return "update";
	case TARGET_DELETE:
		return "delete";
	}
	return "call";
}

void target_of(const struct place *p, struct folder *f, struct buf *path,
               struct target *ret)
{
	*ret = (struct target){ .kind = kind_of(p->kind),
		                .verb = &verb_calls,
		                .procedure = p->procedure,
		                .order = p->order };
	if (ret->kind == TARGET_KNOB) {
		ret->verb = &verb_knob;
		ret->knob = p->knob;
		buf_printf(path, "ctl/%s", p->knob->name);
	} else if (ret->kind == TARGET_CALL && !p->procedure) {
		ret->verb = &verb_statements;
		buf_puts(path, "sql/call");
	} else if (ret->kind == TARGET_CALL) {
		buf_printf(path, "proc/%s/call", p->procedure->name);
	} else {
		ret->folder = f;
		buf_printf(path, "%s/%s", f->path, name_of(ret->kind));
	}
	ret->path = buf_str(path);
}
