/* SPDX-License-Identifier: MIT */
/*
 * Which certificates of a server are accepted besides those that the machine trusts:
 * SSLServerCert in its forms.  Also remembers what was shown, so that a refusal can
 * say what to set.  But for peer_new() and peer_free() the network thread's own.
 */
#ifndef JSMFS_AUTH_PEER_H
#define JSMFS_AUTH_PEER_H

#include "base/base.h"
#include "base/err.h"
#include "net/tls.h"

struct peer;

/*
 * server_cert: "" or NULL; PEM text of certificates or a public key, its line ends
 * perhaps become blanks; the name of a file with one, in PEM or DER; an MD5, SHA-1 or
 * SHA-256 fingerprint in hex with colons, blanks or nothing between; "*" is anything.
 * A certificate given whole is accepted as it stands, and as an authority accepts
 * others of the right name; a fingerprint or public key accepts its owner under any
 * name and date.  -EINVAL for anything else, errors of reading the file.
 */
int peer_new(const char *server_cert, struct peer **ret, struct err *err) must_check_;
void peer_free(struct peer *p); /* NULL is fine; after the transport */
DEFINE_CLEANUP(struct peer *, peer_free)

/* Sets what concerns the server in *tls; p must outlive the transport. */
void peer_use(struct peer *p, struct net_tls *tls);

#endif
