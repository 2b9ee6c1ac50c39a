/* SPDX-License-Identifier: MIT */
/* What the three forms of input share; the outside sees input.h. */
#ifndef JSMFS_PROC_INPUT_I_H
#define JSMFS_PROC_INPUT_I_H

#include "base/buf.h"
#include "proc/input.h"

enum input_form { INPUT_UNKNOWN, INPUT_WORDS, INPUT_CSV, INPUT_JSON, INPUT_BARE };

/* How far the end of a unit (line, record, document) has been looked for. */
enum csv_state { CSV_START, CSV_BARE, CSV_QUOTED, CSV_CLOSED };

struct input {
	const struct param *params;
	size_t n_params;
	input_fn *fn;
	void *ctx;

	enum input_form form;
	bool has_begun;  /* too late for a byte order mark */
	struct buf hold; /* what is not complete, behind what is done with */
	size_t taken;    /* bytes of hold done with */
	size_t scanned;  /* bytes of hold in which the end of the unit is not */
	size_t line;     /* of hold.p[taken] */
	enum csv_state csv;
	size_t depth;   /* JSON: brackets open */
	bool in_string; /* JSON */
	bool is_escape; /* JSON: behind a backslash */

	struct header_field {
		size_t i;   /* parameter */
		char *name; /* when it is none */
	} * header;         /* CSV: of each field; NULL until read */
	size_t n_header;

	struct preset {
		char *text; /* NULL: there is none */
		size_t n;
		bool fixed;
	} * presets; /* one for each of params */

	const struct param *rest; /* PARAM_REST, or NULL */
	struct buf extra;         /* what it takes: members of an object */
	struct span extra_name;   /* of the newest … */
	char extra_label[64];     /* … and the same for sentences */

	bool is_muted;     /* fn has said stop: no calls out of the bytes at hand */
	bool is_tail;      /* what is kept began while muted */
	struct err broken; /* code 0, or why nothing is taken until the end */

	const struct param *bare; /* what a line of no form is the value of, or NULL */

	/* The call being gathered. */
	struct args args;
	char **own;        /* the bytes of args.v[i].text */
	int refused;       /* 0 or the errno of the first fault */
	bool holds_secret; /* a value that must not be repeated was given */
	struct err why;
};

static inline bool input_is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || !c;
}

/* Begins a call that starts in this line. */
void input_begin(struct input *in, size_t line);

/* The first fault of a call counts; the sentence begins with the line. */
void input_refuse(struct input *in, int code, const char *fmt, ...) printf_(3, 4);

/*
 * Index of the parameter; -1 when there is none or it has a value: then refused.
 * n_params: it goes to the rest; name then has to live until the value is given.
 */
int input_find(struct input *in, struct span name);
const char *input_label(const struct input *in, size_t i); /* for sentences */

/* Takes over p, a malloc'd text of n bytes with room for a NUL behind it. */
void input_give(struct input *in, size_t i, char *p, size_t n, bool is_json);

/* Copies. */
void input_copy(struct input *in, size_t i, struct span text, bool is_json);

/* Refuses for what is missing, then calls; 0 or what fn said. */
int input_emit(struct input *in) must_check_;

/* One line, record or document -> calls; 0 or what fn said. */
int input_words(struct input *in, struct span line) must_check_;
int input_csv(struct input *in, struct span record, bool is_closed) must_check_;
int input_json(struct input *in, struct span document) must_check_;

/* The first record.  -EINVAL if it is no list of parameters. */
int input_csv_header(struct input *in, struct span record, struct err *err) must_check_;

/* Does the line begin like Name=, or is it the name of a Boolean parameter? */
bool input_is_words(const struct input *in, struct span line);

/* The Boolean parameter that the line is the name of: its index, or -1. */
int input_flag(const struct input *in, struct span line);

void input_header_free(struct input *in);

#endif
