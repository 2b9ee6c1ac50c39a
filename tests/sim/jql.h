/* SPDX-License-Identifier: MIT */
/* The part of JQL that clients of service desks need. */
#ifndef JSMSIM_JQL_H
#define JSMSIM_JQL_H

#include "sim/listing.h"

/*
 * Runs the query as that person. On failure returns NULL and a sentence as
 * Jira words it. Understood: clauses joined by AND on project, key, id,
 * created, updated, resolved, status, statusCategory, resolution, reporter,
 * assignee, organizations, "Request Type", projectType; ORDER BY created,
 * updated, key, id.
 */
struct listing *jql_run(const char *jql, uint32_t who, char *why, size_t size);

#endif
