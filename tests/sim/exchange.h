/* SPDX-License-Identifier: MIT */
/*
 * One request and its answer, apart from how bytes get in and out (server.c).
 * Operations read the parsed request from here and leave an answer: a status
 * and a body in `out`, or a file. An exchange belongs to one thread at a time.
 */
#ifndef JSMSIM_EXCHANGE_H
#define JSMSIM_EXCHANGE_H

#include "sim/buf.h"
#include "sim/fault.h"
#include "sim/store.h"

#include <json-c/json.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAX_SEGMENTS 16
#define MAX_PARAMS 128
#define MAX_ARGS 4
#define MAX_BODY (8u * 1024 * 1024)

struct param {
	char *name;
	char *value;
};

struct exchange;

enum op_flag {
	OP_EXPERIMENTAL = 1 << 0,
	OP_ANONYMOUS = 1 << 1,
	OP_AGENT = 1 << 2,
	OP_JSON_BODY = 1 << 3,
	OP_MULTIPART = 1 << 4,
	OP_WRITE = 1 << 5,
	OP_PLATFORM = 1 << 6,
	OP_OWN_LIMIT = 1 << 7, /* the customers list's rule of 5 a second */
	OP_CLOUD = 1 << 8,     /* not there on Data Center, or only there: */
	OP_DC = 1 << 9,
	OP_TRIAL_DC = 1 << 10,  /* experimental on Data Center */
	OP_TRIAL_403 = 1 << 11, /* the same, refused with another status */
	OP_OAUTH = 1 << 12,     /* of the authorization server: checks for itself */
	OP_SESSION = 1 << 13,   /* there with --auth session only, */
	OP_OAUTH1 = 1 << 14     /* or with --auth oauth1 */
};

struct op {
	const char *method;
	const char *path; /* {} stands for one segment, {v} for 2 or 3 */
	const char
		*query; /* name:type words; i integer, b boolean, s text, * repeatable */
	unsigned flags;
	void (*run)(struct exchange *x);
};

struct upload_part {
	char *file_name;
	char *mime;
	char *path;
	uint64_t size;
	bool taken; /* path belongs to somebody else now */
};

struct upload {
	struct upload_part *parts;
	size_t n_parts;
	size_t n_ignored; /* parts with another name than "file" */
	int fd;
	bool failed;
	bool too_large;
	struct MHD_PostProcessor *processor;
};

struct exchange {
	struct MHD_Connection *conn;
	uint64_t seq;
	int64_t began_us;
	int64_t began_ms;
	const char *method;
	char *raw;  /* the request target as sent */
	char *path; /* the part before ?, as sent */
	char *query;
	char *seg[MAX_SEGMENTS];
	int n_seg;
	struct param params[MAX_PARAMS];
	int n_params;
	bool bad_target;
	bool outside; /* not below the context path */
	bool gateway; /* came by way of /ex/jira/ID, where Cloud takes tokens */
	const struct op *op;
	const char *arg[MAX_ARGS];
	int n_args;
	int version;     /* 2 or 3 on the platform API */
	struct buf base; /* http://host and the context path */
	uint32_t who;    /* NOBODY: anonymous */
	bool has_content_type;
	struct buf body;
	bool body_too_large;
	struct json_object *json;
	struct upload *upload;
	struct fault_action fault;
	bool started;
	bool answered;
	bool traced;
	bool replay;
	/* the answer */
	unsigned status;
	struct buf out;
	struct buf coded; /* what travels in its place, or empty */
	const char *content_type;
	const char *reason; /* X-Seraph-LoginReason */
	char extra[4096];   /* further header lines, "Name: value\n" */
	char *file;
	uint64_t file_offset;
	uint64_t file_size;
};

bool exchange_parse(struct exchange *x);
/* Decodes a part of a form in place; false for a broken escape or a NUL byte. */
bool exchange_decode(char *s);
/* "/jira": where the site lives, instead of the root.  False if it is no such path. */
bool exchange_set_context(const char *path);
const char *exchange_context(void);
void exchange_clear(struct exchange *x);
/* Runs the operation: checks, lock, handler. Leaves an answer in any case. */
void exchange_run(struct exchange *x);
/* Chooses the operation from method and path; answers 404 or 405 by itself. */
bool exchange_route(struct exchange *x);
const char *exchange_header(const struct exchange *x, const char *name);

/* The first value of a query parameter, or NULL. */
const char *query_get(const struct exchange *x, const char *name);
bool query_bool(const struct exchange *x, const char *name, bool otherwise);
int64_t query_int(const struct exchange *x, const char *name, int64_t otherwise);
/* Whether the comma-separated, repeatable `expand` has the word. */
bool query_expands(const struct exchange *x, const char *word);

void answer(struct exchange *x, unsigned status);
void answer_header(struct exchange *x, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* An error in the shape of the API that was asked. */
void answer_error(struct exchange *x, unsigned status, const char *key, const char *fmt,
                  ...) __attribute__((format(printf, 4, 5)));

/* Pages of /rest/servicedeskapi */
struct page {
	int64_t start; /* as asked, even past the end */
	size_t from;
	size_t to;
	int64_t limit;
};
/* Writes the envelope up to the opening of "values" for `total` rows. */
struct page page_open(struct exchange *x, size_t total, const char *expands);
void page_close(struct exchange *x);
/* A page inside an object, as made by expand. */
struct page nested_open(struct exchange *x, size_t total, const char *path);
int64_t page_cap(void);
void page_set_cap(int64_t cap);

/* Bodies */
/* Checks names and types: "body:s! public:b!"; s text, b boolean, i integer, */
/* n text or integer, o object, a array of text, v anything; ! required. */
bool body_check(struct exchange *x, struct json_object *obj, const char *members);
const char *body_text(struct exchange *x, const char *name);
bool body_bool(struct exchange *x, const char *name);

/* Visibility */
bool can_see_desk(const struct exchange *x, int desk);
bool can_see_request(const struct exchange *x, const struct request *r);
/* Loads what the n-th path argument names, or answers 404. */
bool arg_request(struct exchange *x, int n, struct request *r);
bool arg_desk(struct exchange *x, int n, int *ret_desk);
bool is_agent(const struct exchange *x);
int desk_by_name(const char *text);
bool parse_id(const char *text, int64_t *ret);

/* Accounts */
bool account_add(const char *credentials, bool customer);
bool accounts_apply(void);
void accounts_clear(void);
/* 1 known, 0 no credentials, -1 wrong ones. */
bool account_person(const char *user, uint32_t *ret_person);
int account_check(const char *authorization, uint32_t *ret_person);
int account_replay(uint32_t person);
/* Who signs in with a browser: the administrator. */
uint32_t account_first(void);

#endif
