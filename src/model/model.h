/* SPDX-License-Identifier: MIT */
/*
 * What exists, as const data: tables and views, procedures, connection
 * properties.  No behaviour here but look-up and validation.  SQL schema,
 * pushdown, directory tree, help, manual pages and system tables follow from it.
 */
#ifndef JSMFS_MODEL_MODEL_H
#define JSMFS_MODEL_MODEL_H

#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "base/value.h"

#include <stdbool.h>
#include <stddef.h>

/* The two products that answer: they differ in endpoints and in bodies. */
enum deployment { DEPLOYMENT_CLOUD, DEPLOYMENT_DATA_CENTER /* and Server */ };

/* Predicate operators, of paths and of SQL. */
enum op {
	OP_EQ = 1 << 0,
	OP_NE = 1 << 1,
	OP_LT = 1 << 2,
	OP_LE = 1 << 3,
	OP_GT = 1 << 4,
	OP_GE = 1 << 5,
	OP_IN = 1 << 6,
	OP_LIKE = 1 << 7,
	OP_NULL = 1 << 8,
	OP_OTHER = 1 << 9 /* seen by the planner, never pushed */
};

enum column_flag {
	COLUMN_KEY = 1 << 0,      /* part of the primary key */
	COLUMN_READONLY = 1 << 1, /* tables only: cannot be written */
	COLUMN_PSEUDO =
		1 << 2, /* a parameter of the query: only = and IN, never listed */
	COLUMN_STRING = 1 << 3, /* the data model calls it String whatever type says */
	COLUMN_SERVER = 1 << 4, /* = is decided by the server alone: it means "holds" */
	COLUMN_TAIL = 1 << 5,   /* of an address what stands behind its last slash */
	COLUMN_SMALL = 1 << 6,  /* the data model calls it Int16 */
	COLUMN_HIDDEN = 1 << 7  /* left out by a schema file: only for finding rows */
};

struct column {
	const char *name;
	enum value_type type; /* how it is read, compared and written */
	unsigned flags;
	const char *path; /* json/jpath.h into the row; NULL: known from the keys alone */
	const char *expand; /* word the endpoint's expand= needs for path to be there, or
	                       NULL */
	const char *values; /* the values it can have, comma-separated, or NULL */
	const char *ref;    /* "Table.Column" it refers to, or NULL */
	const char *doc;    /* ends in a full stop */
	const char
		*part; /* the endpoint's part that path starts from, or NULL: the row */
};

enum key_need { KEY_OPTIONAL, KEY_REQUIRED, KEY_ANY_OF /* one of those marked so */ };
enum key_into { INTO_PATH, INTO_QUERY };
enum key_match {
	MATCH_EXACT, /* the server's answer is exactly the predicate: SQL need not look
	                again */
	MATCH_WIDER  /* the answer may hold more: SQL re-checks */
};
enum key_form { FORM_ANY, FORM_DIGITS /* an id */, FORM_ISSUE_KEY /* HELP-42 */ };

/* In which row of which table the value of a column is found that a key needs beside its
 * own. */
struct lookup {
	const char *column; /* that is needed */
	const char *table;
	const char *match; /* its column that equals the key's value */
	const char *take;  /* its column that holds what is needed */
};

/* How a predicate on a column reaches the server. */
struct key {
	const char *column; /* NULL ends the array */
	unsigned ops;       /* OP_EQ, OP_IN: one call for each value */
	enum key_need need;
	enum key_into into;
	const char *remote; /* the {word} in the path, or the parameter's name */
	enum key_match match;
	enum key_form form; /* a value of another form cannot exist: no row, no call */
	/* "true:public=true&internal=false,false:…": what a value becomes; NULL:
	 * remote=value. */
	const char *map;
	/* Another column's value must go along; when the query does not give it, it is
	 * looked up, or NULL. */
	const struct lookup *needs;
};

enum page_style {
	PAGE_NONE,   /* the document is all there is */
	PAGE_OFFSET, /* start, limit */
	PAGE_CURSOR  /* limit, and the cursor in the link to the next page */
};

enum endpoint_flag {
	/* 404 says that the row asked for does not exist: no row, not an error. */
	ENDPOINT_ABSENT_IS_EMPTY = 1 << 0,
	/* The list is sorted by activity and moves under the reader: drop rows seen
	   before. */
	ENDPOINT_MOVES = 1 << 1,
	/* Metadata: answers are kept for MetadataTTL. */
	ENDPOINT_METADATA = 1 << 2,
	/* Not on Data Center: see endpoint_is_on(). */
	ENDPOINT_CLOUD = 1 << 3
};

struct endpoint {
	const char *name; /* of the plan: "list", "get"; NULL ends the array */
	const char *path; /* with {words} */
	const char *rows; /* json/jpage.h */
	enum page_style page;
	unsigned page_max;
	unsigned per_s; /* the server's own limit of calls a second, 0: the general one */
	unsigned flags;
	const struct key *keys;
	/* Members of a row that make rows of their own (json/jpage.h), or NULL. */
	const char *const *parts;
	/* The parent's list brings the rows of this one too, under this member, when it
	 * is asked to expand that word; NULL: it does not. */
	const char *bulk;
	const char *bulk_expand;
};

/* Where the rows of a table hang when no key says so. */
struct parent {
	const char *table; /* NULL: none */
	/* pairs: column of the parent, column here */
	struct {
		const char *from;
		const char *to;
	} columns[4];
};

enum table_kind {
	TABLE_TABLE,
	TABLE_VIEW,
	TABLE_INTERNAL, /* not shown itself: a parent, or what files are made of */
	TABLE_SYSTEM,   /* rows are made here, without a call: no endpoints */
	TABLE_USER_VIEW /* a view of the user's own: no endpoints */
};

/* A value that a column of a table, or a parameter, always has. */
struct fixed_value {
	const char *column; /* NULL ends the array */
	const char *value;
};

/* What becomes of a file that is written into a directory of a row. */
struct intake {
	const char *dir; /* the directory is this one in it; NULL: itself */
	/* What runs, with the key of the row; NULL ends the array. */
	const struct procedure *procedure;
	const char *text; /* its parameter that is the text of the file … */
	const struct procedure *upload; /* … or what the file goes through first … */
	const char *uploaded; /* … and the parameter that takes what comes of that */
	const char *endings;  /* that names have, comma-separated; NULL: any */
	struct fixed_value fixed[2]; /* arguments, by parameter */
};

/* A file in the directory of a row, or of what belongs to one, that does something. */
struct order {
	const char *name; /* NULL ends the array; of CHILD_ORDERS it is the row's */
	/* What runs, with the key of the row and … */
	const struct procedure *procedure;
	const char *line; /* … each line as this parameter … */
	const char *text; /* … or all that is written as this one */
};

enum child_kind {
	CHILD_ROWS,  /* a file: the rows as csv */
	CHILD_TEXTS, /* a directory of files <key>.txt: one column of each row */
	CHILD_DIRS,  /* a directory of rows, as under id/ */
	CHILD_FILES, /* a directory of the files that the rows describe */
	CHILD_ORDERS /* a directory of files <key>-<label>, each an order about its row */
};

/* What belongs to a row, in its directory: the rows of another table that have the
 * same key. */
struct child {
	const char *name; /* of the file or directory; NULL ends the array */
	enum child_kind kind;
	const char *table; /* its columns have the names that the key has here */
	const char *key;   /* of directories: the column that names a row */
	/* Of CHILD_TEXTS: the column that is in the file; of CHILD_ORDERS: in its name.
	 */
	const char *text;
	const char *time;  /* of files: the column that is their date */
	const char *label; /* of CHILD_FILES: the column that is the file's name … */
	const char *size;  /* … and its size */
	const struct intake *intakes; /* of directories that can be written to, or NULL */
	const struct order
		*orders; /* files in its directory; of CHILD_ORDERS one, or NULL
	                  */
};

struct table {
	const char *name;
	enum table_kind kind;
	const char *doc;
	const char *note; /* what a user should know before the first query, or NULL */
	struct parent parent;
	const char *const
		*id;        /* columns that name a row under id/, in order; see id_alt */
	const char *id_alt; /* single id column: another column whose form the name may
	                       have */
	const char *label;  /* the column that names a row for people, or NULL */
	const char *desk;   /* the column that ServiceDeskID restricts, or NULL */
	const struct column *columns; /* name NULL ends the array */
	const struct endpoint *endpoints;
	const struct fixed_value *fixed; /* or NULL */
	const char *schema;              /* SQL schema; NULL: the model's own */
	const struct child *children;    /* or NULL */
	const struct order *orders;      /* files in the directory of a row, or NULL */
	/* What makes a row, changes one, removes one; NULL: nothing can.  Parameters are
	 * called like the columns; update and remove find the row by those they share
	 * with its key. */
	const struct procedure *insert;
	const struct procedure *update;
	const struct procedure *remove;
	const struct table *origin; /* what a schema file made it of, or NULL */
};

enum param_flag {
	PARAM_REQUIRED = 1 << 0,
	PARAM_SECRET = 1 << 1,
	PARAM_STRING = 1 << 2, /* the data model calls it String whatever type says */
	PARAM_FILE = 1 << 3,   /* the absolute path of a file of this machine */
	PARAM_LIST = 1 << 4,   /* goes out as an array: the values between commas */
	/* When it is not given: the desk of the connection, or the only one there is. */
	PARAM_DESK = 1 << 5,
	/* Required where the procedure itself runs, not what is there instead of it. */
	PARAM_REQUIRED_ELSE = 1 << 6,
	PARAM_FIELD = 1 << 7, /* a field of the request type, of PROCEDURE_REQUEST */
	/* A JSON object: what is given under names of no parameter becomes its members.
	 */
	PARAM_REST = 1 << 8,
	/* Names what is made: of two with the same value the second is refused, or is the
	 * first. */
	PARAM_NAMES = 1 << 9
};

struct param {
	const char *name; /* NULL ends the array */
	enum value_type type;
	unsigned flags;
	/* In: member path of the body ("additionalComment.body"), or the word of the
	 * address that it fills ("{requestId}"; of several for one word exactly one is
	 * given), NULL: not sent.  Out: jpath; NULL: always standard, or when there is
	 * none the argument of that name, which also stands in for what the answer lacks.
	 */
	const char *path;
	const char *example; /* in: a value for the README, "": not shown there */
	const char *doc;
	const char *path_dc;  /* in: the member on Data Center, NULL: the same */
	const char *standard; /* in: the value when none is given, or NULL */
	/* in: "approved:approve,…": what a value becomes, another is refused; NULL: any
	 */
	const char *map;
};

/* What running a procedure means. */
enum procedure_kind {
	PROCEDURE_JSON,    /* a call with the arguments as a JSON document */
	PROCEDURE_UPLOAD,  /* a call that sends the file of its PARAM_FILE in a form */
	PROCEDURE_REQUEST, /* PROCEDURE_JSON with the fields of a request type, checked */
	PROCEDURE_OAUTH,   /* signs in: path is which of its steps, see rest/signin.c */
	PROCEDURE_SCHEMA_FILE /* no call: writes the columns of a table into a file */
};

/* A procedure as a part of another: its arguments are those of the same name, or else the
 * results of the other. */
struct step {
	const struct procedure *procedure; /* NULL: there is none */
	const char *when; /* the argument that asks for it; NULL: always */
};

struct procedure {
	const char *name;
	const char *doc;
	enum procedure_kind kind;
	const char *method;   /* of a call */
	const char *path;     /* of a call, with {words} */
	const char *query;    /* fixed query string, or NULL */
	const char *query_dc; /* the same on Data Center */
	bool confirms;        /* repeating it does no harm */
	const struct param *in;
	const struct param *out; /* path into the answer */
	const char *rows;        /* json/jpage.h: where in the answer, NULL: its root */
	const char *const
		*touches; /* tables whose cached answers it makes stale, NULL-ended */
	/* For sys_identity: "INSERTED" …, and the result that names the row; or NULL. */
	const char *operation;
	const char *identity;
	struct step instead; /* what runs in its place */
	struct step then;    /* what runs after it; both together are one outcome */
	const char *done;    /* what is so when then fails: "the customer was created" */
	/* How to find out whether it was done, "look into Requests/id/{RequestKey}/": an
	 * argument in braces.  NULL: doing it twice does no harm. */
	const char *check;
	const struct intake *intake; /* a directory of files to upload, or NULL */
};

enum property_type { PROP_STRING, PROP_BOOL, PROP_INT, PROP_SIZE /* "100MB" */ };
enum property_flag {
	PROP_SECRET = 1 << 0,
	PROP_REQUIRED = 1 << 1,
	PROP_OURS = 1 << 2, /* not of the connector's document */
	PROP_STORE = 1 << 3 /* a secret, or just the name of the file that holds it */
};

/* Where a property's value stands in struct settings; also its ordinal. */
enum property_id {
	PROP_AUTH_SCHEME,
	PROP_URL,
	PROP_USER,
	PROP_PASSWORD,
	PROP_API_TOKEN,
	PROP_SSO_LOGIN_URL,
	PROP_SSO_PROPERTIES,
	PROP_SSO_EXCHANGE_URL,
	PROP_SSO_APP_NAME,
	PROP_SSO_APP_PASSWORD,
	PROP_INITIATE_OAUTH,
	PROP_OAUTH_VERSION,
	PROP_OAUTH_CLIENT_ID,
	PROP_OAUTH_CLIENT_SECRET,
	PROP_OAUTH_ACCESS_TOKEN,
	PROP_SCOPE,
	PROP_OAUTH_SETTINGS_LOCATION,
	PROP_CALLBACK_URL,
	PROP_CLOUD_ID,
	PROP_OAUTH_VERIFIER,
	PROP_AUTH_TOKEN,
	PROP_AUTH_KEY,
	PROP_OAUTH_REFRESH_TOKEN,
	PROP_OAUTH_EXPIRES_IN,
	PROP_OAUTH_TOKEN_TIMESTAMP,
	PROP_OAUTH_JWT_CERT,
	PROP_OAUTH_JWT_CERT_TYPE,
	PROP_OAUTH_JWT_CERT_PASSWORD,
	PROP_OAUTH_JWT_CERT_SUBJECT,
	PROP_CERTIFICATE_STORE_TYPE,
	PROP_CERTIFICATE_STORE,
	PROP_CERTIFICATE_STORE_PASSWORD,
	PROP_CERTIFICATE_SUBJECT,
	PROP_SSL_CLIENT_CERT,
	PROP_SSL_CLIENT_CERT_TYPE,
	PROP_SSL_CLIENT_CERT_PASSWORD,
	PROP_SSL_CLIENT_CERT_SUBJECT,
	PROP_SSL_SERVER_CERT,
	PROP_FIREWALL_TYPE,
	PROP_FIREWALL_SERVER,
	PROP_FIREWALL_PORT,
	PROP_FIREWALL_USER,
	PROP_FIREWALL_PASSWORD,
	PROP_PROXY_AUTO_DETECT,
	PROP_PROXY_SERVER,
	PROP_PROXY_PORT,
	PROP_PROXY_AUTH_SCHEME,
	PROP_PROXY_USER,
	PROP_PROXY_PASSWORD,
	PROP_PROXY_SSL_TYPE,
	PROP_PROXY_EXCEPTIONS,
	PROP_LOGFILE,
	PROP_VERBOSITY,
	PROP_LOG_MODULES,
	PROP_MAX_LOG_FILE_SIZE,
	PROP_MAX_LOG_FILE_COUNT,
	PROP_LOCATION,
	PROP_BROWSABLE_SCHEMAS,
	PROP_TABLES,
	PROP_VIEWS,
	PROP_INCLUDE_CUSTOM_FIELDS,
	PROP_MAX_ROWS,
	PROP_OTHER,
	PROP_PSEUDO_COLUMNS,
	PROP_REQUEST_LANGUAGE,
	PROP_SERVICE_DESK_ID,
	PROP_TIMEOUT,
	PROP_USER_DEFINED_VIEWS,
	PROP_USER_VIEWS_SCHEMA_NAME,
	PROP_READ_ONLY,
	PROP_DRY_RUN,
	PROP_SCAN_GUARD,
	PROP_PROCESS_BUDGET,
	PROP_CACHE_TOLERANCE,
	PROP_METADATA_TTL,
	PROP_MAX_CONNECTIONS,
	PROP_CACHE_LOCATION,
	PROP_INDEXERS,
	PROP_OAUTH_AUTHORIZATION_URL,
	PROP_OAUTH_ACCESS_TOKEN_URL,
	PROP_OAUTH_REFRESH_TOKEN_URL,
	PROP_OAUTH_REQUEST_TOKEN_URL,
	PROP_OAUTH_RESOURCES_URL,
	PROP_OAUTH_API_URL,
	PROP_KEYRING,
	PROP_COUNT
};

struct property {
	enum property_id id;
	const char *name;
	enum property_type type;
	unsigned flags;
	const char *standard;  /* default, "" when none */
	const char *values;    /* allowed values, comma-separated, or NULL */
	long min, max;         /* PROP_INT; of PROP_SIZE in bytes */
	const char *category;  /* "Authentication" … */
	const char *hierarchy; /* "AuthScheme=OAuth": what it depends on, or "" */
	const char *doc;
	/* The settings of a value "Name=Value;Name=Value", ended by a NULL name; or NULL.
	 */
	const struct property *parts;
};

extern const struct table *const model_tables[];           /* NULL-ended, by name */
extern const struct table *const model_system_tables[];    /* NULL-ended, by name */
extern const struct procedure *const model_procedures[];   /* NULL-ended, by name */
extern const struct property model_properties[PROP_COUNT]; /* by id */

/* What changes tables and rows and is not listed among the procedures: NULL-ended. */
extern const struct procedure *const model_changes[];

/* All by name without regard to ASCII case; NULL if there is none. */
const struct table *model_table(struct span name);
const struct table *model_any_table(struct span name); /* internal, system ones too */
const struct procedure *model_procedure(struct span name);
const struct property *model_property(struct span name);

/* Does it give one row, the document itself? */
bool endpoint_is_entity(const struct endpoint *ep);

/* Is it there on that deployment? */
bool endpoint_is_on(const struct endpoint *ep, enum deployment d);

/* Does the table have endpoints that are not everywhere? */
bool table_varies(const struct table *t);

/* The table whose rows it shows: itself, or what a site's own table is a view of. */
const struct table *table_family(const struct table *t);

size_t table_n_columns(const struct table *t);
int table_column(const struct table *t, struct span name); /* index, or -1 */
const char *param_type_name(const struct param *p);        /* as column_type_name() */
const struct param *param_find(const struct param *params, struct span name);

/* The one that takes what no other is named for, or NULL. */
const struct param *param_rest(const struct param *params);

/* Can rows of the table be made, changed or removed? */
bool table_is_writable(const struct table *t);

/* As the data model says it of a table's column; of a view's what its procedures take. */
bool table_column_is_writable(const struct table *t, size_t column);

/* "String", "Boolean", "Datetime", "Int32": what the data model calls the type. */
const char *column_type_name(const struct column *c);

/* Checks a value against type, range and allowed values; the sentence lists them. */
int property_check(const struct property *p, const char *value, struct err *err)
	must_check_;

/* A value of PROP_SIZE in bytes; -1 if it is none. */
int64_t property_bytes(const char *value);

/*
 * What the value of a property with parts says of one of them: that which stands last,
 * its default when there is none.
 */
struct span property_part(const struct property *p, const char *value, const char *name);

/* Checks the invariants over all of the data; appends one line per fault. */
void model_validate(struct buf *faults);

#endif
