/* SPDX-License-Identifier: MIT */
/*
 * People and organizations. Both are made at the start and grow by writes;
 * lists of members are kept in the order in which the server answers them.
 */
#include "sim/people.h"

#include "sim/store.h"
#include "sim/strmap.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
	struct person **all;
	size_t n;
	size_t cap;
	size_t n_base_customers;
	struct strmap by_id;
	struct strmap by_email;
	uint32_t *customers[N_DESKS];
	size_t n_customers[N_DESKS];
	struct org *orgs;
	size_t n_orgs;
} people;

size_t people_count(void)
{
	return people.n;
}

size_t people_base_customers(void)
{
	return people.n_base_customers;
}

const struct person *person_at(uint32_t index)
{
	return people.all[index];
}

bool person_is_agent(uint32_t index)
{
	return index < people.n && people.all[index]->kind == PERSON_AGENT;
}

bool person_by_id(const char *id, uint32_t *ret_index)
{
	return strmap_get(&people.by_id, id, ret_index);
}

bool person_by_email(const char *email, uint32_t *ret_index)
{
	return strmap_get(&people.by_email, email, ret_index);
}

bool person_named(const char *text, uint32_t *ret_index)
{
	if (!site_is_dc())
		return person_by_id(text, ret_index);
	for (size_t i = 0; i < people.n; i++)
		if (!strcmp(people.all[i]->login, text)) {
			*ret_index = (uint32_t)i;
			return true;
		}
	return false;
}

bool person_find(const char *text, uint32_t *ret_index)
{
	unsigned long number;
	if (person_named(text, ret_index))
		return true;
	if (!site_is_dc() || sscanf(text, PERSON_KEY, &number) != 1 ||
	    number < PERSON_KEY_FIRST || number - PERSON_KEY_FIRST >= people.n)
		return false;
	*ret_index = (uint32_t)(number - PERSON_KEY_FIRST);
	return true;
}

static char *text_fmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static char *text_fmt(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : text;
}

static void person_free(struct person *p)
{
	if (!p)
		return;
	free(p->id);
	free(p->email);
	free(p->old_email);
	free(p->login);
	free(p->name);
	free(p);
}

static char *account_id(enum person_kind kind, uint64_t h)
{
	uint64_t g = hash_mix(h);
	switch (kind) {
	case PERSON_AGENT:
		return text_fmt("%08x%016llx", (unsigned)(g & 0xffffffff) | 0x50000000u,
		                (unsigned long long)h);
	case PERSON_ATLASSIAN:
		return text_fmt("712020:%08x-%04x-4%03x-a%03x-%012llx",
		                (unsigned)(h >> 32), (unsigned)(h >> 16) & 0xffff,
		                (unsigned)h & 0xfff, (unsigned)(g >> 52),
		                (unsigned long long)(g & 0xffffffffffff));
	case PERSON_PORTAL:
		break;
	}
	return text_fmt("qm:a713c8ea-1075-4e30-9d96-891a7d181739:%08x%015llx",
	                (unsigned)(h >> 32), (unsigned long long)(g >> 4));
}

static uint32_t person_append(struct person *p)
{
	if (!p->login && p->email)
		p->login = strdup(p->email);
	if (!p->id || !p->email || !p->login || !p->name)
		goto fail;
	if (people.n == people.cap) {
		size_t cap = people.cap ? people.cap * 2 : 128;
		struct person **all = reallocarray(people.all, cap, sizeof(*all));
		if (!all)
			goto fail;
		people.all = all;
		people.cap = cap;
	}
	uint32_t index = (uint32_t)people.n;
	if (!strmap_put(&people.by_id, p->id, index) ||
	    !strmap_put(&people.by_email, p->email, index))
		goto fail;
	people.all[people.n++] = p;
	return index;
fail:
	person_free(p);
	return NOBODY;
}

uint32_t person_create(const char *email, const char *name, enum person_kind kind)
{
	struct person *p = calloc(1, sizeof(*p));
	if (!p)
		return NOBODY;
	p->kind = kind;
	p->id = account_id(kind, site_hash(hash_text(email), people.n));
	p->email = strdup(email);
	p->name = strdup(name);
	return person_append(p);
}

bool person_set_email(uint32_t index, const char *email)
{
	struct person *p = people.all[index];
	char *copy = strdup(email);
	if (!copy)
		return false;
	/* The map still points at the old text. */
	free(p->old_email);
	p->old_email = p->email;
	p->email = copy;
	p->mail = SHOWN;
	return strmap_put(&people.by_email, copy, index);
}

bool person_set_login(uint32_t index, const char *login)
{
	struct person *p = people.all[index];
	char *copy = strdup(login);
	if (!copy)
		return false;
	free(p->login);
	p->login = copy;
	return true;
}

/* The ASCII letters of a name, for mail addresses. */
static void plain_name(const char *name, char *out, size_t size)
{
	size_t n = 0;
	for (; *name && n + 1 < size; name++) {
		char c = *name;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (c >= 'a' && c <= 'z')
			out[n++] = c;
	}
	out[n] = '\0';
}

static bool person_generate(size_t i, bool agent)
{
	size_t k = agent ? i * 5 : i - N_AGENTS;
	const char *first = model_first_names[k % model_n_first_names];
	const char *last =
		model_last_names[(k * 7 + k / model_n_first_names) % model_n_last_names];
	char a[24], b[24];
	plain_name(first, a, sizeof(a));
	plain_name(last, b, sizeof(b));
	struct person *p = calloc(1, sizeof(*p));
	if (!p)
		return false;
	p->kind = agent ? PERSON_AGENT : i % 3 == 1 ? PERSON_ATLASSIAN : PERSON_PORTAL;
	p->id = account_id(p->kind, site_hash(1, i));
	if (agent) {
		p->email = text_fmt("%s.%s@example.com", a, b);
		p->login = text_fmt("%s.%s", a, b);
	} else {
		p->email = text_fmt("%s.%s.%zu@customers.example.com", a, b, k + 1);
	}
	p->name = text_fmt("%s %s", first, last);
	if (!agent && i % 7 == 3)
		p->mail = i % 2 ? SHOWN_ABSENT : SHOWN_NULL;
	if (!agent && i % 5 == 2)
		p->zone = i % 2 ? SHOWN_ABSENT : SHOWN_NULL;
	p->inactive = !agent && i % 23 == 11;
	return person_append(p) != NOBODY;
}

bool desk_has_customer(int desk, uint32_t person)
{
	return person < people.n && (people.all[person]->desks & (1u << desk));
}

const uint32_t *desk_customers(int desk, size_t *ret_n)
{
	*ret_n = people.n_customers[desk];
	return people.customers[desk];
}

bool desk_add_customer(int desk, uint32_t person)
{
	if (desk_has_customer(desk, person))
		return true;
	size_t n = people.n_customers[desk];
	if (!(n & (n - 1))) {
		uint32_t *list = reallocarray(people.customers[desk], n ? n * 2 : 1,
		                              sizeof(*list));
		if (!list)
			return false;
		people.customers[desk] = list;
	}
	people.customers[desk][n] = person;
	people.n_customers[desk] = n + 1;
	people.all[person]->desks |= (uint8_t)(1u << desk);
	return true;
}

void desk_remove_customer(int desk, uint32_t person)
{
	if (!desk_has_customer(desk, person))
		return;
	uint32_t *list = people.customers[desk];
	size_t n = people.n_customers[desk], i = 0;
	while (i < n && list[i] != person)
		i++;
	if (i < n)
		memmove(list + i, list + i + 1, (n - i - 1) * sizeof(*list));
	people.n_customers[desk] = n - 1;
	people.all[person]->desks &= (uint8_t) ~(1u << desk);
}

/* Organizations */

size_t org_count(void)
{
	return people.n_orgs;
}

struct org *org_at(uint32_t index)
{
	return &people.orgs[index];
}

bool org_by_id(const char *id, uint32_t *ret_index)
{
	for (size_t i = 0; i < people.n_orgs; i++)
		if (!people.orgs[i].deleted && !strcmp(people.orgs[i].id, id)) {
			*ret_index = (uint32_t)i;
			return true;
		}
	return false;
}

/* Where the person is or would be in the list ordered by account id. */
static size_t org_place(const struct org *o, uint32_t person, bool *ret_there)
{
	const char *id = people.all[person]->id;
	size_t low = 0, high = o->n_members;
	*ret_there = false;
	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = strcmp(people.all[o->members[mid]]->id, id);
		if (!order) {
			*ret_there = true;
			return mid;
		}
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

bool org_has(uint32_t org, uint32_t person)
{
	bool there = false;
	if (org < people.n_orgs && !people.orgs[org].deleted)
		org_place(&people.orgs[org], person, &there);
	return there;
}

bool org_add(uint32_t org, uint32_t person)
{
	struct org *o = &people.orgs[org];
	bool there;
	size_t at = org_place(o, person, &there);
	if (there)
		return true;
	uint32_t *members = reallocarray(o->members, o->n_members + 1, sizeof(*members));
	if (!members)
		return false;
	o->members = members;
	memmove(members + at + 1, members + at, (o->n_members - at) * sizeof(*members));
	members[at] = person;
	o->n_members++;
	return true;
}

void org_remove(uint32_t org, uint32_t person)
{
	struct org *o = &people.orgs[org];
	bool there;
	size_t at = org_place(o, person, &there);
	if (!there)
		return;
	memmove(o->members + at, o->members + at + 1,
	        (o->n_members - at - 1) * sizeof(*o->members));
	o->n_members--;
}

uint32_t org_create(const char *name)
{
	struct org *orgs = reallocarray(people.orgs, people.n_orgs + 1, sizeof(*orgs));
	if (!orgs)
		return NO_ORG;
	people.orgs = orgs;
	struct org *o = &orgs[people.n_orgs];
	uint64_t h = site_hash(2, people.n_orgs);
	*o = (struct org){ .created_ms = when_now() };
	o->id = text_fmt("%zu", people.n_orgs + 1);
	o->name = strdup(name);
	o->uuid = text_fmt("%08x-%04x-4%03x-9%03x-%012llx", (unsigned)(h >> 32),
	                   (unsigned)(h >> 16) & 0xffff, (unsigned)h & 0xfff,
	                   (unsigned)(h >> 20) & 0xfff,
	                   (unsigned long long)(h & 0xffffffffffff));
	if (!o->id || !o->name || !o->uuid) {
		free(o->id);
		free(o->name);
		free(o->uuid);
		return NO_ORG;
	}
	return (uint32_t)people.n_orgs++;
}

static bool orgs_generate(void)
{
	for (size_t i = 0; i < model_n_orgs; i++) {
		uint32_t org = org_create(model_org_names[i]);
		if (org == NO_ORG)
			return false;
		people.orgs[org].created_ms =
			SIM_NOW_MS - (int64_t)(400 - 20 * i) * DAY_MS;
		people.orgs[org].desks = (uint8_t)(i % 3 == 2 ? 3 : i % 3 == 1 ? 5 : 1);
	}
	if (!org_add(0, 0))
		return false;
	for (size_t k = 0; k < people.n_base_customers; k++) {
		uint32_t org = person_org((uint32_t)(N_AGENTS + k));
		if (org != NO_ORG && !org_add(org, (uint32_t)(N_AGENTS + k)))
			return false;
	}
	return true;
}

uint32_t person_org(uint32_t person)
{
	if (person < N_AGENTS || person >= N_AGENTS + people.n_base_customers)
		return NO_ORG;
	uint32_t k = person - N_AGENTS;
	return k % 2 ? NO_ORG : k / 2 % (uint32_t)model_n_orgs;
}

bool people_generate(size_t n_customers)
{
	people.n_base_customers = n_customers;
	for (size_t i = 0; i < N_AGENTS; i++)
		if (!person_generate(i, true))
			return false;
	for (size_t i = N_AGENTS; i < N_AGENTS + n_customers; i++) {
		if (!person_generate(i, false) || !desk_add_customer(0, (uint32_t)i))
			return false;
		size_t k = i - N_AGENTS;
		if (k >= N_DEMO_CUSTOMERS)
			continue;
		if (k % 2 == 0 && !desk_add_customer(1, (uint32_t)i))
			return false;
		if (k % 3 && !desk_add_customer(2, (uint32_t)i))
			return false;
	}
	return orgs_generate();
}

void people_clear(void)
{
	for (size_t i = 0; i < people.n; i++)
		person_free(people.all[i]);
	free(people.all);
	strmap_clear(&people.by_id);
	strmap_clear(&people.by_email);
	for (int d = 0; d < N_DESKS; d++)
		free(people.customers[d]);
	for (size_t i = 0; i < people.n_orgs; i++) {
		free(people.orgs[i].id);
		free(people.orgs[i].name);
		free(people.orgs[i].uuid);
		free(people.orgs[i].members);
	}
	free(people.orgs);
	memset(&people, 0, sizeof(people));
}
