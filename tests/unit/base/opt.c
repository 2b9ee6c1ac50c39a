/* SPDX-License-Identifier: MIT */
#include "base/opt.h"

#include "tap.h"

#include <errno.h>

static const struct opt table[] = {
	{ "foreground", 'f', OPT_FLAG, NULL, "stay in the foreground." },
	{ "profile", 'p', OPT_VALUE, "NAME", "the section of the configuration file." },
	{ "debug", 0, OPT_VALUE, "TOPICS",
	  "these topics in detail: a sentence so long that it must be broken into "
	  "several "
	  "lines of the terminal." },
	{ "a-very-long-name-of-an-option", 'x', OPT_FLAG, NULL,
	  "-x and \\ and 'quotes'." },
	{ NULL, 0, OPT_FLAG, NULL, NULL },
};

static int record(void *ctx, int index, const char *value, struct err *err)
{
	struct buf *out = ctx;

	if (value && !strcmp(value, "refuse"))
		return err_set(err, -EPERM, "refused");
	buf_printf(out, "%d:%s ", index, value ? value : "-");
	return 0;
}

static int parse(char *const *words, struct buf *out, struct err *err)
{
	char *argv[16];
	int argc = 0;

	buf_reset(out);
	while (words[argc] && argc < 16) {
		argv[argc] = words[argc];
		argc++;
	}
	return opt_parse(table, argc, argv, record, out, err);
}

#define WORDS(...) ((char *const[]){ __VA_ARGS__, NULL })

static void is_parsed(char *const *words, const char *want)
{
	struct buf out = BUF_INIT(500);
	struct err err = { 0 };

	is_int(parse(words, &out, &err), 0, "'%s …' is parsed", words[0]);
	is_str(buf_str(&out), want, "into %s", want);
	buf_clear(&out);
}

static void is_refused(char *const *words, const char *sentence)
{
	struct buf out = BUF_INIT(500);
	struct err err = { 0 };

	is_int(parse(words, &out, &err), OPT_USAGE, "'%s …' is refused", words[0]);
	is_str(err.msg, sentence, "with a sentence");
	buf_clear(&out);
}

static void usage(void)
{
	struct buf out = BUF_INIT(2000);

	opt_usage(table, &out);
	is_str(buf_str(&out),
	       "  -f, --foreground    stay in the foreground.\n"
	       "  -p, --profile=NAME  the section of the configuration file.\n"
	       "      --debug=TOPICS  these topics in detail: a sentence so long that it "
	       "must be\n"
	       "                      broken into several lines of the terminal.\n"
	       "  -x, --a-very-long-name-of-an-option\n"
	       "                      -x and \\ and 'quotes'.\n",
	       "usage text");
	buf_reset(&out);
	opt_mdoc(table, &out);
	ok(strstr(buf_str(&out), ".It Fl p , Fl -profile Ns = Ns Ar NAME\n") &&
	           strstr(buf_str(&out), ".It Fl -debug Ns = Ns Ar TOPICS\n"),
	   "mdoc items");
	ok(strstr(buf_str(&out), "\\-x and \\e and 'quotes'.\n") != NULL, "mdoc text");
	buf_clear(&out);
}

int main(void)
{
	is_parsed(WORDS("-f", "a", "--foreground"), "0:- -1:a 0:- ");
	is_parsed(WORDS("--profile=x", "--profile", "y"), "1:x 1:y ");
	is_parsed(WORDS("-px", "-p", "y", "-fpz"), "1:x 1:y 0:- 1:z ");
	is_parsed(WORDS("--profile=", "--profile=a=b"), "1: 1:a=b ");
	is_parsed(WORDS("-p", "-f"), "1:-f ");
	is_parsed(WORDS("-", "--", "-f", "--", "x"), "-1:- -1:-f -1:-- -1:x ");
	is_parsed(WORDS("-fxf", ""), "0:- 3:- 0:- -1: ");
	is_refused(WORDS("--nothing=secret"), "unknown option --nothing");
	is_refused(WORDS("--pro", "x"), "unknown option --pro");
	is_refused(WORDS("-fz"), "unknown option -z");
	is_refused(WORDS("--foreground=secret"), "option --foreground takes no value");
	is_refused(WORDS("-f", "--profile"), "option --profile needs a value (NAME)");
	is_refused(WORDS("-fp"), "option -p needs a value (NAME)");

	struct buf out = BUF_INIT(100);
	is_int(parse(WORDS("-f", "refuse", "-f"), &out, NULL), -EPERM,
	       "the function can stop it");
	is_str(buf_str(&out), "0:- ", "at once");
	buf_clear(&out);
	usage();
	return done_testing();
}
