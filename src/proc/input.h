/* SPDX-License-Identifier: MIT */
/*
 * Bytes written to a control file -> calls.  One grammar for all of them, by
 * the first line that is not blank:
 *
 *	{ or [            JSON: objects one after the other, or arrays of objects; a
 *	                  document may span lines
 *	word=             Name=Value Name="quoted value" words, one call a line
 *	anything else     CSV (RFC 4180): this line is the header, each record a call
 *
 * A line that is nothing but the name of a Boolean parameter is Name=true.  Where
 * input_bare() says so, lines of no form are values, each a call: what is not JSON, not
 * Name= and not a header of parameters.
 *
 * In double quotes \" \\ \n \t \r are escapes; in single quotes nothing is.  Blank lines
 * and lines of NUL bytes do nothing; a line that starts with # is a comment except in
 *JSON and CSV records.  Names are matched without regard to case; unknown, repeated and
 * missing required names refuse that call with a sentence and leave the others alone.
 * Where there is a PARAM_REST no name is unknown: the others become its members.
 * A value of the empty string is a value (CSV: an empty field is not given).
 */
#ifndef JSMFS_PROC_INPUT_H
#define JSMFS_PROC_INPUT_H

#include "base/base.h"
#include "base/err.h"
#include "base/str.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

/* Checked arguments: one slot for every parameter of the procedure, in its order. */
struct args {
	const struct param *params;
	size_t n;
	struct arg {
		bool given;
		struct span text; /* owned by the args; JSON null is not given */
		bool is_json;     /* text is a JSON object or array */
		/* Of PARAM_FILE: fd, borrowed, is the file that is sent; text is its name
		 */
		bool is_open;
		int fd;
	} * v;
	size_t line; /* 1-based line of the input where it began */
};

/*
 * One complete call.  code is 0, or a negative errno with *err telling why this
 * call is refused (args is then only good for its line).  Returns 0, or a
 * negative errno to stop: then input_* returns it and the rest is not looked at.
 */
typedef int input_fn(void *ctx, const struct args *args, int code, const struct err *err);

struct input;

#define INPUT_MAX_BYTES (16u << 20) /* of one line or document */

/* params are borrowed. */
int input_new(const struct param *params, input_fn *fn, void *ctx, struct input **ret,
              struct err *err) must_check_;
void input_free(struct input *in);
DEFINE_CLEANUP(struct input *, input_free)

/*
 * From now on every call that does not give the parameter has this value; when it is
 * fixed a call that gives another is refused.  No parameter of that name: nothing
 * happens.
 */
int input_preset(struct input *in, struct span name, struct span value, bool fixed)
	must_check_;

/* Input of no form is a value of this parameter a line. */
void input_bare(struct input *in, const char *param);

/* One call with this value of it, as it is; an empty one is not given. */
int input_value(struct input *in, struct span value, struct err *err) must_check_;

/*
 * Takes n bytes and calls fn for every call they complete.  What is not yet
 * complete is kept.  Errors: what fn returned; -EFBIG; -EINVAL for input of no
 * form, which is dropped.
 */
int input_feed(struct input *in, const char *p, size_t n, struct err *err) must_check_;

/* The end: what is left without a newline is a call too.  Ready for new input after. */
int input_end(struct input *in, struct err *err) must_check_;

/* Is there anything kept that input_end() would run? */
bool input_pending(const struct input *in);

#endif
