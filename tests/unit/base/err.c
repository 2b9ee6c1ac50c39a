/* SPDX-License-Identifier: MIT */
#include "base/err.h"

#include "base/utf8.h"
#include "tap.h"

#include <errno.h>

int main(void)
{
	struct err err = { .code = 1,
		           .http = 500,
		           .retry_ms = 9,
		           .outcome = ERR_OUTCOME_UNKNOWN,
		           .request_id = "abc" };

	is_int(err_set(&err, -EINVAL, "column '%s' does not exist", "X"), -EINVAL,
	       "the code");
	is_str(err.msg, "column 'X' does not exist", "the sentence");
	ok(err.code == -EINVAL && !err.http && !err.retry_ms && !err.outcome &&
	           !err.request_id[0],
	   "what was there is replaced");
	err.http = 404;
	is_int(err_wrap(&err, "reading %s", "desk 7"), -EINVAL, "wrap keeps the code");
	is_str(err.msg, "reading desk 7: column 'X' does not exist", "and the sentence");
	is_int(err.http, 404, "and the rest");
	is_int(err_set(&err, err.code, "again: %s", err.msg), -EINVAL, "from itself");
	is_str(err.msg, "again: reading desk 7: column 'X' does not exist",
	       "its own sentence can be an argument");
	is_int(err_set(NULL, -EIO, "%d", 1), -EIO, "no error to fill");
	is_int(err_nomem(NULL), -ENOMEM, "out of memory, nobody asks");
	ok(err_wrap(NULL, "x") < 0, "wrapping nothing is still a failure");

	err_set(&err, -EINVAL, "a%sb", "\n\t\x7f\x1b[31m");
	is_str(err.msg, "a    [31mb", "control bytes become spaces");
	err_set(&err, -EINVAL, "%s", "caf\xc3\xa9 \xff\xe2\x82");
	is_str(err.msg, "caf\xc3\xa9 ???", "invalid bytes become question marks");

	char text[2000];
	bool whole = true;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 4 < sizeof(text); i += 4)
			memcpy(text + i, "\xf0\x9f\x98\x80", 5);
		err_set(&err, -EINVAL, "%s", text);
		whole = whole && utf8_valid(span_of(err.msg)) && strlen(err.msg) > 390;
	}
	ok(whole, "a long text is cut between characters");
	err_set(&err, -EINVAL, "%s", "cause");
	err_wrap(&err, "%s", text);
	ok(utf8_valid(span_of(err.msg)), "so is a long wrapping");

	is_str(err_name(-EINVAL), "EINVAL", "a name");
	is_str(err_name(-EOPNOTSUPP), "EOPNOTSUPP",
	       "the one of two names that is documented");
	is_str(err_name(-EAGAIN), "EAGAIN", "and again");
	is_str(err_name(-EKEYEXPIRED), "EKEYEXPIRED", "a rare one");
	is_str(err_name(-ENOTTY), "ENOTTY", "one that is not ours");
	ok(err_name(-99999) && err_name(0) && err_name(5),
	   "numbers that are none have a text");
	return done_testing();
}
