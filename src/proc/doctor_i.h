/* SPDX-License-Identifier: MIT */
/* Between the checks of the doctor. */
#ifndef JSMFS_PROC_DOCTOR_I_H
#define JSMFS_PROC_DOCTOR_I_H

#include "model/model.h"
#include "proc/doctor.h"
#include "rest/client.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verdict { VERDICT_OK, VERDICT_WARN, VERDICT_FAIL };

struct doctor {
	const struct doctor_config *cfg;
	struct run *run;
	struct buf *out;
	size_t n_failed;

	/* What the checks before have learned. */
	bool answers;    /* the site does */
	bool is_refused; /* its certificate is */
	bool signed_in;
	enum deployment deployment;
	char *limit, *remaining; /* of the newest answer that told, or NULL */
	/* Of what exists one each, for addresses; NULL: there is none. */
	char *desk, *request, *queue, *organization, *type;
	struct err no_queue; /* why queues may not be listed, or code 0 */
};

/* A line; advice may be NULL. */
void doctor_say(struct doctor *d, enum verdict v, const char *what, const char *advice,
                const char *fmt, ...) printf_(5, 6);

/*
 * GET of a path; 0 and the body, or the errno with the sentence.  What the answer says
 * by the way, of limits, is kept; *ret is the call with its headers, or NULL.
 */
int doctor_get(struct doctor *d, const char *path, bool for_anybody, struct buf *body,
               struct pending **ret, struct err *err) must_check_;

/* doctor_site.c, doctor_tables.c, doctor_machine.c */
void doctor_server(struct doctor *d);
void doctor_account(struct doctor *d);
void doctor_tables(struct doctor *d);
void doctor_procedures(struct doctor *d);
void doctor_limits(struct doctor *d);
void doctor_chain(struct doctor *d);
void doctor_settings(struct doctor *d);
void doctor_proxy(struct doctor *d);
void doctor_cache(struct doctor *d);
void doctor_fuse(struct doctor *d);

#endif
