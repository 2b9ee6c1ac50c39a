/* SPDX-License-Identifier: MIT */
#include "catalog/rsd.h"

#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* clang-format off */
static const struct column columns[] = {
	{ "Id", VALUE_TEXT, COLUMN_KEY | COLUMN_READONLY, .doc = "A \"key\" & <more>." },
	{ "Seen", VALUE_BOOL, 0, .doc = "A\nline." },
	{ "Text", VALUE_BOOL, COLUMN_STRING, .doc = "A text." },
	{ "When", VALUE_TIME, 0, .values = "a,b", .ref = "Other.When", .doc = "A time." },
	{ "Ask", VALUE_INT, COLUMN_PSEUDO, .doc = "A question." },
	{ 0 }
};
/* clang-format on */

static const struct table table = {
	.name = "T<1>", .kind = TABLE_TABLE, .doc = "A table.", .columns = columns
};

static char dir[] = "/tmp/jsmfs-rsd.XXXXXX";

static void test_text(void)
{
	struct buf out = BUF_INIT(100000);

	rsd_print(&table, &out);
	is_str(strstr(buf_str(&out), "  <api:info"),
	       "  <api:info title=\"T&lt;1&gt;\" table=\"T&lt;1&gt;\" desc=\"A "
	       "table.\">\n"
	       "    <attr name=\"Id\" xs:type=\"string\" key=\"true\" readonly=\"true\" "
	       "column=\"Id\" desc=\"A &quot;key&quot; &amp; &lt;more&gt;.\"/>\n"
	       "    <attr name=\"Seen\" xs:type=\"boolean\" column=\"Seen\" desc=\"A "
	       "line.\"/>\n"
	       "    <attr name=\"Text\" xs:type=\"string\" column=\"Text\" "
	       "desc=\"A text.\"/>\n"
	       "    <attr name=\"When\" xs:type=\"datetime\" values=\"a,b\" "
	       "references=\"Other.When\" column=\"When\" desc=\"A time.\"/>\n"
	       "    <input name=\"Ask\" xs:type=\"int\" column=\"Ask\" desc=\"A "
	       "question.\"/>\n"
	       "  </api:info>\n</api:script>\n",
	       "what is written");
	buf_clear(&out);
}

static size_t n_files(void)
{
	DIR *d = opendir(dir);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n - 2;
}

static void is_written(const char *path, int code, const char *what)
{
	struct err err = { 0 };

	is_int(rsd_write(&table, span_of(path), &err), code, "%s: %s", what, err.msg);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	ok(write(fd, text, strlen(text)) == (ssize_t)strlen(text), "a file to try");
	close(fd);
}

static void test_file(void)
{
	cleanup_free_ char *path = str_printf("%s/t.rsd", dir);
	cleanup_free_ char *mine = str_printf("%s/mine.rsd", dir);
	cleanup_free_ char *link = str_printf("%s/link.rsd", dir);
	cleanup_free_ char *deep = str_printf("%s/no/t.rsd", dir);
	cleanup_free_ char *other = str_printf("%s/t.txt", dir);
	mode_t mask = umask(027);
	struct stat st;

	is_written(path, 0, "a new file");
	ok(!stat(path, &st) && (st.st_mode & 0777) == 0640, "as the umask has it");
	ok(st.st_size > 300, "is whole");
	put(path, "<?xml?>\n<api:script old/>");
	is_written(path, 0, "a schema file");
	ok(!stat(path, &st) && st.st_size > 300, "is replaced");
	put(mine, "mine");
	is_written(mine, -EEXIST, "another file");
	ok(!stat(mine, &st) && st.st_size == 4, "is left alone");
	put(mine, "");
	is_written(mine, -EEXIST, "an empty one too");
	ok(!symlink("t.rsd", link), "a link");
	is_written(link, -ELOOP, "is not followed");
	is_written(deep, -ENOENT, "no such directory");
	is_written(other, -EINVAL, "another ending");
	is_written("t.rsd", -EINVAL, "a relative path");
	is_written("", -EINVAL, "no path");
	is_int((int)n_files(), 3, "nothing is left over");
	umask(mask);
	unlink(path);
	unlink(mine);
	unlink(link);
}

int main(void)
{
	test_text();
	if (!mkdtemp(dir))
		return done_testing();
	test_file();
	rmdir(dir);
	return done_testing();
}
