/* SPDX-License-Identifier: MIT */
/*
 * The simulator beside this program is started on a free port of loopback and
 * mounted by a second run of this program, which is told address and
 * credentials through its environment.  What --stop needs to find again is in a
 * file named after the mount point, in a directory only this user can read.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "cli/cmd.h"
#include "fs/session.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define DEMO_USER "agent@example.com"
#define DEMO_TOKEN "demo-token"
#define START_TIMEOUT_MS 20000

/* clang-format off */
const struct opt cmd_demo_opts[] = {
	{ "stop", 0, OPT_FLAG, NULL, "Unmount DIR and end its simulator." },
	{ "data", 0, OPT_VALUE, "WHAT", "The simulator's data: demo, or a number of requests." },
	{ "quiet", 'q', OPT_FLAG, NULL, "No tour; leave it mounted and return." },
	{ "help", 'h', OPT_FLAG, NULL, "Show this text." },
	{ 0 }
};
/* clang-format on */

struct demo {
	const char *dir;
	const char *data;
	bool stop, quiet, help;
	char *real;  /* absolute mount point */
	char *state; /* the file with the simulator's process id */
	char *port_file;
	char *log;   /* what the simulator has to say */
	char *views; /* its own UserDefinedViews */
};

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct demo *d = ctx;

	switch (index) {
	case 0:
		d->stop = true;
		return 0;
	case 1:
		d->data = value;
		return 0;
	case 2:
		d->quiet = true;
		return 0;
	case 3:
		d->help = true;
		return 0;
	default:
		if (d->dir)
			return cmd_usage(err, "one directory is expected");
		d->dir = value;
		return 0;
	}
}

/* Ours alone, or somebody else could choose which process --stop ends. */
static int state_dir(char **ret, struct err *err)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	cleanup_free_ char *dir = run && run[0] == '/' ? str_printf("%s/jsmfs-demo", run)
	                                               : str_printf("/tmp/jsmfs-demo-%u",
	                                                            (unsigned)getuid());
	struct stat st;

	if (!dir)
		return err_nomem(err);
	if (mkdir(dir, 0700) < 0 && errno != EEXIST)
		return err_set(err, -errno, "cannot make %s: %s", dir, strerror(errno));
	if (lstat(dir, &st) < 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid() ||
	    st.st_mode & 077)
		return err_set(err, -EACCES, "%s is not a directory of yours alone", dir);
	*ret = take_ptr(dir);
	return 0;
}

static int find_places(struct demo *d, struct err *err)
{
	cleanup_free_ char *dir = NULL;
	char *name;
	int r = state_dir(&dir, err);

	if (r < 0)
		return r;
	/* After a crash the mount point may not answer; its parent does. */
	d->real = realpath(d->dir, NULL);
	if (!d->real && d->dir[0] != '/') {
		cleanup_free_ char *cwd = getcwd(NULL, 0);

		d->real = cwd ? str_printf("%s/%s", cwd,
		                           d->dir + (str_starts(d->dir, "./") ? 2 : 0))
		              : NULL;
	} else if (!d->real) {
		d->real = str_dup(d->dir);
	}
	name = d->real ? str_dup(d->real) : NULL;
	if (!name)
		return err_nomem(err);
	for (char *p = name; *p; p++) {
		if (*p == '/')
			*p = '%';
	}
	d->state = str_printf("%s/%s.pid", dir, name);
	d->port_file = str_printf("%s/%s.port", dir, name);
	d->log = str_printf("%s/%s.log", dir, name);
	d->views = str_printf("%s/%s.views.json", dir, name);
	free(name);
	return d->state && d->port_file && d->views ? 0 : err_nomem(err);
}

static void demo_clear(struct demo *d)
{
	free(d->real);
	free(d->state);
	free(d->port_file);
	free(d->log);
	free(d->views);
}

/* jsmsim stands beside this very program, or in the search path. */
static void exec_beside(const char *name, char **argv)
{
	char self[4096];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n > 0) {
		cleanup_free_ char *path = NULL;

		self[n] = '\0';
		path = str_printf("%.*s%s", (int)(strrchr(self, '/') - self + 1), self,
		                  name);
		if (path)
			execv(path, argv);
	}
	execvp(name, argv);
	fprintf(stderr, "jsmfs: cannot start %s: %s\n", name, strerror(errno));
	_exit(127);
}

static int read_number(const char *path, long *ret)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -ENODATA;
	*ret = strtol(text, NULL, 10);
	return *ret > 0 ? 0 : -ENODATA;
}

static int write_number(const char *path, long number, struct err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);

	if (fd < 0 || dprintf(fd, "%ld\n", number) < 0) {
		int e = errno;

		if (fd >= 0)
			close(fd);
		return err_set(err, -e, "cannot write %s: %s", path, strerror(e));
	}
	close(fd);
	return 0;
}

/* The process in the state file, if it is (still) a simulator. */
static pid_t simulator_pid(const struct demo *d)
{
	cleanup_free_ char *path = NULL;
	char comm[32] = "";
	long pid;
	int fd;

	if (read_number(d->state, &pid) < 0)
		return 0;
	path = str_printf("/proc/%ld/comm", pid);
	fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	if (fd < 0)
		return 0;
	if (read(fd, comm, sizeof(comm) - 1) < 0)
		comm[0] = '\0';
	close(fd);
	return str_starts(comm, "jsmsim") ? (pid_t)pid : 0;
}

static int tell_log(const struct demo *d, struct err *err)
{
	char text[300] = "";
	int fd = open(d->log, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	if (fd >= 0)
		close(fd);
	text[strcspn(text, "\n")] = '\0';
	return err_set(err, -ECHILD, "the simulator ended at once: %s", text);
}

static int start_simulator(struct demo *d, long *ret_port, struct err *err)
{
	char *argv[] = { (char *)(uintptr_t) "jsmsim",
		         (char *)(uintptr_t) "--quiet",
		         (char *)(uintptr_t) "--listen",
		         (char *)(uintptr_t) "127.0.0.1:0",
		         (char *)(uintptr_t) "--data",
		         (char *)(uintptr_t)d->data,
		         (char *)(uintptr_t) "--port-file",
		         d->port_file,
		         NULL };
	int64_t deadline = clock_deadline(START_TIMEOUT_MS);
	pid_t pid;
	int r;

	unlink(d->port_file);
	unlink(d->views);
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return err_set(err, -errno, "cannot start the simulator: %s",
		               strerror(errno));
	if (!pid) {
		int null = open("/dev/null", O_RDWR);

		int log = open(d->log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0600);

		/* It outlives us: whoever reads our output must not wait for it. */
		setsid();
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(log >= 0 ? log : null, STDERR_FILENO);
		exec_beside("jsmsim", argv);
	}
	r = write_number(d->state, pid, err);
	while (!r && read_number(d->port_file, ret_port) < 0) {
		int status;

		if (waitpid(pid, &status, WNOHANG) == pid)
			return tell_log(d, err);
		if (!clock_left_ms(deadline))
			r = err_set(err, -ETIMEDOUT, "the simulator does not come up");
		poll(NULL, 0, 20);
	}
	unlink(d->port_file);
	if (r < 0)
		kill(pid, SIGTERM);
	return r;
}

static int run_mount(const struct demo *d, long port, struct err *err)
{
	cleanup_free_ char *url = str_printf("JSMFS_URL=http://127.0.0.1:%ld", port);
	cleanup_free_ char *path =
		str_printf("PATH=%s", getenv("PATH") ? getenv("PATH") : "");
	cleanup_free_ char *home =
		str_printf("HOME=%s", getenv("HOME") ? getenv("HOME") : "");
	cleanup_free_ char *views = str_printf("JSMFS_USERDEFINEDVIEWS=%s", d->views);
	char *argv[] = { (char *)(uintptr_t) "jsmfs",    (char *)(uintptr_t) "mount",
		         (char *)(uintptr_t) "--config", (char *)(uintptr_t) "/dev/null",
		         (char *)(uintptr_t)d->real,     NULL };
	char *envp[] = { url,
		         path,
		         home,
		         views,
		         (char *)(uintptr_t) "JSMFS_AUTHSCHEME=APIToken",
		         (char *)(uintptr_t) "JSMFS_USER=" DEMO_USER,
		         (char *)(uintptr_t) "JSMFS_APITOKEN=" DEMO_TOKEN,
		         NULL };
	int status;
	pid_t pid;

	if (!url || !path || !home || !views)
		return err_nomem(err);
	pid = fork();
	if (pid < 0)
		return err_set(err, -errno, "cannot start the mount: %s",
		               strerror(errno));
	if (!pid) {
		execve("/proc/self/exe", argv, envp);
		_exit(127);
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		return err_set(err, -EIO, "the mount failed");
	return 0;
}

static int stop(struct demo *d, struct err *err)
{
	pid_t pid = simulator_pid(d);
	struct err why = { 0 };
	int r = session_unmount(d->real, false, &why);

	if (r < 0 && pid)
		r = session_unmount(d->real, true, &why);
	if (pid)
		kill(pid, SIGTERM);
	unlink(d->state);
	unlink(d->log);
	if (r < 0 && !pid)
		return err_set(err, r, "%s is not a demo that runs: %s", d->dir, why.msg);
	rmdir(d->real);
	printf("stopped %s\n", d->dir);
	return 0;
}

static void show(const struct demo *d, const char *command)
{
	cleanup_free_ char *line = str_printf("cd '%s' && { %s; }", d->real, command);

	printf("\n$ %s\n", command);
	fflush(NULL);
	if (line && system(line) != 0)
		printf("(the command failed)\n");
}

static void tour(const struct demo *d)
{
	printf("A service desk is mounted at %s. A short tour of it:\n", d->dir);
	show(d, "ls");
	show(d, "cat ServiceDesks/rows.csv");
	show(d, "ls Requests/by/RequestStatus");
	show(d, "cat Requests/RequestStatus=OPEN_REQUESTS/count");
	show(d, "cut -f2,7,11 Requests/ServiceDeskId=1/_limit=5/rows.tsv");
	show(d, "cut -f11 Requests/rows.tsv | tail -n +2 | sort | uniq -c | sort -rn");
	show(d, "cat Requests/RequestStatus=OPEN_REQUESTS/plan");
	show(d, "echo 'Email=ann@example.com FullName=\"Ann Lee\"' > "
	        "proc/CreateCustomer/call && "
	        "cat proc/CreateCustomer/last.csv");
	printf("\nAll of it is explained in %s/README.md\n", d->dir);
}

static int start(struct demo *d, struct err *err)
{
	long port = 0;
	int r;

	if (strchr(d->real, '\''))
		return err_set(err, -EINVAL, "%s has a quote in its name", d->real);
	if (mkdir(d->real, 0755) < 0 && errno != EEXIST && errno != ENOTCONN)
		return err_set(err, -errno, "cannot make %s: %s", d->dir,
		               strerror(errno));
	if (simulator_pid(d))
		return err_set(err, -EBUSY,
		               "a demo runs at %s already: jsmfs demo --stop %s ends it",
		               d->dir, d->dir);
	r = start_simulator(d, &port, err);
	if (r < 0)
		return r;
	r = run_mount(d, port, err);
	if (r < 0) {
		kill(simulator_pid(d), SIGTERM);
		unlink(d->state);
		return r;
	}
	if (d->quiet) {
		printf("mounted %s from http://127.0.0.1:%ld\n", d->dir, port);
		return 0;
	}
	tour(d);
	/* Nobody to press a key: it stays until it is stopped. */
	if (!isatty(STDIN_FILENO)) {
		printf("It stays mounted; jsmfs demo --stop %s ends it.\n", d->dir);
		return 0;
	}
	printf("\nLook around in another terminal. Enter ends the demo. ");
	fflush(stdout);
	while (r = getchar(), r != '\n' && r != EOF)
		;
	return stop(d, err);
}

int cmd_demo_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct demo d = { .data = "demo" };
	int r = opt_parse(cmd_demo_opts, argc - 1, argv + 1, on_arg, &d, err);

	(void)env;
	if (r < 0)
		return r;
	if (d.help) {
		cmd_help("demo");
		return 0;
	}
	if (!d.dir)
		d.dir = "jsm-demo";
	r = find_places(&d, err);
	if (!r)
		r = d.stop ? stop(&d, err) : start(&d, err);
	demo_clear(&d);
	return r;
}
