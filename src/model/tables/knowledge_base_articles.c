/* SPDX-License-Identifier: MIT */
#include "model/model_i.h"

/* clang-format off */

static const struct column columns[] = {
	{ "ServiceDeskId", VALUE_TEXT, 0, NULL, .ref = "ServiceDesks.Id",
	  .doc = "The ID of the service desk that was asked for, else NULL." },
	{ "Title", VALUE_TEXT, 0, "title", .doc = "The title of the article." },
	{ "Excerpt", VALUE_TEXT, 0, "excerpt", .doc = "An excerpt of the article." },
	{ "SourceType", VALUE_TEXT, 0, "source.type", .doc = "The kind of source it has." },
	{ "SourcePageId", VALUE_TEXT, 0, "source.pageId", .doc = "The ID of its page there." },
	{ "SourceSpaceKey", VALUE_TEXT, 0, "source.spaceKey", .doc = "The key of its space there." },
	{ "ContentiFramesource", VALUE_TEXT, 0, "content.iframeSrc",
	  .doc = "The address of the article." },
	{ "Query", VALUE_TEXT, 0, NULL, .doc = "The text to search for; required." },
	{ "Highlight", VALUE_BOOL, COLUMN_PSEUDO, NULL,
	  .doc = "Whether what matches is marked as @@@hl@@@term@@@endhl@@@; false by default." },
	{ 0 }
};

#define FILTERS                                                                          \
	{ "Query", OP_EQ | OP_IN, KEY_REQUIRED, INTO_QUERY, "query", MATCH_EXACT },      \
	{ "Highlight", OP_EQ, KEY_OPTIONAL, INTO_QUERY, "highlight", MATCH_EXACT }

static const struct key of_desk[] = {
	DESK_KEY,
	FILTERS,
	{ 0 }
};

static const struct key of_all[] = {
	FILTERS,
	{ 0 }
};

static const struct endpoint endpoints[] = {
	{ .name = "of_desk", .path = "/rest/servicedeskapi/servicedesk/{desk}/knowledgebase/article",
	  .rows = "values", .page = PAGE_CURSOR, .page_max = 100, .keys = of_desk },
	{ .name = "all", .path = "/rest/servicedeskapi/knowledgebase/article", .rows = "values",
	  .page = PAGE_CURSOR, .page_max = 100, .keys = of_all },
	{ 0 }
};

/* clang-format on */

const struct table table_knowledge_base_articles = {
	.name = "KnowledgeBaseArticles",
	.kind = TABLE_VIEW,
	.doc = "Articles of the knowledge base that match a text.",
	.note = "Query is required: the server searches, it does not list.",
	.desk = "ServiceDeskId",
	.columns = columns,
	.endpoints = endpoints,
};
