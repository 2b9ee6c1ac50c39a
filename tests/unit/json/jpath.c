/* SPDX-License-Identifier: MIT */
#include "json/jpath.h"

#include "tap.h"

#include <errno.h>

static const char text[] =
	"{\"reporter\":{\"accountId\":\"5b\",\"key\":null},"
	"\"requestFieldValues\":[{\"fieldId\":\"summary\",\"value\":\"Printer\"},7,null,"
	"{\"fieldId\":\"a.b|c\",\"value\":\"odd\"},{\"fieldId\":10,\"value\":\"ten\"},"
	"{\"fieldId\":true,\"value\":\"yes\"},{\"fieldId\":\"\",\"value\":\"none\"},"
	"{\"fieldId\":\"summary\",\"value\":\"second\"}],"
	"\"createdDate\":{\"epochMillis\":17},\"\":1}";

static void is_found(const struct jnode *from, const char *path, const char *want)
{
	cleanup_(jpath_freep) struct jpath *p = NULL;
	struct buf out = BUF_INIT(2000);

	if (!is_int(jpath_new(path, &p, NULL), 0, "'%s' is a path", path))
		return;
	const struct jnode *n = jpath_find(p, from);
	if (n)
		jnode_print(n, &out);
	is_str(n ? buf_str(&out) : NULL, want, "to %s", want ? want : "nothing");
	buf_clear(&out);
}

static void is_refused(const char *path)
{
	struct jpath *p = NULL;
	struct err err = { 0 };

	is_int(jpath_new(path, &p, &err), -EINVAL, "'%s' is no path", path);
	ok(!p && strstr(err.msg, "not a path"), "and that is said");
}

int main(void)
{
	cleanup_(jdoc_freep) struct jdoc *d = NULL;
	char many[200] = "a";

	if (jdoc_parse(span_of(text), &d, NULL))
		skip_all("no memory");
	const struct jnode *n = jdoc_root(d);
	is_found(n, "reporter.accountId", "\"5b\"");
	is_found(n, "reporter.key|reporter.accountId", "\"5b\"");
	is_found(n, "reporter.accountId|reporter.key", "\"5b\"");
	is_found(n, "reporter.key", NULL);
	is_found(n, "a|b|c", NULL);
	is_found(n, "requestFieldValues[fieldId=summary].value", "\"Printer\"");
	is_found(n, "requestFieldValues[fieldId=a.b|c].value", "\"odd\"");
	is_found(n, "requestFieldValues[fieldId=10].value", "\"ten\"");
	is_found(n, "requestFieldValues[fieldId=true].value", "\"yes\"");
	is_found(n, "requestFieldValues[fieldId=].value", "\"none\"");
	is_found(n, "requestFieldValues[fieldId=none].value|createdDate.epochMillis",
	         "17");
	is_found(n, "requestFieldValues[fieldId=10]",
	         "{\"fieldId\":10,\"value\":\"ten\"}");
	is_found(n, "reporter[a=b]", NULL);
	is_found(n, "requestFieldValues.value", NULL);
	is_found(n, "createdDate.epochMillis.more", NULL);
	is_found(jnode_get(n, "createdDate"), "", "{\"epochMillis\":17}");
	is_found(jnode_get(n, "createdDate"), "none|", "{\"epochMillis\":17}");
	is_found(jnode_get(n, "createdDate"), "|none", "{\"epochMillis\":17}");
	is_found(NULL, "a.b", NULL);
	is_found(NULL, "", NULL);
	is_refused(".");
	is_refused("a.");
	is_refused(".a");
	is_refused("a..b");
	is_refused("a[");
	is_refused("a[b");
	is_refused("a[b=");
	is_refused("a[b=c");
	is_refused("a[=c]");
	is_refused("a[b]");
	is_refused("a[b=c]d");
	is_refused("a[b=c].");
	is_refused("a[b=c][d=e]");
	is_refused("a]");
	is_refused("a=b");
	is_refused("[a=b]");
	for (size_t i = 1; i < 100; i += 2)
		memcpy(many + i, ".a", 3);
	is_refused(many);
	for (size_t i = 1; i < 100; i += 2)
		memcpy(many + i, "|a", 3);
	is_refused(many);
	jpath_free(NULL);
	return done_testing();
}
