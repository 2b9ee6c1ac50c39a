/* SPDX-License-Identifier: MIT */
#include "cli/complete.h"

#include "base/log.h"
#include "base/str.h"
#include "cli/cmd.h"
#include "cli/config.h"
#include "format/writer.h"
#include "model/model.h"

#include <mntent.h>
#include <stdio.h>
#include <string.h>

/* What is being typed. */
struct typing {
	const struct cmd *cmd;
	struct span word;   /* that the candidates have to begin with */
	struct span before; /* of it, that each repeats: "--format=" */
	int n_args;         /* arguments of the command before it */
	struct buf *out;
};

static void put(const struct typing *t, struct span word, const char *tail,
                const char *doc)
{
	if (word.n < t->word.n || strncasecmp(word.p, t->word.p, t->word.n))
		return;
	buf_span(t->out, t->before);
	buf_span(t->out, word);
	buf_puts(t->out, tail);
	if (doc) {
		buf_putc(t->out, '\t');
		buf_puts(t->out, doc);
	}
	buf_putc(t->out, '\n');
}

static void put_name(const struct typing *t, const char *name, const char *doc)
{
	put(t, span_of(name), "", doc);
}

static void put_list(const struct typing *t, const char *list)
{
	struct span rest = span_of(list);

	while (rest.n)
		put(t, span_cut(&rest, ','), "", NULL);
}

/* Moves what stands before the n-th byte of the word out of what is compared. */
static void begin_at(struct typing *t, size_t n)
{
	t->before.n += n;
	t->word.p += n;
	t->word.n -= n;
}

static void put_files(const struct typing *t)
{
	buf_puts(t->out, ":files\n");
}

static void put_dirs(const struct typing *t)
{
	buf_puts(t->out, ":dirs\n");
}

/* --- values of options ----------------------------------------------------------- */

static void put_profiles(const struct typing *t)
{
	cleanup_(buf_clear) struct buf names = BUF_INIT(64 * 1024);

	config_list_profiles(&names);
	struct span rest = buf_view(&names);
	while (rest.n)
		put(t, span_cut(&rest, '\n'), "", NULL);
}

static void put_topics(const struct typing *t)
{
	put_name(t, "all", NULL);
	for (int i = 0; i < LOG_N_TOPICS; i++)
		put_name(t, log_topic_name((enum log_topic)i), NULL);
}

static void put_formats(const struct typing *t)
{
	for (size_t i = 0; format_all[i]; i++)
		put_name(t, format_all[i]->name, NULL);
}

/* A secret is not typed: where it stands is. */
static void put_property(const struct typing *t, const struct property *p)
{
	static const char *const sources[] = { "File", "Command" };

	if (!(p->flags & PROP_SECRET)) {
		put(t, span_of(p->name), "=", p->doc);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		char name[80];
		int n = snprintf(name, sizeof(name), "%s%s", p->name, sources[i]);
		if (n > 0 && (size_t)n < sizeof(name))
			put(t, span_of(name), "=", p->doc);
	}
}

static void put_properties(const struct typing *t)
{
	bool is_mount = !strcmp(t->cmd->name, "mount");
	struct typing v = *t;
	const char *comma = memrchr(v.word.p, ',', v.word.n);
	if (comma)
		begin_at(&v, (size_t)(comma - v.word.p) + 1);
	const char *equals = memchr(v.word.p, '=', v.word.n);
	if (!equals) {
		for (size_t i = 0; i < PROP_COUNT; i++)
			put_property(&v, &model_properties[i]);
		for (const struct mount_word *w = cmd_mount_words; is_mount && w->name;
		     w++) {
			if (w->doc)
				put_name(&v, w->name, w->doc);
		}
		return;
	}
	size_t n = (size_t)(equals - v.word.p);
	const struct property *p = model_property((struct span){ v.word.p, n });
	begin_at(&v, n + 1);
	if (p && p->values) {
		put_list(&v, p->values);
	} else if (p && p->type == PROP_BOOL) {
		put_list(&v, "true,false");
	}
}

/* By what the usage calls the value of an option. */
static const struct value_kind {
	const char *arg;
	void (*put)(const struct typing *t);
} value_kinds[] = {
	{ "FILE", put_files },
	{ "NAME", put_profiles },
	{ "NAME=VALUE", put_properties },
	{ "TOPICS", put_topics },
	{ "FORMAT", put_formats },
};

static void put_value(const struct typing *t, const struct opt *o)
{
	for (size_t i = 0; i < ARRAY_SIZE(value_kinds); i++) {
		if (!strcmp(o->arg, value_kinds[i].arg))
			value_kinds[i].put(t);
	}
}

/* --- arguments ------------------------------------------------------------------- */

static void put_mounts(const struct typing *t)
{
	FILE *f = setmntent("/proc/self/mounts", "re");
	struct mntent entry;
	char text[8192];

	while (f && getmntent_r(f, &entry, text, sizeof(text))) {
		if (!strcmp(entry.mnt_type, "fuse.jsmfs") && !strchr(entry.mnt_dir, '\n'))
			put_name(t, entry.mnt_dir, NULL);
	}
	if (f)
		endmntent(f);
}

static void put_procedures(const struct typing *t)
{
	for (size_t i = 0; !t->n_args && model_procedures[i]; i++)
		put_name(t, model_procedures[i]->name, model_procedures[i]->doc);
}

static void put_tables(const struct typing *t)
{
	for (size_t i = 0; !t->n_args && model_tables[i]; i++)
		put_name(t, model_tables[i]->name, model_tables[i]->doc);
	for (size_t i = 0; !t->n_args && model_system_tables[i]; i++)
		put_name(t, model_system_tables[i]->name, model_system_tables[i]->doc);
}

static const struct argument_kind {
	const char *command;
	void (*put)(const struct typing *t);
} argument_kinds[] = {
	{ "mount", put_dirs },      { "umount", put_mounts }, { "demo", put_dirs },
	{ "call", put_procedures }, { "schema", put_tables },
};

static void put_arguments(const struct typing *t)
{
	for (size_t i = 0; i < ARRAY_SIZE(argument_kinds); i++) {
		if (!strcmp(t->cmd->name, argument_kinds[i].command))
			argument_kinds[i].put(t);
	}
}

/* --- words ----------------------------------------------------------------------- */

/* The option that a word names; NULL for none. */
static const struct opt *option_of(const struct cmd *cmd, struct span word)
{
	for (const struct opt *o = cmd->opts; o->name; o++) {
		if (word.n > 2 && !strncmp(word.p, "--", 2) &&
		    span_is((struct span){ word.p + 2, word.n - 2 }, o->name))
			return o;
		if (word.n == 2 && word.p[0] == '-' && word.p[1] == o->letter)
			return o;
	}
	return NULL;
}

static void put_options(const struct typing *t, const struct opt *opts)
{
	for (const struct opt *o = opts; o->name; o++) {
		char name[80];
		int n = snprintf(name, sizeof(name), "--%s", o->name);
		if (n > 0 && (size_t)n < sizeof(name))
			put(t, span_of(name), o->kind == OPT_VALUE ? "=" : "", o->doc);
	}
}

static void put_commands(const struct typing *t)
{
	for (const struct cmd *c = cmd_table; c->name; c++)
		put_name(t, c->name, c->doc);
}

static void put_last(struct typing *t, const struct opt *pending)
{
	const char *equals = memchr(t->word.p, '=', t->word.n);
	size_t n = equals ? (size_t)(equals - t->word.p) : 0;

	if (!pending && equals && t->word.p[0] == '-') {
		pending = option_of(t->cmd, (struct span){ t->word.p, n });
		begin_at(t, n + 1);
	}
	if (pending && pending->kind == OPT_VALUE)
		put_value(t, pending);
	else if (t->word.n && t->word.p[0] == '-')
		put_options(t, t->cmd->opts);
	else if (!pending)
		put_arguments(t);
}

void complete_words(int n, char *const *words, struct buf *out)
{
	struct typing t = { .out = out };
	const struct opt *pending = NULL;

	if (n < 1)
		return;
	t.word = span_of(words[n - 1]);
	t.before = (struct span){ t.word.p, 0 };
	if (n == 1) {
		put_commands(&t);
		put_options(&t, cmd_main_opts);
		return;
	}
	if (n == 2 && !strcmp(words[0], "help"))
		put_commands(&t);
	t.cmd = cmd_find(words[0]);
	if (!t.cmd)
		return;
	for (int i = 1; i < n - 1; i++) {
		pending = pending ? NULL : option_of(t.cmd, span_of(words[i]));
		if (pending && pending->kind == OPT_FLAG)
			pending = NULL;
		else if (!pending && words[i][0] != '-')
			t.n_args++;
	}
	put_last(&t, pending);
}
