/* SPDX-License-Identifier: MIT */
#include "cli/connect.h"

#include "base/log.h"
#include "cli/cmd.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

int connect_opt(struct connect_args *a, int index, const char *value, struct err *err)
{
	switch ((enum connect_opt)index) {
	case CONNECT_PROFILE:
		a->profile = value;
		return 0;
	case CONNECT_CONNECTION:
		a->connection = value;
		return 0;
	case CONNECT_CONFIG:
		a->config = value;
		return 0;
	case CONNECT_OPTION:
		if (a->n_options == ARRAY_SIZE(a->options))
			return err_set(err, -EINVAL, "more than %zu times -o",
			               ARRAY_SIZE(a->options));
		a->options[a->n_options++] = value;
		return 0;
	case CONNECT_DEBUG:
		a->debug = value;
		return 0;
	case CONNECT_HELP:
		a->help = true;
		return 0;
	case CONNECT_N:
		break;
	}
	return err_set(err, -EINVAL, "unknown option");
}

int connect_only(void *ctx, int index, const char *value, struct err *err)
{
	if (index < 0)
		return cmd_usage(err, "'%s' is not expected", value);
	return connect_opt(ctx, index, value, err);
}

/*
 * From now on there are secrets in memory: no core file takes them to a disk, and no
 * other process of the user's looks into this one.
 */
static void keep_to_ourselves(void)
{
	const struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		log_debug(LOG_CLI, "core files cannot be switched off, ignoring");
}

/*
 * The arguments of a process can be read by everybody on the machine for as long
 * as it lives; what was read is struck out.
 */
static void strike_out(const char *arg)
{
	char *p = (char *)(uintptr_t)arg;

	if (p)
		memset(p, '*', strlen(p));
}

/* Whether the value at the start of text is the name of a file, which is no secret. */
static bool is_file_name(const char *text)
{
	cleanup_free_ char *name = span_dup((struct span){ text, strcspn(text, ";,") });

	return name && !access(name, F_OK);
}

static bool names_secret(const char *text)
{
	for (size_t i = 0; i < PROP_COUNT; i++) {
		const struct property *p = &model_properties[i];
		size_t n = strlen(p->name);

		if (!(p->flags & PROP_SECRET))
			continue;
		for (const char *at = strcasestr(text, p->name); at;
		     at = strcasestr(at + 1, p->name)) {
			const char *value = at + n + strspn(at + n, " ");

			if (*value == '=' &&
			    !(p->flags & PROP_STORE && is_file_name(value + 1)))
				return true;
		}
	}
	return false;
}

/* "a=b,c=d"; a comma inside a value is written \, as in fstab. */
static int read_options(struct config *c, const char *text, connect_word_fn *words,
                        void *ctx, struct err *err)
{
	struct buf item = BUF_INIT(64 * 1024);
	int r = 0;

	for (const char *p = text; !r; p++) {
		struct span value, name;

		if (*p == '\\' && p[1] == ',') {
			buf_putc(&item, *++p);
			continue;
		}
		if (*p && *p != ',') {
			buf_putc(&item, *p);
			continue;
		}
		value = buf_view(&item);
		name = span_cut(&value, '=');
		r = words && name.n ? words(ctx, name, value, err) : 0;
		if (!r && name.n) {
			cleanup_free_ char *copy = span_dup(name);

			r = copy ? config_set(c, copy, value, err) : err_nomem(err);
		}
		if (r > 0)
			r = 0;
		buf_reset(&item);
		if (!*p)
			break;
	}
	secret_clear(&item);
	return r;
}

static int read_command_line(struct config *c, struct connect_args *a,
                             connect_word_fn *words, void *ctx, struct err *err)
{
	bool secret = a->connection && names_secret(a->connection);
	int r = a->connection ? config_read_connection(c, a->connection, err) : 0;

	if (secret)
		strike_out(a->connection);
	for (size_t i = 0; i < a->n_options && !r; i++) {
		bool hide = names_secret(a->options[i]);

		r = read_options(c, a->options[i], words, ctx, err);
		if (hide)
			strike_out(a->options[i]);
		secret |= hide;
	}
	if (secret)
		fputs("jsmfs: warning: a secret on the command line can be seen by "
		      "others for "
		      "a moment; a configuration file, the environment, or a property "
		      "such as "
		      "APITokenCommand keeps it private\n",
		      stderr);
	return r;
}

int connect_config(struct connect_args *a, connect_word_fn *words, void *ctx,
                   struct config **ret, struct err *err)
{
	cleanup_(config_freep) struct config *c = NULL;
	int r = config_new(&c, err);

	keep_to_ourselves();
	if (!r && a->debug)
		r = log_set_debug(a->debug, err);
	if (!r)
		r = config_read_file(c, a->config, a->profile, err);
	if (!r)
		r = config_read_environment(c, environ, err);
	config_wipe_environment(environ);
	if (!r)
		r = read_command_line(c, a, words, ctx, err);
	if (!r && a->without_site)
		config_without_site(c);
	if (!r)
		r = config_finish(c, err);
	if (r < 0)
		return config_blame(r);
	*ret = take_ptr(c);
	return 0;
}
