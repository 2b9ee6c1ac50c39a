/* SPDX-License-Identifier: MIT */
#include "auth/tokens.h"

#include "auth/seal.h"
#include "auth/tokens_i.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/secret.h"
#include "base/str.h"
#include "base/utf8.h"
#include "json/jdoc.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MEMORY "memory://"
#define SIGN_INS_MAX 64
#define POLL_MS 20

struct tokens {
	char *location;
	struct token_file file;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool held;         /* lock: by one of our own threads */
	int fd;            /* of the lock file, while it is held */
	bool in_memory;    /* lock; set by who holds the store */
	struct buf memory; /* lock */
	struct err unkept; /* lock: why there is no file behind the memory */
};

/* --- one sign-in ------------------------------------------------------------------ */

struct span kept_get(const struct kept *k, const char *name)
{
	for (size_t i = 0; i < k->n; i++) {
		if (str_eq(k->v[i].name, name))
			return secret_reveal(k->v[i].value);
	}
	return (struct span){ "", 0 };
}

static void kept_drop(struct kept *k, size_t i)
{
	secret_free(k->v[i].value);
	k->v[i] = k->v[--k->n];
	k->v[k->n].value = NULL;
}

int kept_set(struct kept *k, const char *name, struct span value, struct err *err)
{
	struct secret *copy = NULL;
	size_t i = 0;

	while (i < k->n && !str_eq(k->v[i].name, name))
		i++;
	if (i == KEPT_MAX || strlen(name) >= sizeof(k->v[0].name))
		return err_set(err, -EFBIG, "too much to keep of one sign-in");
	if (value.n) {
		copy = secret_new(value);
		if (!copy)
			return err_nomem(err);
	}
	if (!copy && i < k->n) {
		kept_drop(k, i);
	} else if (copy) {
		if (i == k->n)
			snprintf(k->v[k->n++].name, sizeof(k->v[0].name), "%s", name);
		secret_free(k->v[i].value);
		k->v[i].value = copy;
	}
	return 0;
}

void kept_clear(struct kept *k)
{
	while (k->n)
		kept_drop(k, k->n - 1);
}

/* --- all of them as text ------------------------------------------------------------ */

/* Made large enough at once: growing would leave unwiped copies. */
static int text_room(struct buf *b, struct err *err)
{
	*b = BUF_INIT(TOKENS_TEXT_MAX);
	return buf_room(b, TOKENS_TEXT_MAX) ? 0 : err_nomem(err);
}

static void put_member(struct buf *out, struct span name, struct span value)
{
	char last = out->len ? out->p[out->len - 1] : '{';

	if (last != '{')
		buf_putc(out, ',');
	utf8_to_json(out, name);
	buf_putc(out, ':');
	utf8_to_json(out, value);
}

static void put_kept(struct buf *out, const char *name, const struct kept *k)
{
	if (!k->n)
		return;
	if (out->p[out->len - 1] != '{')
		buf_putc(out, ',');
	utf8_to_json(out, span_of(name));
	buf_puts(out, ":{");
	for (size_t i = 0; i < k->n; i++)
		put_member(out, span_of(k->v[i].name), secret_reveal(k->v[i].value));
	buf_putc(out, '}');
}

static int read_kept(const struct jnode *n, struct kept *ret, struct err *err)
{
	const struct jnode *value;
	struct span name;
	size_t cursor = 0;
	int r = 0;

	while (!r && jnode_each(n, &cursor, &name, &value)) {
		cleanup_free_ char *copy = span_dup(name);

		r = copy ? kept_set(ret, copy, jnode_text(value), err) : err_nomem(err);
	}
	return r;
}

static size_t count(const struct jnode *object)
{
	const struct jnode *value;
	struct span name;
	size_t cursor = 0, n = 0;

	while (jnode_each(object, &cursor, &name, &value))
		n++;
	return n;
}

/* Everything but one sign-in, and then that.  The oldest go when they are too many. */
static int merge(struct span old, const char *name, const struct kept *k, struct buf *out,
                 struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *value;
	struct span member;
	int r = old.n ? jdoc_parse(old, &doc, err) : 0;
	size_t cursor = 0, n = doc ? count(jdoc_root(doc)) : 0;

	buf_putc(out, '{');
	while (!r && doc && jnode_each(jdoc_root(doc), &cursor, &member, &value)) {
		cleanup_(kept_clear) struct kept other = { 0 };
		cleanup_free_ char *copy = span_dup(member);

		if (span_is(member, name) || n-- >= SIGN_INS_MAX)
			continue;
		r = copy ? read_kept(value, &other, err) : err_nomem(err);
		if (!r)
			put_kept(out, copy, &other);
	}
	put_kept(out, name, k);
	buf_putc(out, '}');
	if (!r && buf_status(out))
		r = err_set(err, buf_status(out), "the sign-ins are too many to keep");
	return r;
}

/* --- the store -----------------------------------------------------------------------
 */

int tokens_new(const char *location, struct tokens **ret, struct err *err)
{
	cleanup_(tokens_freep) struct tokens *t = calloc(1, sizeof(*t));
	int r;

	if (!t)
		return err_nomem(err);
	t->fd = -1;
	pthread_mutex_init(&t->lock, NULL);
	r = sync_cond_init(&t->changed);
	if (r < 0)
		return err_nomem(err);
	t->location = str_dup(location && *location ? location : MEMORY);
	if (!t->location)
		return err_nomem(err);
	t->in_memory = str_starts(t->location, MEMORY);
	if (t->in_memory)
		r = text_room(&t->memory, err);
	else
		r = token_file_init(&t->file, t->location, err);
	if (r < 0)
		return r;
	*ret = take_ptr(t);
	return 0;
}

void tokens_free(struct tokens *t)
{
	if (!t)
		return;
	token_file_clear(&t->file);
	secret_clear(&t->memory);
	pthread_cond_destroy(&t->changed);
	pthread_mutex_destroy(&t->lock);
	free(t->location);
	free(t);
}

const char *tokens_location(const struct tokens *t)
{
	return t->location;
}

bool tokens_is_unkept(struct tokens *t, struct err *ret_why)
{
	LOCK_SCOPE(&t->lock);
	if (t->unkept.code)
		*ret_why = t->unkept;
	return t->unkept.code;
}

struct waiter {
	struct tokens *tokens;
	int64_t deadline;
	bool fired; /* tokens->lock */
};

/* Under the lock, so that it comes after the question and not before the wait. */
static void wake(void *ctx)
{
	struct waiter *w = ctx;

	LOCK_SCOPE(&w->tokens->lock);
	w->fired = true;
	pthread_cond_broadcast(&w->tokens->changed);
}

/* Under the lock. */
static int busy(const struct waiter *w, struct err *err)
{
	if (w->fired)
		return err_set(err, -EINTR, "interrupted");
	if (!clock_left_ms(w->deadline))
		return err_set(err, -ETIMEDOUT,
		               "another jsmfs is signing in and does not come to an end");
	return 0;
}

/* Of our own threads only one at a time. */
static int hold(struct tokens *t, const struct waiter *w, struct err *err)
{
	int r = 0;
	LOCK_SCOPE(&t->lock);

	/* Asked before each wait: who fired before it began wakes nobody any more. */
	while (t->held && !r) {
		r = busy(w, err);
		if (!r)
			(void)sync_wait(&t->changed, &t->lock, w->deadline);
	}
	if (!r)
		t->held = true;
	return r;
}

static void let_go(struct tokens *t)
{
	LOCK_SCOPE(&t->lock);
	t->held = false;
	pthread_cond_broadcast(&t->changed);
}

/* A lock between processes can only be asked for again and again. */
static int pause_a_little(struct tokens *t, const struct waiter *w, struct err *err)
{
	LOCK_SCOPE(&t->lock);
	(void)sync_wait(&t->changed, &t->lock, clock_deadline(POLL_MS));
	return busy(w, err);
}

static bool cannot_be_written(int code)
{
	return code == -EROFS || code == -EACCES || code == -EPERM || code == -ENOSPC ||
	       code == -EDQUOT;
}

/* What the file has is still good; what comes after it ends with this process. */
static int go_on_in_memory(struct tokens *t, const struct err *why, struct err *err)
{
	cleanup_(secret_clear) struct buf text = { 0 };
	int r = text_room(&text, err);

	if (!r)
		r = token_file_read(&t->file, &text, err);
	if (r < 0)
		return r;
	LOCK_SCOPE(&t->lock);
	secret_clear(&t->memory);
	t->memory = text;
	text = (struct buf){ 0 };
	t->unkept = *why;
	t->in_memory = true;
	return 0;
}

static int hold_file(struct tokens *t, const struct waiter *w, struct err *err)
{
	struct err why = { 0 };
	int r;

	while ((r = token_file_lock(&t->file, &t->fd, &why)) == -EWOULDBLOCK) {
		r = pause_a_little(t, w, err);
		if (r < 0)
			return r;
	}
	if (cannot_be_written(r))
		return go_on_in_memory(t, &why, err);
	if (r < 0 && err) {
		*err = why;
		err_wrap(err, "OAuthSettingsLocation");
	}
	return r;
}

int tokens_lock(struct tokens *t, struct cancel *cancel, int64_t deadline,
                struct err *err)
{
	struct waiter w = { .tokens = t, .deadline = deadline };
	struct cancel_hook hook;
	int r;

	cancel_hook(cancel, &hook, wake, &w);
	r = hold(t, &w, err);
	if (!r && !t->in_memory) {
		r = hold_file(t, &w, err);
		if (r < 0)
			let_go(t);
	}
	cancel_unhook(cancel, &hook);
	return r;
}

void tokens_unlock(struct tokens *t)
{
	if (t->fd >= 0)
		close(t->fd);
	t->fd = -1;
	let_go(t);
}

static int load(struct tokens *t, struct buf *text, struct err *err)
{
	int r = text_room(text, err);

	if (r < 0)
		return r;
	{
		LOCK_SCOPE(&t->lock);
		if (t->in_memory) {
			buf_span(text, buf_view(&t->memory));
			return 0;
		}
	}
	return token_file_read(&t->file, text, err);
}

int tokens_read(struct tokens *t, const char *name, struct kept *ret, struct err *err)
{
	cleanup_(secret_clear) struct buf text = { 0 };
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct kept k = { 0 };
	int r = load(t, &text, err);

	if (!r && text.len)
		r = jdoc_parse(buf_view(&text), &doc, err);
	if (!r)
		r = read_kept(jnode_get(jdoc_root(doc), name), &k, err);
	if (r < 0)
		kept_clear(&k);
	else
		*ret = k;
	return r;
}

int tokens_write(struct tokens *t, const char *name, const struct kept *k,
                 struct err *err)
{
	cleanup_(secret_clear) struct buf old = { 0 }, text = { 0 };
	int r = load(t, &old, err);

	if (!r)
		r = text_room(&text, err);
	if (!r)
		r = merge(buf_view(&old), name, k, &text, err);
	if (r < 0 || !t->in_memory)
		return r < 0 ? r : token_file_write(&t->file, buf_view(&text), err);
	LOCK_SCOPE(&t->lock);
	buf_reset(&t->memory);
	buf_span(&t->memory, buf_view(&text));
	return 0;
}

int tokens_set_aside(struct tokens *t, char **ret_path, struct err *err)
{
	cleanup_(secret_clear) struct buf text = { 0 };
	int r = load(t, &text, NULL);

	*ret_path = NULL;
	if (r != -EBADMSG || t->in_memory)
		return 0;
	return token_file_set_aside(&t->file, ret_path, err);
}
