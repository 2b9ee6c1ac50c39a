/* SPDX-License-Identifier: MIT */
/*
 * The object graph of one connection: configuration -> transport, credentials,
 * client, database, catalog, engine.  Starts the network thread: fork before.
 */
#ifndef JSMFS_CLI_APP_H
#define JSMFS_CLI_APP_H

#include "base/base.h"
#include "base/err.h"
#include "cli/config.h"

struct app {
	struct config *config; /* owned */
	struct transport *transport;
	struct auth *auth;
	struct db *db;
	struct catalog *catalog;
	struct answers *answers;
	struct client *client;
	struct engine *engine;
};

/* Takes the finished config on success. */
int app_open(struct config *config, struct app **ret, struct err *err) must_check_;
void app_close(struct app *a);
DEFINE_CLEANUP(struct app *, app_close)

/* One cheap call: do address and credentials work?  Also learns the desks there are. */
int app_check(struct app *a, struct err *err) must_check_;

/* Learns the desks from the cache of an earlier mount, without a call. */
void app_recall(struct app *a);

#endif
