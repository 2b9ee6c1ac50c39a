/* SPDX-License-Identifier: MIT */
#include "sim/fault.h"

#include "sim/strmap.h"

#include <fnmatch.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_RULES 64

struct rule {
	char method[8];
	char glob[256];
	unsigned long first, last; /* 0: any */
	double probability;        /* negative: always */
	long times;                /* negative: no end */
	unsigned long seen;
	struct fault_action action;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct rule rules[MAX_RULES];
static size_t n_rules;
static atomic_bool have_rules;
static uint64_t random_state = 1;

static bool parse_number(const char *text, unsigned long *ret)
{
	char *end;
	if (*text < '0' || *text > '9')
		return false;
	*ret = strtoul(text, &end, 10);
	return !*end && *ret <= 1000000000;
}

static const char *parse_which(struct rule *r, const char *word)
{
	unsigned long n;
	char *end;
	if (!strncmp(word, "n=", 2)) {
		r->first = strtoul(word + 2, &end, 10);
		r->last = r->first;
		if (*end == '-')
			r->last = strtoul(end + 1, &end, 10);
		if (*end || !r->first || r->last < r->first)
			return "n= wants a number or a range such as 2-4";
	} else if (!strncmp(word, "p=", 2)) {
		r->probability = strtod(word + 2, &end);
		if (*end || end == word + 2 || r->probability < 0 || r->probability > 1)
			return "p= wants a number from 0 to 1";
	} else if (!strncmp(word, "times=", 6)) {
		if (!parse_number(word + 6, &n))
			return "times= wants a number";
		r->times = (long)n;
	} else if (!strncmp(word, "retry-after=", 12)) {
		if (!parse_number(word + 12, &n))
			return "retry-after= wants seconds";
		r->action.retry_after = (int)n;
	} else {
		return "unknown word in fault";
	}
	return NULL;
}

static const char *parse_action(struct rule *r, const char *word, bool *ret_is_action)
{
	static const struct {
		const char *word;
		enum fault_kind kind;
	} plain[] = {
		{ "reset", FAULT_RESET },
		{ "reset-after", FAULT_RESET_AFTER },
		{ "truncate", FAULT_TRUNCATE },
		{ "badjson", FAULT_BADJSON },
		{ "html", FAULT_HTML },
		{ "gzip=cut", FAULT_GZIP_CUT },
		{ "gzip=broken", FAULT_GZIP_BROKEN },
		{ "gzip=bomb", FAULT_GZIP_BOMB },
	};
	unsigned long n;
	*ret_is_action = true;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (!strcmp(word, plain[i].word)) {
			r->action.kind = plain[i].kind;
			return NULL;
		}
	if (!strncmp(word, "status=", 7)) {
		if (!parse_number(word + 7, &n) || n < 200 || n > 599)
			return "status= wants an HTTP status";
		r->action.kind = FAULT_STATUS;
		r->action.status = (unsigned)n;
	} else if (!strncmp(word, "slow=", 5)) {
		if (!parse_number(word + 5, &n))
			return "slow= wants milliseconds";
		r->action.kind = FAULT_SLOW;
		r->action.slow_ms = (int64_t)n;
	} else if (!strncmp(word, "drop-field=", 11)) {
		if (!word[11] || strlen(word + 11) >= sizeof(r->action.field))
			return "drop-field= wants a name";
		r->action.kind = FAULT_DROP_FIELD;
		snprintf(r->action.field, sizeof(r->action.field), "%s", word + 11);
	} else {
		*ret_is_action = false;
	}
	return NULL;
}

static const char *parse_word(struct rule *r, const char *word)
{
	static const char *const methods[] = { "GET", "POST", "PUT", "DELETE", "ANY" };
	bool is_action;
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++)
		if (!strcmp(word, methods[i])) {
			snprintf(r->method, sizeof(r->method), "%s", word);
			return NULL;
		}
	if (*word == '/' || *word == '*') {
		if (*r->glob)
			return "two paths in one fault";
		if (strlen(word) >= sizeof(r->glob))
			return "the path is too long";
		snprintf(r->glob, sizeof(r->glob), "%s", word);
		return NULL;
	}
	enum fault_kind before = r->action.kind;
	const char *why = parse_action(r, word, &is_action);
	if (why)
		return why;
	if (is_action)
		return before == FAULT_NONE ? NULL : "two actions in one fault";
	return parse_which(r, word);
}

bool fault_add(const char *spec, const char **ret_why)
{
	struct rule r = { .method = "ANY", .probability = -1, .times = -1 };
	char copy[512];
	char *save = NULL;
	r.action.retry_after = -1;
	if (strlen(spec) >= sizeof(copy)) {
		*ret_why = "the fault is too long";
		return false;
	}
	snprintf(copy, sizeof(copy), "%s", spec);
	for (char *w = strtok_r(copy, " ,\t\r\n", &save); w;
	     w = strtok_r(NULL, " ,\t\r\n", &save)) {
		*ret_why = parse_word(&r, w);
		if (*ret_why)
			return false;
	}
	if (r.action.kind == FAULT_NONE || !*r.glob) {
		*ret_why = "a fault needs a path and an action";
		return false;
	}
	pthread_mutex_lock(&lock);
	bool room = n_rules < MAX_RULES;
	if (room)
		rules[n_rules++] = r;
	atomic_store(&have_rules, n_rules > 0);
	pthread_mutex_unlock(&lock);
	*ret_why = "too many faults";
	return room;
}

void fault_clear(void)
{
	pthread_mutex_lock(&lock);
	n_rules = 0;
	atomic_store(&have_rules, false);
	pthread_mutex_unlock(&lock);
}

void fault_seed(uint64_t seed)
{
	pthread_mutex_lock(&lock);
	random_state = hash_mix(seed);
	pthread_mutex_unlock(&lock);
}

static bool rule_fires(struct rule *r)
{
	r->seen++;
	if (r->first && (r->seen < r->first || r->seen > r->last))
		return false;
	if (!r->times)
		return false;
	if (r->probability >= 0) {
		random_state = hash_mix(random_state);
		if ((double)(random_state >> 11) / 9007199254740992.0 >= r->probability)
			return false;
	}
	if (r->times > 0)
		r->times--;
	return true;
}

struct fault_action fault_match(const char *method, const char *path)
{
	struct fault_action none = { .kind = FAULT_NONE, .retry_after = -1 };
	if (!atomic_load(&have_rules))
		return none;
	pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_rules; i++) {
		struct rule *r = &rules[i];
		if (strcmp(r->method, "ANY") && strcmp(r->method, method))
			continue;
		if (fnmatch(r->glob, path, 0))
			continue;
		if (rule_fires(r)) {
			none = r->action;
			break;
		}
	}
	pthread_mutex_unlock(&lock);
	return none;
}

const char *fault_name(enum fault_kind kind)
{
	switch (kind) {
	case FAULT_NONE:
		return "";
	case FAULT_STATUS:
		return "status";
	case FAULT_RESET:
		return "reset";
	case FAULT_RESET_AFTER:
		return "reset-after";
	case FAULT_TRUNCATE:
		return "truncate";
	case FAULT_SLOW:
		return "slow";
	case FAULT_BADJSON:
		return "badjson";
	case FAULT_HTML:
		return "html";
	case FAULT_DROP_FIELD:
		return "drop-field";
	case FAULT_GZIP_CUT:
		return "gzip=cut";
	case FAULT_GZIP_BROKEN:
		return "gzip=broken";
	case FAULT_GZIP_BOMB:
		return "gzip=bomb";
	}
	return "";
}
