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
#include "cli/network.h"
#include "cli/signin.h"

struct app {
	struct config *config;  /* owned */
	struct network network; /* transport borrows from it */
	struct transport *transport;
	struct signin signin; /* auth borrows from it */
	struct auth *auth;
	struct db *db;
	struct changes *changes;
	struct catalog *catalog;
	struct userviews *views;
	struct answers *answers;
	struct client *client;
	struct engine *engine;
	struct refresher *refresher;
};

/* Takes the finished config on success; CONFIG_WRONG for what is wrong in it. */
int app_open(struct config *config, struct app **ret, struct err *err) must_check_;
void app_close(struct app *a);
DEFINE_CLEANUP(struct app *, app_close)

/*
 * One cheap call: do address and credentials work?  Also learns the desks there
 * are, and from the site or its kept answers the views of its queues and fields.
 */
int app_check(struct app *a, struct err *err) must_check_;

/* What app_check() learns, from the answers an earlier run kept, without a call. */
void app_recall(struct app *a);

/*
 * For one statement: learns what the site defines if the statement could mean it,
 * and which desk ServiceDeskID=first is.
 */
int app_prepare(struct app *a, const char *sql, struct err *err) must_check_;

/* From now on learns it again in the background whenever it is older than MetadataTTL. */
int app_refresh(struct app *a, struct err *err) must_check_;

/* Learns it again at once, in the background; a is the app. */
void app_relearn(void *a);

#endif
