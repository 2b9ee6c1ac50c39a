/* SPDX-License-Identifier: MIT */
#include "rest/deployment.h"

#include "json/jdoc.h"

/* Cloud counts its versions from here, Data Center has not come to 20 yet. */
#define CLOUD_VERSION 1000

bool host_is_cloud(const char *host)
{
	return str_ends(host, ".atlassian.net") || str_eq(host, "api.atlassian.com");
}

bool deployment_read(struct span body, enum deployment *ret)
{
	cleanup_(jdoc_freep) struct jdoc *doc = NULL;
	const struct jnode *root;
	struct span type;
	int64_t major;

	if (jdoc_parse(body, &doc, NULL) < 0)
		return false;
	root = jdoc_root(doc);
	type = jnode_text(jnode_get(root, "deploymentType"));
	if (type.n) {
		*ret = span_ieq(type, SPAN("Cloud")) ? DEPLOYMENT_CLOUD
		                                     : DEPLOYMENT_DATA_CENTER;
		return true;
	}
	/* Servers before 7.2 do not name their type. */
	if (!jnode_int(jnode_at(jnode_get(root, "versionNumbers"), 0), &major))
		return false;
	*ret = major >= CLOUD_VERSION ? DEPLOYMENT_CLOUD : DEPLOYMENT_DATA_CENTER;
	return true;
}
