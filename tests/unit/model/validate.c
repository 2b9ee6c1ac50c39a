/* SPDX-License-Identifier: MIT */
#include "model/model.h"
#include "tap.h"

int main(void)
{
	struct buf faults = BUF_INIT(1 << 20);

	model_validate(&faults);
	is_str(buf_str(&faults), "", "the model keeps its invariants");
	buf_clear(&faults);
	return done_testing();
}
