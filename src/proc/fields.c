/* SPDX-License-Identifier: MIT */
#include "base/utf8.h"
#include "proc/fields_i.h"
#include "proc/shape_i.h"
#include "rest/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define MAX_FIELDS 500
#define FIELDS_PATH "/rest/servicedeskapi/servicedesk/{desk}/requesttype/{type}/field"
#define PATH_MAX_BYTES 1024
#define FILES_MAX_BYTES (1u << 20)

struct fields {
	struct client *client;
	struct run *run;
	struct span desk, type;
	enum deployment on;
	struct jdoc *doc;
	const struct jnode *all; /* of the request type */
	bool given[MAX_FIELDS];
	bool checking; /* nothing is uploaded yet */
	struct buf *out;
	const char *before;
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static struct span argument(const struct procedure *p, const struct call_arg *v,
                            const char *name)
{
	const struct param *in = param_find(p->in, span_of(name));

	return in && v[in - p->in].given ? v[in - p->in].text : SPAN("");
}

/* A number, or the key of a project: goes into an address as it is. */
static bool is_plain(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = lower(s.p[i]);

		if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') &&
		    !strchr("_:-", c))
			return false;
	}
	return s.n > 0 && s.n < 256;
}

static int read_fields(struct fields *f, struct err *err)
{
	struct buf path = BUF_INIT(PATH_MAX_BYTES);
	struct buf body = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct call call = { .method = "GET", .bucket = FIELDS_PATH, .repeatable = true };
	bool is_new = false;
	int r = 0;

	buf_printf(&path, "/rest/servicedeskapi/servicedesk/%.*s/requesttype/%.*s/field",
	           SPAN_FMT(f->desk), SPAN_FMT(f->type));
	if (!is_plain(f->desk) || !is_plain(f->type))
		r = err_set(err, -EINVAL, "%s is a number",
		            is_plain(f->desk) ? "RequestTypeId" : "ServiceDeskId");
	call.path = buf_str(&path);
	if (!r && !client_cached(f->client, call.path, f->run, &body)) {
		r = client_do(f->client, &call, f->run, &body, err);
		is_new = true;
	}
	if (!r)
		r = jdoc_parse(buf_view(&body), &f->doc, err);
	if (r < 0)
		(void)err_wrap(err, "the fields of request type %.*s cannot be read",
		               f->type.n > 40 ? 40 : (int)f->type.n, f->type.p);
	else if (is_new)
		client_keep(f->client, call.path, buf_view(&body));
	if (!r)
		f->all = jnode_get(jdoc_root(f->doc), "requestTypeFields");
	if (!r && jnode_len(f->all) > MAX_FIELDS)
		r = err_set(err, -EFBIG, "the request type has more than %d fields",
		            MAX_FIELDS);
	buf_clear(&path);
	buf_clear(&body);
	return r;
}

/* ----------------------------------------------------------------------- names */

static struct span id_of(const struct fields *f, size_t i)
{
	return jnode_text(jnode_get(jnode_at(f->all, i), "fieldId"));
}

static struct span name_of(const struct fields *f, size_t i)
{
	return jnode_text(jnode_get(jnode_at(f->all, i), "name"));
}

/* The same but for case, blanks, dashes and underscores: "NeededBy" is "Needed by". */
static bool sounds_like(struct span a, struct span b)
{
	size_t i = 0, j = 0;

	for (;;) {
		while (i < a.n && strchr(" -_", a.p[i]))
			i++;
		while (j < b.n && strchr(" -_", b.p[j]))
			j++;
		if (i == a.n || j == b.n)
			return i == a.n && j == b.n && i;
		if (lower(a.p[i++]) != lower(b.p[j++]))
			return false;
	}
}

static bool fits(const struct fields *f, size_t i, struct span name, int pass)
{
	return pass == 0   ? span_ieq(id_of(f, i), name)
	       : pass == 1 ? span_ieq(name_of(f, i), name)
	                   : sounds_like(name_of(f, i), name);
}

static int refuse_name(const struct fields *f, struct span name, struct err *err)
{
	struct buf list = BUF_INIT(260);
	int r;

	for (size_t i = 0; i < jnode_len(f->all) && list.len < 200; i++)
		buf_printf(&list, "%s%.*s (%.*s)", i ? ", " : "",
		           name_of(f, i).n > 40 ? 40 : (int)name_of(f, i).n,
		           name_of(f, i).p, SPAN_FMT(id_of(f, i)));
	r = err_set(err, -EINVAL, "request type %.*s has no field '%.*s'; it has: %s",
	            f->type.n > 20 ? 20 : (int)f->type.n, f->type.p,
	            name.n > 60 ? 60 : (int)name.n, name.p, buf_str(&list));
	buf_clear(&list);
	return r;
}

/* By ID, else by name, else by what looks like the name; one field only. */
static int find_field(struct fields *f, struct span name, size_t *ret, struct err *err)
{
	for (int pass = 0; pass < 3; pass++) {
		size_t n = 0;

		for (size_t i = 0; i < jnode_len(f->all); i++) {
			if (!fits(f, i, name, pass))
				continue;
			*ret = i;
			n++;
		}
		if (n > 1)
			return err_set(err, -EINVAL,
			               "several fields are called '%.*s': give the ID, "
			               "such as %.*s",
			               SPAN_FMT(name), SPAN_FMT(id_of(f, *ret)));
		if (!n)
			continue;
		if (f->given[*ret])
			return err_set(err, -EINVAL, "the field %.*s is given twice",
			               SPAN_FMT(id_of(f, *ret)));
		return 0;
	}
	return refuse_name(f, name, err);
}

/* ----------------------------------------------------------------------- values */

static int upload(void *ctx, struct span entry, struct buf *out, struct err *err)
{
	const struct procedure *p = model_procedure(SPAN("AttachTemporaryFile"));
	struct buf answer = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	struct fields *f = ctx;
	struct call_arg v[8] = { 0 };
	const struct jnode *id;
	int r;

	if (f->checking || !entry.n || entry.p[0] != '/') {
		utf8_to_json(out, entry);
		return 0;
	}
	for (size_t i = 0; p->in[i].name && i < ARRAY_SIZE(v); i++) {
		v[i].given = true;
		v[i].text = p->in[i].flags & PARAM_FILE ? entry : f->desk;
	}
	r = call_send(f->client, p, v, f->run, &answer, err);
	if (!r)
		r = jdoc_parse(buf_view(&answer), &doc, err);
	buf_clear(&answer);
	if (r < 0) {
		/* what was uploaded goes away by itself: no request was made */
		if (err)
			err->outcome = ERR_OUTCOME_REFUSED;
		if (err && !memmem(err->msg, strlen(err->msg), entry.p, entry.n))
			(void)err_wrap(err, "%.*s cannot be uploaded",
			               entry.n > 100 ? 100 : (int)entry.n, entry.p);
		return err_wrap(err, "no request was made");
	}
	id = jnode_at(jnode_get(jdoc_root(doc), "temporaryAttachments"), 0);
	id = jnode_get(id, "temporaryAttachmentId");
	if (jnode_type(id) != J_STRING)
		return err_set(err, -EBADMSG,
		               "the server does not say what it calls the file");
	utf8_to_json(out, jnode_text(id));
	return 0;
}

static int put_field(struct fields *f, struct span name, const struct jnode *value,
                     struct span text, struct err *err)
{
	cleanup_free_ char *label = NULL;
	struct shape s = { .on = f->on, .upload = upload, .ctx = f };
	size_t i = 0;
	int r = find_field(f, name, &i, err);

	if (r || (value ? jnode_type(value) == J_NULL : !text.n))
		return r;
	label = span_dup(name_of(f, i));
	if (!label)
		return err_nomem(err);
	s.name = label;
	s.schema = jnode_get(jnode_at(f->all, i), "jiraSchema");
	s.values = jnode_get(jnode_at(f->all, i), "validValues");
	f->given[i] = true;
	buf_puts(f->out, f->before);
	utf8_to_json(f->out, id_of(f, i));
	buf_putc(f->out, ':');
	f->before = ",";
	return value ? shape_print(&s, value, f->out, err)
	             : shape_print_text(&s, text, f->out, err);
}

static int put_rest(struct fields *f, const struct param *p, const struct call_arg *arg,
                    struct err *err)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *value;
	struct span name;
	size_t at = 0;
	int r = 0;

	if (jdoc_parse(arg->text, &doc, NULL) < 0 ||
	    jnode_type(jdoc_root(doc)) != J_OBJECT)
		return err_set(err, -EINVAL, "%s must be a JSON object", p->name);
	while (!r && jnode_each(jdoc_root(doc), &at, &name, &value))
		r = put_field(f, name, value, SPAN(""), err);
	return r;
}

static int put_all(struct fields *f, const struct procedure *p, const struct call_arg *v,
                   struct err *err)
{
	int r = 0;

	f->before = "{";
	memset(f->given, 0, sizeof(f->given));
	for (size_t i = 0; p->in[i].name && !r; i++) {
		if (!v[i].given)
			continue;
		if (p->in[i].flags & PARAM_FIELD)
			r = put_field(f, span_of(p->in[i].path), NULL, v[i].text, err);
		else if (p->in[i].flags & PARAM_REST)
			r = put_rest(f, &p->in[i], &v[i], err);
	}
	buf_puts(f->out, f->before[0] == '{' ? "{}" : "}");
	if (!r && buf_status(f->out))
		r = err_set(err, buf_status(f->out), "the fields are too long");
	return r;
}

/* What is required and has no value of its own. */
static int check_required(const struct fields *f, struct err *err)
{
	struct buf list = BUF_INIT(280);
	int r = 0;

	for (size_t i = 0; i < jnode_len(f->all); i++) {
		const struct jnode *field = jnode_at(f->all, i);

		if (f->given[i] || !jnode_bool(jnode_get(field, "required"), false) ||
		    jnode_len(jnode_get(field, "defaultValues")))
			continue;
		buf_printf(&list, "%s%.*s (%.*s)", list.len ? ", " : "",
		           name_of(f, i).n > 60 ? 60 : (int)name_of(f, i).n,
		           name_of(f, i).p, SPAN_FMT(id_of(f, i)));
	}
	if (list.len)
		r = err_set(err, -EINVAL, "request type %.*s needs: %s",
		            f->type.n > 20 ? 20 : (int)f->type.n, f->type.p,
		            buf_str(&list));
	buf_clear(&list);
	return r;
}

static bool has_files(const struct fields *f)
{
	for (size_t i = 0; i < jnode_len(f->all); i++) {
		const struct jnode *schema = jnode_get(jnode_at(f->all, i), "jiraSchema");

		if (f->given[i] &&
		    span_is(jnode_text(jnode_get(schema, "items")), "attachment"))
			return true;
	}
	return false;
}

int fields_print(const struct procedure *p, const struct call_arg *v,
                 struct client *client, struct run *run, bool dry, struct buf *out,
                 struct err *err)
{
	struct fields f = { .client = client,
		            .run = run,
		            .desk = argument(p, v, "ServiceDeskId"),
		            .type = argument(p, v, "RequestTypeId"),
		            .checking = true,
		            .out = out };
	int r = client_deployment(client, run, &f.on, err);

	if (!r)
		r = read_fields(&f, err);
	if (!r)
		r = put_all(&f, p, v, err);
	if (!r)
		r = check_required(&f, err);
	if (!r && !dry && has_files(&f)) {
		f.checking = false;
		buf_reset(out);
		r = put_all(&f, p, v, err);
	}
	jdoc_free(f.doc);
	/* No request was made, whatever went wrong. */
	if (r < 0 && err)
		err->outcome = ERR_OUTCOME_REFUSED;
	return r;
}
