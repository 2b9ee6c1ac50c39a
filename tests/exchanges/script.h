/* SPDX-License-Identifier: MIT */
/* Reads the files of README.md beside this one into sections. */
#ifndef JSMFS_TESTS_EXCHANGES_SCRIPT_H
#define JSMFS_TESTS_EXCHANGES_SCRIPT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCRIPT_SECTIONS 64
#define SCRIPT_LINES 64

struct section {
	char *kind;  /* the first word after "==" */
	char *words; /* the rest of that line */
	char *line[SCRIPT_LINES];
	size_t n_lines;
	int number; /* of the "==" line in the file */
};

struct script {
	char *text;
	struct section section[SCRIPT_SECTIONS];
	size_t n;
};

/* Value of name=value among the words, copied into a buffer; "" if not there. */
static inline const char *section_word(const struct section *s, const char *name,
                                       char *to, size_t size)
{
	size_t n = strlen(name);

	*to = '\0';
	for (const char *p = s->words; p && *p; p = strchr(p, ' ')) {
		p += strspn(p, " ");
		size_t len = strcspn(p, " ");
		if (!strncmp(p, name, n) && p[n] == '=' && len - n - 1 < size) {
			memcpy(to, p + n + 1, len - n - 1);
			to[len - n - 1] = '\0';
		} else if (len == n && !strncmp(p, name, n)) {
			snprintf(to, size, "yes");
		}
	}
	return to;
}

static inline long section_number(const struct section *s, const char *name,
                                  long otherwise)
{
	char text[32];

	return *section_word(s, name, text, sizeof(text)) ? strtol(text, NULL, 10)
	                                                  : otherwise;
}

/* In place: \n \r \t \\ and \xHH; returns the length. */
static inline size_t script_unescape(char *s)
{
	char *to = s;

	for (const char *p = s; *p;) {
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		p++;
		if (*p == 'x' && p[1] && p[2]) {
			char hex[3] = { p[1], p[2], '\0' };

			*to++ = (char)strtoul(hex, NULL, 16);
			p += 3;
			continue;
		}
		*to++ = (char)(*p == 'n'   ? '\n'
		               : *p == 'r' ? '\r'
		               : *p == 't' ? '\t'
		                           : *p);
		p += *p != '\0';
	}
	*to = '\0';
	return (size_t)(to - s);
}

/* False, with a message, when the file cannot be read or has too many parts. */
static inline bool script_read(struct script *s, const char *path)
{
	FILE *f = fopen(path, "re");
	size_t size = 0;
	int number = 0;

	*s = (struct script){ 0 };
	if (!f || getdelim(&s->text, &size, '\0', f) < 0) {
		printf("# cannot read %s\n", path);
		if (f)
			fclose(f);
		return false;
	}
	fclose(f);
	struct section *at = NULL;
	char *rest = s->text, *line;
	while ((line = strsep(&rest, "\n"))) {
		number++;
		if (*line == '#')
			continue;
		if (!strncmp(line, "== ", 3)) {
			if (s->n == SCRIPT_SECTIONS)
				return false;
			at = &s->section[s->n++];
			at->kind = line + 3;
			at->words = strchr(at->kind, ' ');
			if (at->words)
				*at->words++ = '\0';
			else
				at->words = at->kind + strlen(at->kind);
			at->number = number;
		} else if (at && at->n_lines < SCRIPT_LINES) {
			at->line[at->n_lines++] = line;
		} else if (*line) {
			printf("# %s:%d: a line outside of a section\n", path, number);
			return false;
		}
	}
	for (size_t i = 0; i < s->n; i++) {
		at = &s->section[i];
		while (at->n_lines && !*at->line[at->n_lines - 1])
			at->n_lines--;
	}
	return true;
}

#endif
