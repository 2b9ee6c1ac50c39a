/* SPDX-License-Identifier: MIT */
#include "format/writer.h"

#include "base/clock.h"
#include "tap.h"

#include <errno.h>
#include <locale.h>
#include <math.h>
#include <time.h>

#define TEXT(s) value_text(SPAN(s))
#define JSON(t) ((struct value){ .type = VALUE_JSON, .s = SPAN(t) })
#define BOOL(v) ((struct value){ .type = VALUE_BOOL, .b = (v) })
#define REAL(v) ((struct value){ .type = VALUE_REAL, .r = (v) })
#define TIME(v) ((struct value){ .type = VALUE_TIME, .i = (v) })

static void write_rows(struct buf *out, const char *format, size_t n_columns,
                       const char *const *names, const struct value *cells, size_t n_rows)
{
	struct writer w;

	if (writer_init(&w, format_by_name(format), out, n_columns, names))
		skip_all("no memory");
	writer_begin(&w);
	for (size_t i = 0; i < n_rows; i++)
		writer_row(&w, cells + i * n_columns);
	writer_end(&w);
	is_int((long long)w.n_rows, (long long)n_rows, "%s: rows are counted", format);
	writer_clear(&w);
}

static void is_written(const char *format, size_t n_columns, const char *const *names,
                       const struct value *cells, size_t n_rows, const char *want)
{
	struct buf out = BUF_INIT(1 << 20);

	write_rows(&out, format, n_columns, names, cells, n_rows);
	is_str(buf_str(&out), want, "%s", format);
	buf_clear(&out);
}

static const char *const names[] = { "Key", "Odd, \"name\"", "N" };

static void samples(void)
{
	const struct value cells[] = {
		TEXT("HELP-1"), TEXT("plain"),       value_int(-5),
		TEXT(""),       VALUE_NULL_INIT,     REAL(2.5),
		TEXT("a,b"),    TEXT("say \"hi\""),  BOOL(true),
		TEXT(" lead"),  TEXT("trail "),      JSON("{\"a\":[1,\"x\"]}"),
		TEXT("l1\nl2"), TEXT("c\rr\tt\\b"),  TIME(1769850000000),
		TEXT("\xff"),   TEXT("caf\xc3\xa9"), REAL(3),
	};

	is_written("csv", 3, names, cells, 6,
	           "Key,\"Odd, \"\"name\"\"\",N\n"
	           "HELP-1,plain,-5\n"
	           "\"\",,2.5\n"
	           "\"a,b\",\"say \"\"hi\"\"\",true\n"
	           "\" lead\",\"trail \",\"{\"\"a\"\":[1,\"\"x\"\"]}\"\n"
	           "\"l1\nl2\",\"c\rr\tt\\b\",2026-01-31T10:00:00.000+01:00\n"
	           "\xef\xbf\xbd,caf\xc3\xa9,3.0\n");
	is_written("tsv", 3, names, cells, 6,
	           "Key\tOdd, \"name\"\tN\n"
	           "HELP-1\tplain\t-5\n"
	           "\t\\N\t2.5\n"
	           "a,b\tsay \"hi\"\ttrue\n"
	           " lead\ttrail \t{\"a\":[1,\"x\"]}\n"
	           "l1\\nl2\tc\\rr\\tt\\\\b\t2026-01-31T10:00:00.000+01:00\n"
	           "\xef\xbf\xbd\tcaf\xc3\xa9\t3.0\n");
	is_written("json", 3, names, cells, 2,
	           "[\n{\"Key\":\"HELP-1\",\"Odd, \\\"name\\\"\":\"plain\",\"N\":-5},\n"
	           "{\"Key\":\"\",\"Odd, \\\"name\\\"\":null,\"N\":2.5}\n]\n");
	is_written("ndjson", 3, names, cells + 9, 2,
	           "{\"Key\":\" lead\",\"Odd, \\\"name\\\"\":\"trail \","
	           "\"N\":{\"a\":[1,\"x\"]}}\n"
	           "{\"Key\":\"l1\\nl2\",\"Odd, \\\"name\\\"\":\"c\\rr\\tt\\\\b\","
	           "\"N\":\"2026-01-31T10:00:00.000+01:00\"}\n");
}

static void empty(void)
{
	is_written("csv", 3, names, NULL, 0, "Key,\"Odd, \"\"name\"\"\",N\n");
	is_written("tsv", 1, names, NULL, 0, "Key\n");
	is_written("json", 3, names, NULL, 0, "[]\n");
	is_written("ndjson", 3, names, NULL, 0, "");
	is_written("table", 1, names, NULL, 0, "Key\n---\n");
}

static void is_number(struct value v, const char *csv, const char *json)
{
	char want[100];

	snprintf(want, sizeof(want), "Key\n%s\n", csv);
	is_written("csv", 1, names, &v, 1, want);
	snprintf(want, sizeof(want), "{\"Key\":%s}\n", json);
	is_written("ndjson", 1, names, &v, 1, want);
}

static void numbers(void)
{
	is_number(REAL(0.1), "0.1", "0.1");
	is_number(REAL(1.0 / 3), "0.3333333333333333", "0.3333333333333333");
	is_number(REAL(1e300), "1e+300", "1e+300");
	is_number(REAL(-0.0), "-0.0", "-0.0");
	is_number(REAL(NAN), "", "null");
	is_number(REAL(INFINITY), "", "null");
	is_number(value_int(INT64_MIN), "-9223372036854775808", "-9223372036854775808");
	is_number(BOOL(false), "false", "false");
	is_number(VALUE_NULL_INIT, "", "null");
	is_number(JSON(""), "\"\"", "null");
	/* Where a comma stands in numbers it must not stand in ours. */
	if (setlocale(LC_NUMERIC, "de_DE.UTF-8"))
		is_number(REAL(2.5), "2.5", "2.5");
	setlocale(LC_NUMERIC, "C");
}

static void tables(void)
{
	const struct value cells[] = {
		TEXT("a"),
		value_int(7),
		TEXT("caf\xc3\xa9\n\x1b[0m\xc2\x9b"),
		TEXT("\xe6\x97\xa5\xe6\x9c\xac"),
		value_int(-12345),
		TEXT("x"),
		VALUE_NULL_INIT,
		BOOL(true),
		TEXT("e\xcc\x81\xff"),
	};
	static const char *const columns[] = { "K\n", "Number", "Text" };

	is_written("table", 3, columns, cells, 3,
	           "K\\n   Number  Text\n"
	           "----  ------  -------------------\n"
	           "a          7  caf\xc3\xa9\\n\\x1b[0m\\u009b\n"
	           "\xe6\x97\xa5\xe6\x9c\xac  -12345  x\n"
	           "      true    e\xcc\x81\xef\xbf\xbd\n");
}

/* More rows than are kept: the later ones come as they are. */
static void long_table(void)
{
	struct buf out = BUF_INIT(1 << 24);
	struct writer w;
	static const char *const columns[] = { "A", "B" };
	char text[200];

	if (writer_init(&w, format_by_name("table"), &out, 2, columns))
		skip_all("no memory");
	writer_begin(&w);
	struct value cells[] = { TEXT("abc"), TEXT("x") };
	for (int i = 0; i < 1000; i++)
		writer_row(&w, cells);
	is_int((long long)out.len, 0, "1000 rows are kept");
	memset(text, 'l', 100);
	cells[0] = value_text((struct span){ text, 100 });
	writer_row(&w, cells);
	ok(out.len > 1000 * 7, "then they come");
	/* A column is at most 60 wide, whatever its cells are. */
	is_int(strchr(buf_str(&out), '\n') - buf_str(&out), 63, "with a header");
	ok(strstr(buf_str(&out), "\nabc ") && strstr(buf_str(&out), "  x\nabc "),
	   "and all that was kept");
	buf_reset(&out);
	writer_row(&w, cells);
	ok(out.len == 104 && str_ends(buf_str(&out), "l  x\n"), "a long cell is not cut");
	buf_reset(&out);
	cells[0] = TEXT("z");
	writer_row(&w, cells);
	ok(str_starts(buf_str(&out), "z  "), "and the widths stay");
	buf_reset(&out);
	writer_end(&w);
	is_int((long long)out.len, 0, "the end adds nothing");
	writer_clear(&w);
	buf_clear(&out);
}

/* Cells too large to be kept, and more columns than are aligned. */
static void large_table(void)
{
	struct buf out = BUF_INIT(1 << 24);
	static char text[700000];
	static const char *many[400];
	static struct value cells[400];

	memset(text, 'x', sizeof(text));
	const struct value big[] = { value_text((struct span){ text, sizeof(text) }),
		                     value_text((struct span){ text, sizeof(text) }) };
	write_rows(&out, "table", 1, names, big, 2);
	ok(!buf_status(&out) && out.len > 2 * sizeof(text), "large cells come whole");
	buf_reset(&out);
	for (size_t i = 0; i < ARRAY_SIZE(many); i++) {
		many[i] = "c";
		cells[i] = value_int((int64_t)i);
	}
	write_rows(&out, "table", ARRAY_SIZE(many), many, cells, 1);
	ok(!buf_status(&out) && strstr(buf_str(&out), "  398  399\n"), "400 columns");
	buf_clear(&out);
}

static void full_buffer(void)
{
	static const char *const formats[] = { "csv", "tsv", "json", "ndjson", "table" };
	const struct value cell = TEXT("\xff is more than fits");

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++) {
		struct buf out = BUF_INIT(10);
		write_rows(&out, formats[i], 1, names, &cell, 1);
		is_int(buf_status(&out), -EFBIG, "%s: the buffer tells", formats[i]);
		buf_clear(&out);
	}
}

static void drained(void)
{
	struct buf out = BUF_INIT(100);
	struct writer w;
	const struct value cell = value_int(1);

	if (writer_init(&w, format_by_name("json"), &out, 1, names))
		skip_all("no memory");
	writer_begin(&w);
	writer_row(&w, &cell);
	is_str(buf_str(&out), "[\n{\"Key\":1}", "a whole row");
	buf_reset(&out);
	writer_row(&w, &cell);
	is_str(buf_str(&out), ",\n{\"Key\":1}", "goes on in an emptied buffer");
	buf_reset(&out);
	writer_end(&w);
	is_str(buf_str(&out), "\n]\n", "and so does the end");
	writer_clear(&w);
	buf_clear(&out);
}

int main(void)
{
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	ok(format_by_name("csv") && !format_by_name("CSV") && !format_by_name("xml") &&
	           !format_by_name(NULL),
	   "formats by name");
	bool documented = true;
	for (const struct format *const *f = format_all; *f; f++)
		documented = documented && format_by_name((*f)->name) == *f &&
		             str_ends((*f)->doc, ".");
	ok(documented, "each has its sentence");
	samples();
	empty();
	numbers();
	tables();
	long_table();
	large_table();
	full_buffer();
	drained();
	return done_testing();
}
