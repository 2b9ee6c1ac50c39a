/* SPDX-License-Identifier: MIT */
/*
 * The inside of the engine: engine.c is what others call, loop.c the thread.
 *
 * Who owns what.  An exchange has two holders: whoever submitted it, until
 * release(), and the network thread, until it is done; the last one frees it.
 * From submit() until it is done its request is touched by the network thread
 * alone.  Others only ask: submit() puts it into the inbox, an impatient wait()
 * or release() puts it into the list of aborts, both wake the thread.  So there
 * is one lock, never held over a call that takes time.
 *
 * The thread moves an exchange from the inbox to the ready list (there it waits
 * for its turn, for a rate limit or for its next attempt) to the running list.
 * It sleeps in curl_multi_poll() and nowhere else.
 */
#ifndef JSMFS_NET_ENGINE_I_H
#define JSMFS_NET_ENGINE_I_H

#include "base/err.h"
#include "net/list_i.h"
#include "net/ratelimit.h"
#include "net/transfer_i.h"
#include "net/transport.h"

#include <curl/curl.h>

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define IN_FLIGHT_MAX 256

struct engine {
	struct transport transport;
	struct transfer_config cfg;
	unsigned max_in_flight;
	pthread_t thread;
	bool has_thread;
	CURLM *multi;
	CURLSH *share;

	pthread_mutex_t lock;
	struct list inbox;   /* lock */
	struct list aborts;  /* lock */
	unsigned n_accepted; /* lock: submitted and not done */
	bool woken;          /* lock: the thread has been told to look */
	bool stop;           /* lock */

	/* The network thread's own. */
	struct ratelimit *limits;
	struct list ready;
	struct list running;
	unsigned n_running;
	int64_t next_due_ms; /* when the first of those who wait may go */
	CURL *idle[IN_FLIGHT_MAX];
	unsigned n_idle;
};

enum place { PLACE_INBOX, PLACE_READY, PLACE_RUNNING, PLACE_NONE };

struct exchange {
	struct engine *engine;
	struct request *rq;

	pthread_cond_t settled;    /* engine lock; with all down to the blank line */
	struct list_link in_abort; /* in engine->aborts, or in nothing */
	bool done;
	int code;
	struct err err;
	int abort_code; /* 0, or why it should end */
	unsigned holders;

	struct list_link link; /* in the list of its place */
	enum place place;
	int64_t not_before_ms;
	struct transfer transfer;
};

void exchange_free(struct exchange *ex);

/* The network thread: runs until engine->stop, then ends what is left. */
void *net_engine_thread(void *engine);

#endif
