/* SPDX-License-Identifier: MIT */
/* The checks of model_validate(); each appends a line to f for every fault. */
#ifndef JSMFS_MODEL_VALIDATE_I_H
#define JSMFS_MODEL_VALIDATE_I_H

#include "base/buf.h"
#include "model/model.h"

void check_doc(struct buf *f, const char *owner, const char *name, const char *doc);

/* NULL-ended, by name. */
void check_procedures(struct buf *f, const struct procedure *const *all);

#endif
