/* SPDX-License-Identifier: MIT */
#include "rest/call.h"

#include "tap.h"

#include <errno.h>

/* clang-format off */
static const struct param in[] = {
	{ "Name", VALUE_TEXT, 0, "displayName", "x", "A name.", .path_dc = "fullName" },
	{ "Comment", VALUE_TEXT, 0, "extra.body", "x", "A text.", .path_dc = "more.deep.body" },
	{ "Public", VALUE_BOOL, 0, "extra.public", "x", "A truth." },
	{ "Count", VALUE_INT, 0, "count", "x", "A number." },
	{ "Here", VALUE_TEXT, 0, NULL, "x", "Not sent." },
	{ 0 }
};
/* clang-format on */

static const struct procedure proc = { .name = "Try", .in = in };

static void is_body(enum deployment on, const struct call_arg *args, const char *want,
                    const char *what)
{
	struct buf out = BUF_INIT(1000);
	struct err err = { 0 };

	is_int(call_body(&proc, on, args, &out, &err), 0, "%s %s", what, err.msg);
	is_str(buf_str(&out), want, "is its body");
	buf_clear(&out);
}

#define GIVE(text)                                                                       \
	{                                                                                \
		true, false, SPAN(text)                                                  \
	}

int main(void)
{
	struct call_arg all[] = { GIVE("A \"b\""), GIVE("hi"), GIVE("1"), GIVE("-7"),
		                  GIVE("no") };
	struct call_arg some[] = { { 0 }, { 0 }, GIVE("False"), { 0 }, { 0 } };
	struct call_arg none[] = { { 0 }, { 0 }, { 0 }, { 0 }, GIVE("x") };
	struct call_arg json[] = {
		{ true, true, SPAN("[1,2]") }, { 0 }, { 0 }, { 0 }, { 0 }
	};
	struct call_arg wrong[] = { { 0 }, { 0 }, GIVE("maybe"), { 0 }, { 0 } };
	struct buf out = BUF_INIT(1000);
	struct err err = { 0 };

	is_body(DEPLOYMENT_CLOUD, all,
	        "{\"displayName\":\"A \\\"b\\\"\",\"extra\":{\"body\":\"hi\",\"public\":"
	        "true},\"count\":-7}",
	        "every argument, on Cloud");
	is_body(DEPLOYMENT_DATA_CENTER, all,
	        "{\"fullName\":\"A \\\"b\\\"\",\"more\":{\"deep\":{\"body\":\"hi\"}},"
	        "\"extra\":{\"public\":true},\"count\":-7}",
	        "the same on Data Center");
	is_body(DEPLOYMENT_DATA_CENTER, some, "{\"extra\":{\"public\":false}}",
	        "only what is given");
	is_body(DEPLOYMENT_CLOUD, none, "{}", "nothing that is sent");
	is_body(DEPLOYMENT_DATA_CENTER, json, "{\"fullName\":[1,2]}", "JSON as it is");
	is_int(call_body(&proc, DEPLOYMENT_CLOUD, wrong, &out, &err), -EINVAL,
	       "no truth value");
	ok(strstr(err.msg, "Public"), "is named: %s", err.msg);
	buf_clear(&out);
	return done_testing();
}
