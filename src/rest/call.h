/* SPDX-License-Identifier: MIT */
/* One call of a procedure: its body from the arguments, its answer as bytes. */
#ifndef JSMFS_REST_CALL_H
#define JSMFS_REST_CALL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "model/model.h"
#include "rest/client.h"

#include <stdbool.h>

struct call_arg {
	bool given;
	bool is_json; /* text is a JSON object or array, to be sent as it is */
	struct span text;
	bool is_open; /* of a file: fd, borrowed, is to be sent under the name text */
	int fd;
};

/* The JSON body for the arguments; one for each of p->in.  Nothing when nothing can be in
 * it: some requests have none.  -EINVAL for a value of a wrong
 * type. */
int call_body(const struct procedure *p, enum deployment on, const struct call_arg *args,
              struct buf *out, struct err *err) must_check_;

/*
 * The path with its {words} filled: each from the one argument given for it, percent-
 * encoded.  -EINVAL when none or several are, or when the value cannot be a name in an
 * address.
 */
int call_path(const struct procedure *p, enum deployment on, const struct call_arg *args,
              struct buf *out, struct err *err) must_check_;

/* A file on its way may take longer than other calls: a second more for each 128 KiB. */
#define CALL_UPLOAD_BYTES_PER_MS 131

/*
 * Sends it, once unless the procedure says that repeating does no harm; the
 * answer's body in *answer.  err->outcome tells refused from unknown.
 */
int call_send(struct client *client, const struct procedure *p,
              const struct call_arg *args, struct run *run, struct buf *answer,
              struct err *err) must_check_;

/* What call_send() would send, in one line without secrets; asks at most what it needs to
 * know for that. */
int call_show(struct client *client, const struct procedure *p,
              const struct call_arg *args, struct run *run, struct buf *out,
              struct err *err) must_check_;

#endif
