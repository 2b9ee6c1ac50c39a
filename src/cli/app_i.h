/* SPDX-License-Identifier: MIT */
/* Between putting the program together and learning what its site has. */
#ifndef JSMFS_CLI_APP_I_H
#define JSMFS_CLI_APP_I_H

#include "cli/app.h"

bool app_wants_first(const struct app *a); /* ServiceDeskID=first */

/* Ends its thread; NULL is fine.  Blocks: until what it asks the site for is cancelled.
 */
void refresher_free(struct refresher *f);

#endif
