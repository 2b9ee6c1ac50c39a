/* SPDX-License-Identifier: MIT */
/* What only the store needs of people.c; the rest is in store.h. */
#ifndef JSMSIM_PEOPLE_H
#define JSMSIM_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool people_generate(size_t n_customers);
void people_clear(void);
/* The organization a generated customer belongs to, or NO_ORG. */
uint32_t person_org(uint32_t person);

#endif
