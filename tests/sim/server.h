/* SPDX-License-Identifier: MIT */
/* Sockets: microhttpd, delays, and the faults that cut connections. */
#ifndef JSMSIM_SERVER_H
#define JSMSIM_SERVER_H

#include <stdbool.h>
#include <stdint.h>

struct server_options {
	const char *host;
	uint16_t port;
	const char *cert; /* PEM text, or NULL for plain HTTP */
	const char *key;
};

/* Starts listening; *ret_port is the port in use. */
bool server_start(const struct server_options *options, uint16_t *ret_port,
                  const char **ret_why);
void server_stop(void);
void server_set_latency(int64_t ms);

#endif
