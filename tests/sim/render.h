/* SPDX-License-Identifier: MIT */
/*
 * The objects of the API as JSON, appended to the exchange's body. Everything
 * is written anew for each answer: quicker than it looks, and never stale.
 */
#ifndef JSMSIM_RENDER_H
#define JSMSIM_RENDER_H

#include "sim/exchange.h"

/* What a request's _expands lists. */
#define REQUEST_EXPANDS                                                                  \
	"\"participant\",\"status\",\"sla\",\"requestType\",\"serviceDesk\","            \
	"\"attachment\","                                                                \
	"\"action\",\"comment\""

void render_base(struct exchange *x);
void render_self(struct exchange *x, const char *path);
void render_user(struct exchange *x, uint32_t person);
void render_platform_user(struct exchange *x, uint32_t person);
void render_desk(struct exchange *x, int desk);
void render_type(struct exchange *x, const struct rtype *type);
void render_type_fields(struct exchange *x, const struct rtype *type, bool hidden);
void render_schema(struct buf *b, const char *id, const struct schema *schema);
void render_org(struct exchange *x, uint32_t org);
void render_request(struct exchange *x, const struct request *r);
void render_comment(struct exchange *x, const struct request *r, const struct comment *c,
                    bool attachments, bool rendered);
void render_attachment(struct exchange *x, const struct request *r,
                       const struct attachment *a);
/* The address of the bytes, as the platform's attachments and those of Data Center have
 * it. */
void render_content(struct exchange *x, const struct attachment *a);
void render_approval(struct exchange *x, const struct request *r,
                     const struct approval *a);
void render_moment(struct exchange *x, const struct moment *m);
/* Attachments that hang on the comment, or on the request (comment 0). */
void render_attachments_nested(struct exchange *x, const struct request *r,
                               int64_t comment, const char *path);

#define N_SLA 3
/* Metrics of the request's desk; false past the end. */
void render_sla(struct exchange *x, const struct request *r, int metric, bool platform);
int sla_metric_by_id(const char *id);

/* A field's value as JSON for a generated or created request; null when empty. */
void render_value(struct exchange *x, const struct request *r, const struct field *f);

/* Platform issues */
struct field_set {
	bool all;
	const char *const *names;
	size_t n_names;
	const char *const *without;
	size_t n_without;
};
void render_issue(struct exchange *x, const struct request *r,
                  const struct field_set *fields);
void render_text(struct exchange *x, const char *text);
void render_platform_comment(struct exchange *x, const struct request *r,
                             const struct comment *c);
void render_platform_status(struct exchange *x, enum status status);

#endif
