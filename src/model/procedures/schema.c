/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct param in[] = {
	{ "TableName", VALUE_TEXT, PARAM_REQUIRED, NULL, "Requests",
	  "The name of the table or view." },
	{ "FileName", VALUE_TEXT, PARAM_REQUIRED | PARAM_FILE, NULL, "/tmp/Requests.rsd",
	  "The absolute path of the file to write, which ends in .rsd, or in a mount a name "
	  "alone, which is one in Location; a schema file that is there already is replaced, "
	  "any other file is not." },
	{ 0 }
};

static const struct param out[] = {
	{ "Result", VALUE_TEXT, 0, NULL, NULL, "Success when the file is written.",
	  .standard = "Success" },
	{ 0 }
};

/* clang-format on */

const struct procedure procedure_create_schema = {
	.name = "CreateSchema",
	.doc = "Writes a schema file (.rsd) that describes the columns of a table or "
	       "view; "
	       "nothing is called.",
	.kind = PROCEDURE_SCHEMA_FILE,
	.in = in,
	.out = out,
};
