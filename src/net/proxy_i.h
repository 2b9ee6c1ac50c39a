/* SPDX-License-Identifier: MIT */
/* What a transfer does with the way it is to take. */
#ifndef JSMFS_NET_PROXY_I_H
#define JSMFS_NET_PROXY_I_H

#include "net/proxy.h"
#include "net/transfer_i.h"

#include <curl/curl.h>

/* Sets the way to t->origin on t->easy; p may be NULL: the environment. */
CURLcode proxy_apply(const struct proxy *p, struct transfer *t) must_check_;

/*
 * True when the failure is the proxy's and not the server's: *ret_code is then the
 * errno, and *err tells which proxy and which property.
 */
bool proxy_failed(const struct transfer *t, CURLcode result, int *ret_code,
                  struct err *err) must_check_;

#endif
