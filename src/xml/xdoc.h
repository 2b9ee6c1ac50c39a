/* SPDX-License-Identifier: MIT */
/*
 * Owning handle on a parsed XML or HTML document, and borrowed handles on its
 * elements.  Nothing outside the document is ever read: no network, no files, no
 * document type with entities of its own.  Size is limited to XDOC_MAX_BYTES and
 * depth by libxml2 (256).  One thread at a time per document; an element lives as
 * long as its document.
 */
#ifndef JSMFS_XML_XDOC_H
#define JSMFS_XML_XDOC_H

#include "base/base.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#include <stdbool.h>

#define XDOC_MAX_BYTES (4u << 20)

struct xdoc;
struct xnode;

/* A well-formed document without DOCTYPE; -EBADMSG says in which line it ends to be one.
 */
int xdoc_parse_xml(struct span text, struct xdoc **ret, struct err *err) must_check_;

/*
 * Whatever a browser would take: what is broken is mended as libxml2 does it.
 * Taken to be UTF-8.  -EBADMSG when it holds no element at all.
 */
int xdoc_parse_html(struct span text, struct xdoc **ret, struct err *err) must_check_;

void xdoc_free(struct xdoc *d);
DEFINE_CLEANUP(struct xdoc *, xdoc_free)

/* All of these accept NULL: then nothing is there. */
const struct xnode *xdoc_root(const struct xdoc *d);

/* The next element below top in document order, NULL after the last; at = top first. */
const struct xnode *xnode_next(const struct xnode *top, const struct xnode *at);

/* The first element of this name below top, without its prefix; ASCII case folded. */
const struct xnode *xnode_find(const struct xnode *top, const char *name);

bool xnode_is(const struct xnode *n, const char *name);

/* Value of an attribute with references resolved, malloc'd; NULL without it or memory. */
char *xnode_attr(const struct xnode *n, const char *name) must_check_;

/* Appends all text below n. */
void xnode_text(const struct xnode *n, struct buf *out);

#endif
