/* SPDX-License-Identifier: MIT */
#include "catalog/overlay.h"

#include "catalog/rsd.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char dir[] = "/tmp/jsmfs-overlay.XXXXXX";

static void empty_dir(void)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		char path[400];

		snprintf(path, sizeof(path), "%s/%s", dir, e->d_name);
		unlink(path);
	}
	if (d)
		closedir(d);
}

static void put_file(const char *name, const char *text)
{
	char path[400];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f))
		exit(1);
}

#define FILE_OF(info, columns)                                                           \
	"<api:script xmlns:api=\"a\" xmlns:xs=\"x\"><api:info " info ">" columns         \
	"</api:info></api:script>"

static struct overlay *kept; /* what tables are made of is partly its own */

/* Reads and applies; 0 or the code, with the sentence in err. */
static int load(bool strict, struct table_set *set, struct err *err)
{
	int r;

	overlay_free(kept);
	kept = NULL;
	r = overlay_read(dir, &kept, err);
	*set = (struct table_set){ .arena = ARENA_INIT(16u << 20) };
	if (!r)
		r = overlay_apply(kept, set, strict, err);
	return r;
}

static const struct table *find(const struct table_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (!strcmp(set->p[i]->name, name))
			return set->p[i];
	}
	return NULL;
}

static void test_columns(void)
{
	struct table_set set;

	empty_dir();
	put_file("Requests.rsd",
	         FILE_OF("title=\"Requests\" desc=\"Mine.\"",
	                 "<attr name=\"RequestKey\" xs:type=\"string\"/>"
	                 "<attr name=\"Title\" column=\"Summary\" desc=\"What.\"/>"
	                 "<attr name=\"CreatedDate\" xs:type=\"int\"/>"));
	put_file("notes.txt", "not looked at");
	struct err err = { 0 };
	is_int(load(true, &set, &err), 0, "a file is read %s", err.msg);
	is_int((long long)set.n, 1, "and makes one table");
	const struct table *t = find(&set, "Requests");
	ok(t && t->kind == model_table(SPAN("Requests"))->kind && t->origin,
	   "in place of the model's");
	is_str(t->doc, "Mine.", "its description");
	is_str(t->columns[0].name, "RequestKey", "in the order of the file");
	is_str(t->columns[1].name, "Title", "renamed");
	is_str(t->columns[1].doc, "What.", "described");
	int at = table_column(model_table(SPAN("Requests")), SPAN("Summary"));
	is_str(t->columns[1].path, model_table(SPAN("Requests"))->columns[at].path,
	       "and read from where it was");
	is_int(t->columns[2].type, VALUE_INT, "of another type");
	is_int((long long)table_n_columns(t),
	       (long long)table_n_columns(model_table(SPAN("Requests"))), "none is gone");
	bool all = true;
	for (size_t i = 3; t->columns[i].name; i++)
		all = all && t->columns[i].flags & COLUMN_HIDDEN;
	ok(all, "but the others are hidden");
	is_int(table_column(t, SPAN("Summary")), -1, "the old name is");
	arena_clear(&set.arena);
}

static void test_view(void)
{
	struct buf out = BUF_INIT(1 << 20);
	struct table_set set;

	empty_dir();
	rsd_print(model_table(SPAN("RequestComments")), &out);
	put_file("Talk.rsd", buf_str(&out));
	put_file("RequestComments.rsd", buf_str(&out));
	buf_clear(&out);
	is_int(load(true, &set, NULL), 0, "what CreateSchema writes is read");
	is_int((long long)set.n, 2, "two tables");
	const struct table *t = find(&set, "Talk"), *c = find(&set, "RequestComments"),
			   *m = model_table(SPAN("RequestComments"));
	ok(t && t->kind == TABLE_VIEW && !t->insert, "another name is a view");
	bool same = c && c->insert == m->insert;
	for (size_t i = 0; same && m->columns[i].name; i++)
		same = c->columns[i].type == m->columns[i].type &&
		       c->columns[i].flags == m->columns[i].flags &&
		       !strcmp(c->columns[i].name, m->columns[i].name);
	ok(same, "and the round trip changes nothing");
	arena_clear(&set.arena);
}

/* clang-format off */
static const struct {
	const char *file, *text, *says;
	int code;
} wrong[] = {
	{ "A.rsd", "", "A.rsd", -EBADMSG },
	{ "A.rsd", "<api:script", "A.rsd", -EBADMSG },
	{ "A.rsd", "<a/>", "api:script", -EINVAL },
	{ "A.rsd", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
	  "A.rsd", -EBADMSG },
	{ "A.rsd", FILE_OF("title=\"Requests\"", ""), "names no column", -EINVAL },
	{ "A.rsd", FILE_OF("title=\"Nope\"", "<attr name=\"Id\"/>"), "no table 'A'", -EINVAL },
	{ "A.rsd", FILE_OF("table=\"Nope\"", "<attr name=\"Id\"/>"), "no table 'Nope'", -EINVAL },
	{ "A.rsd", FILE_OF("table=\"sys_tables\"", "<attr name=\"Id\"/>"), "no table", -EINVAL },
	{ "Users.rsd", FILE_OF("", "<attr name=\"Nope\"/>"), "no column 'Nope'", -EINVAL },
	{ "Users.rsd", FILE_OF("", "<attr name=\"../x\"/>"), "cannot be called", -EINVAL },
	{ "Users.rsd", FILE_OF("", "<attr name=\"\"/>"), "cannot be called", -EINVAL },
	{ "ServiceDesks.rsd", FILE_OF("", "<attr name=\"Key\" column=\"Id\"/>"),
	  "cannot be renamed", -EINVAL },
	{ "Requests.rsd", FILE_OF("", "<attr name=\"Summary\"/><attr name=\"SUMMARY\"/>"),
	  "two columns", -EINVAL },
	{ "Requests.rsd", FILE_OF("", "<attr name=\"CurrentStatus\" column=\"Summary\"/>"),
	  "which there is", -EINVAL },
	{ "Requests.rsd", FILE_OF("", "<attr name=\"Summary\" xs:type=\"blob\"/>"),
	  "unknown type", -EINVAL },
	{ "status.rsd", FILE_OF("title=\"Requests\"", "<attr name=\"Summary\"/>"),
	  "capital letter", -EINVAL },
	{ "UserViews.rsd", FILE_OF("title=\"Requests\"", "<attr name=\"Summary\"/>"),
	  "cannot be the name", -EINVAL },
	{ "A b.rsd", FILE_OF("title=\"Requests\"", "<attr name=\"Summary\"/>"),
	  "cannot be the name", -EINVAL },
};
/* clang-format on */

static void test_wrong(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		struct err err = { 0 };
		struct table_set set;

		empty_dir();
		put_file(wrong[i].file, wrong[i].text);
		is_int(load(true, &set, &err), wrong[i].code, "wrong file %zu", i);
		ok(strstr(err.msg, wrong[i].says) != NULL, "%s", err.msg);
		arena_clear(&set.arena);
	}
}

static void test_odd(void)
{
	char path[400];
	struct table_set set;
	struct overlay *o = NULL;
	struct err err = { 0 };

	empty_dir();
	put_file("Requests.rsd",
	         FILE_OF("", "<attr name=\"Summary\"/><attr name=\"Size\"/>"));
	is_int(load(false, &set, NULL), 0, "a column that may come later");
	is_int(table_column(find(&set, "Requests"), SPAN("Size")), -1, "is left out");
	arena_clear(&set.arena);
	empty_dir();
	snprintf(path, sizeof(path), "%s/A.rsd", dir);
	is_int(mkfifo(path, 0600), 0, "a FIFO");
	is_int(overlay_read(dir, &o, &err), -EINVAL, "does not hang, and is refused");
	ok(strstr(err.msg, "not a regular file") != NULL, "%s", err.msg);
	empty_dir();
	int fd = open(path, O_WRONLY | O_CREAT, 0600);
	ok(fd >= 0 && !ftruncate(fd, 1 << 30) && !close(fd), "a giant");
	is_int(overlay_read(dir, &o, &err), -EFBIG, "is refused");
	empty_dir();
	is_int(overlay_read("/nonexistent/dir", &o, NULL), 0, "no directory is no file");
	overlay_free(o);
}

int main(void)
{
	if (!mkdtemp(dir))
		skip_all("no temporary directory");
	test_columns();
	test_view();
	test_wrong();
	test_odd();
	empty_dir();
	rmdir(dir);
	overlay_free(kept);
	return done_testing();
}
