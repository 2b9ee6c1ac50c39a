/* SPDX-License-Identifier: MIT */
/*
 * EXEC, EXECUTE or CALL of a procedure:
 *
 *	exec  = verb name [ args ] / verb name "(" [ args ] ")"
 *	args  = arg *( "," arg )
 *	arg   = [ [ "@" ] param ( "=" / "=>" ) ] value
 *	value = 'text' / number / true / false / NULL
 *
 * A value without a name is of the parameter at its place; none follows a named one.
 * Pure.
 */
#ifndef JSMFS_QUERY_EXEC_I_H
#define JSMFS_QUERY_EXEC_I_H

#include "base/buf.h"
#include "base/err.h"
#include "model/model.h"
#include "query/statement.h"

#define EXEC_MAX_BYTES (16u << 20)

/* The arguments as a JSON object.  -EINVAL; -ENOENT: there is no such procedure. */
int exec_parse(const struct command *c, const struct procedure **ret, struct buf *out,
               struct err *err) must_check_;

#endif
