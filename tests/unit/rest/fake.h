/* SPDX-License-Identifier: MIT */
/* A transport for tests that answers at once: each test gives its own submit. */
#ifndef JSMFS_TESTS_UNIT_REST_FAKE_H
#define JSMFS_TESTS_UNIT_REST_FAKE_H

#include "net/transport.h"

#include <stdlib.h>

struct exchange {
	struct request *rq; /* answered already */
};

static inline int fake_wait(struct transport *t, struct exchange *ex, struct cancel *c,
                            struct err *err)
{
	(void)t;
	(void)ex;
	(void)c;
	(void)err;
	return 0;
}

static inline bool fake_settled(struct transport *t, struct exchange *ex)
{
	(void)t;
	(void)ex;
	return true;
}

static inline struct request *fake_request(struct exchange *ex)
{
	return ex->rq;
}

static inline void fake_release(struct transport *t, struct exchange *ex)
{
	(void)t;
	request_free(ex->rq);
	free(ex);
}

#endif
