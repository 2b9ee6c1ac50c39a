/* SPDX-License-Identifier: MIT */
#include "xml/xdoc.h"

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/tree.h>

#include <errno.h>

/*
 * Entities stay unresolved (no XML_PARSE_NOENT) and a document that declares some is
 * refused; without XML_PARSE_HUGE libxml2 keeps its limits of depth and text.
 */
#define XML_OPTIONS                                                                      \
	(XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA | \
	 XML_PARSE_COMPACT)
#define HTML_OPTIONS                                                                     \
	(HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |                  \
	 HTML_PARSE_RECOVER | HTML_PARSE_COMPACT)

struct xdoc {
	xmlDoc *doc;
};

static const xmlNode *raw(const struct xnode *n)
{
	return (const xmlNode *)(const void *)n;
}

static const struct xnode *wrap(const xmlNode *n)
{
	return (const struct xnode *)(const void *)n;
}

static int own(xmlDoc *doc, struct xdoc **ret, struct err *err)
{
	struct xdoc *d = calloc(1, sizeof(*d));

	if (!d) {
		xmlFreeDoc(doc);
		return err_nomem(err);
	}
	d->doc = doc;
	*ret = d;
	return 0;
}

static int check_size(struct span text, struct err *err)
{
	if (text.n > XDOC_MAX_BYTES)
		return err_set(err, -EFBIG, "the document is larger than %u bytes",
		               XDOC_MAX_BYTES);
	return text.n ? 0 : err_set(err, -EBADMSG, "the document is empty");
}

/* What the parser found, in its context: libxml2's own last error is per thread. */
static int refuse(const xmlParserCtxt *ctxt, struct err *err)
{
	if (ctxt->lastError.code == XML_ERR_NO_MEMORY)
		return err_nomem(err);
	return err_set(err, -EBADMSG, "the document is not well-formed XML (line %d)",
	               ctxt->lastError.line);
}

int xdoc_parse_xml(struct span text, struct xdoc **ret, struct err *err)
{
	int r = check_size(text, err);

	if (r < 0)
		return r;
	xmlParserCtxt *ctxt = xmlNewParserCtxt();
	if (!ctxt)
		return err_nomem(err);
	xmlDoc *doc =
		xmlCtxtReadMemory(ctxt, text.p, (int)text.n, NULL, NULL, XML_OPTIONS);
	if (!doc)
		r = refuse(ctxt, err);
	xmlFreeParserCtxt(ctxt);
	if (r < 0)
		return r;
	if (doc->intSubset || doc->extSubset) {
		xmlFreeDoc(doc);
		return err_set(err, -EBADMSG,
		               "a document with a DOCTYPE is not accepted here");
	}
	return own(doc, ret, err);
}

int xdoc_parse_html(struct span text, struct xdoc **ret, struct err *err)
{
	int r = check_size(text, err);

	if (r < 0)
		return r;
	htmlParserCtxt *ctxt = htmlNewParserCtxt();
	if (!ctxt)
		return err_nomem(err);
	xmlDoc *doc = htmlCtxtReadMemory(ctxt, text.p, (int)text.n, NULL, "UTF-8",
	                                 HTML_OPTIONS);
	htmlFreeParserCtxt(ctxt);
	if (!doc)
		return err_set(err, -EBADMSG, "the document is not HTML");
	if (!xmlDocGetRootElement(doc)) {
		xmlFreeDoc(doc);
		return err_set(err, -EBADMSG, "the document holds no element");
	}
	return own(doc, ret, err);
}

void xdoc_free(struct xdoc *d)
{
	if (!d)
		return;
	xmlFreeDoc(d->doc);
	free(d);
}

const struct xnode *xdoc_root(const struct xdoc *d)
{
	return d ? wrap(xmlDocGetRootElement(d->doc)) : NULL;
}

/* Document order without recursion; top itself is not among them. */
static const xmlNode *step(const xmlNode *top, const xmlNode *at)
{
	if (at->type != XML_ENTITY_REF_NODE && at->children)
		return at->children;
	while (at != top && !at->next)
		at = at->parent;
	return at == top ? NULL : at->next;
}

const struct xnode *xnode_next(const struct xnode *top, const struct xnode *at)
{
	const xmlNode *n = raw(at);

	if (!top || !n)
		return NULL;
	do {
		n = step(raw(top), n);
	} while (n && n->type != XML_ELEMENT_NODE);
	return wrap(n);
}

bool xnode_is(const struct xnode *n, const char *name)
{
	return n && raw(n)->name && str_ieq((const char *)raw(n)->name, name);
}

const struct xnode *xnode_find(const struct xnode *top, const char *name)
{
	const struct xnode *n = xnode_next(top, top);

	while (n && !xnode_is(n, name))
		n = xnode_next(top, n);
	return n;
}

char *xnode_attr(const struct xnode *n, const char *name)
{
	xmlChar *value = n ? xmlGetProp(raw(n), (const xmlChar *)name) : NULL;
	char *copy = value ? str_dup((const char *)value) : NULL;

	xmlFree(value);
	return copy;
}

void xnode_text(const struct xnode *n, struct buf *out)
{
	const xmlNode *top = raw(n);

	for (const xmlNode *at = top ? step(top, top) : NULL; at; at = step(top, at)) {
		if (at->type == XML_TEXT_NODE && at->content)
			buf_puts(out, (const char *)at->content);
	}
}
