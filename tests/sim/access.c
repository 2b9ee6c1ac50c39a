/* SPDX-License-Identifier: MIT */
/* Who asks, and what they may see. */
#include "sim/exchange.h"
#include "sim/signin.h"
#include "sim/strmap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct account {
	char *email;       /* Data Center: user name */
	char *credentials; /* e-mail:token, as sent */
	bool customer;
	uint32_t person;
};

static struct account *accounts;
static size_t n_accounts;
static size_t n_customers;

bool account_add(const char *credentials, bool customer)
{
	const char *colon = strchr(credentials, ':');
	if (!colon || colon == credentials || !colon[1])
		return false;
	struct account *list = reallocarray(accounts, n_accounts + 1, sizeof(*list));
	if (!list)
		return false;
	accounts = list;
	struct account *a = &list[n_accounts];
	*a = (struct account){ .customer = customer, .person = NOBODY };
	a->email = strndup(credentials, (size_t)(colon - credentials));
	a->credentials = strdup(credentials);
	if (!a->email || !a->credentials) {
		free(a->email);
		free(a->credentials);
		return false;
	}
	n_accounts++;
	return true;
}

/* On Data Center people sign in with a user name, which may be their address. */
static bool account_name(const char *user, uint32_t person)
{
	char email[256];
	if (!site_is_dc())
		return person_set_email(person, user);
	snprintf(email, sizeof(email), "%s%s", user,
	         strchr(user, '@') ? "" : "@example.com");
	return person_set_email(person, email) && person_set_login(person, user);
}

bool accounts_apply(void)
{
	uint32_t agent = 0, customer = 0;
	for (size_t i = 0; i < n_accounts; i++) {
		struct account *a = &accounts[i];
		uint32_t person;
		if (site_is_dc() ? person_find(a->email, &a->person)
		                 : person_by_email(a->email, &a->person))
			continue;
		if (a->customer && customer < people_base_customers())
			person = N_AGENTS + customer++ * 3;
		else if (!a->customer && agent < N_AGENTS)
			person = agent++;
		else
			return false;
		if (person >= people_count() || !account_name(a->email, person))
			return false;
		a->person = person;
	}
	return true;
}

void accounts_clear(void)
{
	for (size_t i = 0; i < n_accounts; i++) {
		free(accounts[i].email);
		free(accounts[i].credentials);
	}
	free(accounts);
	accounts = NULL;
	n_accounts = n_customers = 0;
}

static int base64_value(char c)
{
	static const char set[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(set, c) : NULL;
	return at ? (int)(at - set) : -1;
}

bool base64_decode(const char *in, char *out, size_t size, size_t *ret_n)
{
	unsigned bits = 0;
	int n_bits = 0;
	size_t n = 0;
	for (; *in && *in != '='; in++) {
		int v = base64_value(*in);
		if (v < 0)
			return false;
		bits = bits << 6 | (unsigned)v;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		if (n + 1 >= size)
			return false;
		out[n++] = (char)(bits >> n_bits & 0xff);
	}
	out[n] = '\0';
	*ret_n = n;
	return true;
}

bool account_person(const char *user, uint32_t *ret_person)
{
	for (size_t i = 0; i < n_accounts; i++)
		if (!strcmp(accounts[i].email, user)) {
			*ret_person = accounts[i].person;
			return true;
		}
	return false;
}

int account_check(const char *authorization, uint32_t *ret_person)
{
	char text[4096];
	size_t n;
	if (!authorization)
		return 0;
	if (strncasecmp(authorization, "Basic ", 6))
		return -1;
	if (!base64_decode(authorization + 6, text, sizeof(text), &n))
		return -1;
	for (size_t i = 0; i < n_accounts; i++)
		if (!strcmp(accounts[i].credentials, text)) {
			*ret_person = accounts[i].person;
			return 1;
		}
	return -1;
}

uint32_t account_first(void)
{
	return n_accounts ? accounts[0].person : NOBODY;
}

bool is_agent(const struct exchange *x)
{
	return x->who != NOBODY && person_is_agent(x->who);
}

bool can_see_desk(const struct exchange *x, int desk)
{
	if (is_agent(x) || model_desks[desk].open)
		return true;
	return x->who != NOBODY && desk_has_customer(desk, x->who);
}

static bool is_approver(const struct request *r, uint32_t person)
{
	struct approval a;
	for (size_t k = 0; k < r->n_approvals; k++) {
		request_approval(r, k, &a);
		for (size_t i = 0; i < a.n_approvers; i++)
			if (a.approvers[i] == person)
				return true;
	}
	return false;
}

bool can_see_request(const struct exchange *x, const struct request *r)
{
	if (x->who == NOBODY)
		return false;
	if (is_agent(x) || r->reporter == x->who)
		return true;
	if (request_has_participant(r, x->who))
		return true;
	if (r->org != NO_ORG && org_has(r->org, x->who))
		return true;
	return is_approver(r, x->who);
}

bool arg_request(struct exchange *x, int n, struct request *r)
{
	uint32_t index;
	if (request_find(x->arg[n], &index)) {
		request_load(r, index);
		if (can_see_request(x, r))
			return true;
	}
	if (x->op->flags & OP_PLATFORM)
		answer_error(
			x, 404, "",
			"Issue does not exist or you do not have permission to see it.");
	else
		answer_error(x, 404, "sd.customerview.error.issueNotFound",
		             "The request you are looking for does not exist or you are "
		             "not allowed to see it.");
	return false;
}

int desk_by_name(const char *text)
{
	for (int d = 0; d < N_DESKS; d++) {
		const struct desk *desk = &model_desks[d];
		if (!strcmp(text, desk->id) || !strcmp(text, desk->key))
			return d;
		if (!strncmp(text, "projectKey:", 11) && !strcmp(text + 11, desk->key))
			return d;
		if (!strncmp(text, "projectId:", 10) &&
		    !strcmp(text + 10, desk->project_id))
			return d;
		if (!strncmp(text, "serviceDeskId:", 14) && !strcmp(text + 14, desk->id))
			return d;
	}
	return -1;
}

bool arg_desk(struct exchange *x, int n, int *ret_desk)
{
	int desk = desk_by_name(x->arg[n]);
	if (desk >= 0 && can_see_desk(x, desk)) {
		*ret_desk = desk;
		return true;
	}
	answer_error(x, 404, "sd.admin.servicedesk.error.notFound",
	             "The Service Desk with id '%s' does not exist.", x->arg[n]);
	return false;
}
