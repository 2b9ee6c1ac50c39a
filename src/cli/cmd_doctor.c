/* SPDX-License-Identifier: MIT */
#include "base/clock.h"
#include "base/run.h"
#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/connect.h"
#include "cli/doctor.h"
#include "cli/output.h"

#include <errno.h>

#define TEXT_MAX_BYTES (1u << 20)

/* clang-format off */
const struct opt cmd_doctor_opts[] = {
	CONNECT_OPTS,
	{ 0 }
};
/* clang-format on */

/* As much as can be made of the configuration; what is missing is in why. */
static void open_all(struct connect_args *a, struct config **ret_config, struct app **ret,
                     struct err *why)
{
	if (connect_config(a, NULL, NULL, ret_config, why) < 0)
		return;
	if (!app_open(*ret_config, ret, why))
		*ret_config = NULL; /* the app's */
}

static int examine(const struct config *config, struct app *app, const char *why,
                   struct cancel *cancel, struct buf *out, size_t *ret_failed,
                   struct err *err)
{
	struct doctor_facts facts;
	struct run run = RUN_INIT;
	int r = doctor_facts_init(&facts, config, app, err);

	if (r < 0)
		return r;
	run.cancel = cancel;
	run.fresh_ms = 0;
	if (config)
		run.deadline = clock_deadline(config_int(config, PROP_TIMEOUT) * 1000);
	*ret_failed = doctor_run(&facts.config, why, &run, out);
	doctor_facts_clear(&facts);
	return 0;
}

int cmd_doctor_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct connect_args a = { 0 };
	cleanup_(config_freep) struct config *config = NULL;
	cleanup_(app_closep) struct app *app = NULL;
	struct buf out = BUF_INIT(TEXT_MAX_BYTES);
	static struct cancel cancel;
	struct err why = { 0 };
	size_t failed = 0;
	int r;

	(void)env;
	cancel_init(&cancel);
	r = output_watch_interrupt(&cancel, err);
	if (!r)
		r = opt_parse(cmd_doctor_opts, argc - 1, argv + 1, connect_only, &a, err);
	if (r < 0)
		return r;
	if (a.help) {
		cmd_help("doctor");
		return 0;
	}
	open_all(&a, &config, &app, &why);
	r = examine(app ? app->config : config, app, why.code ? why.msg : NULL, &cancel,
	            &out, &failed, err);
	if (!r)
		r = output_drain(&out, true, err);
	buf_clear(&out);
	if (!r && failed)
		r = err_set(err, -EUCLEAN, "%zu of the checks failed", failed);
	return r;
}
