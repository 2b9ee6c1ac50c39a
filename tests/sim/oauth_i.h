/* SPDX-License-Identifier: MIT */
/* The inside of the authorization server: consent gives codes, codes give tokens. */
#ifndef JSMSIM_OAUTH_I_H
#define JSMSIM_OAUTH_I_H

#include "sim/oauth.h"
#include "sim/timer.h"

#include <pthread.h>

#define MAX_CODES 64
#define CODE_LIFE_US (60 * 1000000ll)

struct client {
	char *id;
	char *secret;
	char *redirect;
};

struct code {
	char text[64];
	char scope[512];
	char challenge[129];
	bool hashed;
	bool used;
	int64_t made_us;
};

extern pthread_mutex_t oauth_lock;
const struct client *oauth_client(void);
void oauth_secret(char *to, size_t size);

/* Under the lock.  A code is used up by the first who brings it; *ret_again: it was. */
bool oauth_take_code(const char *text, const char *redirect, const char *verifier,
                     struct code *ret, bool *ret_again);

void oauth_forget_tokens(void);

#endif
