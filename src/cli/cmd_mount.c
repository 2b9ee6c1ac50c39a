/* SPDX-License-Identifier: MIT */
/*
 * Everything that may ask the user or needs the terminal happens before the
 * fork (configuration, secrets, the mount point), every thread is started after
 * it.  The child tells the parent through a pipe how it went: one struct err,
 * with code 0 once the mount answers.
 */
#include "base/log.h"
#include "catalog/userviews.h"
#include "cli/app.h"
#include "cli/cmd.h"
#include "cli/connect.h"
#include "cli/doctor.h"
#include "fs/mountpoint.h"
#include "fs/session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_RESULT_BYTES (4ull << 30)
#define MAX_KERNEL_OPTIONS 4096

enum { OPT_FOREGROUND = CONNECT_N, OPT_NO_CHECK, OPT_N, OPT_V, OPT_R, OPT_W };

/* clang-format off */
const struct opt cmd_mount_opts[] = {
	CONNECT_OPTS,
	{ "foreground", 'f', OPT_FLAG, NULL, "Stay in the foreground and log to standard error." },
	{ "no-check", 0, OPT_FLAG, NULL,
	  "Mount without asking the site whether address and credentials work." },
	{ "no-mtab", 'n', OPT_FLAG, NULL, "Accepted for mount(8)." },
	{ "verbose", 'v', OPT_FLAG, NULL, "Accepted for mount(8)." },
	{ "read-only", 'r', OPT_FLAG, NULL, "Like -o ro." },
	{ "rw", 'w', OPT_FLAG, NULL, "Like -o rw." },
	{ 0 }
};
/* clang-format on */

/* clang-format off */
const struct mount_word cmd_mount_words[] = {
	{ "ro", MOUNT_READ_ONLY, "Refuse everything that would change the site, like ReadOnly." },
	{ "allow_other", MOUNT_SHARED, "Let other users read the mount with the account it was made with." },
	{ "allow_root", MOUNT_SHARED, "Let root read the mount with the account it was made with." },
	{ "auto_unmount", MOUNT_KERNEL, "Unmount when the process dies." },
	{ "debug", MOUNT_DEBUG, "Show the exchange with the kernel." },
	{ "rw", MOUNT_IGNORED, NULL },
	{ "suid", MOUNT_IGNORED, NULL },
	{ "dev", MOUNT_IGNORED, NULL },
	{ "exec", MOUNT_IGNORED, NULL },
	{ "nosuid", MOUNT_IGNORED, NULL },
	{ "nodev", MOUNT_IGNORED, NULL },
	{ "noexec", MOUNT_IGNORED, NULL },
	{ "user", MOUNT_IGNORED, NULL },
	{ "users", MOUNT_IGNORED, NULL },
	{ "nouser", MOUNT_IGNORED, NULL },
	{ "owner", MOUNT_IGNORED, NULL },
	{ "group", MOUNT_IGNORED, NULL },
	{ "auto", MOUNT_IGNORED, NULL },
	{ "noauto", MOUNT_IGNORED, NULL },
	{ "defaults", MOUNT_IGNORED, NULL },
	{ "_netdev", MOUNT_IGNORED, NULL },
	{ "nofail", MOUNT_IGNORED, NULL },
	{ "async", MOUNT_IGNORED, NULL },
	{ "atime", MOUNT_IGNORED, NULL },
	{ "noatime", MOUNT_IGNORED, NULL },
	{ "nodiratime", MOUNT_IGNORED, NULL },
	{ "relatime", MOUNT_IGNORED, NULL },
	{ "norelatime", MOUNT_IGNORED, NULL },
	{ "default_permissions", MOUNT_IGNORED, NULL },
	{ "comment", MOUNT_IGNORED, NULL },
	{ "fsname", MOUNT_IGNORED, NULL },
	{ "subtype", MOUNT_IGNORED, NULL },
	{ 0 }
};
/* clang-format on */

struct mount_args {
	struct connect_args connect;
	const char *words[2];
	size_t n_words;
	bool foreground;
	bool no_check;
	bool read_only;
	bool shared;
	bool debug;
	struct buf kernel; /* options for the kernel, comma-separated */
};

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct mount_args *a = ctx;

	if (index >= 0 && index < CONNECT_N)
		return connect_opt(&a->connect, index, value, err);
	switch (index) {
	case OPT_FOREGROUND:
		a->foreground = true;
		return 0;
	case OPT_NO_CHECK:
		a->no_check = true;
		return 0;
	case OPT_R:
		a->read_only = true;
		return 0;
	case OPT_N:
	case OPT_V:
	case OPT_W:
		return 0;
	default:
		break;
	}
	if (a->n_words == ARRAY_SIZE(a->words))
		return cmd_usage(err, "a directory is expected, or a profile and one");
	a->words[a->n_words++] = value;
	return 0;
}

static int kernel_option(struct mount_args *a, struct span name, struct span value,
                         struct err *err)
{
	if (a->kernel.len)
		buf_putc(&a->kernel, ',');
	buf_span(&a->kernel, name);
	if (value.n)
		buf_printf(&a->kernel, "=%.*s", SPAN_FMT(value));
	if (buf_status(&a->kernel))
		return err_set(err, -EINVAL, "the mount options are too long");
	return 1;
}

/* Words of -o that are no connection properties: 1 when taken. */
static int on_word(void *ctx, struct span name, struct span value, struct err *err)
{
	const struct mount_word *w = cmd_mount_words;
	struct mount_args *a = ctx;

	if (name.n >= 2 && (name.p[0] | 32) == 'x' && name.p[1] == '-')
		return 1;
	while (w->name && !span_is(name, w->name))
		w++;
	if (!w->name)
		return 0;
	switch (w->effect) {
	case MOUNT_READ_ONLY:
		a->read_only = true;
		return 1;
	case MOUNT_DEBUG:
		a->debug = true;
		return 1;
	case MOUNT_SHARED:
		a->shared = true;
		return kernel_option(a, name, value, err);
	case MOUNT_KERNEL:
		return kernel_option(a, name, value, err);
	case MOUNT_IGNORED:
		break;
	}
	return 1;
}

/* ------------------------------------------------------------------ serving */

struct serving {
	int pipe_fd;  /* to the parent; -1 in the foreground, or when it was told */
	int watch_fd; /* the same, for who watches it */
	atomic_bool told;
	bool no_check;
	struct config *config;
	struct fs_config fs;
};

static void tell_parent(struct serving *s, const struct err *err)
{
	if (s->pipe_fd < 0)
		return;
	atomic_store(&s->told, true);
	if (write(s->pipe_fd, err, sizeof(*err)) < 0)
		log_warn(LOG_CLI, "the parent process is gone");
	close(s->pipe_fd);
	s->pipe_fd = -1;
}

/* From here on nobody waits for us: let go of the terminal and the directory. */
static void on_ready(void *ctx)
{
	struct serving *s = ctx;
	struct err fine = { 0 };
	int fd;

	if (s->pipe_fd < 0)
		return;
	if (chdir("/"))
		log_warn(LOG_CLI, "cannot change to / (%s), ignoring", strerror(errno));
	fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int i = 0; fd >= 0 && i < 3; i++)
		(void)dup2(fd, i);
	if (fd > 2)
		close(fd);
	tell_parent(s, &fine);
}

/* A mount that asked itself would wait for itself. */
static bool lies_below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && (dir[n - 1] == '/' || path[n] == '/');
}

static int serve(struct serving *s, struct err *err)
{
	cleanup_(app_closep) struct app *app = NULL;
	struct doctor_facts facts;
	sigset_t set, old;
	int r;

	/* the network thread must not be the one that is asked to end */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &old);
	r = app_open(s->config, &app, err);
	if (r < 0)
		config_free(s->config);
	else
		r = app_refresh(app, err);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (r < 0)
		return r;
	if (lies_below(userviews_path(app->views), s->fs.mountpoint))
		return err_set(err, -EINVAL,
		               "the file of views %s would lie below the mount: set "
		               "UserDefinedViews to another",
		               userviews_path(app->views));
	if (s->no_check)
		app_recall(app);
	else
		r = app_check(app, err);
	if (r < 0)
		return r;
	s->fs.catalog = app->catalog;
	s->fs.engine = app->engine;
	s->fs.client = app->client;
	r = doctor_facts_init(&facts, app->config, app, err);
	if (r < 0)
		return r;
	s->fs.doctor = &facts.config;
	s->fs.relearn = app_relearn;
	s->fs.relearn_ctx = app;
	s->fs.ready = on_ready;
	s->fs.ready_ctx = s;
	r = session_run(&s->fs, err);
	doctor_facts_clear(&facts);
	return r;
}

static void fill_config(struct serving *s, const struct mount_args *a, const char *path)
{
	const struct config *c = s->config;
	long max_rows = config_int(c, PROP_MAX_ROWS);

	s->fs = (struct fs_config){
		.mountpoint = path,
		.options = buf_str(&a->kernel),
		.indexers = config_get(c, PROP_INDEXERS),
		.version = JSMFS_VERSION,
		.timeout_s = config_int(c, PROP_TIMEOUT),
		.cache_tolerance_s = config_int(c, PROP_CACHE_TOLERANCE),
		.max_parallel = (unsigned)config_int(c, PROP_MAX_CONNECTIONS),
		.process_budget = config_int(c, PROP_PROCESS_BUDGET),
		.max_rows = max_rows > 0 ? (uint64_t)max_rows : 0,
		.max_result_bytes = MAX_RESULT_BYTES,
		.read_only = a->read_only || config_bool(c, PROP_READ_ONLY),
		.shared = a->shared,
		.debug = a->debug,
	};
}

/* Until the parent is told, its end is ours: we may be waiting for a browser. */
static void *watch_parent(void *arg)
{
	struct serving *s = arg;
	struct pollfd p = { .fd = s->watch_fd };

	while (poll(&p, 1, -1) < 0 && errno == EINTR)
		continue;
	close(p.fd);
	if (!atomic_load(&s->told))
		kill(getpid(), SIGTERM);
	return NULL;
}

static void start_watching(struct serving *s)
{
	sigset_t all, old;
	pthread_t thread;

	s->watch_fd = fcntl(s->pipe_fd, F_DUPFD_CLOEXEC, 0);
	if (s->watch_fd < 0)
		return;
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	if (pthread_create(&thread, NULL, watch_parent, s))
		close(s->watch_fd);
	else
		pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
}

/* In the child; never returns an error, the parent prints it. */
static int serve_as_child(struct serving *s)
{
	struct err err = { 0 };
	int r;

	(void)setsid();
	start_watching(s);
	r = serve(s, &err);
	err.code = r;
	if (r < 0 && s->pipe_fd >= 0)
		tell_parent(s, &err);
	else if (r < 0)
		log_error(LOG_CLI, "%s", err.msg);
	return 0;
}

static int wait_for_child(int fd, struct err *err)
{
	struct err told;
	size_t at = 0;
	ssize_t n = 1;

	while (at < sizeof(told) && n) {
		n = read(fd, (char *)&told + at, sizeof(told) - at);
		if (n < 0 && errno != EINTR)
			break;
		at += n > 0 ? (size_t)n : 0;
		n = n < 0 ? 1 : n;
	}
	close(fd);
	if (at < sizeof(told))
		return err_set(err, -EIO, "the mounting process ended without a word");
	if (told.code)
		*err = told;
	return told.code;
}

static int serve_in_background(struct serving *s, struct err *err)
{
	int fds[2];
	pid_t child;

	if (pipe2(fds, O_CLOEXEC))
		return err_set(err, -errno, "pipe: %s", strerror(errno));
	(void)fflush(NULL);
	child = fork();
	if (child < 0) {
		close(fds[0]);
		close(fds[1]);
		return err_set(err, -errno, "fork: %s", strerror(errno));
	}
	if (child) {
		close(fds[1]);
		config_free(s->config);
		return wait_for_child(fds[0], err);
	}
	close(fds[0]);
	s->pipe_fd = fds[1];
	return serve_as_child(s);
}

int cmd_mount_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct mount_args a = { .kernel = BUF_INIT(MAX_KERNEL_OPTIONS) };
	struct serving s = { .pipe_fd = -1 };
	cleanup_free_ char *path = NULL;
	int r = opt_parse(cmd_mount_opts, argc - 1, argv + 1, on_arg, &a, err);

	(void)env;
	if (r < 0)
		return r;
	if (a.connect.help) {
		cmd_help("mount");
		return 0;
	}
	if (!a.n_words)
		return cmd_usage(err, "which directory?");
	if (a.n_words == 2)
		a.connect.profile = a.words[0];
	r = connect_config(&a.connect, on_word, &a, &s.config, err);
	if (r < 0)
		return r;
	r = session_check_target(a.words[a.n_words - 1], err);
	if (!r)
		r = mountpoint_path(a.words[a.n_words - 1], &path, err);
	if (r < 0) {
		config_free(s.config);
		return r;
	}
	fill_config(&s, &a, path);
	s.no_check = a.no_check;
	if (a.foreground)
		r = serve(&s, err);
	else
		r = serve_in_background(&s, err);
	buf_clear(&a.kernel);
	return r;
}
