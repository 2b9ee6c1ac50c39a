/* SPDX-License-Identifier: MIT */
/* Desks, groups, fields, statuses, queues: the constant tables and look-ups. */
#include "sim/model.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FIELD_TYPES "com.atlassian.jira.plugin.system.customfieldtypes:"
#define SD_TYPES "com.atlassian.servicedesk:"

/* clang-format off */
const struct desk model_desks[N_DESKS] = {
	{ "1", "10001", "HELP", "IT Help Desk", false },
	{ "2", "10002", "HR", "Human Resources", false },
	{ "3", "10003", "FAC", "Facilities, \"House & Yard\"", true },
};

const struct group model_groups[] = {
	{ "1", 0, "Common requests" },
	{ "2", 0, "Logins and accounts" },
	{ "3", 0, "Computers / Hardware" },
	{ "4", 0, "Applications and servers" },
	{ "5", 1, "Questions" },
	{ "6", 1, "Joining, leaving, learning" },
	{ "7", 1, "Data and money" },
	{ "8", 2, "Broken or dirty" },
	{ "9", 2, "Rooms and desks" },
	{ "10", 2, "Guests" },
};
const size_t model_n_groups = COUNT(model_groups);

const struct field model_fields[] = {
	{ "summary", "What do you need?", "One line.", FIELD_TEXT, "" },
	{ "description", "Tell us more", "Details, steps, numbers.", FIELD_AREA, "" },
	{ "priority", "Priority", "", FIELD_PRIORITY, "Highest|High|Medium|Low|Lowest" },
	{ "components", "Components", "", FIELD_COMPONENTS, "Network|Mail|Storage|Printing|Building" },
	{ "versions", "Affects versions", "", FIELD_VERSIONS, "4.1|4.2|5.0" },
	{ "labels", "Labels", "", FIELD_LABELS, "" },
	{ "attachment", "Attachment", "Photos and files.", FIELD_ATTACHMENT, "" },
	{ "duedate", "Due date", "", FIELD_DATE, "" },
	{ "customfield_10101", "Affected service", "The service that fails.", FIELD_SELECT, "Mail|VPN|Wiki|File shares|Printing|Telephone|Something else" },
	{ "customfield_10102", "Urgency", "", FIELD_RADIO, "Critical|High|Medium|Low" },
	{ "customfield_10103", "Equipment", "Tick all that apply.", FIELD_CHECKS, "Laptop|Monitor|Docking station|Headset|Telephone|Keyboard, mouse" },
	{ "customfield_10104", "Office and floor", "Where?", FIELD_CASCADE, "Berlin:Ground floor,1st floor,2nd floor,3rd floor|Gent:Ground floor,1st floor|Łódź:Hall A,Hall B,Office|Home office:" },
	{ "customfield_10105", "Amount", "Euro, degrees or pieces.", FIELD_NUMBER, "" },
	{ "customfield_10106", "Needed by", "", FIELD_DATE, "" },
	{ "customfield_10107", "Date and time", "", FIELD_DATETIME, "" },
	{ "customfield_10108", "Link", "Address of a page that says more.", FIELD_URL, "" },
	{ "customfield_10109", "Manager or owner", "Who has to agree?", FIELD_USER, "" },
	{ "customfield_10110", "People to inform", "", FIELD_USERS, "" },
	{ "customfield_10111", "Cost centre", "Four digits.", FIELD_TEXT, "" },
	{ "customfield_10112", "Reason", "Why is it needed?", FIELD_AREA, "" },
	{ "customfield_10113", "Systems", "", FIELD_MULTI, "Mail|Ledger|Time sheet|CRM|Dashboard|Source code" },
	{ "customfield_10114", "Internal category", "Not shown to customers.", FIELD_SELECT, "A|B|C" },
};
const size_t model_n_fields = COUNT(model_fields);

static const struct schema schemas[] = {
	[FIELD_TEXT] = { "string", NULL, NULL, FIELD_TYPES "textfield" },
	[FIELD_AREA] = { "string", NULL, NULL, FIELD_TYPES "textarea" },
	[FIELD_NUMBER] = { "number", NULL, NULL, FIELD_TYPES "float" },
	[FIELD_DATE] = { "date", NULL, NULL, FIELD_TYPES "datepicker" },
	[FIELD_DATETIME] = { "datetime", NULL, NULL, FIELD_TYPES "datetime" },
	[FIELD_URL] = { "string", NULL, NULL, FIELD_TYPES "url" },
	[FIELD_SELECT] = { "option", NULL, NULL, FIELD_TYPES "select" },
	[FIELD_RADIO] = { "option", NULL, NULL, FIELD_TYPES "radiobuttons" },
	[FIELD_CHECKS] = { "array", "option", NULL, FIELD_TYPES "multicheckboxes" },
	[FIELD_MULTI] = { "array", "option", NULL, FIELD_TYPES "multiselect" },
	[FIELD_CASCADE] = { "option-with-child", NULL, NULL, FIELD_TYPES "cascadingselect" },
	[FIELD_LABELS] = { "array", "string", NULL, NULL },
	[FIELD_COMPONENTS] = { "array", "component", NULL, NULL },
	[FIELD_VERSIONS] = { "array", "version", NULL, NULL },
	[FIELD_PRIORITY] = { "priority", NULL, NULL, NULL },
	[FIELD_USER] = { "user", NULL, NULL, FIELD_TYPES "userpicker" },
	[FIELD_USERS] = { "array", "user", NULL, FIELD_TYPES "multiuserpicker" },
	[FIELD_ATTACHMENT] = { "array", "attachment", NULL, NULL },
};

const struct status_name model_statuses[N_STATUSES] = {
	[ST_WAIT_SUPPORT] = { "10011", "Waiting for support", "Waiting for support", "NEW" },
	[ST_IN_PROGRESS] = { "3", "In progress", "Work in progress", "INDETERMINATE" },
	[ST_WAIT_CUSTOMER] = { "10012", "We need your answer", "Waiting for customer", "INDETERMINATE" },
	[ST_WAIT_APPROVAL] = { "10013", "Waiting for approval", "Waiting for approval", "NEW" },
	[ST_ESCALATED] = { "10014", "Escalated", "Escalated", "INDETERMINATE" },
	[ST_RESOLVED] = { "5", "Solved", "Resolved", "DONE" },
	[ST_CANCELED] = { "10015", "Canceled", "Canceled", "DONE" },
	[ST_CLOSED] = { "6", "Closed", "Closed", "DONE" },
};

#define IN(s) (1u << (s))
#define OPEN (IN(ST_WAIT_SUPPORT) | IN(ST_IN_PROGRESS) | IN(ST_WAIT_CUSTOMER) | IN(ST_ESCALATED))
const struct transition model_transitions[] = {
	{ "11", "Start work", ST_IN_PROGRESS, false, IN(ST_WAIT_SUPPORT) | IN(ST_ESCALATED) },
	{ "21", "Ask the customer", ST_WAIT_CUSTOMER, false, IN(ST_WAIT_SUPPORT) | IN(ST_IN_PROGRESS) },
	{ "31", "Answer to support", ST_WAIT_SUPPORT, true, IN(ST_WAIT_CUSTOMER) },
	{ "41", "Escalate, please", ST_ESCALATED, true, OPEN & ~IN(ST_ESCALATED) },
	{ "51", "Mark as solved", ST_RESOLVED, true, OPEN },
	{ "61", "Cancel request", ST_CANCELED, true, OPEN | IN(ST_WAIT_APPROVAL) },
	{ "71", "Reopen / back to support", ST_WAIT_SUPPORT, true, IN(ST_RESOLVED) | IN(ST_CANCELED) },
	{ "81", "Close", ST_CLOSED, false, IN(ST_RESOLVED) },
};
const size_t model_n_transitions = COUNT(model_transitions);

const struct queue model_queues[] = {
	{ "1", 0, "All open", "project = HELP AND resolution is EMPTY ORDER BY created DESC", "issuetype,issuekey,summary,created,status,reporter,duedate" },
	{ "2", 0, "Waiting for us / new", "project = HELP AND status = \"Waiting for support\" ORDER BY created ASC", "issuekey,summary,status,created,customfield_10040" },
	{ "3", 0, "Unassigned", "project = HELP AND assignee is EMPTY AND resolution is EMPTY ORDER BY key ASC", "issuekey,summary,reporter" },
	{ "4", 0, "Recently solved", "project = HELP AND statusCategory = Done ORDER BY updated DESC", "issuekey,summary,status,created,updated,assignee" },
	{ "5", 0, "Keys only", "project = HELP ORDER BY key ASC", "issuekey" },
	{ "11", 1, "All open", "project = HR AND resolution is EMPTY ORDER BY created DESC", "issuekey,summary,status,created,reporter" },
	{ "12", 1, "Waiting for approval", "project = HR AND status = \"Waiting for approval\" ORDER BY created ASC", "issuekey,summary,status,created,customfield_10031" },
	{ "21", 2, "All open", "project = FAC AND resolution is EMPTY ORDER BY created DESC", "issuekey,summary,status,created,reporter,customfield_10104" },
	{ "22", 2, "Everything", "project = FAC ORDER BY created DESC", "issuekey,summary,status,created" },
	{ "23", 2, "Nothing (empty)", "project = FAC AND status = \"Closed\" AND status = \"Escalated\" ORDER BY created DESC", "issuekey,summary,status,created" },
};
const size_t model_n_queues = COUNT(model_queues);

const struct platform_field model_platform_fields[] = {
	{ "summary", "Summary", "summary", { "string", NULL, "summary", NULL } },
	{ "description", "Description", "description", { "string", NULL, "description", NULL } },
	{ "status", "Status", "status", { "status", NULL, "status", NULL } },
	{ "created", "Created", "created", { "datetime", NULL, "created", NULL } },
	{ "updated", "Updated", "updated", { "datetime", NULL, "updated", NULL } },
	{ "reporter", "Reporter", "reporter", { "user", NULL, "reporter", NULL } },
	{ "creator", "Creator", "creator", { "user", NULL, "creator", NULL } },
	{ "assignee", "Assignee", "assignee", { "user", NULL, "assignee", NULL } },
	{ "priority", "Priority", "priority", { "priority", NULL, "priority", NULL } },
	{ "issuetype", "Issue Type", "issuetype", { "issuetype", NULL, "issuetype", NULL } },
	{ "project", "Project", "project", { "project", NULL, "project", NULL } },
	{ "resolution", "Resolution", "resolution", { "resolution", NULL, "resolution", NULL } },
	{ "resolutiondate", "Resolved", "resolved", { "datetime", NULL, "resolutiondate", NULL } },
	{ "duedate", "Due date", "due", { "date", NULL, "duedate", NULL } },
	{ "labels", "Labels", "labels", { "array", "string", "labels", NULL } },
	{ "components", "Components", "component", { "array", "component", "components", NULL } },
	{ "versions", "Affects versions", "affectedVersion", { "array", "version", "versions", NULL } },
	{ "comment", "Comment", "comment", { "comments-page", NULL, "comment", NULL } },
	{ "attachment", "Attachment", "attachments", { "array", "attachment", "attachment", NULL } },
	{ "customfield_10002", "Organizations", "organizations", { "array", "sd-customerorganization", NULL, SD_TYPES "sd-customer-organizations" } },
	{ "customfield_10010", "Request Type", "Request Type", { "sd-customerrequesttype", NULL, NULL, SD_TYPES "vp-origin" } },
	{ "customfield_10026", "Request participants", "Request participants", { "array", "user", NULL, SD_TYPES "sd-request-participants" } },
	{ "customfield_10027", "Satisfaction", "Satisfaction", { "sd-feedback", NULL, NULL, SD_TYPES "sd-request-feedback" } },
	{ "customfield_10030", "Time to first response", "Time to first response", { "sd-servicelevelagreement", NULL, NULL, SD_TYPES "sd-sla-field" } },
	{ "customfield_10031", "Approvals", "Approvals", { "sd-approvals", NULL, NULL, "com.atlassian.servicedesk.approvals-plugin:sd-approvals" } },
	{ "customfield_10040", "Time to resolution", "Time to resolution", { "sd-servicelevelagreement", NULL, NULL, SD_TYPES "sd-sla-field" } },
	{ "customfield_10050", "Time to approval", "Time to approval", { "sd-servicelevelagreement", NULL, NULL, SD_TYPES "sd-sla-field" } },
};
const size_t model_n_platform_fields = COUNT(model_platform_fields);
/* clang-format on */

const struct field *model_field(const char *id, size_t len)
{
	for (size_t i = 0; i < model_n_fields; i++)
		if (strlen(model_fields[i].id) == len &&
		    !memcmp(model_fields[i].id, id, len))
			return &model_fields[i];
	return NULL;
}

struct schema model_schema(enum field_kind kind)
{
	return schemas[kind];
}

const struct rtype *model_type(const char *id)
{
	for (size_t i = 0; i < model_n_types; i++)
		if (!strcmp(model_types[i].id, id))
			return &model_types[i];
	return NULL;
}

const char *list_next(const char **at, char separator, size_t *ret_len)
{
	const char *from = *at;
	if (!from || !*from)
		return NULL;
	const char *end = strchr(from, separator);
	*ret_len = end ? (size_t)(end - from) : strlen(from);
	*at = end ? end + 1 : from + *ret_len;
	return from;
}
