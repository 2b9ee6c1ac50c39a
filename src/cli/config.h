/* SPDX-License-Identifier: MIT */
/*
 * The connection properties of this run: file, environment, command line, later
 * wins; defaults from the model.  Read once, then constant.
 */
#ifndef JSMFS_CLI_CONFIG_H
#define JSMFS_CLI_CONFIG_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"
#include "model/model.h"

#include <stdbool.h>
#include <stddef.h>

struct config;

/* Where a setting stands … */
enum config_from {
	CONFIG_FROM_DEFAULT,
	CONFIG_FROM_FILE,
	CONFIG_FROM_ENVIRONMENT,
	CONFIG_FROM_COMMAND_LINE,
	CONFIG_FROM_SYSTEMD,
	CONFIG_FROM_KEYRING,
	CONFIG_FROM_NETRC
};

/* … and what stands there. */
enum config_origin {
	CONFIG_VALUE,
	CONFIG_COMMAND, /* <Name>Command */
	CONFIG_FILE     /* <Name>File */
};

/*
 * What a command returns when its configuration will not do however often it is tried:
 * exit status 2.  No errno has this number.
 */
#define CONFIG_WRONG (-100001)

/* CONFIG_WRONG for an errno that says so when a configuration is read, else code. */
int config_blame(int code);

int config_new(struct config **ret, struct err *err) must_check_; /* the defaults */
void config_free(struct config *c);
DEFINE_CLEANUP(struct config *, config_free)

/*
 * The section [profile] of an INI file.  path NULL: $XDG_CONFIG_HOME/jsmfs/jsmfs.conf
 * (or ~/.config), and then a missing file is fine unless a profile was asked for
 * by name.  Refuses a file that others can read when it holds secrets.
 */
int config_read_file(struct config *c, const char *path, const char *profile,
                     struct err *err) must_check_;

/* Appends the names of the profiles of the usual file, one a line; of no file, none. */
void config_list_profiles(struct buf *out);

/* JSMFS_<NAME> variables, e.g. JSMFS_APITOKEN; also <NAME>COMMAND and <NAME>FILE. */
int config_read_environment(struct config *c, char *const *environ_vars, struct err *err)
	must_check_;

/* "Name=Value;Name='a;b';…": quotes ' or " around a value, doubled inside. */
int config_read_connection(struct config *c, const char *text, struct err *err)
	must_check_;

/* One property by name; also <Name>Command and <Name>File of secrets. */
int config_set(struct config *c, const char *name, struct span value, struct err *err)
	must_check_;

/* What is about to be done needs no site: URL may be missing. */
void config_without_site(struct config *c);

/* After the last source: runs commands, reads secret files, checks what is required. */
int config_finish(struct config *c, struct err *err) must_check_;

const char *config_get(const struct config *c,
                       enum property_id id); /* never NULL; not secrets */
long config_int(const struct config *c, enum property_id id);
bool config_bool(const struct config *c, enum property_id id);
int64_t config_bytes(const struct config *c, enum property_id id); /* of PROP_SIZE */
/* A setting in Other, malloc'd: its default when it is not there; NULL: no memory. */
char *config_other(const struct config *c, const char *name) must_check_;
char *config_other_path(const struct config *c, const char *name) must_check_; /* ~/ */
bool config_utc(const struct config *c); /* ConvertDateTimeToGMT in Other */
const struct secret *config_secret(const struct config *c,
                                   enum property_id id);         /* NULL: unset */
bool config_is_set(const struct config *c, enum property_id id); /* not by default */

enum config_from config_from(const struct config *c, enum property_id id);
enum config_origin config_origin(const struct config *c, enum property_id id);
const char *config_path(const struct config *c); /* of the file that was read, or "" */

/*
 * Overwrites the values of secrets in JSMFS_ variables, which everybody can see who may
 * look at the process, with NUL bytes.
 */
void config_wipe_environment(char *const *environ_vars);

#endif
