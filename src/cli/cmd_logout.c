/* SPDX-License-Identifier: MIT */
#include "auth/oauth.h"
#include "base/clock.h"
#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/connect.h"

#include <stdio.h>

/* clang-format off */
const struct opt cmd_logout_opts[] = {
	CONNECT_OPTS,
	{ 0 }
};
/* clang-format on */

static int forget(const struct auth_config *cfg, struct err *err)
{
	cleanup_(oauth_closep) struct oauth *o = NULL;
	struct oauth_wait wait = { NULL, CLOCK_FOREVER };
	bool any = false;
	int r = oauth_open(cfg, &o, err);

	if (!r)
		r = oauth_forget(o, wait, &any, err);
	if (r < 0)
		return r;
	if (!any) {
		printf("Nobody was signed in to %s.\n", cfg->site);
		return 0;
	}
	printf("Signed out of %s: its tokens are forgotten here.\n"
	       "The consent goes on; it ends where the account lists its connected "
	       "applications%s.\n",
	       cfg->site,
	       cfg->is_cloud ? ", https://id.atlassian.com/manage-profile/apps" : "");
	return 0;
}

int cmd_logout_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct connect_args a = { 0 };
	cleanup_(config_freep) struct config *config = NULL;
	struct signin s = { 0 };
	int r = opt_parse(cmd_logout_opts, argc - 1, argv + 1, connect_only, &a, err);

	(void)env;
	if (r < 0)
		return r;
	if (a.help) {
		cmd_help("logout");
		return 0;
	}
	r = connect_config(&a, NULL, NULL, &config, err);
	if (!r)
		r = signin_init(&s, config, NULL, err);
	if (!r)
		r = forget(&s.auth, err);
	signin_clear(&s);
	return r;
}
