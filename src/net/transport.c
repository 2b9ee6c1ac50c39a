/* SPDX-License-Identifier: MIT */
#include "net/transport.h"

#include <errno.h>

int transport_ask(struct transport *t, struct request *rq, struct cancel *cancel,
                  struct exchange **ret, struct err *err)
{
	struct exchange *ex = NULL;
	int r = t ? t->ops->submit(t, rq, &ex, err)
	          : err_set(err, -EOPNOTSUPP, "there is no network here");

	if (r < 0) {
		request_free(rq);
		return r;
	}
	r = t->ops->wait(t, ex, cancel, err);
	if (r < 0)
		t->ops->release(t, ex);
	else
		*ret = ex;
	return r;
}

void transport_free(struct transport *t)
{
	if (t)
		t->ops->free(t);
}
