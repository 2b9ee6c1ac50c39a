/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"

#include "base/buf.h"
#include "base/str.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct cmd cmd_table[] = {
	{ "mount", "[OPTION...] DIR", "Mount a site at DIR.", cmd_mount_opts,
	  cmd_mount_main },
	{ "umount", "[OPTION...] DIR", "Unmount DIR.", cmd_umount_opts, cmd_umount_main },
	{ "login", "[OPTION...]", "Sign in with a browser and keep that.", cmd_login_opts,
	  cmd_login_main },
	{ "logout", "[OPTION...]", "Forget a sign-in.", cmd_logout_opts,
	  cmd_logout_main },
	{ "doctor", "[OPTION...]", "Look at everything that has to work.",
	  cmd_doctor_opts, cmd_doctor_main },
	{ "sql", "[OPTION...] STATEMENT", "Run a SELECT and print its rows.",
	  cmd_sql_opts, cmd_sql_main },
	{ "plan", "[OPTION...] STATEMENT",
	  "Show the calls a SELECT would make, making none.", cmd_plan_opts,
	  cmd_plan_main },
	{ "call", "[OPTION...] PROCEDURE [NAME=VALUE...]",
	  "Call a procedure and print its results.", cmd_call_opts, cmd_call_main },
	{ "schema", "[TABLE]", "List the tables, or the columns of one.", cmd_schema_opts,
	  cmd_schema_main },
	{ "demo", "[OPTION...] [DIR]",
	  "Start the bundled simulator and mount it at DIR (default jsm-demo).",
	  cmd_demo_opts, cmd_demo_main },
	{ 0 }
};

/* A code of our own: no errno has this number. */
#define USAGE_CODE (-100000)

int cmd_usage(struct err *err, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, USAGE_CODE, "%s", text);
}

static const struct cmd *find(const char *name)
{
	for (const struct cmd *c = cmd_table; c->name; c++) {
		if (!strcmp(c->name, name))
			return c;
	}
	return NULL;
}

static void print_usage(FILE *to)
{
	fputs("usage: jsmfs COMMAND [ARGUMENT...]\n\n"
	      "A Jira Service Management site as files.\n\n",
	      to);
	for (const struct cmd *c = cmd_table; c->name; c++)
		fprintf(to, "  %-8s %s\n", c->name, c->doc);
	fputs("\n  jsmfs COMMAND --help tells the options; the manual is jsmfs(1).\n",
	      to);
}

void cmd_help(const char *name)
{
	const struct cmd *c = find(name);
	struct buf text = BUF_INIT(64 * 1024);

	opt_usage(c->opts, &text);
	printf("usage: jsmfs %s %s\n\n%s\n\n%s", c->name, c->args, c->doc,
	       buf_str(&text));
	buf_clear(&text);
}

/* mount(8) runs a helper as `mount.jsmfs SOURCE DIR -o …`: that is our mount. */
static bool is_mount_helper(const char *program)
{
	const char *slash = strrchr(program, '/');

	return !strcmp(slash ? slash + 1 : program, "mount.jsmfs");
}

int cmd_main(int argc, char **argv)
{
	struct cmd_env env = { argv[0] };
	struct err err = { 0 };
	const struct cmd *c;
	int r;

	if (is_mount_helper(argv[0])) {
		r = cmd_mount_main(&env, argc, argv, &err);
	} else if (argc < 2) {
		print_usage(stderr);
		return 2;
	} else if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	           !strcmp(argv[1], "help")) {
		print_usage(stdout);
		return 0;
	} else if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts("jsmfs " JSMFS_VERSION);
		return 0;
	} else {
		c = find(argv[1]);
		/* mount -t fuse.jsmfs PROFILE DIR runs `jsmfs PROFILE DIR -o …`. */
		if (!c && argc >= 3 && argv[1][0] != '-')
			r = cmd_mount_main(&env, argc, argv, &err);
		else if (!c)
			r = cmd_usage(&err, "there is no command '%s'", argv[1]);
		else
			r = c->run(&env, argc - 1, argv + 1, &err);
	}
	if (r >= 0)
		return 0;
	fprintf(stderr, "jsmfs: %s\n", err.msg);
	if (r == USAGE_CODE)
		fputs("jsmfs: try jsmfs --help, or jsmfs COMMAND --help\n", stderr);
	if (err.outcome == ERR_OUTCOME_UNKNOWN)
		return 3;
	return r == USAGE_CODE ? 2 : 1;
}
