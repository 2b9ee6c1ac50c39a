/* SPDX-License-Identifier: MIT */
/*
 * The manual pages are written by hand around text that the program's tables give: here
 * they are held against the tables.  With an
 * argument ("properties", "options") it prints that text, to be pasted.
 */
#include "base/buf.h"
#include "cli/cmd.h"
#include "model/model.h"
#include "tap.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define PAGE_MAX_BYTES (256u << 10)

/* Sentences on lines of their own, as mdoc wants them. */
static void put_sentences(struct buf *out, const char *text)
{
	for (; *text; text++) {
		bool ends = *text == '.' && text[1] == ' ';
		buf_putc(out, *text);
		if (ends) {
			buf_putc(out, '\n');
			text++;
		}
	}
	buf_putc(out, '\n');
}

static void put_list(struct buf *out, const char *list)
{
	buf_puts(out, "One of ");
	for (; *list; list++) {
		buf_putc(out, *list);
		if (*list == ',')
			buf_putc(out, ' ');
	}
	buf_puts(out, ".\n");
}

/* How a property stands in jsmfs.conf(5). */
static void put_property(struct buf *out, const struct property *p)
{
	buf_printf(out, ".It Va %s\n", p->name);
	put_sentences(out, p->doc);
	if (p->values)
		put_list(out, p->values);
	if (p->type == PROP_BOOL)
		put_list(out, "true,false");
	if (p->type == PROP_INT && p->max == LONG_MAX)
		buf_printf(out, "A whole number from %ld up.\n", p->min);
	else if (p->type == PROP_INT)
		buf_printf(out, "A whole number from %ld to %ld.\n", p->min, p->max);
	if (*p->standard)
		buf_printf(out, "The default is\n.Ql %s .\n", p->standard);
	if (p->flags & PROP_REQUIRED)
		buf_puts(out, "It must be set.\n");
	if (p->flags & PROP_SECRET)
		buf_puts(out, "It is a secret.\n");
}

static void put_option(struct buf *out, const struct opt *o)
{
	struct opt table[] = { *o, { 0 } };

	opt_mdoc(table, out);
}

static void read_page(const char *path, struct buf *page)
{
	FILE *f = fopen(path, "r");
	char chunk[4096];
	size_t n;

	*page = BUF_INIT(PAGE_MAX_BYTES);
	while (f && (n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(page, chunk, n);
	if (f)
		fclose(f);
	ok(f && page->len && !buf_status(page), "%s can be read", path);
}

static void test_properties(void)
{
	cleanup_(buf_clear) struct buf page;
	const char *at;

	read_page("man/jsmfs.conf.5", &page);
	at = buf_str(&page);
	for (size_t i = 0; i < PROP_COUNT; i++) {
		cleanup_(buf_clear) struct buf want = BUF_INIT(4096);
		put_property(&want, &model_properties[i]);
		ok(strstr(at, buf_str(&want)) != NULL,
		   "jsmfs.conf(5) describes %s as the table does",
		   model_properties[i].name);
	}
}

static void test_commands(void)
{
	cleanup_(buf_clear) struct buf page;

	read_page("man/jsmfs.1", &page);
	cleanup_(buf_clear) struct buf own = BUF_INIT(4096);
	opt_mdoc(cmd_main_opts, &own);
	ok(strstr(buf_str(&page), buf_str(&own)) != NULL,
	   "jsmfs(1) describes the options without a command");
	for (const struct cmd *c = cmd_table; c->name; c++) {
		cleanup_(buf_clear) struct buf head = BUF_INIT(256);
		buf_printf(&head, "\n.Ss jsmfs %s\n", c->name);
		ok(strstr(buf_str(&page), buf_str(&head)) != NULL,
		   "jsmfs(1) has the command %s", c->name);
		for (const struct opt *o = c->opts; o->name; o++) {
			cleanup_(buf_clear) struct buf want = BUF_INIT(1024);
			put_option(&want, o);
			ok(strstr(buf_str(&page), buf_str(&want)) != NULL,
			   "jsmfs(1) describes %s --%s", c->name, o->name);
		}
	}
}

static void put_word(struct buf *out, const struct mount_word *w)
{
	buf_printf(out, ".It Cm %s\n", w->name);
	put_sentences(out, w->doc);
}

static void test_mount_words(void)
{
	cleanup_(buf_clear) struct buf page;

	read_page("man/jsmfs.1", &page);
	for (const struct mount_word *w = cmd_mount_words; w->name; w++) {
		cleanup_(buf_clear) struct buf want = BUF_INIT(1024);

		if (!w->doc)
			continue;
		put_word(&want, w);
		ok(strstr(buf_str(&page), buf_str(&want)) != NULL,
		   "jsmfs(1) describes mount -o %s", w->name);
	}
}

static void print_text(const char *what)
{
	cleanup_(buf_clear) struct buf out = BUF_INIT(PAGE_MAX_BYTES);

	for (size_t i = 0; i < PROP_COUNT && !strcmp(what, "properties"); i++)
		put_property(&out, &model_properties[i]);
	if (!strcmp(what, "options"))
		opt_mdoc(cmd_main_opts, &out);
	for (const struct cmd *c = cmd_table; c->name && !strcmp(what, "options"); c++) {
		buf_printf(&out, ".Ss jsmfs %s\n", c->name);
		opt_mdoc(c->opts, &out);
	}
	for (const struct mount_word *w = cmd_mount_words;
	     w->name && !strcmp(what, "options"); w++) {
		if (w->doc)
			put_word(&out, w);
	}
	fputs(buf_str(&out), stdout);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		print_text(argv[1]);
		return 0;
	}
	test_properties();
	test_commands();
	test_mount_words();
	return done_testing();
}
