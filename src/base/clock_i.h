/* SPDX-License-Identifier: MIT */
/* For the waits of this layer, which the kernel measures on its own clock. */
#ifndef JSMFS_BASE_CLOCK_I_H
#define JSMFS_BASE_CLOCK_I_H

#include <stdint.h>
#include <time.h>

/* The CLOCK_MONOTONIC time when deadline is past, also while the clock is a fake. */
struct timespec clock_wait_until(int64_t deadline);

#endif
