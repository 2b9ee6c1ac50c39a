/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"
#include "fs/session.h"

#include <stdbool.h>

enum { OPT_LAZY, OPT_HELP };

/* clang-format off */
const struct opt cmd_umount_opts[] = {
	{ "lazy", 'l', OPT_FLAG, NULL,
	  "Take it away even if it is in use; files that are open stop working." },
	{ "help", 'h', OPT_FLAG, NULL, "Show this text." },
	{ 0 }
};
/* clang-format on */

struct umount_args {
	const char *dir;
	bool lazy, help;
};

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct umount_args *a = ctx;

	if (index == OPT_LAZY) {
		a->lazy = true;
		return 0;
	}
	if (index == OPT_HELP) {
		a->help = true;
		return 0;
	}
	if (a->dir)
		return cmd_usage(err, "one directory is expected");
	a->dir = value;
	return 0;
}

int cmd_umount_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct umount_args a = { 0 };
	int r = opt_parse(cmd_umount_opts, argc - 1, argv + 1, on_arg, &a, err);

	(void)env;
	if (r < 0)
		return r;
	if (a.help) {
		cmd_help("umount");
		return 0;
	}
	if (!a.dir)
		return cmd_usage(err, "which directory?");
	return session_unmount(a.dir, a.lazy, err);
}
