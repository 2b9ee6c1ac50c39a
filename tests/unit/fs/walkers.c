/* SPDX-License-Identifier: MIT */
#include "fs/walkers.h"

#include "base/clock.h"
#include "tap.h"

#include <unistd.h>

int main(void)
{
	struct walkers *w = walkers_new();
	pid_t me = getpid(), init = 1;
	uint64_t first;

	clock_set_fake(1000, 0);
	walkers_saw(w, me, PLACE_IDS, false);
	ok(!walkers_walk(w, me), "to open id/ is not to walk");
	walkers_saw(w, me, PLACE_BLOBS, true);
	ok(!walkers_walk(w, me), "nor is what is done below it");
	walkers_saw(w, me, PLACE_IDS, true);
	ok(walkers_walk(w, me), "to read the names in it is");
	ok(!walkers_walk(w, init), "but for that process only");
	ok(!walkers_walk(w, 0), "nobody knows who a process is that cannot be seen");
	first = walkers_walk(w, me);
	clock_set_fake(3500, 0);
	walkers_saw(w, me, PLACE_ROW, false);
	clock_set_fake(6000, 0);
	is_int((long long)walkers_walk(w, me), (long long)first, "who goes on still walks, the same walk");
	walkers_saw(w, me, PLACE_IDS, true);
	ok(walkers_walk(w, me) > first, "until he begins another");
	clock_set_fake(6100, 0);
	clock_set_fake(9100, 0);
	ok(!walkers_walk(w, me), "who has stopped does not");
	walkers_saw(w, me, PLACE_BLOBS, true);
	ok(!walkers_walk(w, me), "and begins no walk below");
	for (pid_t i = 1; i < 1000; i++)
		walkers_saw(w, i, PLACE_IDS, true);
	walkers_saw(w, me, PLACE_IDS, true);
	ok(walkers_walk(w, me), "many processes have room");
	walkers_free(w);
	walkers_free(NULL);
	return done_testing();
}
