/* SPDX-License-Identifier: MIT */
/* What the doctor finds on this machine. */
#include "catalog/catalog.h"
#include "proc/doctor_i.h"
#include "store/db.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void doctor_settings(struct doctor *d)
{
	const struct doctor_config *c = d->cfg;

	if (c->settings_path[0])
		doctor_say(d, VERDICT_OK, "configuration file", NULL, "%s",
		           c->settings_path);
	else
		doctor_say(d, VERDICT_OK, "configuration file", NULL, "none");
	for (size_t i = 0; i < c->n_settings; i++) {
		const struct doctor_setting *s = &c->settings[i];

		doctor_say(d, VERDICT_OK, s->name, NULL, "%s (%s)",
		           s->is_secret ? "is set" : s->value, s->from);
	}
}

/* In PATH and set-user-ID root. */
static bool has_helper(bool *ret_usable)
{
	struct span rest = span_of(getenv("PATH"));

	while (rest.n) {
		struct span dir = span_cut(&rest, ':');
		cleanup_free_ char *path = str_printf("%.*s/fusermount3", SPAN_FMT(dir));
		struct stat st;

		if (!path || stat(path, &st) || !S_ISREG(st.st_mode))
			continue;
		*ret_usable =
			st.st_uid == 0 && st.st_mode & S_ISUID && !access(path, X_OK);
		return true;
	}
	return false;
}

void doctor_fuse(struct doctor *d)
{
	bool is_there = !access("/dev/fuse", F_OK), usable = false;
	bool helper = has_helper(&usable);

	if (!is_there)
		doctor_say(d, VERDICT_WARN, "/dev/fuse",
		           "load the module fuse; in a container, give it the device",
		           "missing: nothing can be mounted");
	else if (access("/dev/fuse", R_OK | W_OK))
		doctor_say(d, VERDICT_WARN, "/dev/fuse",
		           "it is usually open to everybody: chmod 666 /dev/fuse",
		           "this user may not use it: %s", strerrordesc_np(errno));
	else
		doctor_say(d, VERDICT_OK, "/dev/fuse", NULL, "may be used");
	if (geteuid() == 0)
		doctor_say(d, VERDICT_OK, "fusermount3", NULL, "not needed by root");
	else if (!helper)
		doctor_say(d, VERDICT_WARN, "fusermount3", "install the package fuse3",
		           "not found in PATH: only root can mount");
	else
		doctor_say(d, usable ? VERDICT_OK : VERDICT_WARN, "fusermount3",
		           usable ? NULL : "install the package fuse3 again", "%s",
		           usable ? "may be used" : "not set-user-ID root");
}

void doctor_cache(struct doctor *d)
{
	struct db_health h;

	if (!d->cfg->catalog)
		return;
	db_check(catalog_db(d->cfg->catalog), &h);
	if (!h.sound)
		doctor_say(d, VERDICT_WARN, "cache",
		           "remove the file: it holds nothing that the site does not",
		           "%s: %s", h.path, h.problem);
	else if (h.path[0])
		doctor_say(d, VERDICT_OK, "cache", NULL, "%s, %" PRId64 " KiB, sound",
		           h.path, (h.bytes + 1023) / 1024);
	else
		doctor_say(d, VERDICT_OK, "cache", NULL, "in memory");
}

void doctor_proxy(struct doctor *d)
{
	const char *proxy = d->cfg->proxy;

	doctor_say(d, VERDICT_OK, "way to the site", NULL, "%s",
	           proxy[0] ? proxy : "straight, without a proxy");
}
