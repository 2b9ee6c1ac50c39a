/* SPDX-License-Identifier: MIT */
/*
 * The token store (OAuthSettingsLocation): what has to outlive a run, by the name
 * of the sign-in it belongs to.
 *
 * A file is one line of text, encrypted with AES-256-GCM (NIST SP 800-38D); its key
 * lies beside it in FILE.key.  It is replaced as a whole, and only by who holds
 * FILE.lock, so that processes that share it see each other's changes in order.
 * memory://NAME keeps everything in the process.  Threads: any.
 */
#ifndef JSMFS_AUTH_TOKENS_H
#define JSMFS_AUTH_TOKENS_H

#include "base/base.h"
#include "base/err.h"
#include "base/secret.h"
#include "base/sync.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* --- what is kept of one sign-in: texts by name --------------------------------- */

#define KEPT_MAX 16

struct kept {
	struct {
		char name[24];
		struct secret *value;
	} v[KEPT_MAX];
	size_t n;
};

struct span kept_get(const struct kept *k, const char *name); /* empty: not there */

/* Copies value; an empty one removes the name. */
int kept_set(struct kept *k, const char *name, struct span value, struct err *err)
	must_check_;
void kept_clear(struct kept *k);

/* --- the store -------------------------------------------------------------------- */

struct tokens;

/* Touches no file yet.  NULL or "" as the location keeps everything in memory. */
int tokens_new(const char *location, struct tokens **ret, struct err *err) must_check_;
void tokens_free(struct tokens *t);
DEFINE_CLEANUP(struct tokens *, tokens_free)

const char *tokens_location(const struct tokens *t);

/* Could it not be locked because its place cannot be written, and why? */
bool tokens_is_unkept(struct tokens *t, struct err *ret_why);

/*
 * From here to tokens_unlock() nobody else writes, in this process or in another.
 * -EINTR, -ETIMEDOUT at the deadline.  Blocks: as long as somebody else holds it.
 * Where nothing can be written the store goes on in memory with what the file had.
 */
int tokens_lock(struct tokens *t, struct cancel *cancel, int64_t deadline,
                struct err *err) must_check_;
void tokens_unlock(struct tokens *t);

/*
 * *ret is empty when nothing is kept under that name.  -EPERM for files that others can
 * read, -EBADMSG for a file that is damaged or not ours: it stays as it is.
 */
int tokens_read(struct tokens *t, const char *name, struct kept *ret, struct err *err)
	must_check_;

/*
 * Between lock and unlock; on the disk when it returns 0.  An empty *k removes the name.
 * -EBADMSG as above, with nothing written.
 */
int tokens_write(struct tokens *t, const char *name, const struct kept *k,
                 struct err *err) must_check_;

/*
 * Between lock and unlock: renames a damaged file, so that a new one can be begun.
 * *ret_path (malloc'd) is where it is now; NULL: it is in order, or there is none.
 */
int tokens_set_aside(struct tokens *t, char **ret_path, struct err *err) must_check_;

#endif
