/* SPDX-License-Identifier: MIT */
#include "auth/netrc.h"

#include "tap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char path[] = "/tmp/jsmfs-netrc-XX"
		     "XX"
		     "XX";

/* clang-format off */
static const struct {
	const char *text, *login;
	const char *want_login, *want; /* NULL: none */
} cases[] = {
	{ "", "", NULL, NULL },
	{ "machine h login l password p", "", "l", "p" },
	{ "machine h\n\tlogin l\n\tpassword p\n", "", "l", "p" },
	{ "machine h password p login l", "l", "l", "p" },
	{ "machine H password p", "", "", "p" },
	{ "machine h password p", "l", NULL, NULL },
	{ "machine h login l", "", NULL, NULL },
	{ "machine g login l password p", "", NULL, NULL },
	{ "default login l password p", "", NULL, NULL },
	{ "machine h login a password 1 machine h login b password 2", "b", "b", "2" },
	{ "machine h login a default password p", "", NULL, NULL },
	{ "# machine h login x password y\nmachine h login l password p", "", "l", "p" },
	{ "machine h login l password \"a b\\\"c\\\\d\"", "", "l", "a b\"c\\d" },
	{ "machine h login l account a password p", "", "l", "p" },
	{ "macdef x\nmachine h login x password y\n\nmachine h login l password p", "", "l", "p" },
	{ "machine h login l password \"open", "", "l", "open" },
	{ "machine h login", "", NULL, NULL },
	{ "machine", "", NULL, NULL },
	{ "machine h login l password \"\"", "", NULL, NULL },
	{ "machine h machine h login l password p", "", "l", "p" },
};
/* clang-format on */

static void write_text(const char *text, size_t n, mode_t mode)
{
	FILE *f = fopen(path, "w");

	if (!f || fwrite(text, 1, n, f) != n || fclose(f) || chmod(path, mode))
		exit(1);
}

int main(void)
{
	struct err err = { 0 };
	char big[6000];
	int fd = mkstemp(path);

	if (fd < 0)
		skip_all("no temporary file");
	close(fd);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		cleanup_(secret_freep) struct secret *secret = NULL;
		cleanup_free_ char *login = NULL;

		write_text(cases[i].text, strlen(cases[i].text), 0600);
		is_int(netrc_find(path, "h", cases[i].login, &secret, &login, NULL),
		       cases[i].want != NULL, "case %zu", i);
		ok(!cases[i].want || (span_is(secret_reveal(secret), cases[i].want) &&
		                      !strcmp(login, cases[i].want_login)),
		   "its words");
	}
	cleanup_(secret_freep) struct secret *secret = NULL;
	cleanup_free_ char *login = NULL;
	write_text("machine h login l password hunter2", 34, 0604);
	is_int(netrc_find(path, "h", "", &secret, &login, &err), -EPERM,
	       "others can read");
	ok(!strstr(err.msg, "hunter2") && strstr(err.msg, "chmod 600"), "%s", err.msg);
	is_int(netrc_find(path, "g", "", &secret, &login, &err), 0, "nothing of ours");
	memset(big, 'x', sizeof(big));
	memcpy(big, "machine h password ", 19);
	write_text(big, sizeof(big), 0600);
	is_int(netrc_find(path, "h", "", &secret, &login, &err), 0, "a giant word");
	is_int(netrc_find("/nonexistent/x", "h", "", &secret, &login, &err), 0,
	       "no file");
	is_int(netrc_find("/dev", "h", "", &secret, &login, &err), -EINVAL,
	       "a directory");
	unlink(path);
	return done_testing();
}
