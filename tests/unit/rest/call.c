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

/* clang-format off */
static const struct param way_in[] = {
	{ "Id", VALUE_TEXT, 0, "{request}", "", "A number." },
	{ "Key", VALUE_TEXT, 0, "{request}", "x", "A key." },
	{ "Part", VALUE_TEXT, 0, "{part}", "x", "A part." },
	{ "Ids", VALUE_TEXT, PARAM_LIST, "ids", "x", "Several." },
	{ 0 }
};
/* clang-format on */

static const struct procedure way = {
	.name = "Go", .path = "/r/{request}/p/{part}/end", .query = "a=b", .in = way_in
};

#define GIVE(text)                                                                       \
	{                                                                                \
		true, false, SPAN(text)                                                  \
	}

#define NOT                                                                              \
	{                                                                                \
		0                                                                        \
	}

static void is_path(const struct call_arg *args, int code, const char *want,
                    const char *what)
{
	struct buf out = BUF_INIT(200);
	struct err err = { 0 };

	is_int(call_path(&way, DEPLOYMENT_CLOUD, args, &out, &err), code, "%s: %s", what,
	       err.msg);
	if (code)
		ok(strstr(err.msg, want), "says %s", want);
	else
		is_str(buf_str(&out), want, "is its path");
	buf_clear(&out);
}

static void test_way(void)
{
	static char long_text[300];
	struct call_arg one[] = { NOT, GIVE("HELP-2"), GIVE("a"), NOT };
	struct call_arg other[] = { GIVE("7"), NOT, GIVE("../x?y#%\xc3\xa4"), NOT };
	struct call_arg both[] = { GIVE("7"), GIVE("HELP-2"), GIVE("a"), NOT };
	struct call_arg none[] = { NOT, NOT, GIVE("a"), NOT };
	struct call_arg dots[] = { GIVE(".."), NOT, GIVE("a"), NOT };
	struct call_arg dot[] = { GIVE("7"), NOT, GIVE("."), NOT };
	struct call_arg empty[] = { GIVE("7"), NOT, GIVE(""), NOT };
	struct call_arg json[] = { GIVE("7"), NOT, { true, true, SPAN("{}") }, NOT };
	struct call_arg large[] = {
		GIVE("7"), NOT, { true, false, { long_text, 300 } }, NOT
	};

	memset(long_text, 'x', sizeof(long_text));
	is_path(one, 0, "/r/HELP-2/p/a/end?a=b", "words");
	is_path(other, 0, "/r/7/p/..%2Fx%3Fy%23%25%C3%A4/end?a=b", "hostile ones");
	is_path(both, -EINVAL, "Id or Key, not both", "two for one word");
	is_path(none, -EINVAL, "needs Id or Key", "none for a word");
	is_path(dots, -EINVAL, "Id cannot be '..'", "a way out");
	is_path(dot, -EINVAL, "Part cannot be '.'", "no way at all");
	is_path(empty, -EINVAL, "Part cannot be", "nothing");
	is_path(json, -EINVAL, "Part cannot be", "an object");
	is_path(large, -EFBIG, "too long", "more than there is room for");
}

static void is_list(const char *text, bool is_json, const char *want)
{
	struct call_arg args[] = {
		GIVE("7"), NOT, GIVE("a"), { true, is_json, span_of(text) }
	};
	struct buf out = BUF_INIT(200);
	struct err err = { 0 };

	is_int(call_body(&way, DEPLOYMENT_CLOUD, args, &out, &err), want ? 0 : -EINVAL,
	       "list '%s': %s", text, err.msg);
	if (want)
		is_str(buf_str(&out), want, "is its body, without the words of the path");
	buf_clear(&out);
}

static void is_body(enum deployment on, const struct call_arg *args, const char *want,
                    const char *what)
{
	struct buf out = BUF_INIT(1000);
	struct err err = { 0 };

	is_int(call_body(&proc, on, args, &out, &err), 0, "%s %s", what, err.msg);
	is_str(buf_str(&out), want, "is its body");
	buf_clear(&out);
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
	test_way();
	is_list("t1", false, "{\"ids\":[\"t1\"]}");
	is_list("t1, t\"2", false, "{\"ids\":[\"t1\",\"t\\\"2\"]}");
	is_list("[1]", true, "{\"ids\":[1]}");
	is_list("a,,b", false, NULL);
	is_list("", false, NULL);
	return done_testing();
}
