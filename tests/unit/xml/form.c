/* SPDX-License-Identifier: MIT */
#include "xml/form.h"

#include "base/buf.h"
#include "tap.h"
#include "xml/xdoc.h"

#include <errno.h>

#define HIDDEN(name, value)                                                              \
	"<input type=\"hidden\" name=\"" name "\" value=\"" value "\">"

static void show(const struct form *f, struct buf *out)
{
	buf_printf(out, "%s %s", f->is_post ? "post" : "get", f->action);
	for (size_t i = 0; i < f->n_fields; i++)
		buf_printf(out, "|%s=%s%s", f->fields[i].name, f->fields[i].value,
		           f->fields[i].is_password ? "(secret)" : "");
}

static void test_pages(void)
{
	static const struct {
		const char *page, *field, *want, *what;
	} good[] = {
		{ "<html><body onload=\"document.forms[0].submit()\">"
		  "<form method=\"post\" "
		  "action=\"https&#x3a;&#x2f;&#x2f;jira/sso\">" HIDDEN(
			  "SAMLResponse", "PHNhbWw+&#10;PC9zYW1sPg==")
		          HIDDEN("RelayState", "a&amp;b&quot;c&lt;&#xe9;") "</form>",
		  "SAMLResponse",
		  "post https://jira/sso|SAMLResponse=PHNhbWw+\nPC9zYW1sPg==|"
		  "RelayState=a&b\"c<\xc3\xa9",
		  "references are resolved" },
		{ "<form><input name=q></form><form action=/in method=POST><input name=u>"
		  "<input type=password name=p></form>",
		  NULL, "post /in|u=|p=(secret)", "the form with a password" },
		{ "<FORM ACTION='x'><INPUT NAME='a' VALUE='1'>"
		  "<table><tr><td><input name=b value=2></td></tr></table></FORM>",
		  "b", "get x|a=1|b=2", "upper case, and fields in a table" },
		{ "<form><input type=submit name=s value=1><input type=checkbox name=c "
		  "value=1><input type=checkbox name=d value=1 checked><input value=x>"
		  "<input name=''><button name=b></button><textarea "
		  "name=t>a&lt;b</textarea>",
		  "t", "get |d=1|t=a<b", "what a browser would not send is left out" },
		{ "<noscript><form action=n><input name=a value=v></form></noscript>",
		  "a", "get n|a=v", "in noscript" },
		{ "<!doctype html [<!entity x 'y'>]><form><input name=a value='&x;'>",
		  "a", "get |a=&x;", "a page declares no entities" },
		{ "<form action='a\nb'><input name=a value=''></form>", "a",
		  "get a\nb|a=", "white space in a value stays" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		cleanup_(form_freep) struct form *f = NULL;
		struct buf got = BUF_INIT(4096);
		struct err err = { 0 };

		if (!is_int(form_find(span_of(good[i].page), good[i].field, &f, &err), 0,
		            "%s", good[i].what))
			continue;
		show(f, &got);
		is_str(buf_str(&got), good[i].want, "the form");
		buf_clear(&got);
	}
}

static void test_refused(void)
{
	static const struct {
		const char *page, *field;
		int code;
	} bad[] = {
		{ "", "a", -EBADMSG },
		{ " \n", "a", -EBADMSG },
		{ "hunter22", "a", -ENOENT },
		{ "<form><input name=A value=hunter22></form>", "a", -ENOENT },
		{ "<input name=a value=hunter22>", "a", -ENOENT },
		{ "<form><input name=a value=hunter22></form>", NULL, -ENOENT },
		{ "\xff\xfe\x00<", "a", -ENOENT },
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct form *f = NULL;
		struct err err = { 0 };

		is_int(form_find(span_of(bad[i].page), bad[i].field, &f, &err),
		       bad[i].code, "page %zu has none", i);
		ok(!f && err.msg[0] && !strstr(err.msg, "hunter22"),
		   "and nothing of it is told: %s", err.msg);
	}
}

static void test_bounds(void)
{
	struct buf page = BUF_INIT(8u << 20);
	struct form *f = NULL;

	buf_puts(&page, "<form>");
	for (int i = 0; i <= FORM_FIELDS_MAX; i++)
		buf_puts(&page, "<input name=a>");
	is_int(form_find(buf_view(&page), "a", &f, NULL), -EFBIG, "too many fields");
	ok(!f, "gives no form");

	buf_reset(&page);
	for (int i = 0; i < 200000; i++)
		buf_puts(&page, "<div><b>");
	buf_puts(&page, "<form><input name=a>");
	int r = form_find(buf_view(&page), "a", &f, NULL);
	ok(r == -ENOENT || r == -EBADMSG || !r, "endless depth comes to an end");
	form_free(f);

	buf_reset(&page);
	while (page.len <= XDOC_MAX_BYTES)
		buf_puts(&page, "<p>aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa");
	f = NULL;
	is_int(form_find(buf_view(&page), "a", &f, NULL), -EFBIG, "too large a page");
	buf_clear(&page);
}

static void test_set(void)
{
	cleanup_(form_freep) struct form *f = NULL;
	struct buf got = BUF_INIT(4096);

	is_int(form_find(SPAN("<form><input name=u value=old></form>"), "u", &f, NULL), 0,
	       "a form");
	is_int(form_set(f, "u", SPAN("ann")), 0, "a field gets its value");
	is_int(form_set(f, "p", SPAN("pw")), 0, "a missing one is added");
	show(f, &got);
	is_str(buf_str(&got), "get |u=ann|p=pw", "both");
	buf_clear(&got);
	int r = 0;
	for (int i = 0; !r && i <= FORM_FIELDS_MAX; i++) {
		char name[16];

		snprintf(name, sizeof(name), "f%d", i);
		r = form_set(f, name, SPAN("x"));
	}
	is_int(r, -EFBIG, "not without end");
}

static void test_xml(void)
{
	static const struct {
		const char *text;
		int code;
	} bad[] = {
		{ "", -EBADMSG },
		{ "<a>", -EBADMSG },
		{ "<a/><b/>", -EBADMSG },
		{ "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", -EBADMSG },
		{ "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", -EBADMSG },
	};
	cleanup_(xdoc_freep) struct xdoc *d = NULL;
	struct buf text = BUF_INIT(100);

	is_int(xdoc_parse_xml(SPAN("<k:key xmlns:k='u'><k:P at='1&amp;2'> a<!-- x -->"
	                           "<i>b</i><![CDATA[c<]]></k:P><Q/></k:key>"),
	                      &d, NULL),
	       0, "a document");
	const struct xnode *top = xdoc_root(d), *p = xnode_find(top, "p");
	cleanup_free_ char *at = xnode_attr(p, "at"), *none = xnode_attr(p, "no");
	ok(xnode_is(top, "key") && p && !xnode_find(top, "R"), "its elements");
	is_str(at, "1&2", "an attribute");
	is_str(none, NULL, "none of this name");
	xnode_text(p, &text);
	is_str(buf_str(&text), " abc<", "all text of an element");
	buf_clear(&text);
	ok(xnode_is(xnode_next(top, xnode_next(top, p)), "Q"), "document order");
	ok(!xnode_next(p, xnode_find(p, "i")), "stays below");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		struct xdoc *no = NULL;
		struct err err = { 0 };

		is_int(xdoc_parse_xml(span_of(bad[i].text), &no, &err), bad[i].code,
		       "document %zu", i);
		ok(!no && err.msg[0] && !strstr(err.msg, "root:"), "%s", err.msg);
	}
	ok(!xdoc_root(NULL) && !xnode_next(NULL, NULL), "nothing of nothing");
}

int main(void)
{
	test_pages();
	test_refused();
	test_bounds();
	test_set();
	test_xml();
	return done_testing();
}
