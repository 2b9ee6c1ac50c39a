/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include "cli/cmd.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define DRAIN_BYTES (64u * 1024)

int output_format(const char *name, const struct format **ret, struct err *err)
{
	const struct format *f = format_by_name(name);

	if (!f)
		return cmd_usage(err,
		                 "there is no format '%s': use csv, tsv, json, ndjson or "
		                 "table",
		                 name);
	*ret = f;
	return 0;
}

const struct format *output_format_usual(void)
{
	return format_by_name(isatty(STDOUT_FILENO) ? "table" : "csv");
}

int output_drain(struct buf *out, bool all, struct err *err)
{
	size_t at = 0;

	if (!all && out->len < DRAIN_BYTES)
		return buf_status(out) ? err_set(err, -EFBIG, "a row is too large") : 0;
	while (at < out->len) {
		ssize_t n = write(STDOUT_FILENO, out->p + at, out->len - at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(err, -errno, "cannot write the result: %s",
			               strerror(errno));
		at += (size_t)n;
	}
	if (buf_status(out))
		return err_set(err, -EFBIG, "a row is too large");
	buf_reset(out);
	return 0;
}

/*
 * Ctrl-C reaches the run through its token.  A thread waits for the signal, since
 * a handler could not take the token's lock; a second one ends the process.
 */
static void *wait_interrupt(void *arg)
{
	sigset_t set;
	int signo;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	if (sigwait(&set, &signo))
		return NULL;
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	cancel_fire(arg);
	return NULL;
}

/* Before any other thread is made, so that all of them leave the signal alone. */
int output_watch_interrupt(struct cancel *cancel, struct err *err)
{
	sigset_t set;
	pthread_t thread;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (pthread_create(&thread, NULL, wait_interrupt, cancel))
		return err_nomem(err);
	pthread_detach(thread);
	return 0;
}
