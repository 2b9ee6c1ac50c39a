/* SPDX-License-Identifier: MIT */
/*
 * A site: transport, credentials and the conventions of its REST interface.
 * Threads: any.
 */
#ifndef JSMFS_REST_CLIENT_H
#define JSMFS_REST_CLIENT_H

#include "auth/auth.h"
#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/run.h"
#include "model/model.h"
#include "net/transport.h"

#include <stdbool.h>
#include <stdint.h>

struct client;

/* The largest page seen is a few hundred KiB; this bounds a broken server. */
#define CLIENT_ANSWER_MAX_BYTES (64u << 20)

/*
 * Answers kept between calls, by key; what implements it bounds and ages them.
 * Threads: any.
 */
struct answer_cache {
	/* True, the body in *ret and its age if there is one at most max_age_ms old. */
	bool (*get)(void *ctx, struct span key, int64_t max_age_ms, struct buf *ret,
	            int64_t *ret_age_ms);
	void (*put)(void *ctx, struct span key, struct span body);
	void *ctx;
};

struct client_config {
	const char *url;                  /* the property: checked here */
	struct transport *transport;      /* borrowed */
	struct auth *auth;                /* borrowed; NULL: anonymous */
	const struct auth_config *signin; /* borrowed: what auth was made of, or NULL */
	const char *language;             /* RequestLanguage, or "" */
	const struct answer_cache *cache; /* copied; NULL: nothing is kept */
	int64_t metadata_ttl_ms; /* how long answers of metadata endpoints are good */
	unsigned max_in_flight;  /* calls that one scan may have on their way */
};

int client_new(const struct client_config *cfg, struct client **ret, struct err *err)
	must_check_;
void client_free(struct client *c);
DEFINE_CLEANUP(struct client *, client_free)

/* Canonical address of the site; the credentials may name another for the calls. */
const char *client_base(const struct client *c);
const struct auth_config *client_signin(const struct client *c); /* NULL: none */
unsigned client_max_in_flight(const struct client *c);

/*
 * Looks into the cache for what run accepts: its fresh_ms, else MetadataTTL; counts
 * a hit.  Nothing is there before the site accepted the credentials once, or an
 * old answer would hide that it does not any more.
 */
bool client_cached(struct client *c, const char *path, struct run *run, struct buf *ret);

/* Age of the answer that would be taken from the cache; false if none would. */
bool client_cached_age(struct client *c, const char *path, int64_t *ret_age_ms);
void client_keep(struct client *c, const char *path, struct span body);

/* What was kept under that name at most max_age_ms ago; no answer of the site. */
bool client_recall(struct client *c, const char *name, int64_t max_age_ms,
                   struct buf *ret);

/*
 * What answers at the address: the name says it, or the server is asked, once.  One that
 * does not tell counts as Cloud, and so does, where run takes cached answers only, one
 * that was not asked yet.  Blocks: on the network.
 */
int client_deployment(struct client *c, struct run *run, enum deployment *ret,
                      struct err *err) must_check_;

/* From now on nothing is asked: what run accepts is taken from the cache at any age. */
void client_set_offline(struct client *c, bool offline);
bool client_is_offline(const struct client *c);

struct local_file;

struct call {
	const char *method;
	const char *path;   /* below the base, with its query string */
	const char *bucket; /* rate limit class: the path with {words} */
	unsigned per_s;     /* calls a second the server allows in it, 0: not known */
	struct span body;   /* JSON, or empty */
	const struct local_file *file; /* sent instead as a form's "file", or NULL */
	bool repeatable;
	bool changes; /* a write although it is repeatable: err->outcome tells of it */
	bool for_anybody; /* an answer does not say that the credentials are good */
	/* Bytes of any kind are wanted, these: "bytes=0-1023"; NULL: JSON is. */
	const char *range;
	/* path is a whole address, maybe of somebody else: nothing of ours goes there. */
	bool elsewhere;
};

struct pending; /* a call on its way */

/* Starts a call; counts it in run.  -EDQUOT when run->max_calls is reached. */
int client_start(struct client *c, const struct call *call, struct run *run,
                 struct pending **ret, struct err *err) must_check_;

/*
 * Waits; renews credentials and sends again once on 401 where that helps, and once with
 * the other word for experimental operations where the server misses it.  0 on a 2xx
 * answer, whose body is then in *body (empty for 204); else the errno of rest/status.h.
 */
int client_finish(struct pending *p, struct buf *body, struct err *err) must_check_;

/* Would client_finish() not have to wait for the answer? */
bool pending_settled(const struct pending *p);

/* After client_finish(), also one that failed: 0 and NULL if no answer came. */
int pending_status(const struct pending *p);
const char *pending_url(const struct pending *p); /* what answered */
unsigned pending_attempts(const struct pending *p);
const char *pending_header(const struct pending *p, const char *name);
bool pending_date(const struct pending *p, int64_t *ret_epoch_ms); /* by the server */

/* Stops it if needed; frees. NULL is fine. */
void pending_free(struct pending *p);
DEFINE_CLEANUP(struct pending *, pending_free)

/* start and finish. */
int client_do(struct client *c, const struct call *call, struct run *run,
              struct buf *body, struct err *err) must_check_;

#endif
