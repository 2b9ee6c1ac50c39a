/* SPDX-License-Identifier: MIT */
/* The operations that route.c names. All run with site_lock held. */
#ifndef JSMSIM_OPS_H
#define JSMSIM_OPS_H

#include "sim/exchange.h"

/* The service desk and the Jira that Data Center says it is. */
#define SIM_DC_VERSION "5.12.2"
#define SIM_DC_PLATFORM "9.12.2"

void answer_unauthorized(struct exchange *x);
/* The member that names people: account ids, or user names on Data Center. */
const char *people_member(void);
/* Account ids of the body as people; answers 400 for unknown ones. */
bool body_people(struct exchange *x, const char *name, uint32_t **ret_people,
                 size_t *ret_n);

/* signin.c, oauth1.c */
void op_saml(struct exchange *x);
void op_page(struct exchange *x);
void op_oauth1_request(struct exchange *x);
void op_oauth1_authorize(struct exchange *x);
void op_oauth1_access(struct exchange *x);
void op_whoami(struct exchange *x);
/* op_desk.c */
void op_info(struct exchange *x);
void op_workspaces(struct exchange *x);
void op_desks(struct exchange *x);
void op_desk(struct exchange *x);
void op_groups(struct exchange *x);
void op_types(struct exchange *x);
void op_all_types(struct exchange *x);
void op_type(struct exchange *x);
void op_type_fields(struct exchange *x);
/* op_request.c, op_create.c */
void op_requests(struct exchange *x);
void op_request(struct exchange *x);
void op_request_create(struct exchange *x);
/* op_parts.c */
void op_comments(struct exchange *x);
void op_comment(struct exchange *x);
void op_comment_attachments(struct exchange *x);
void op_comment_create(struct exchange *x);
void op_participants(struct exchange *x);
void op_participants_add(struct exchange *x);
void op_participants_remove(struct exchange *x);
void op_status(struct exchange *x);
void op_slas(struct exchange *x);
void op_sla(struct exchange *x);
/* op_flow.c */
void op_approvals(struct exchange *x);
void op_approval(struct exchange *x);
void op_approval_answer(struct exchange *x);
void op_transitions(struct exchange *x);
void op_transition(struct exchange *x);
void op_notification(struct exchange *x);
void op_subscribe(struct exchange *x);
void op_unsubscribe(struct exchange *x);
void op_feedback(struct exchange *x);
void op_feedback_create(struct exchange *x);
void op_feedback_delete(struct exchange *x);
/* op_people.c */
void op_customers(struct exchange *x);
void op_customers_add(struct exchange *x);
void op_customers_remove(struct exchange *x);
void op_customer_create(struct exchange *x);
void op_orgs(struct exchange *x);
void op_desk_orgs(struct exchange *x);
void op_org(struct exchange *x);
void op_org_create(struct exchange *x);
void op_org_delete(struct exchange *x);
void op_org_users(struct exchange *x);
void op_org_users_add(struct exchange *x);
void op_org_users_remove(struct exchange *x);
void op_desk_org_add(struct exchange *x);
void op_desk_org_remove(struct exchange *x);
/* op_queue.c */
void op_queues(struct exchange *x);
void op_queue(struct exchange *x);
void op_queue_issues(struct exchange *x);
void op_articles(struct exchange *x);
void op_desk_articles(struct exchange *x);
/* op_attachment.c */
void op_attachments(struct exchange *x);
void op_attachment(struct exchange *x);
void op_thumbnail(struct exchange *x);
void op_attach(struct exchange *x);
void op_attach_temporary(struct exchange *x);
void op_attachment_meta(struct exchange *x);
void op_attachment_info(struct exchange *x);
void op_attachment_content(struct exchange *x);
void op_secure_attachment(struct exchange *x);
void op_media(struct exchange *x);
void temporary_clear(void);
bool temporary_exists(const char *id, int desk, uint32_t who);
bool temporary_attach(struct touch *t, const char *id, int desk, uint32_t who,
                      int64_t comment, bool is_public);
/* op_platform.c */
void op_myself(struct exchange *x);
void op_server_info(struct exchange *x);
void op_tenant_info(struct exchange *x);
void op_fields(struct exchange *x);
void op_users_bulk(struct exchange *x);
void op_gone(struct exchange *x);
void op_issue(struct exchange *x);
void op_issue_transitions(struct exchange *x);
void op_issues_bulk(struct exchange *x);
void op_changelog_bulk(struct exchange *x);
void op_comments_bulk(struct exchange *x);
/* op_search.c */
void op_search_get(struct exchange *x);
void op_search_post(struct exchange *x);
void op_count(struct exchange *x);
void op_classic_get(struct exchange *x);
void op_classic_post(struct exchange *x);

#endif
