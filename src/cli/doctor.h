/* SPDX-License-Identifier: MIT */
/* What the program tells proc/doctor.h of itself. */
#ifndef JSMFS_CLI_DOCTOR_H
#define JSMFS_CLI_DOCTOR_H

#include "base/base.h"
#include "base/err.h"
#include "cli/app.h"
#include "cli/config.h"
#include "proc/doctor.h"

struct doctor_facts {
	struct doctor_config config; /* borrows from the rest, the app and its config */
	struct doctor_setting *settings;
	char *proxy;
	struct app *app;
};

/* app NULL: it could not be made.  *ret must not move while it is used. */
int doctor_facts_init(struct doctor_facts *ret, const struct config *config,
                      struct app *app, struct err *err) must_check_;
void doctor_facts_clear(struct doctor_facts *f);

#endif
