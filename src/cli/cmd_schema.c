/* SPDX-License-Identifier: MIT */
#include "cli/cmd.h"
#include "model/model.h"

#include <stdio.h>

/* clang-format off */
const struct opt cmd_schema_opts[] = {
	{ "help", 'h', OPT_FLAG, NULL, "Show this text." },
	{ 0 }
};
/* clang-format on */

struct schema_args {
	const char *table;
	bool help;
};

static int on_arg(void *ctx, int index, const char *value, struct err *err)
{
	struct schema_args *a = ctx;

	if (!index)
		a->help = true;
	else if (a->table)
		return cmd_usage(err, "one table is expected");
	else
		a->table = value;
	return 0;
}

static void print_columns(const struct table *t)
{
	printf("%s: %s\n", t->name, t->doc);
	if (t->note)
		printf("%s\n", t->note);
	putchar('\n');
	for (const struct column *c = t->columns; c->name; c++)
		printf("%-22s %-9s %-7s %s\n", c->name, column_type_name(c),
		       c->flags & COLUMN_PSEUDO ? "pseudo"
		       : c->flags & COLUMN_KEY  ? "key"
		                                : "",
		       c->doc);
}

int cmd_schema_main(const struct cmd_env *env, int argc, char **argv, struct err *err)
{
	struct schema_args a = { 0 };
	const struct table *t;
	int r = opt_parse(cmd_schema_opts, argc - 1, argv + 1, on_arg, &a, err);

	(void)env;
	if (r < 0)
		return r;
	if (a.help) {
		cmd_help("schema");
		return 0;
	}
	if (!a.table) {
		for (size_t i = 0; model_tables[i]; i++)
			printf("%-24s %s\n", model_tables[i]->name, model_tables[i]->doc);
		for (size_t i = 0; model_system_tables[i]; i++)
			printf("%-24s %s\n", model_system_tables[i]->name,
			       model_system_tables[i]->doc);
		return 0;
	}
	t = model_any_table(span_of(a.table));
	if (!t || t->kind == TABLE_INTERNAL)
		return cmd_usage(err, "there is no table '%s': jsmfs schema lists them",
		                 a.table);
	print_columns(t);
	return 0;
}
