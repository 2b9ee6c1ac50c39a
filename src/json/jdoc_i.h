/* SPDX-License-Identifier: MIT */
/* What the page needs of a number beyond json/jdoc.h. */
#ifndef JSMFS_JSON_JDOC_I_H
#define JSMFS_JSON_JDOC_I_H

#include "json/jdoc.h"

double jnode_real(const struct jnode *n); /* of J_INT and J_REAL; else 0 */

#endif
