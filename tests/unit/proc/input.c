/* SPDX-License-Identifier: MIT */
#include "proc/input.h"

#include "base/buf.h"
#include "tap.h"

#include <errno.h>
#include <string.h>

static const struct param params[] = {
	{ .name = "Email", .type = VALUE_TEXT, .flags = PARAM_REQUIRED, .doc = "E." },
	{ .name = "FullName", .type = VALUE_TEXT, .doc = "F." },
	{ .name = "Public", .type = VALUE_BOOL, .doc = "P." },
	{ .name = "Count", .type = VALUE_INT, .doc = "C." },
	{ .name = "Token", .type = VALUE_TEXT, .flags = PARAM_SECRET, .doc = "T." },
	{ 0 }
};

static const struct param free_params[] = {
	{ .name = "A", .type = VALUE_TEXT, .doc = "A." },
	{ .name = "B", .type = VALUE_JSON, .doc = "B." },
	{ 0 }
};

/* What came out, one line a call: "1 Email=[a] FullName=[b]" or "2 EINVAL: why". */
struct seen {
	struct buf text;
	unsigned n;
	unsigned stop_at; /* call number that says stop, 0 for none */
};

static int see(void *ctx, const struct args *args, int code, const struct err *err)
{
	struct seen *seen = ctx;

	buf_printf(&seen->text, "%zu", args->line);
	if (code)
		buf_printf(&seen->text, " %s: %s", err_name(code), err->msg);
	for (size_t i = 0; !code && i < args->n; i++) {
		const struct arg *a = &args->v[i];
		if (a->given)
			buf_printf(&seen->text, " %s=%s[%.*s]", args->params[i].name,
			           a->is_json ? "json" : "", SPAN_FMT(a->text));
	}
	buf_putc(&seen->text, '\n');
	return ++seen->n == seen->stop_at ? -EACCES : 0;
}

/* Feeds text in pieces of step bytes, ends; what was seen in *out; the first error. */
static int run(const struct param *with, const char *text, size_t n, size_t step,
               struct buf *out, struct err *err)
{
	struct seen seen = { .text = BUF_INIT(1 << 20) };
	struct input *in = NULL;
	int result = 0;

	if (input_new(with, see, &seen, &in, NULL) < 0)
		exit(1);
	for (size_t i = 0; i < n && !result; i += step)
		result = input_feed(in, text + i, step < n - i ? step : n - i, err);
	int r = input_end(in, result ? NULL : err);
	result = result ? result : r;
	input_free(in);
	buf_reset(out);
	buf_span(out, buf_view(&seen.text));
	buf_clear(&seen.text);
	return result;
}

static void is_calls(const char *text, size_t n, const char *want, const char *what)
{
	static const size_t steps[] = { 1, 2, 3, 7, 64, 1 << 20 };
	cleanup_(buf_clear) struct buf out = BUF_INIT(1 << 20);
	bool same = true;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct err err = { 0 };
		int r = run(params, text, n, steps[i], &out, &err);
		if (r || !str_eq(buf_str(&out), want)) {
			same = false;
			printf("# in pieces of %zu: %d %s\n", steps[i], r, err.msg);
			break;
		}
	}
	if (!ok(same, "%s", what))
		is_str(buf_str(&out), want, "%s", what);
}

#define IS_CALLS(text, want, what) is_calls("" text, sizeof(text) - 1, (want), (what))

static void test_words(void)
{
	IS_CALLS("Email=ann@example.com FullName=\"Ann Lee\"\n",
	         "1 Email=[ann@example.com] FullName=[Ann Lee]\n", "words");
	IS_CALLS("email=a\nEMAIL=b", "1 Email=[a]\n2 Email=[b]\n",
	         "case does not matter, nor does a newline at the end");
	IS_CALLS("Email=a\r\n\r\nEmail=b\r\n", "1 Email=[a]\n3 Email=[b]\n", "CR LF");
	IS_CALLS("\n# first\n  \t\nEmail=a # no\nEmail='#b'\n # last\n",
	         "4 EINVAL: line 4: word 2 is not Name=Value; put quotes around a value "
	         "that holds spaces\n5 Email=[#b]\n",
	         "comments are lines of their own");
	IS_CALLS("Email=\"a \\\"b\\\" \\\\ \\n\\t\\r'\" FullName='x \\n \"y\"'\n",
	         "1 Email=[a \"b\" \\ \n\t\r'] FullName=[x \\n \"y\"]\n", "quotes");
	IS_CALLS("Email=O'Neil=\"x\\\n", "1 Email=[O'Neil=\"x\\]\n",
	         "a quote or backslash inside a bare value is itself");
	IS_CALLS("Email= FullName=\"\" Token=''\n", "1 Email=[] FullName=[] Token=[]\n",
	         "the empty string is a value");
	IS_CALLS("Email=a Public=Yes Count=-5\nEmail=a Public=0\n",
	         "1 Email=[a] Public=[true] Count=[-5]\n2 Email=[a] Public=[false]\n",
	         "booleans have one spelling");
	IS_CALLS("\xef\xbb\xbf"
	         "Email=a\n",
	         "1 Email=[a]\n", "a byte order mark");
	IS_CALLS("Email=J\xc3\xbcrgen\n", "1 Email=[J\xc3\xbcrgen]\n", "UTF-8");
	IS_CALLS("\0\0\0Email=a\n\0\0\0\0\nEmail=b\n\0\0", "1 Email=[a]\n3 Email=[b]\n",
	         "NUL bytes between lines");
}

static void test_nothing(void)
{
	IS_CALLS("", "", "empty input");
	IS_CALLS("\n", "", "an empty line");
	IS_CALLS(" \t\r\n\n  ", "", "blank input");
	IS_CALLS("\0\0\0\0\0\0\0\0", "", "NUL bytes");
	IS_CALLS("# only\n#comments", "", "comments");
	IS_CALLS("\xef\xbb\xbf", "", "a byte order mark");
}

#define PARAMS "Email, FullName, Public, Count, Token\n"

static void test_words_refused(void)
{
	IS_CALLS("Email=a\nFullName=x\nEmail=b\n",
	         "1 Email=[a]\n2 EINVAL: line 2: missing: Email\n3 Email=[b]\n",
	         "a missing parameter leaves the other lines alone");
	IS_CALLS("Emial=a\n",
	         "1 EINVAL: line 1: there is no parameter 'Emial'; there are: " PARAMS,
	         "an unknown one");
	IS_CALLS("Email=a email=b\n", "1 EINVAL: line 1: Email is given twice\n",
	         "one given twice");
	IS_CALLS("Email=a =b\n",
	         "1 EINVAL: line 1: there is no parameter ''; there are: " PARAMS,
	         "no name");
	IS_CALLS("Email=a hunter2\n",
	         "1 EINVAL: line 1: word 2 is not Name=Value; put quotes around a value "
	         "that holds spaces\n",
	         "a word that is no pair is not shown");
	IS_CALLS("Email=a Token=my hunter=2\n",
	         "1 EINVAL: line 1: there is no such parameter; put quotes around a "
	         "value that holds spaces. There are: " PARAMS,
	         "nor is the rest of a secret");
	IS_CALLS("Email=\"a\nEmail=b\n",
	         "1 EINVAL: line 1: the quote of Email is not closed\n2 Email=[b]\n",
	         "an open quote ends with its line");
	IS_CALLS("Email=\"a\\\n",
	         "1 EINVAL: line 1: the value of Email has a \\ that is "
	         "none of \\\" \\\\ \\n \\t \\r; single quotes take it "
	         "as it is\n",
	         "a backslash at the end");
	IS_CALLS(
		"Email=\"C:\\x\"\n",
		"1 EINVAL: line 1: the value of Email has a \\ that is none of \\\" \\\\ "
		"\\n \\t \\r; single quotes take it as it is\n",
		"an unknown escape");
	IS_CALLS("Email='a'b\n",
	         "1 EINVAL: line 1: the value of Email goes on behind its "
	         "closing quote\n",
	         "text behind the quote");
	IS_CALLS("Email=a\0b\n",
	         "1 EINVAL: line 1: the value of Email holds a NUL byte\n",
	         "a NUL byte in a value");
	IS_CALLS("Email=\xff\n",
	         "1 EINVAL: line 1: the value of Email is not valid UTF-8\n",
	         "a value that is not UTF-8");
	IS_CALLS("Email=a Public=maybe\n",
	         "1 EINVAL: line 1: Public must be true or false\n", "a wrong boolean");
	IS_CALLS("Email=a Count=1.5\n",
	         "1 EINVAL: line 1: Count must be a whole number\n", "a wrong number");
	IS_CALLS("Email=a\n{\"Email\":\"b\"}\n",
	         "1 Email=[a]\n2 EINVAL: line 2: word 1 is not Name=Value; put quotes "
	         "around a value that holds spaces\n",
	         "the form does not change on the way");
}

static void test_json(void)
{
	IS_CALLS("{\"Email\":\"a\",\"fullname\":\"Ann \\\"Lee\\\" {[\"}",
	         "1 Email=[a] FullName=[Ann \"Lee\" {[]\n", "an object");
	IS_CALLS("{\"Email\":\"a\"}{\"Email\":\"b\"}\n\n {\"Email\":\"c\"}\n",
	         "1 Email=[a]\n1 Email=[b]\n3 Email=[c]\n",
	         "objects one after the other");
	IS_CALLS("\n{\n  \"Email\": \"a\",\n  \"Count\": 3\n}\n{ \"Email\": \"b\" }",
	         "2 Email=[a] Count=[3]\n6 Email=[b]\n", "over many lines");
	IS_CALLS(
		"[\n{\"Email\":\"a,]}\\\"\"},\n\n{\"Email\":\"b\"}, {\"Email\":\"c\"}]\n",
		"2 Email=[a,]}\"]\n4 Email=[b]\n4 Email=[c]\n",
		"an array, each with its line");
	IS_CALLS("[]\n[]", "", "empty arrays");
	IS_CALLS("{\"Email\":\"a\",\"FullName\":null,\"Public\":true,\"Count\":7}",
	         "1 Email=[a] Public=[true] Count=[7]\n", "null is not given");
	IS_CALLS("{\"Email\":12,\"FullName\":false,\"Token\":[1,{\"x\":\"/\"}]}",
	         "1 Email=[12] FullName=[false] Token=json[[1,{\"x\":\"/\"}]]\n",
	         "other types as text");
	IS_CALLS("{\"Email\":\"\\u00fc\\n\"}", "1 Email=[\xc3\xbc\n]\n", "escapes");
	IS_CALLS("\xef\xbb\xbf {\"Email\":\"a\"}\0\0\n", "1 Email=[a]\n",
	         "byte order mark and NUL bytes");
}

static void test_json_refused(void)
{
	IS_CALLS("{}", "1 EINVAL: line 1: missing: Email\n", "an empty object");
	IS_CALLS("{\"Email\":\"a\"}\n{\"Nope\":1}\n{\"Email\":\"b\"}",
	         "1 Email=[a]\n2 EINVAL: line 2: there is no parameter 'Nope'; there "
	         "are: " PARAMS "3 Email=[b]\n",
	         "an unknown name");
	IS_CALLS("{\"Email\":\"a\",\"Email\":\"b\"}",
	         "1 EINVAL: line 1: a name stands twice in the object\n",
	         "the same name twice");
	IS_CALLS("[{\"Email\":\"a\",\"email\":\"b\"},\n{\"Email\":\"a:b\"}]",
	         "1 EINVAL: line 1: Email is given twice\n2 Email=[a:b]\n",
	         "also in another case, but a colon is no name");
	IS_CALLS("[{\"Email\":\"a\"},\n3,\n\"x\",\n[{\"Email\":\"a\"}],\nnull]",
	         "1 Email=[a]\n2 EINVAL: line 2: this is no JSON object\n"
	         "3 EINVAL: line 3: this is no JSON object\n"
	         "4 EINVAL: line 4: this is no JSON object\n"
	         "5 EINVAL: line 5: this is no JSON object\n",
	         "other things than objects");
	IS_CALLS("{\"Email\":\"a\\u0000b\"}",
	         "1 EINVAL: line 1: the value of Email holds a NUL byte\n",
	         "a NUL byte in a string");
	IS_CALLS("{\"Email\":\"\xff\"}\n{\"Email\":\"b\"}",
	         "1 EINVAL: line 1: the JSON is not valid UTF-8\n2 Email=[b]\n",
	         "not UTF-8");
	IS_CALLS("{\"Email\":\"a\",\"Public\":{}}",
	         "1 EINVAL: line 1: Public must be true or false\n", "a wrong type");
}

/* The wording of what the parser says is not ours to test. */
static void test_json_broken(void)
{
	static const char *const texts[] = {
		"{\"Email\":\"a\"",
		"{\"Email\":\"a",
		"{\"Email\"}",
		"[{]",
		"{\"Email\":'a'}",
		"{Email:\"a\"}",
		"[{\"Email\":]",
		"[1,2",
		"{\"Email\":\"a\",}",
		"{\"Email\":nul}",
		"[}",
		"{\"a\\",
	};
	cleanup_(buf_clear) struct buf out = BUF_INIT(1 << 20);

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct err err = { 0 };
		int r = run(params, texts[i], strlen(texts[i]), 1, &out, &err);
		is_int(r, 0, "broken document %zu", i);
		ok(str_starts(buf_str(&out), "1 EINVAL: line 1: "), "is refused");
	}
	cleanup_(buf_clear) struct buf deep = BUF_INIT(1 << 20);
	for (int i = 0; i < 100000; i++)
		buf_putc(&deep, '[');
	for (int i = 0; i < 100000; i++)
		buf_putc(&deep, ']');
	is_int(run(params, deep.p, deep.len, 4096, &out, NULL), 0, "a deep document");
	ok(str_starts(buf_str(&out), "1 EINVAL: "), "is refused");
}

static void test_csv(void)
{
	IS_CALLS("Email,FullName\na,b\nc,d",
	         "2 Email=[a] FullName=[b]\n"
	         "3 Email=[c] FullName=[d]\n",
	         "records under a header");
	IS_CALLS("Email\nann\nbob\n", "2 Email=[ann]\n3 Email=[bob]\n", "one column");
	IS_CALLS("fullname, Email\r\n\"Lee, \"\"Ann\"\"\n2\",a\r\nx,b\r\n",
	         "2 Email=[a] FullName=[Lee, \"Ann\"\n2]\n4 Email=[b] FullName=[x]\n",
	         "quotes, commas, newlines, lines counted");
	IS_CALLS("Email,FullName,Count\na,,\nb,\"\",\"5\"\n",
	         "2 Email=[a]\n3 Email=[b] Count=[5]\n", "an empty field is not given");
	IS_CALLS("Email,FullName\n#a,5\" disk\n\n\0\0\n  \nb,x\n",
	         "2 Email=[#a] FullName=[5\" disk]\n6 Email=[b] FullName=[x]\n",
	         "no comments, blank records skipped, a quote inside is itself");
	IS_CALLS("# comment\n\nEmail,Token\na,b\n", "4 Email=[a] Token=[b]\n",
	         "comments before the header");
	IS_CALLS("Email,FullName\n", "", "a header alone does nothing");
	IS_CALLS("\xef\xbb\xbf\"Email\"\na\n", "2 Email=[a]\n", "byte order mark");
	IS_CALLS("Email,FullName\na\nb,c,d\ne,f\n",
	         "2 EINVAL: line 2: the record has 1 fields, the header 2\n"
	         "3 EINVAL: line 3: the record has more than the 2 fields of the header\n"
	         "4 Email=[e] FullName=[f]\n",
	         "too few and too many fields");
	IS_CALLS("Email,FullName\n,x\n\"a\"b,c\nd,\"e",
	         "2 EINVAL: line 2: missing: Email\n"
	         "3 EINVAL: line 3: field 1 goes on behind its closing quote\n"
	         "4 EINVAL: line 4: the quote of a field is not closed\n",
	         "records that are refused");
}

static void is_no_form(const char *text, const char *say)
{
	static const size_t steps[] = { 1, 5, 1000 };
	cleanup_(buf_clear) struct buf out = BUF_INIT(1 << 20);

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct err err = { 0 };
		int r = run(params, text, strlen(text), steps[i], &out, &err);
		is_int(r, -EINVAL, "no form, in pieces of %zu", steps[i]);
		ok(err.code == -EINVAL && strstr(err.msg, say) &&
		           !strstr(err.msg, "hunter2"),
		   "%s", err.msg);
		is_str(buf_str(&out), "", "nothing is called");
	}
}

static void test_no_form(void)
{
	is_no_form("hello\n", "line 1 ");
	is_no_form("hello hunter2", "line 1 ");
	is_no_form("\n\nEmail hunter2\nEmail=a\n", "line 3 ");
	is_no_form("Email,Email\na,b\n", "line 1 ");
	is_no_form("Email,\na,b\n", "line 1 ");
	is_no_form("Email = a\n", "line 1 ");
	is_no_form("\"Email\"x,FullName\na,b\n", "line 1 ");

	cleanup_(buf_clear) struct buf out = BUF_INIT(1 << 20);
	struct err err = { 0 };
	const char *text = "{\"Email\":\"a\"}\nhunter2\n{\"Email\":\"b\"}";
	is_int(run(params, text, strlen(text), 3, &out, &err), -EINVAL, "behind JSON");
	ok(strstr(err.msg, "line 2: ") && !strstr(err.msg, "hunter2"), "%s", err.msg);
	is_str(buf_str(&out), "1 Email=[a]\n", "what was before has run, the rest not");
}

static struct input *fresh(struct seen *seen)
{
	struct input *in = NULL;

	*seen = (struct seen){ .text = BUF_INIT(1 << 20) };
	if (input_new(params, see, seen, &in, NULL) < 0)
		exit(1);
	return in;
}

static int feed(struct input *in, const char *text, struct err *err)
{
	return input_feed(in, text, strlen(text), err);
}

static void is_seen(struct seen *seen, const char *want, const char *what)
{
	is_str(buf_str(&seen->text), want, "%s", what);
	buf_reset(&seen->text);
}

static void test_pending(void)
{
	struct seen seen;
	cleanup_(input_freep) struct input *in = fresh(&seen);

	ok(!input_pending(in), "nothing at first");
	is_int(feed(in, "Email=a\nEmail", NULL), 0, "a line and a piece");
	is_seen(&seen, "1 Email=[a]\n", "the whole line has run");
	ok(input_pending(in), "the piece is kept");
	is_int(feed(in, "=b\n", NULL), 0, "the rest");
	is_seen(&seen, "2 Email=[b]\n", "has run");
	ok(!input_pending(in), "nothing is kept");
	is_int(feed(in, " # comment", NULL), 0, "a comment");
	ok(!input_pending(in), "would run nothing");
	is_int(feed(in, "\n \0", NULL), 0, "white space");
	ok(!input_pending(in), "neither");
	is_int(input_end(in, NULL), 0, "the end");
	is_int(input_end(in, NULL), 0, "again");
	is_seen(&seen, "", "runs nothing");

	is_int(feed(in, "{\"Email\":\"c\"", NULL), 0, "JSON after the end");
	ok(input_pending(in), "is kept");
	is_int(feed(in, "}", NULL), 0, "until it is complete");
	is_seen(&seen, "1 Email=[c]\n", "without a newline; lines count anew");
	ok(!input_pending(in), "nothing is kept");
	is_int(input_end(in, NULL), 0, "the end");
	is_int(feed(in, "Email\nd", NULL), 0, "CSV after the end");
	ok(input_pending(in), "is kept");
	is_int(input_end(in, NULL), 0, "the end");
	is_seen(&seen, "2 Email=[d]\n", "runs it");
	buf_clear(&seen.text);
}

static void test_stop(void)
{
	struct seen seen;
	cleanup_(input_freep) struct input *in = fresh(&seen);
	struct err err = { 0 };

	seen.stop_at = 2;
	is_int(feed(in, "Email=a\nEmail=b\nEmail=c\nEmail=", &err), -EACCES, "stops");
	ok(err.code == -EACCES && strstr(err.msg, "line 2"), "%s", err.msg);
	is_seen(&seen, "1 Email=[a]\n2 Email=[b]\n", "the rest is not looked at");
	ok(!input_pending(in), "and would not run");
	is_int(feed(in, "d\nEmail=e\n", NULL), 0, "but what comes later is");
	is_seen(&seen, "5 Email=[e]\n", "from the next line on");
	is_int(input_end(in, NULL), 0, "the end");
	buf_clear(&seen.text);

	cleanup_(input_freep) struct input *json = fresh(&seen);
	seen.stop_at = 1;
	is_int(feed(json, "[{\"Email\":\"a\"},{\"Email\":\"b\"}]{\"Email\":", &err),
	       -EACCES, "stops inside an array");
	is_seen(&seen, "1 Email=[a]\n", "the rest of it is not looked at");
	is_int(feed(json, "\"c\"} {\"Email\":\"d\"}", NULL), 0, "the next");
	is_seen(&seen, "1 Email=[d]\n", "begins at its beginning");
	buf_clear(&seen.text);

	cleanup_(input_freep) struct input *last = fresh(&seen);
	seen.stop_at = 1;
	is_int(feed(last, "Foo=a", NULL), 0, "kept");
	is_int(input_end(last, &err), -EACCES, "stops at the end");
	seen.stop_at = 0;
	is_int(feed(last, "Email=b\n", NULL), 0, "and is ready again");
	ok(strstr(buf_str(&seen.text), "\n1 Email=[b]\n"), "with a new first line");
	buf_clear(&seen.text);
}

static void test_broken(void)
{
	struct seen seen;
	cleanup_(input_freep) struct input *in = fresh(&seen);
	struct err err = { 0 };

	is_int(feed(in, "hello\nEmail=a\n", &err), -EINVAL, "no form");
	err = (struct err){ 0 };
	is_int(feed(in, "Email=b\n", &err), -EINVAL, "stays so: %s", err.msg);
	ok(!input_pending(in), "nothing would run");
	is_int(input_end(in, NULL), 0, "until the end");
	is_int(feed(in, "Email=c\n", NULL), 0, "then it is ready again");
	is_seen(&seen, "1 Email=[c]\n", "and has run only that");
	buf_clear(&seen.text);
}

static void test_size(void)
{
	struct seen seen;
	cleanup_(input_freep) struct input *in = fresh(&seen);
	size_t n = INPUT_MAX_BYTES;
	cleanup_free_ char *big = malloc(n + 1);
	struct err err = { 0 };

	if (!big)
		exit(1);
	memset(big, 'x', n);
	memcpy(big, "Email=a FullName=", 17);
	big[n - 1] = '\n';
	seen.text.max = 32u << 20;
	int r = 0;
	for (size_t i = 0; i < n && !r; i += 512)
		r = input_feed(in, big + i, 512, &err);
	is_int(r, 0, "a line of 16 MiB in small pieces: %s", err.msg);
	is_int((long long)seen.text.len, (long long)n + 6, "came through");
	buf_reset(&seen.text);
	big[n - 1] = big[n] = 'x';
	is_int(input_feed(in, big, n + 1, &err), -EFBIG, "a longer one: %s", err.msg);
	is_int(feed(in, "y\nEmail=b\n", &err), -EFBIG, "is not taken up in its middle");
	is_int(input_end(in, NULL), 0, "the end");
	is_seen(&seen, "", "nothing was called");

	for (size_t i = 0; i + 8 <= n; i += 8)
		memcpy(big + i, "Email=a\n", 8);
	is_int(input_feed(in, big, 8 << 17, NULL), 0, "a million bytes of small lines");
	is_int(seen.n, 1 + (1 << 17), "all called");
	is_int(input_end(in, NULL), 0, "the end");

	/* A field for every three bytes must not cost a copy of the record each. */
	buf_reset(&seen.text);
	is_int(feed(in, "Email,FullName\n", NULL), 0, "a header");
	for (size_t i = 0; i + 3 <= n; i += 3)
		memcpy(big + i, "\"\",", 3);
	big[n - 2] = '\n';
	is_int(input_feed(in, big, n - 1, NULL), 0, "millions of fields");
	ok(strstr(buf_str(&seen.text), "more than the 2 fields"), "are refused at once");
	buf_clear(&seen.text);
}

static void test_other_params(void)
{
	cleanup_(buf_clear) struct buf out = BUF_INIT(4096);
	const char *text = "{}\n{\"B\":{\"x\":[1, 2]}}";

	is_int(run(free_params, text, strlen(text), 4, &out, NULL), 0,
	       "nothing is required");
	is_str(buf_str(&out), "1\n2 B=json[{\"x\":[1,2]}]\n", "so {} is a call");
}

static const struct param rest_params[] = {
	{ .name = "Type", .type = VALUE_TEXT, .flags = PARAM_REQUIRED, .doc = "T." },
	{ .name = "Fields", .type = VALUE_JSON, .flags = PARAM_REST, .doc = "F." },
	{ .name = "all", .type = VALUE_BOOL, .doc = "A." },
	{ 0 }
};

static void is_rest(const char *text, const char *want, const char *what)
{
	for (size_t step = 1; step < 100; step += 13) {
		cleanup_(buf_clear) struct buf out = BUF_INIT(1 << 20);

		is_int(run(rest_params, text, strlen(text), step, &out, NULL), 0,
		       "%s, in pieces of %zu", what, step);
		is_str(buf_str(&out), want, "%s", what);
	}
}

static void test_rest(void)
{
	cleanup_(buf_clear) struct buf out = BUF_INIT(1 << 20);
	struct err err = { 0 };

	is_rest("Type=1 Impact=High customfield_1='a \"b\"'\n",
	        "1 Type=[1] Fields=json[{\"Impact\":\"High\",\"customfield_1\":\"a "
	        "\\\"b\\\"\"}]\n",
	        "words of no parameter are members");
	is_rest("{\"Type\":\"1\",\"Needed by\":null,\"N\":2,\"L\":[1,\"x\"],\"B\":true}",
	        "1 Type=[1] Fields=json[{\"N\":2,\"L\":[1,\"x\"],\"B\":true}]\n",
	        "members keep their types, null is not given");
	is_rest("Type,\"Needed by\",x\n1,soon,\n2,,y\n",
	        "2 Type=[1] Fields=json[{\"Needed by\":\"soon\"}]\n3 Type=[2] "
	        "Fields=json[{\"x\":\"y\"}]\n",
	        "columns of no parameter too");
	is_rest("Type=1 Fields='{ \"a\": 1 }' b=2\nType=1 Fields='{}' b=2\n",
	        "1 Type=[1] Fields=json[{\"a\": 1,\"b\":\"2\"}]\n2 Type=[1] "
	        "Fields=json[{\"b\":\"2\"}]\n",
	        "beside those of the object");
	is_rest("Type=1 Fields=x b=2\n",
	        "1 EINVAL: line 1: Fields must be a JSON object\n",
	        "which has to be one");
	is_rest("b=2\n", "1 EINVAL: line 1: missing: Type\n", "others are required");
	is_rest("all\nType=1\n ALL \n",
	        "1 EINVAL: line 1: missing: Type\n2 Type=[1]\n3 EINVAL: line 3: missing: "
	        "Type\n",
	        "a line that is a name is true");
	is_int(run(rest_params, "Type,b,B\n", 9, 9, &out, &err), -EINVAL,
	       "a column twice: %s", err.msg);
	is_int(run(rest_params, "x\n", 2, 2, &out, &err), -EINVAL,
	       "a word is no header only because any word may be a field: %s", err.msg);
	is_int(run(rest_params, "Fields,x\n", 9, 9, &out, &err), -EINVAL,
	       "nor is one without a column that is required");
	is_str(err.msg, "line 1: the header lacks Type", "which is named");
	is_str(buf_str(&out), "", "and nothing is run");
}

static void test_preset(void)
{
	struct seen seen = { .text = BUF_INIT(1 << 20) };
	cleanup_(input_freep) struct input *in = NULL;

	is_int(input_new(params, see, &seen, &in, NULL), 0, "with values of its own");
	is_int(input_preset(in, SPAN("email"), SPAN("me"), true), 0, "a fixed one");
	is_int(input_preset(in, SPAN("FullName"), SPAN("I"), false), 0,
	       "one that is not");
	is_int(input_preset(in, SPAN("Nope"), SPAN("x"), true), 0, "one of nothing");
	is_int(input_feed(in, "Count=1\nFullName=You\nEmail=me\nEmail=you\n", 40, NULL),
	       0, "lines");
	is_str(buf_str(&seen.text),
	       "1 Email=[me] FullName=[I] Count=[1]\n2 Email=[me] FullName=[You]\n3 "
	       "Email=[me] FullName=[I]\n4 EINVAL: line 4: Email is me here, not 'you'\n",
	       "which need not say them, and cannot contradict");
	buf_clear(&seen.text);
}

static void is_bare(const char *text, const char *want, const char *what)
{
	struct seen seen = { .text = BUF_INIT(10000) };
	struct input *in = fresh(&seen);
	int r;

	input_bare(in, "Email");
	r = feed(in, text, NULL);
	is_int(r ? r : input_end(in, NULL), 0, "%s", what);
	is_seen(&seen, want, what);
	input_free(in);
	buf_clear(&seen.text);
}

static void test_bare(void)
{
	struct seen seen = { .text = BUF_INIT(10000) };
	struct input *in = fresh(&seen);

	is_bare("ann\n\n# not this\n  bo lee \ncy",
	        "1 Email=[ann]\n4 Email=[bo lee]\n5 Email=[cy]\n",
	        "lines of no form are values");
	is_bare("a,b\n", "1 Email=[a,b]\n", "commas and all");
	is_bare("Email=ann\n", "1 Email=[ann]\n", "words are words");
	is_bare("Email\nann\n", "2 Email=[ann]\n", "a header is a header");
	is_bare("{\"Email\": \"ann\"}\n", "1 Email=[ann]\n", "JSON is JSON");
	is_bare("", "", "nothing is nothing");
	input_bare(in, "FullName");
	if (input_preset(in, SPAN("Email"), SPAN("me"), true))
		exit(1);
	is_int(input_value(in, SPAN("two\nlines=x"), NULL), 0, "a value as it is");
	is_int(input_value(in, SPAN(""), NULL), 0, "none");
	is_seen(&seen, "1 Email=[me] FullName=[two\nlines=x]\n1 Email=[me]\n",
	        "both are calls");
	input_free(in);
	buf_clear(&seen.text);
}

int main(void)
{
	test_rest();
	test_preset();
	test_bare();
	test_words();
	test_nothing();
	test_words_refused();
	test_json();
	test_json_refused();
	test_json_broken();
	test_csv();
	test_no_form();
	test_pending();
	test_stop();
	test_broken();
	test_size();
	test_other_params();
	return done_testing();
}
