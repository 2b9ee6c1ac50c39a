/* SPDX-License-Identifier: MIT */
#include "catalog/catalog.h"
#include "json/jpage.h"
#include "proc/desk_i.h"
#include "rest/client.h"

#include <errno.h>

#define DESKS_PATH "/rest/servicedeskapi/servicedesk"

static int only_id(struct buf *answer, char **ret, struct err *err)
{
	cleanup_(jpath_freep) struct jpath *path = NULL;
	cleanup_(jpage_freep) struct jpage *page = NULL;
	struct jpage_column column = { .type = VALUE_TEXT };
	struct value id = { 0 };
	int r = jpath_new("id", &path, err);

	column.path = path;
	if (!r)
		r = jpage_parse(answer, &(struct jpage_shape){ .rows = "values" },
		                &column, 1, &page, err);
	if (r < 0)
		return err_wrap(err, "the list of service desks cannot be read");
	if (jpage_info(page)->n_rows > 1)
		return err_set(err, -EINVAL,
		               "there are several service desks: give ServiceDeskId, or "
		               "set the property ServiceDeskID");
	if (jpage_info(page)->n_rows)
		jpage_get(page, 0, 0, &id);
	if (id.type != VALUE_TEXT)
		return err_set(err, -ENOENT, "this account sees no service desk");
	*ret = span_dup(id.s);
	return *ret ? 0 : err_nomem(err);
}

int desk_find(struct catalog *catalog, struct client *client, struct run *run, char **ret,
              struct err *err)
{
	struct buf answer = BUF_INIT(CLIENT_ANSWER_MAX_BYTES);
	struct call call = { .method = "GET",
		             .path = DESKS_PATH "?limit=2",
		             .bucket = DESKS_PATH,
		             .repeatable = true };
	const char *own = catalog_desk(catalog);
	int r;

	if (own[0]) {
		*ret = str_dup(own);
		return *ret ? 0 : err_nomem(err);
	}
	r = client_do(client, &call, run, &answer, err);
	if (!r)
		r = only_id(&answer, ret, err);
	buf_clear(&answer);
	/* Nothing was changed, whatever went wrong. */
	if (r < 0 && err)
		err->outcome = ERR_OUTCOME_REFUSED;
	return r;
}
