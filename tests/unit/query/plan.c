/* SPDX-License-Identifier: MIT */
/* Which endpoint a plan chooses where not every endpoint is there. */
#include "query/plan.h"

#include "tap.h"

#include <errno.h>

/* "endpoint" of the plan, or the negative errno as text. */
static void is_plan(const char *table, const char *column, enum op op, enum deployment on,
                    const char *want)
{
	const struct table *t = model_table(span_of(table));
	bool used[PLAN_MAX_COLUMNS] = { true };
	struct plan_constraint c = { .op = op, .usable = true, .plain = true };
	struct plan_input in = { .table = t,
		                 .constraints = &c,
		                 .n_constraints = column != NULL,
		                 .used = used,
		                 .on = on };
	struct plan plan;
	struct err err = { 0 };
	char got[sizeof(err.msg)];
	int r;

	c.column = column ? table_column(t, span_of(column)) : -1;
	r = plan_make(&in, &plan, &err);
	snprintf(got, sizeof(got), "%s",
	         r == -EOPNOTSUPP ? err.msg
	         : r < 0          ? err_name(r)
	                          : plan.endpoint->name);
	is_str(got, want, "%s%s%s on %s", table, column ? " by " : "",
	       column ? column : "", on == DEPLOYMENT_CLOUD ? "Cloud" : "Data Center");
	if (!r && column)
		ok(plan.use[0].arg == 1 && plan.use[0].omit, "the server takes %s",
		   column);
}

int main(void)
{
	static const enum deployment both[] = { DEPLOYMENT_CLOUD,
		                                DEPLOYMENT_DATA_CENTER };

	is_plan("RequestTypes", NULL, OP_EQ, DEPLOYMENT_CLOUD, "all");
	is_plan("RequestTypes", NULL, OP_EQ, DEPLOYMENT_DATA_CENTER, "of_desk");
	is_plan("RequestTypes", "SearchQuery", OP_EQ, DEPLOYMENT_CLOUD, "all");
	is_plan("RequestTypes", "SearchQuery", OP_EQ, DEPLOYMENT_DATA_CENTER, "of_desk");
	is_plan("Customers", NULL, OP_EQ, DEPLOYMENT_CLOUD, "list");
	is_plan("Customers", NULL, OP_EQ, DEPLOYMENT_DATA_CENTER,
	        "Customers is available on Jira Cloud only");
	is_plan("Customers", "ServiceDeskId", OP_EQ, DEPLOYMENT_DATA_CENTER,
	        "Customers is available on Jira Cloud only");
	for (size_t i = 0; i < ARRAY_SIZE(both); i++) {
		is_plan("RequestTypes", "ServiceDeskId", OP_EQ, both[i], "of_desk");
		is_plan("Requests", "RequestStatus", OP_IN, both[i], "list");
		is_plan("Requests", "RequestId", OP_EQ, both[i], "get");
		is_plan("KnowledgeBaseArticles", NULL, OP_EQ, both[i], "EINVAL");
		is_plan("KnowledgeBaseArticles", "Query", OP_EQ, both[i], "all");
	}
	return done_testing();
}
