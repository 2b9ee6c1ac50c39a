/* SPDX-License-Identifier: MIT */
/*
 * A loop of our own instead of libfuse's: its workers can only be stopped by
 * cancelling threads, and one that waits for a request cannot be told apart from
 * one that works.  Here the device does not block; a worker that finds nothing
 * waits for the device or for the event that ends all.  Of those that wait the
 * kernel wakes one for a request, not all.
 */
#include "fs/session.h"

#include "base/log.h"
#include "base/str.h"
#include "catalog/catalog.h"
#include "fs/fs_i.h"
#include "fs/mountpoint.h"
#include "fs/ops.h"
#include "fs/views.h"

#include <fuse_lowlevel.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#define N_WORKERS 4
#define TURN_NS 100000

/* The first version of the kernel's struct sched_attr, which not every libc has. */
struct turns {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

struct session {
	struct fs *fs;
	struct fuse_session *fuse;
	bool mounted;
	int stop_fd;   /* readable: everybody ends */
	int signal_fd; /* TERM, INT, HUP */
	pthread_t workers[N_WORKERS];
	unsigned n_workers;
	sigset_t old_mask;
};

/* --------------------------------------------------------------------- loop */

static void tell_all(const struct session *s)
{
	uint64_t one = 1;

	/* it only fails if the counter is full: then it is readable */
	if (write(s->stop_fd, &one, sizeof(one)) < 0)
		return;
}

/* What a worker waits with, or -1. */
static int wait_open(const struct session *s)
{
	struct epoll_event device = { .events = EPOLLIN | EPOLLEXCLUSIVE };
	struct epoll_event stop = { .events = EPOLLIN, .data.fd = s->stop_fd };
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return fd;
	if (!epoll_ctl(fd, EPOLL_CTL_ADD, fuse_session_fd(s->fuse), &device) &&
	    !epoll_ctl(fd, EPOLL_CTL_ADD, s->stop_fd, &stop))
		return fd;
	close(fd);
	return -1;
}

/* False when it is time to end. */
static bool wait_for_work(const struct session *s, int fd)
{
	struct epoll_event events[2];
	int n = epoll_wait(fd, events, ARRAY_SIZE(events), -1);

	for (int i = 0; i < n; i++) {
		if (events[i].data.fd == s->stop_fd)
			return false;
	}
	return n >= 0 || errno == EINTR;
}

/*
 * Who asks for short turns has them sooner (sched_setattr(2), Linux from 6.12): names are
 * looked up in microseconds while queries keep all processors busy.  The threads of
 * queries are started by these and inherit it, so that they do not keep others waiting
 * either. Where it cannot be had nothing is lost.
 */
static void ask_for_short_turns(void)
{
	struct turns t = { .size = sizeof(t) };

	if (syscall(SYS_sched_getattr, 0, &t, sizeof(t), 0) || t.policy != SCHED_OTHER)
		return;
	t.runtime_ns = TURN_NS;
	if (syscall(SYS_sched_setattr, 0, &t, 0))
		log_debug(LOG_FS, "sched_setattr: %s", strerror(errno));
}

static void *worker(void *arg)
{
	struct session *s = arg;
	struct fuse_buf buf = { 0 };
	int fd = wait_open(s);

	ask_for_short_turns();
	while (fd >= 0 && !fuse_session_exited(s->fuse)) {
		int n = fuse_session_receive_buf(s->fuse, &buf);

		if (n > 0)
			fuse_session_process_buf(s->fuse, &buf);
		else if ((n != -EAGAIN && n != -EINTR) || !wait_for_work(s, fd))
			break;
	}
	free(buf.mem);
	if (fd >= 0)
		close(fd);
	else
		log_error(LOG_FS, "epoll: %s", strerror(errno));
	tell_all(s);
	return NULL;
}

static int start_workers(struct session *s, struct err *err)
{
	for (; s->n_workers < N_WORKERS; s->n_workers++) {
		int r = pthread_create(&s->workers[s->n_workers], NULL, worker, s);

		if (r && !s->n_workers)
			return err_set(err, -r, "cannot start a thread: %s", strerror(r));
		if (r)
			break;
	}
	return 0;
}

/*
 * Until a signal, or until the workers find that it was unmounted; meanwhile what other
 * processes of this user change is forgotten here.
 */
static void wait_for_end(struct session *s)
{
	struct catalog *catalog = s->fs->cfg.catalog;
	struct pollfd fds[4] = { { .fd = s->signal_fd, .events = POLLIN },
		                 { .fd = s->stop_fd, .events = POLLIN },
		                 { .fd = catalog_changes_fd(catalog), .events = POLLIN },
		                 { .fd = views_watch(s->fs), .events = POLLIN } };
	struct signalfd_siginfo info;

	for (;;) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			break;
		if (fds[0].revents || fds[1].revents)
			break;
		if (fds[3].revents)
			views_drain(s->fs);
		if (!fds[2].revents)
			continue;
		catalog_changes_drain(catalog);
		fs_catch_up(s->fs);
	}
	if (fds[0].revents && read(s->signal_fd, &info, sizeof(info)) > 0)
		log_info(LOG_FS, "unmounting signal=%u", info.ssi_signo);
	else
		log_info(LOG_FS, "unmounted");
}

/* -------------------------------------------------------------------- mounting */

/* "jsmfs#host" without what would end an option. */
static char *fs_name(const struct catalog *c)
{
	const char *p = strstr(catalog_site(c), "://");
	char *name;

	p = p ? p + 3 : catalog_site(c);
	name = str_printf("jsmfs#%.*s", (int)strcspn(p, "/,\\ "), p);
	return name;
}

static int make_args(const struct fs_config *cfg, struct fuse_args *args, struct err *err)
{
	cleanup_free_ char *name = fs_name(cfg->catalog);
	cleanup_free_ char *options = str_printf(
		"nosuid,nodev,noexec,default_permissions,fsname=%s,subtype=jsmfs%s%s%s",
		name ? name : "jsmfs", cfg->read_only ? ",ro" : "",
		*cfg->options ? "," : "", cfg->options);

	if (!name || !options || fuse_opt_add_arg(args, "jsmfs") ||
	    fuse_opt_add_arg(args, "-o") || fuse_opt_add_arg(args, options) ||
	    (cfg->debug && fuse_opt_add_arg(args, "-d")))
		return err_nomem(err);
	return 0;
}

static int mount_it(struct session *s, const struct fs_config *cfg, struct err *err)
{
	struct fuse_args args = { 0 };
	int fd, r = make_args(cfg, &args, err);

	if (!r) {
		s->fuse = fuse_session_new(&args, &ops_table, sizeof(ops_table), s->fs);
		if (!s->fuse)
			r = err_set(err, -EINVAL,
			            "the mount options are not accepted: %s",
			            cfg->options);
	}
	fuse_opt_free_args(&args);
	if (r)
		return r;
	if (fuse_session_mount(s->fuse, cfg->mountpoint))
		return err_set(
			err, -ENODEV,
			"cannot mount at %s: is /dev/fuse there, and may this user "
			"mount?",
			cfg->mountpoint);
	s->mounted = true;
	s->fs->session = s->fuse;
	fd = fuse_session_fd(s->fuse);
	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK))
		return err_set(err, -errno, "the device: %s", strerror(errno));
	return 0;
}

/* Every large snapshot is an open file. */
static void raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return;
	limit.rlim_cur = limit.rlim_max < 65536 ? limit.rlim_max : 65536;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

static int open_fds(struct session *s, struct err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, &s->old_mask);
	(void)signal(SIGPIPE, SIG_IGN);
	s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	s->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (s->stop_fd < 0 || s->signal_fd < 0)
		return err_set(err, -errno, "eventfd: %s", strerror(errno));
	return 0;
}

/*
 * In this order: nobody takes new requests, those under way are told to stop
 * and reply, and only then the device is closed.
 */
static void end(struct session *s)
{
	if (s->fs)
		fs_stop(s->fs);
	if (s->stop_fd >= 0)
		tell_all(s);
	for (unsigned i = 0; i < s->n_workers; i++)
		pthread_join(s->workers[i], NULL);
	if (s->fs)
		fs_end_work(s->fs);
	if (s->mounted)
		fuse_session_unmount(s->fuse);
	if (s->fs)
		fs_end_notices(s->fs);
	if (s->fuse)
		fuse_session_destroy(s->fuse);
	fs_free(s->fs);
	if (s->stop_fd >= 0)
		close(s->stop_fd);
	if (s->signal_fd >= 0)
		close(s->signal_fd);
	pthread_sigmask(SIG_SETMASK, &s->old_mask, NULL);
}

int session_run(const struct fs_config *cfg, struct err *err)
{
	struct session s = { .stop_fd = -1, .signal_fd = -1 };
	int r;

	raise_file_limit();
	r = open_fds(&s, err);
	if (!r)
		r = fs_new(cfg, &s.fs, err);
	if (!r)
		r = mount_it(&s, cfg, err);
	if (!r)
		r = start_workers(&s, err);
	if (!r) {
		log_info(LOG_FS, "mounted at=\"%s\" site=%s", cfg->mountpoint,
		         catalog_site(cfg->catalog));
		wait_for_end(&s);
	}
	end(&s);
	return r;
}
