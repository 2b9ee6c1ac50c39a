/* SPDX-License-Identifier: MIT */
#include "sim/journal.h"

#include <sqlite3.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static sqlite3 *db;
static sqlite3_stmt *insert;
static char *files;
static bool replaying;

const char *journal_files(void)
{
	return files;
}

bool journal_use_files(const char *directory)
{
	files = strdup(directory);
	return files != NULL;
}

static bool run(const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* Parts of an upload: one JSON array of [name, type, file, size]. */
static void put_parts(struct exchange *x, struct buf *out)
{
	buf_char(out, '[');
	for (size_t i = 0; i < x->upload->n_parts; i++) {
		const struct upload_part *p = &x->upload->parts[i];
		buf_str(out, i ? ",[" : "[");
		buf_json(out, p->file_name);
		buf_char(out, ',');
		buf_json(out, p->mime);
		buf_char(out, ',');
		buf_json(out, p->path);
		buf_fmt(out, ",%llu]", (unsigned long long)p->size);
	}
	buf_char(out, ']');
}

void journal_add(struct exchange *x)
{
	struct buf parts = { 0 };
	if (!db || replaying)
		return;
	sqlite3_reset(insert);
	sqlite3_clear_bindings(insert);
	sqlite3_bind_int64(insert, 1, when_now());
	sqlite3_bind_text(insert, 2, person_at(x->who)->id, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 3, x->method, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(insert, 4, x->raw, -1, SQLITE_TRANSIENT);
	if (x->body.len)
		sqlite3_bind_text(insert, 5, x->body.data, (int)x->body.len,
		                  SQLITE_TRANSIENT);
	if (x->upload) {
		put_parts(x, &parts);
		if (!parts.failed)
			sqlite3_bind_text(insert, 6, parts.data, (int)parts.len,
			                  SQLITE_TRANSIENT);
	}
	if (sqlite3_step(insert) != SQLITE_DONE)
		fprintf(stderr, "jsmsim: journal: %s\n", sqlite3_errmsg(db));
	buf_clear(&parts);
}

static const char *column(sqlite3_stmt *rows, int i)
{
	const char *text = (const char *)sqlite3_column_text(rows, i);
	return text ? text : "";
}

static bool replay_parts(struct exchange *x, const char *text)
{
	struct json_object *list = json_tokener_parse(text);
	size_t n = list ? json_object_array_length(list) : 0;
	struct upload *u = calloc(1, sizeof(*u));
	x->upload = u;
	if (u)
		u->parts = calloc(n + 1, sizeof(*u->parts));
	for (size_t i = 0; u && u->parts && i < n; i++) {
		struct json_object *part = json_object_array_get_idx(list, i);
		struct upload_part *p = &u->parts[u->n_parts++];
		p->file_name = strdup(
			json_object_get_string(json_object_array_get_idx(part, 0)));
		p->mime = strdup(
			json_object_get_string(json_object_array_get_idx(part, 1)));
		p->path = strdup(
			json_object_get_string(json_object_array_get_idx(part, 2)));
		p->size = (uint64_t)json_object_get_int64(
			json_object_array_get_idx(part, 3));
	}
	json_object_put(list);
	return u && u->parts;
}

static bool replay_row(sqlite3_stmt *rows)
{
	struct exchange *x = calloc(1, sizeof(*x));
	uint32_t person;
	bool ok = false;
	if (!x)
		return false;
	x->replay = true;
	x->method = column(rows, 2);
	x->raw = strdup(column(rows, 3));
	buf_str(&x->base, "http://localhost");
	if (*column(rows, 4))
		buf_str(&x->body, column(rows, 4));
	if (person_by_id(column(rows, 1), &person) && x->raw && exchange_parse(x) &&
	    (!*column(rows, 5) || replay_parts(x, column(rows, 5)))) {
		x->who = person;
		when_freeze(sqlite3_column_int64(rows, 0));
		if (exchange_route(x))
			exchange_run(x);
		ok = x->status >= 200 && x->status < 300;
	}
	exchange_clear(x);
	free(x);
	return ok;
}

static bool replay(void)
{
	sqlite3_stmt *rows;
	bool ok = true;
	if (sqlite3_prepare_v2(db,
	                       "SELECT ms, account, method, target, body, parts FROM "
	                       "write ORDER BY seq",
	                       -1, &rows, NULL) != SQLITE_OK)
		return false;
	replaying = true;
	while (ok && sqlite3_step(rows) == SQLITE_ROW)
		ok = replay_row(rows);
	replaying = false;
	when_freeze(0);
	sqlite3_finalize(rows);
	return ok;
}

bool journal_open(const char *path, const char **ret_why)
{
	char *directory = NULL;
	*ret_why = "cannot open or create the database";
	if (asprintf(&directory, "%s.files", path) < 0)
		return false;
	bool ok = (!mkdir(directory, 0700) || errno == EEXIST) &&
	          journal_use_files(directory);
	free(directory);
	if (!ok || sqlite3_open(path, &db) != SQLITE_OK ||
	    !run("PRAGMA synchronous=OFF; CREATE TABLE IF NOT EXISTS write(seq INTEGER "
	         "PRIMARY KEY, "
	         "ms INTEGER, account TEXT, method TEXT, target TEXT, body TEXT, parts "
	         "TEXT)") ||
	    sqlite3_prepare_v2(
		    db,
		    "INSERT INTO write(ms, account, method, target, body, parts) "
		    "VALUES(?, ?, ?, ?, ?, ?)",
		    -1, &insert, NULL) != SQLITE_OK)
		return false;
	*ret_why = "the database does not fit the data: use the same --data and --seed "
		   "as before";
	return replay();
}

void journal_reset(void)
{
	if (db)
		run("DELETE FROM write");
}

void journal_close(void)
{
	sqlite3_finalize(insert);
	sqlite3_close(db);
	insert = NULL;
	db = NULL;
	free(files);
	files = NULL;
}
