/* SPDX-License-Identifier: MIT */
/* Attachments: lists, bytes with ranges, and the two steps of adding them. */
#include "sim/ops.h"
#include "sim/render.h"
#include "sim/upload.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEMPORARY_MS HOUR_MS

/* Uploaded, but not yet attached. Guarded by site_lock. */
struct temporary {
	char *id;
	char *name;
	char *mime;
	char *path;
	uint64_t size;
	int64_t ms;
	int desk;
	uint32_t who;
};

static struct temporary *waiting;
static size_t n_waiting;
static uint64_t n_ever;

static void temporary_free(struct temporary *t)
{
	free(t->id);
	free(t->name);
	free(t->mime);
	free(t->path);
}

static void temporary_drop(size_t k, bool file)
{
	if (file && waiting[k].path)
		unlink(waiting[k].path);
	temporary_free(&waiting[k]);
	waiting[k] = waiting[--n_waiting];
}

void temporary_clear(void)
{
	while (n_waiting)
		temporary_drop(n_waiting - 1, true);
	free(waiting);
	waiting = NULL;
	n_ever = 0;
}

void op_attachments(struct exchange *x)
{
	struct request r;
	struct attachment a;
	size_t total = 0, seen = 0;
	bool agent = is_agent(x);
	if (!arg_request(x, 0, &r))
		return;
	size_t n = request_n_attachments(&r);
	for (size_t k = 0; k < n; k++) {
		request_attachment(&r, k, &a);
		total += agent || a.is_public;
	}
	struct page p = page_open(x, total, "");
	for (size_t k = 0; k < n; k++) {
		request_attachment(&r, k, &a);
		if (!agent && !a.is_public)
			continue;
		if (seen >= p.from && seen < p.to) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_attachment(x, &r, &a);
		}
		seen++;
	}
	page_close(x);
}

/* Reads "bytes=a-b", "bytes=a-" or "bytes=-n": 1 good, 0 none, -1 not possible. */
static int read_range(const struct exchange *x, uint64_t size, uint64_t *ret_from,
                      uint64_t *ret_to)
{
	const char *range = exchange_header(x, "Range");
	char *end;
	if (!range || strncmp(range, "bytes=", 6) || strchr(range, ','))
		return 0;
	range += 6;
	if (*range == '-') {
		uint64_t n = strtoull(range + 1, &end, 10);
		if (*end || end == range + 1)
			return 0;
		if (!n || !size)
			return -1;
		*ret_from = n > size ? 0 : size - n;
		*ret_to = size - 1;
		return 1;
	}
	*ret_from = strtoull(range, &end, 10);
	if (end == range || *end != '-')
		return 0;
	*ret_to = end[1] ? strtoull(end + 1, &end, 10) : UINT64_MAX;
	if (*ret_to != UINT64_MAX && (*end || *ret_to < *ret_from))
		return 0;
	if (*ret_from >= size)
		return -1;
	if (*ret_to >= size)
		*ret_to = size - 1;
	return 1;
}

static void answer_bytes(struct exchange *x, const struct attachment *a)
{
	uint64_t from = 0, to = a->size ? a->size - 1 : 0;
	int range = read_range(x, a->size, &from, &to);
	answer_header(x, "Accept-Ranges", "bytes");
	if (range < 0) {
		answer_error(x, 416, "sd.attachment.error.range",
		             "The range cannot be satisfied.");
		answer_header(x, "Content-Range", "bytes */%llu",
		              (unsigned long long)a->size);
		return;
	}
	x->file_offset = from;
	x->file_size = a->size ? to - from + 1 : 0;
	if (a->file) {
		x->file = strdup(a->file);
		if (!x->file)
			x->out.failed = true;
	} else {
		attachment_bytes(a, &x->out);
		if (range && !x->out.failed) {
			memmove(x->out.data, x->out.data + from, (size_t)x->file_size);
			x->out.len = (size_t)x->file_size;
		}
	}
	answer_header(x, "Content-Type", "%s", a->mime);
	/* The header above is the content type; ours must not be added as well. */
	x->content_type = "";
	if (range)
		answer_header(x, "Content-Range", "bytes %llu-%llu/%llu",
		              (unsigned long long)from, (unsigned long long)to,
		              (unsigned long long)a->size);
	answer(x, range ? 206 : 200);
}

static bool arg_attachment(struct exchange *x, const struct request *r,
                           struct attachment *ret)
{
	int64_t id;
	if (parse_id(x->arg[1], &id) && attachment_find(id, ret) &&
	    ret->index == r->index && (ret->is_public || is_agent(x)))
		return true;
	answer_error(x, 404, "sd.attachment.error.notFound",
	             "The attachment with id '%s' does not exist.", x->arg[1]);
	return false;
}

void op_attachment(struct exchange *x)
{
	struct request r;
	struct attachment a;
	if (arg_request(x, 0, &r) && arg_attachment(x, &r, &a))
		answer_bytes(x, &a);
}

void op_thumbnail(struct exchange *x)
{
	struct request r;
	struct attachment a;
	if (!arg_request(x, 0, &r) || !arg_attachment(x, &r, &a))
		return;
	if (strncmp(a.mime, "image/", 6))
		answer_error(x, 404, "sd.attachment.error.thumbnail",
		             "There is no thumbnail.");
	else
		answer_bytes(x, &a);
}

static bool temporary_add(struct exchange *x, struct upload_part *part, int desk)
{
	struct temporary *list = reallocarray(waiting, n_waiting + 1, sizeof(*list));
	if (!list)
		return false;
	waiting = list;
	struct temporary *t = &list[n_waiting];
	*t = (struct temporary){
		.size = part->size, .ms = when_now(), .desk = desk, .who = x->who
	};
	t->name = strdup(part->file_name);
	t->mime = strdup(part->mime);
	if (asprintf(&t->id, "temp%llu",
	             (unsigned long long)(site_hash(55, ++n_ever) >> 1)) < 0)
		t->id = NULL;
	if (!t->name || !t->mime || !t->id) {
		temporary_free(t);
		return false;
	}
	t->path = part->path;
	part->taken = true;
	n_waiting++;
	return true;
}

void op_attach_temporary(struct exchange *x)
{
	int desk;
	struct upload *u = x->upload;
	if (!arg_desk(x, 0, &desk))
		return;
	if (u && u->n_parts > MAX_UPLOAD_PARTS) {
		answer_error(x, 413, "sd.attachment.error.count",
		             "At most %d files can be uploaded at once.",
		             MAX_UPLOAD_PARTS);
		return;
	}
	if (u && u->too_large) {
		answer_error(x, 413, "sd.attachment.error.size",
		             "The file is too large.");
		return;
	}
	if (!u || u->failed || !u->n_parts || u->n_ignored) {
		answer_error(x, 400, "sd.attachment.error.missing",
		             "The multipart body must consist of parts named 'file', "
		             "with file names.");
		return;
	}
	size_t first = n_waiting;
	for (size_t i = 0; i < u->n_parts; i++)
		if (!temporary_add(x, &u->parts[i], desk)) {
			answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
			return;
		}
	buf_lit(&x->out, "{\"temporaryAttachments\":[");
	for (size_t i = first; i < n_waiting; i++) {
		buf_str(&x->out, i > first ? ",{\"temporaryAttachmentId\":"
		                           : "{\"temporaryAttachmentId\":");
		buf_json(&x->out, waiting[i].id);
		buf_lit(&x->out, ",\"fileName\":");
		buf_json(&x->out, waiting[i].name);
		buf_char(&x->out, '}');
	}
	buf_lit(&x->out, "]}");
	answer(x, 201);
}

static struct temporary *temporary_find(const char *id, int desk, uint32_t who)
{
	for (size_t k = 0; k < n_waiting; k++) {
		struct temporary *t = &waiting[k];
		if (!strcmp(t->id, id) && (desk < 0 || t->desk == desk) &&
		    t->who == who && when_now() - t->ms < TEMPORARY_MS)
			return t;
	}
	return NULL;
}

bool temporary_exists(const char *id, int desk, uint32_t who)
{
	return temporary_find(id, desk, who) != NULL;
}

bool temporary_attach(struct touch *t, const char *id, int desk, uint32_t who,
                      int64_t comment, bool is_public)
{
	struct temporary *temporary = temporary_find(id, desk, who);
	if (!temporary)
		return false;
	struct attachment a = {
		.name = temporary->name,
		.mime = temporary->mime,
		.size = temporary->size,
		.file = temporary->path,
		.author = who,
		.comment_id = comment,
		.is_public = is_public,
	};
	if (!touch_attachment(t, &a))
		return false;
	temporary_drop((size_t)(temporary - waiting), false);
	return true;
}

/* The text Jira makes for a comment that only carries files. */
static bool attach_comment(struct exchange *x, struct touch *t, struct json_object *ids,
                           int desk, int64_t *ret_id)
{
	struct json_object *extra, *body;
	struct buf text = { 0 };
	if (json_object_object_get_ex(x->json, "additionalComment", &extra) &&
	    json_object_object_get_ex(extra, "body", &body)) {
		buf_str(&text, json_object_get_string(body));
		buf_lit(&text, "\n\n");
	}
	for (size_t i = 0; i < json_object_array_length(ids); i++) {
		const char *id =
			json_object_get_string(json_object_array_get_idx(ids, i));
		struct temporary *file = temporary_find(id, desk, x->who);
		bool image = !strncmp(file->mime, "image/", 6);
		if (i)
			buf_char(&text, ' ');
		buf_str(&text, image ? "!" : "[^");
		buf_str(&text, file->name);
		buf_str(&text, image ? "|thumbnail!" : "]");
		if (!image)
			buf_fmt(&text, " _(%llu kB)_",
			        (unsigned long long)(file->size + 512) / 1024);
	}
	bool ok = !text.failed &&
	          touch_comment(t, text.data, body_bool(x, "public"), x->who, ret_id);
	buf_clear(&text);
	return ok;
}

static bool ids_known(struct exchange *x, struct json_object *ids, int desk)
{
	size_t n = json_object_array_length(ids);
	if (!n) {
		answer_error(x, 400, "sd.attachment.error.none",
		             "temporaryAttachmentIds must not be empty.");
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		const char *id =
			json_object_get_string(json_object_array_get_idx(ids, i));
		bool twice = false;
		for (size_t k = 0; k < i; k++)
			twice = twice ||
			        !strcmp(id, json_object_get_string(
						    json_object_array_get_idx(ids, k)));
		if (!twice && temporary_find(id, desk, x->who))
			continue;
		answer_error(
			x, 400, "sd.attachment.error.unknown",
			"The temporary attachment '%s' does not exist or has expired.",
			id);
		return false;
	}
	return true;
}

void op_attach(struct exchange *x)
{
	struct request r;
	struct json_object *ids, *extra;
	struct comment c;
	char path[96];
	uint32_t index;
	size_t k;
	int64_t comment = 0;
	if (!arg_request(x, 0, &r) ||
	    !body_check(x, x->json,
	                "temporaryAttachmentIds:a! public:b! additionalComment:o"))
		return;
	if (json_object_object_get_ex(x->json, "additionalComment", &extra) &&
	    !body_check(x, extra, "body:s!"))
		return;
	json_object_object_get_ex(x->json, "temporaryAttachmentIds", &ids);
	if (!ids_known(x, ids, r.desk))
		return;
	if (!body_bool(x, "public") && !is_agent(x)) {
		answer_error(x, 403, "sd.comment.error.internal",
		             "You do not have permission to create internal comments.");
		return;
	}
	struct touch *t = request_touch(r.index);
	bool ok = t && attach_comment(x, t, ids, r.desk, &comment);
	for (size_t i = 0; ok && i < json_object_array_length(ids); i++)
		ok = temporary_attach(
			t, json_object_get_string(json_object_array_get_idx(ids, i)),
			r.desk, x->who, comment, body_bool(x, "public"));
	if (!ok || !comment_find(comment, &index, &k)) {
		answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
		return;
	}
	request_load(&r, r.index);
	request_comment(&r, k, &c);
	buf_lit(&x->out, "{\"comment\":");
	render_comment(x, &r, &c, false, false);
	buf_lit(&x->out, ",\"attachments\":");
	snprintf(path, sizeof(path),
	         "/rest/servicedeskapi/request/%lld/comment/%lld/attachment",
	         (long long)r.index + FIRST_ISSUE, (long long)comment);
	render_attachments_nested(x, &r, comment, path);
	buf_char(&x->out, '}');
	answer(x, 201);
}

/* Platform */

void op_attachment_meta(struct exchange *x)
{
	buf_lit(&x->out, "{\"enabled\":true,\"uploadLimit\":2147483648}");
	answer(x, 200);
}

static bool platform_attachment(struct exchange *x, struct attachment *a)
{
	int64_t id;
	struct request r;
	if (parse_id(x->arg[0], &id) && attachment_find(id, a)) {
		request_load(&r, a->index);
		if (can_see_request(x, &r) && (a->is_public || is_agent(x)))
			return true;
	}
	answer_error(x, 404, "", "The attachment with id '%s' does not exist", x->arg[0]);
	return false;
}

void op_attachment_info(struct exchange *x)
{
	struct attachment a;
	struct buf *b = &x->out;
	if (!platform_attachment(x, &a))
		return;
	buf_fmt(b, "{\"id\":%lld,\"self\":\"", (long long)a.id);
	render_base(x);
	buf_fmt(b, "/rest/api/%d/attachment/%lld\",\"filename\":", x->version,
	        (long long)a.id);
	buf_json(b, a.name);
	buf_lit(b, ",\"author\":");
	render_platform_user(x, a.author);
	buf_lit(b, ",\"created\":");
	when_text_json(b, a.ms);
	buf_fmt(b, ",\"size\":%llu,\"mimeType\":", (unsigned long long)a.size);
	buf_json(b, a.mime);
	buf_lit(b, ",\"properties\":{},\"content\":\"");
	render_content(x, &a);
	buf_lit(b, "\"}");
	answer(x, 200);
}

/*
 * The real site redirects to a media host unless asked not to. Here that host
 * is this server under another path, which is open to whoever has the address.
 */
void op_attachment_content(struct exchange *x)
{
	struct attachment a;
	if (!platform_attachment(x, &a))
		return;
	if (!query_bool(x, "redirect", true)) {
		answer_bytes(x, &a);
		return;
	}
	answer_header(x, "Location", "%s/__media/%lld?token=%016llx", x->base.data,
	              (long long)a.id, (unsigned long long)site_hash(77, (uint64_t)a.id));
	answer(x, 303);
}

/* Data Center: the bytes themselves, to whoever may see the issue; the name is for
 * people. */
void op_secure_attachment(struct exchange *x)
{
	struct attachment a;
	if (platform_attachment(x, &a))
		answer_bytes(x, &a);
}

/* What a redirect leads to: no credentials, but a signed address. */
void op_media(struct exchange *x)
{
	int64_t id;
	struct attachment a;
	char token[32];
	const char *given = query_get(x, "token");
	if (parse_id(x->arg[0], &id) && attachment_find(id, &a)) {
		snprintf(token, sizeof(token), "%016llx",
		         (unsigned long long)site_hash(77, (uint64_t)id));
		if (given && !strcmp(given, token)) {
			answer_bytes(x, &a);
			return;
		}
	}
	answer_error(x, 403, "", "The address is not valid (any more)");
}
