/* SPDX-License-Identifier: MIT */
#include "base/buf.h"

#include "tap.h"

#include <errno.h>

static void grows(void)
{
	struct buf b = BUF_INIT(100000);

	is_str(buf_str(&b), "", "a new buffer is the empty string");
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "%04d ", i);
	is_int((long long)b.len, 50000, "10000 pieces add up");
	ok(!memcmp(buf_str(&b) + 49995, "9999 ", 6), "the last piece ends in NUL");
	is_int(buf_status(&b), 0, "no error");
	buf_truncate(&b, 9);
	is_str(buf_str(&b), "0000 0001", "truncate cuts");
	buf_truncate(&b, 20);
	is_int((long long)b.len, 9, "truncate never lengthens");
	buf_clear(&b);
	ok(!b.p && !b.len && b.max == 100000, "clear keeps the ceiling only");
}

static void ceiling(void)
{
	struct buf b = BUF_INIT(5);

	buf_puts(&b, "12345");
	is_int(buf_status(&b), 0, "exactly the ceiling fits");
	buf_putc(&b, '6');
	is_int(buf_status(&b), -EFBIG, "one more does not");
	buf_puts(&b, "");
	buf_truncate(&b, 3);
	buf_puts(&b, "x");
	is_str(buf_str(&b), "123", "after an error appends do nothing");
	ok(!buf_take(&b), "an error is not handed over");
	ok(!buf_room(&b, 0), "nor is there room");
	buf_reset(&b);
	is_int(buf_status(&b), 0, "reset forgets the error");
	buf_printf(&b, "%s", "abcdef");
	is_int(buf_status(&b), -EFBIG, "a format that is too long");
	is_str(buf_str(&b), "", "leaves nothing of itself");
	buf_reset(&b);
	buf_printf(&b, "%s", "abcde");
	is_str(buf_str(&b), "abcde", "a format that just fits");
	buf_clear(&b);

	struct buf none = BUF_INIT(0);
	buf_putc(&none, 'x');
	is_int(buf_status(&none), -EFBIG, "a ceiling of nothing takes nothing");
	buf_clear(&none);
	struct buf huge = BUF_INIT(SIZE_MAX);
	buf_putc(&huge, 'x');
	ok(!buf_room(&huge, SIZE_MAX - 1), "a size that overflows is refused");
	is_int(buf_status(&huge), -ENOMEM, "as lack of memory");
	buf_clear(&huge);
}

static void long_format(void)
{
	struct buf b = BUF_INIT(4096);

	buf_puts(&b, "<");
	buf_printf(&b, "%*s", 1000, "x");
	buf_puts(&b, ">");
	is_int((long long)b.len, 1002, "a format longer than the memory at hand");
	ok(buf_str(&b)[1000] == 'x' && buf_str(&b)[1001] == '>', "is whole");
	buf_clear(&b);
}

static void hands_over(void)
{
	struct buf b = BUF_INIT(50);
	char *p = buf_take(&b);

	is_str(p, "", "an empty buffer hands over the empty string");
	free(p);
	char *room = buf_room(&b, 10);
	ok(room != NULL, "room is there");
	memcpy(room, "abc", 3);
	buf_commit(&b, 3);
	buf_span(&b, SPAN("de"));
	buf_add(&b, NULL, 0);
	is_int((long long)buf_view(&b).n, 5, "what was committed counts");
	p = buf_take(&b);
	is_str(p, "abcde", "the bytes are handed over");
	is_int((long long)b.len, 0, "and the buffer is empty");
	free(p);
}

int main(void)
{
	grows();
	ceiling();
	long_format();
	hands_over();
	return done_testing();
}
