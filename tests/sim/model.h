/* SPDX-License-Identifier: MIT */
/*
 * The hand-made, constant part of the simulated company: desks, request types
 * and their fields, statuses, queues, articles, names and texts. Everything
 * here is immutable, so any thread may read it.
 */
#ifndef JSMSIM_MODEL_H
#define JSMSIM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define N_DESKS 3

struct desk {
	const char *id;
	const char *project_id;
	const char *key;
	const char *name;
	bool open; /* anyone may sign up: customers cannot be removed */
};

struct group {
	const char *id;
	int desk;
	const char *name;
};

enum field_kind {
	FIELD_TEXT,
	FIELD_AREA,
	FIELD_NUMBER,
	FIELD_DATE,
	FIELD_DATETIME,
	FIELD_URL,
	FIELD_SELECT,
	FIELD_RADIO,
	FIELD_CHECKS,
	FIELD_MULTI,
	FIELD_CASCADE,
	FIELD_LABELS,
	FIELD_COMPONENTS,
	FIELD_VERSIONS,
	FIELD_PRIORITY,
	FIELD_USER,
	FIELD_USERS,
	FIELD_ATTACHMENT,
};

struct field {
	const char *id;
	const char *name;
	const char *description;
	enum field_kind kind;
	const char *options; /* a|b|c; for a cascade EU:Berlin,Paris|US:Austin */
};

/* How the platform API describes a field. */
struct schema {
	const char *type;
	const char *items;
	const char *system;
	const char *custom;
};

struct text {
	const char *summary;
	const char *description;
};

struct rtype {
	const char *id;
	int desk;
	const char *groups; /* group ids with commas; empty: in no group, so hidden */
	const char *issue_type;
	bool approval;
	bool restricted;
	bool transitions; /* the workflow shows transitions to customers */
	const char *name;
	const char *description;
	const char *help;
	const char *fields; /* field ids; ! required, - hidden */
	struct text text[2];
};

enum status {
	ST_WAIT_SUPPORT,
	ST_IN_PROGRESS,
	ST_WAIT_CUSTOMER,
	ST_WAIT_APPROVAL,
	ST_ESCALATED,
	ST_RESOLVED,
	ST_CANCELED,
	ST_CLOSED,
	N_STATUSES
};

struct status_name {
	const char *id;
	const char *portal;
	const char *workflow;
	const char *category; /* NEW, INDETERMINATE, DONE */
};

struct transition {
	const char *id;
	const char *name;
	enum status to;
	bool portal;   /* customers may perform it */
	unsigned from; /* bit set of statuses */
};

struct queue {
	const char *id;
	int desk;
	const char *name;
	const char *jql;
	const char *fields;
};

struct article {
	const char *page_id;
	int desk;
	const char *title;
	const char *excerpt;
};

struct platform_field {
	const char *id;
	const char *name;
	const char *clause;
	struct schema schema;
};

extern const struct desk model_desks[N_DESKS];
extern const struct group model_groups[];
extern const size_t model_n_groups;
extern const struct field model_fields[];
extern const size_t model_n_fields;
extern const struct rtype model_types[];
extern const size_t model_n_types;
extern const struct status_name model_statuses[N_STATUSES];
extern const struct transition model_transitions[];
extern const size_t model_n_transitions;
extern const struct queue model_queues[];
extern const size_t model_n_queues;
extern const struct article model_articles[];
extern const size_t model_n_articles;
extern const struct platform_field model_platform_fields[];
extern const size_t model_n_platform_fields;

extern const char *const model_first_names[];
extern const size_t model_n_first_names;
extern const char *const model_last_names[];
extern const size_t model_n_last_names;
extern const char *const model_org_names[];
extern const size_t model_n_orgs;
extern const char *const model_customer_lines[];
extern const size_t model_n_customer_lines;
extern const char *const model_agent_lines[];
extern const size_t model_n_agent_lines;
extern const char *const model_internal_lines[];
extern const size_t model_n_internal_lines;
extern const char *const model_details[];
extern const size_t model_n_details;

const struct field *model_field(const char *id, size_t len);
struct schema model_schema(enum field_kind kind);
/* Position among the desk's own types; -1 when there is no such type. */
const struct rtype *model_type(const char *id);
/* Walks a comma-separated list; returns the next part and its length, or NULL. */
const char *list_next(const char **at, char separator, size_t *ret_len);

#endif
