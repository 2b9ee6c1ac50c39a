/* SPDX-License-Identifier: MIT */
/*
 * What an HTTP answer means: the only table from status to errno, and the only
 * reader of the error bodies of Jira, its gateway and its proxies.
 */
#ifndef JSMFS_REST_STATUS_H
#define JSMFS_REST_STATUS_H

#include "base/base.h"
#include "base/err.h"
#include "net/request.h"

#include <stdbool.h>

/*
 * 0 for a 2xx answer.  Else the errno, and in *err the server's own sentence, the
 * status, the request id, when to come back, and what is known of a write.
 *
 * Two kinds of 2xx are failures as well: a page of HTML where JSON was asked for
 * (somebody else answered: a login form, a proxy), and rows that were read as
 * nobody because the server did not accept the credentials.
 */
int status_to_err(const struct request *rq, struct err *err) must_check_;

/*
 * Was the reader led to a page to log in, by a redirect or by that page in the place of
 * the JSON that was asked for?  Only a question where sessions are in use.
 */
bool status_is_login(const struct request *rq);

/* The server's name of the exchange, as far as it has one: "" or printable ASCII. */
void status_request_id(const struct request *rq, char *out, size_t room);

#endif
