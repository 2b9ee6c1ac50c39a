/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"

#include "base/buf.h"
#include "base/str.h"
#include "cli/complete.h"
#include "cli/config.h"

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
	{ "sql", "[OPTION...] STATEMENT", "Run a statement and print its rows.",
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

enum { MAIN_HELP, MAIN_VERSION, MAIN_SHELL_INIT };

/* clang-format off */
const struct opt cmd_main_opts[] = {
	{ "help", 'h', OPT_FLAG, NULL, "Show the commands." },
	{ "version", 'V', OPT_FLAG, NULL, "Show the version." },
	{ "shell-init", 0, OPT_VALUE, "SHELL",
	  "Print what sets up completion in bash, zsh or fish." },
	{ 0 }
};
/* clang-format on */

int cmd_usage(struct err *err, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return err_set(err, OPT_USAGE, "%s", text);
}

const struct cmd *cmd_find(const char *name)
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
	fputs("\n  --shell-init bash|zsh|fish   Print what sets up completion.\n"
	      "\n  jsmfs COMMAND --help tells the options; the manual is jsmfs(1).\n",
	      to);
}

void cmd_help(const char *name)
{
	const struct cmd *c = cmd_find(name);
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

static int help(const char *name, struct err *err)
{
	if (!name)
		print_usage(stdout);
	else if (cmd_find(name))
		cmd_help(name);
	else
		return cmd_usage(err, "there is no command '%s'", name);
	return 0;
}

static int shell_init(const char *shell, struct err *err)
{
	const char *script;
	int r = complete_script(shell, &script, err);

	if (r >= 0)
		fputs(script, stdout);
	return r;
}

static int on_main_option(void *ctx, int index, const char *value, struct err *err)
{
	(void)ctx;
	switch (index) {
	case MAIN_HELP:
		return help(NULL, err);
	case MAIN_VERSION:
		puts("jsmfs " JSMFS_VERSION);
		return 0;
	case MAIN_SHELL_INIT:
		return shell_init(value, err);
	default:
		return cmd_usage(err, "'%s' is not expected here", value);
	}
}

static int main_option(int argc, char **argv, struct err *err)
{
	struct buf words = BUF_INIT(1u << 20);

	if (!strcmp(argv[1], "help"))
		return help(argc > 2 ? argv[2] : NULL, err);
	if (strcmp(argv[1], "--complete") != 0)
		return opt_parse(cmd_main_opts, argc - 1, argv + 1, on_main_option, NULL,
		                 err);
	complete_words(argc - 2, argv + 2, &words);
	fputs(buf_str(&words), stdout);
	buf_clear(&words);
	return 0;
}

static int main_command(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	const struct cmd *c = cmd_find(argv[1]);

	if (c)
		return c->run(env, argc - 1, argv + 1, err);
	/* mount -t fuse.jsmfs PROFILE DIR runs `jsmfs PROFILE DIR -o …`. */
	if (argc >= 3)
		return cmd_mount_main(env, argc, argv, err);
	return cmd_usage(err, "there is no command '%s'", argv[1]);
}

int cmd_main(int argc, char **argv)
{
	struct cmd_env env = { argv[0] };
	struct err err = { 0 };
	int r;

	if (!is_mount_helper(argv[0]) && argc < 2) {
		print_usage(stderr);
		return 2;
	}
	if (is_mount_helper(argv[0]))
		r = cmd_mount_main(&env, argc, argv, &err);
	else if (argv[1][0] == '-' || !strcmp(argv[1], "help"))
		r = main_option(argc, argv, &err);
	else
		r = main_command(&env, argc, argv, &err);
	if (r >= 0)
		return 0;
	fprintf(stderr, "jsmfs: %s\n", err.msg);
	if (r == OPT_USAGE)
		fputs("jsmfs: try jsmfs --help, or jsmfs COMMAND --help\n", stderr);
	if (err.outcome == ERR_OUTCOME_UNKNOWN)
		return 3;
	return r == OPT_USAGE || r == CONFIG_WRONG ? 2 : 1;
}
