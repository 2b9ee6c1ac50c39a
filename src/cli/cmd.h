/* SPDX-License-Identifier: MIT */
/* The table of subcommands. */
#ifndef JSMFS_CLI_CMD_H
#define JSMFS_CLI_CMD_H

#include "base/base.h"
#include "base/err.h"
#include "base/opt.h"

/* What main knows of the process. */
struct cmd_env {
	const char *program; /* argv[0] */
};

struct cmd {
	const char *name; /* NULL ends the table */
	const char *args; /* "[OPTION…] DIR" */
	const char *doc;  /* one sentence with a full stop */
	const struct opt *opts;
	/* 0, or a negative errno whose sentence main prints; argv[0] is the command. */
	int (*run)(const struct cmd_env *env, int argc, char **argv, struct err *err);
};

extern const struct cmd cmd_table[];
extern const struct opt cmd_main_opts[]; /* of jsmfs itself */

const struct cmd *cmd_find(const char *name); /* or NULL */

/*
 * argv as main got it. Returns the exit status: 0, 1 failure, 2 wrong usage, 3 when it is
 * not known whether the site did it.
 */
int cmd_main(int argc, char **argv);

/* Writes a command's usage to standard output. */
void cmd_help(const char *name);

/* Marks err as wrong usage, so that main exits with 2 and points to --help. */
int cmd_usage(struct err *err, const char *fmt, ...) printf_(2, 3);

/* A word that -o of mount takes besides connection properties. */
struct mount_word {
	const char *name; /* NULL ends the table */
	enum mount_effect {
		MOUNT_IGNORED, /* of mount(8) and fstab(5) */
		MOUNT_READ_ONLY,
		MOUNT_DEBUG,
		MOUNT_KERNEL, /* goes to the kernel */
		MOUNT_SHARED  /* does so, and others get in */
	} effect;
	const char *doc; /* NULL: it works, and nobody has to know */
};
extern const struct mount_word cmd_mount_words[];

extern const struct opt cmd_doctor_opts[], cmd_login_opts[], cmd_logout_opts[],
	cmd_mount_opts[], cmd_umount_opts[], cmd_sql_opts[], cmd_plan_opts[],
	cmd_call_opts[], cmd_schema_opts[], cmd_demo_opts[];
int cmd_login_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_doctor_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_logout_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_mount_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_umount_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_sql_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_plan_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_call_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_schema_main(const struct cmd_env *env, int argc, char **argv, struct err *err);
int cmd_demo_main(const struct cmd_env *env, int argc, char **argv, struct err *err);

#endif
