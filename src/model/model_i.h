/* SPDX-License-Identifier: MIT */
/* The tables and procedures of the model, for the registry alone. */
#ifndef JSMFS_MODEL_MODEL_I_H
#define JSMFS_MODEL_MODEL_I_H

#include "model/model.h"

extern const struct table table_customers;
extern const struct table table_request_comments;
extern const struct table table_requests;
extern const struct table table_service_desks;

extern const struct procedure procedure_create_customer;

#endif
