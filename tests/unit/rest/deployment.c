/* SPDX-License-Identifier: MIT */
#include "rest/deployment.h"

#include "tap.h"

static void is_read(const char *body, int want, const char *what)
{
	enum deployment d = DEPLOYMENT_CLOUD;
	bool told = deployment_read(span_of(body), &d);

	is_int(told ? (int)d : -1, want, "%s", what);
}

int main(void)
{
	ok(host_is_cloud("site.atlassian.net"), "a site of Cloud by its name");
	ok(host_is_cloud("api.atlassian.com"), "the gateway");
	ok(!host_is_cloud("jira.example.com"), "another name says nothing");
	ok(!host_is_cloud("atlassian.net.example.com"), "nor does a name that goes on");
	ok(!host_is_cloud("x.api.atlassian.com"), "nor one below the gateway");
	ok(!host_is_cloud("siteatlassian.net"), "nor one without the dot");
	is_read("{\"deploymentType\":\"Cloud\",\"versionNumbers\":[1001,0,0]}",
	        DEPLOYMENT_CLOUD, "Cloud");
	is_read("{\"deploymentType\":\"Server\",\"versionNumbers\":[9,12,2]}",
	        DEPLOYMENT_DATA_CENTER, "Data Center calls itself Server");
	is_read("{\"deploymentType\":\"Data Center\"}", DEPLOYMENT_DATA_CENTER,
	        "whatever is not Cloud is Data Center");
	is_read("{\"versionNumbers\":[7,1,0]}", DEPLOYMENT_DATA_CENTER,
	        "a server too old to say, by its version");
	is_read("{\"versionNumbers\":[1001,0,0]}", DEPLOYMENT_CLOUD,
	        "versions of Cloud begin with 1001");
	is_read("{\"deploymentType\":7,\"versionNumbers\":[\"9\"]}", -1, "wrong types");
	is_read("{\"versionNumbers\":[]}", -1, "no version");
	is_read("{}", -1, "nothing");
	is_read("[1]", -1, "no object");
	is_read("<html>", -1, "no JSON");
	is_read("", -1, "no bytes");
	return done_testing();
}
