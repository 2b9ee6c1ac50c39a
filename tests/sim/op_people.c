/* SPDX-License-Identifier: MIT */
/* Customers of desks, organizations and their members. */
#include "sim/ops.h"
#include "sim/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(struct exchange *x)
{
	answer_error(x, 500, "sd.rest.error.internal", "Out of memory.");
}

static bool customer_matches(uint32_t person, const char *query)
{
	const struct person *p = person_at(person);
	return !query || !*query || strcasestr(p->name, query) ||
	       (p->mail == SHOWN && strcasestr(p->email, query));
}

void op_customers(struct exchange *x)
{
	int desk;
	const char *query = query_get(x, "query");
	size_t n, total = 0, seen = 0;
	if (!arg_desk(x, 0, &desk))
		return;
	const uint32_t *people = desk_customers(desk, &n);
	if (!query || !*query)
		total = n;
	else
		for (size_t k = 0; k < n; k++)
			total += customer_matches(people[k], query);
	struct page p = page_open(x, total, "");
	bool plain = total == n;
	for (size_t k = plain ? p.from : 0; k < n && (plain ? k : seen) < p.to; k++) {
		if (!plain && !customer_matches(people[k], query))
			continue;
		if (plain || seen >= p.from) {
			if ((plain ? k : seen) > p.from)
				buf_char(&x->out, ',');
			render_user(x, people[k]);
		}
		seen++;
	}
	page_close(x);
}

static void answer_people(struct exchange *x, const uint32_t *people, size_t n)
{
	struct page p = page_open(x, n, "");
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_user(x, people[k]);
	}
	page_close(x);
}

static void change_customers(struct exchange *x, bool add)
{
	int desk;
	uint32_t *people;
	size_t n;
	bool ok = true;
	if (!arg_desk(x, 0, &desk) || !body_check(x, x->json, "accountIds:a usernames:a"))
		return;
	if (!add && model_desks[desk].open) {
		answer_error(x, 400, "sd.customer.error.open",
		             "Customers cannot be removed from a service desk with open "
		             "access.");
		return;
	}
	if (!body_people(x, people_member(), &people, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (add)
			ok = desk_add_customer(desk, people[i]) && ok;
		else
			desk_remove_customer(desk, people[i]);
	}
	site_changed();
	if (!ok)
		out_of_memory(x);
	else if (add && site_is_dc())
		answer_people(x, people, n);
	else
		answer(x, 204);
	free(people);
}

void op_customers_add(struct exchange *x)
{
	change_customers(x, true);
}

void op_customers_remove(struct exchange *x)
{
	change_customers(x, false);
}

void op_customer_create(struct exchange *x)
{
	uint32_t person;
	bool dc = site_is_dc();
	if (!body_check(x, x->json,
	                dc ? "fullName:s! email:s!"
	                   : "displayName:s! email:s! fullName:s"))
		return;
	const char *email = body_text(x, "email"),
		   *name = body_text(x, dc ? "fullName" : "displayName");
	const char *at = strchr(email, '@');
	if (!at || at == email || !at[1] || strpbrk(email, " \t\n")) {
		answer_error(x, 400, "sd.customer.error.email",
		             "'%s' is not a valid email address.", email);
		return;
	}
	if (!name[strspn(name, " ")]) {
		answer_error(x, 400, "sd.customer.error.name",
		             "The display name can not be empty.");
		return;
	}
	if (person_by_email(email, &person)) {
		bool strict = query_bool(x, "strictConflictStatusCode", false);
		answer_error(x, strict ? 409 : 400, "sd.customer.error.exists",
		             "An account already exists for this email: %s", email);
		return;
	}
	person = person_create(email, name, PERSON_PORTAL);
	if (person == NOBODY) {
		out_of_memory(x);
		return;
	}
	site_changed();
	render_user(x, person);
	answer(x, 201);
}

/* Organizations */

static bool org_shown(struct exchange *x, uint32_t org, int desk, uint32_t person)
{
	const struct org *o = org_at(org);
	if (o->deleted || (desk >= 0 && !(o->desks & (1u << desk))))
		return false;
	if (person != NOBODY && !org_has(org, person))
		return false;
	return is_agent(x) || org_has(org, x->who);
}

static void answer_orgs(struct exchange *x, int desk)
{
	const char *account = query_get(x, "accountId");
	uint32_t person = NOBODY;
	size_t total = 0, seen = 0;
	if (account && !is_agent(x)) {
		answer_error(x, 403, "sd.organization.error.permission",
		             "Only agents may look up organizations by account id.");
		return;
	}
	if (account && !person_find(account, &person)) {
		answer_error(x, 404, "sd.user.error.notFound",
		             "The user with account id '%s' does not exist.", account);
		return;
	}
	for (uint32_t i = 0; i < org_count(); i++)
		total += org_shown(x, i, desk, person);
	struct page p = page_open(x, total, "");
	for (uint32_t i = 0; i < org_count() && seen < p.to; i++) {
		if (!org_shown(x, i, desk, person))
			continue;
		if (seen >= p.from) {
			if (seen > p.from)
				buf_char(&x->out, ',');
			render_org(x, i);
		}
		seen++;
	}
	page_close(x);
}

void op_orgs(struct exchange *x)
{
	answer_orgs(x, -1);
}

void op_desk_orgs(struct exchange *x)
{
	int desk;
	if (arg_desk(x, 0, &desk))
		answer_orgs(x, desk);
}

static bool arg_org(struct exchange *x, int n, uint32_t *ret_org)
{
	if (org_by_id(x->arg[n], ret_org) && (is_agent(x) || org_has(*ret_org, x->who)))
		return true;
	answer_error(x, 404, "sd.organization.error.notFound",
	             "The organization with id '%s' does not exist.", x->arg[n]);
	return false;
}

void op_org(struct exchange *x)
{
	uint32_t org;
	if (!arg_org(x, 0, &org))
		return;
	render_org(x, org);
	answer(x, 200);
}

void op_org_create(struct exchange *x)
{
	if (!body_check(x, x->json, "name:s!"))
		return;
	const char *name = body_text(x, "name");
	if (!name[strspn(name, " ")] || strlen(name) > 200) {
		answer_error(x, 400, "sd.organization.error.name",
		             "The organization name must have 1 to 200 characters.");
		return;
	}
	uint32_t org = NO_ORG;
	/* An organization of that name is given back, as if it were new. */
	for (uint32_t i = 0; i < org_count(); i++)
		if (!org_at(i)->deleted && !strcmp(org_at(i)->name, name))
			org = i;
	if (org == NO_ORG)
		org = org_create(name);
	if (org == NO_ORG) {
		out_of_memory(x);
		return;
	}
	site_changed();
	render_org(x, org);
	answer(x, 201);
}

void op_org_delete(struct exchange *x)
{
	uint32_t org;
	if (!arg_org(x, 0, &org))
		return;
	org_at(org)->deleted = true;
	site_changed();
	answer(x, 204);
}

void op_org_users(struct exchange *x)
{
	uint32_t org;
	if (!arg_org(x, 0, &org))
		return;
	const struct org *o = org_at(org);
	struct page p = page_open(x, o->n_members, "");
	for (size_t k = p.from; k < p.to; k++) {
		if (k > p.from)
			buf_char(&x->out, ',');
		render_user(x, o->members[k]);
	}
	page_close(x);
}

static void change_members(struct exchange *x, bool add)
{
	uint32_t org, *people;
	size_t n;
	bool ok = true;
	if (!arg_org(x, 0, &org) ||
	    !body_check(x, x->json, "accountIds:a usernames:a organizationId:i") ||
	    !body_people(x, people_member(), &people, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		if (add)
			ok = org_add(org, people[i]) && ok;
		else
			org_remove(org, people[i]);
	}
	free(people);
	site_changed();
	if (ok)
		answer(x, 204);
	else
		out_of_memory(x);
}

void op_org_users_add(struct exchange *x)
{
	change_members(x, true);
}

void op_org_users_remove(struct exchange *x)
{
	change_members(x, false);
}

static void change_desk_org(struct exchange *x, bool add)
{
	int desk;
	uint32_t org;
	struct json_object *value;
	if (!arg_desk(x, 0, &desk) ||
	    !body_check(x, x->json, "organizationId:i! serviceDeskId:s"))
		return;
	json_object_object_get_ex(x->json, "organizationId", &value);
	if (!org_by_id(json_object_get_string(value), &org)) {
		answer_error(x, 404, "sd.organization.error.notFound",
		             "The organization with id '%s' does not exist.",
		             json_object_get_string(value));
		return;
	}
	if (add)
		org_at(org)->desks |= (uint8_t)(1u << desk);
	else
		org_at(org)->desks &= (uint8_t) ~(1u << desk);
	site_changed();
	answer(x, 204);
}

void op_desk_org_add(struct exchange *x)
{
	change_desk_org(x, true);
}

void op_desk_org_remove(struct exchange *x)
{
	change_desk_org(x, false);
}
