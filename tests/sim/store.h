/* SPDX-License-Identifier: MIT */
/*
 * The simulated site's state: people, organizations, and requests. Generated
 * requests are functions of their index and are computed when asked for; what
 * clients wrote lies over them in a `struct touch` per request.
 *
 * Threads: the caller holds site_lock, shared for every function that takes
 * or returns const things, exclusive for the ones named in "writes" below.
 */
#ifndef JSMSIM_STORE_H
#define JSMSIM_STORE_H

#include "sim/buf.h"
#include "sim/model.h"
#include "sim/when.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NOBODY UINT32_MAX
#define NO_ORG UINT32_MAX
#define FIRST_ISSUE 10001
#define N_AGENTS 8
#define N_DEMO_CUSTOMERS 60
#define MAX_BASE_HISTORY 6

enum person_kind { PERSON_AGENT, PERSON_ATLASSIAN, PERSON_PORTAL };
enum shown { SHOWN, SHOWN_NULL, SHOWN_ABSENT };

struct person {
	char *id;
	char *email;
	char *old_email;
	char *login; /* Data Center: the user name; the key is made from the index */
	char *name;
	enum person_kind kind;
	enum shown mail;
	enum shown zone;
	bool inactive;
	uint8_t desks; /* bit set: customer of */
};

struct org {
	char *id;
	char *name;
	char *uuid;
	int64_t created_ms;
	bool deleted;
	uint8_t desks;
	uint32_t *members; /* sorted by account id */
	size_t n_members;
};

struct moment {
	enum status status;
	int64_t ms;
	uint32_t who;
};

struct comment {
	int64_t id;
	const char *body;
	bool is_public;
	uint32_t author;
	int64_t ms;
	int index;
};

struct attachment {
	int64_t id;
	const char *name;
	const char *mime;
	uint64_t size;
	uint32_t author;
	int64_t ms;
	int64_t comment_id;
	bool is_public;
	const char *file; /* where uploaded bytes lie; NULL for generated ones */
	uint32_t index;   /* of the request */
	int ordinal;
};

struct approval {
	int64_t id;
	const char *name;
	const char *decision;
	int64_t created_ms;
	int64_t completed_ms;
	uint32_t approvers[3];
	const char *decisions[3];
	size_t n_approvers;
};

struct value {
	const struct field *field;
	char *json;
};

struct touch {
	uint32_t index;
	int64_t activity_ms;
	struct comment *comments;
	size_t n_comments;
	struct moment *history;
	size_t n_history;
	struct attachment *attachments;
	size_t n_attachments;
	uint32_t *participants; /* the whole list once changed */
	size_t n_participants;
	bool own_participants;
	int8_t decision[2]; /* 0 as generated, 1 approved, -1 declined */
	int64_t decided_ms[2];
	int8_t subscribed; /* 0 as generated, 1, -1 */
	int8_t rated;      /* 0 as generated, 1 yes, -1 removed */
	int rating;
	char *rating_text;
	/* only for requests that clients created */
	bool created;
	const struct rtype *type;
	uint32_t reporter;
	uint32_t number;
	char *summary;
	char *description;
	int64_t created_ms;
	struct value *values;
	size_t n_values;
};

struct request {
	uint32_t index;
	uint64_t hash;
	int desk;
	uint32_t number;
	const struct rtype *type;
	int variant;
	uint32_t reporter;
	uint32_t assignee;
	uint32_t org;
	int64_t created_ms;
	int64_t span_ms;
	int64_t updated_ms;
	int64_t resolved_ms; /* 0 while open */
	struct moment base_history[MAX_BASE_HISTORY];
	size_t n_base_history;
	size_t n_base_comments;
	size_t n_base_participants;
	size_t n_base_attachments;
	size_t n_approvals;
	enum status status;
	int64_t status_ms;
	const struct touch *touch;
};

struct site_options {
	bool demo;
	bool data_center;
	uint32_t n;
	uint64_t seed;
};

extern pthread_rwlock_t site_lock;

bool site_init(const struct site_options *options);
void site_free(void);
/* writes: forgets everything that clients wrote. */
bool site_reset(void);
uint64_t site_generation(void);
void site_changed(void);
bool site_is_demo(void);
bool site_is_dc(void); /* Data Center, not Cloud */
uint64_t site_hash(uint64_t what, uint64_t index);

/* People */
size_t people_count(void);
size_t people_base_customers(void);
const struct person *person_at(uint32_t index);
bool person_by_id(const char *id, uint32_t *ret_index);
bool person_by_email(const char *email, uint32_t *ret_index);
/* As requests name people: by account id, on Data Center by user name or key. */
bool person_find(const char *text, uint32_t *ret_index);

/* Whom a body names: on Data Center by the name alone, a key is none. */
bool person_named(const char *text, uint32_t *ret_index);
/* The user's key on Data Center. */
#define PERSON_KEY "JIRAUSER%lu"
#define PERSON_KEY_FIRST 10100ul
/* writes */
uint32_t person_create(const char *email, const char *name, enum person_kind kind);
bool person_set_email(uint32_t index, const char *email);
bool person_set_login(uint32_t index, const char *login);
bool desk_has_customer(int desk, uint32_t person);
const uint32_t *desk_customers(int desk, size_t *ret_n);
bool desk_add_customer(int desk, uint32_t person);
void desk_remove_customer(int desk, uint32_t person);
bool person_is_agent(uint32_t index);

/* Organizations */
size_t org_count(void);
struct org *org_at(uint32_t index);
bool org_by_id(const char *id, uint32_t *ret_index);
bool org_has(uint32_t org, uint32_t person);
/* writes */
uint32_t org_create(const char *name);
bool org_add(uint32_t org, uint32_t person);
void org_remove(uint32_t org, uint32_t person);

/* Requests */
uint32_t request_count(void);
uint32_t request_base_count(void);
void request_load(struct request *r, uint32_t index);
bool request_find(const char *id_or_key, uint32_t *ret_index);
void request_key(const struct request *r, struct buf *out);
void request_summary(const struct request *r, struct buf *out);
const char *request_description(const struct request *r);
size_t request_n_history(const struct request *r);
struct moment request_moment(const struct request *r, size_t k);
size_t request_n_comments(const struct request *r);
void request_comment(const struct request *r, size_t k, struct comment *ret);
bool comment_find(int64_t id, uint32_t *ret_index, size_t *ret_k);
size_t request_n_participants(const struct request *r);
uint32_t request_participant(const struct request *r, size_t k);
bool request_has_participant(const struct request *r, uint32_t person);
size_t request_n_attachments(const struct request *r);
void request_attachment(const struct request *r, size_t k, struct attachment *ret);
bool attachment_find(int64_t id, struct attachment *ret);
void attachment_bytes(const struct attachment *a, struct buf *out);
void request_approval(const struct request *r, size_t k, struct approval *ret);
/* The rating from 1 to 5, or 0. */
int request_rating(const struct request *r, const char **ret_text);
bool request_subscribed(const struct request *r, uint32_t person);
size_t touched_count(void);
const struct touch *touched_at(size_t k);

/* writes */
struct touch *request_touch(uint32_t index);
bool touch_comment(struct touch *t, const char *body, bool is_public, uint32_t author,
                   int64_t *ret_id);
bool touch_status(struct touch *t, enum status status, uint32_t who);
bool touch_participants(struct touch *t, const uint32_t *people, size_t n);
bool touch_attachment(struct touch *t, const struct attachment *a);
/* A new request; the caller fills type, reporter, summary and values. */
struct touch *request_create(const struct rtype *type);

#endif
