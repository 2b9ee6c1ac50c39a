/* SPDX-License-Identifier: MIT */
#include "auth/subject_i.h"
#include "base/buf.h"

#include <openssl/objects.h>

#include <string.h>
#include <strings.h>

#define SUBJECT_MAX_BYTES 4096
#define FIELDS_MAX 32

static const char *field_name(int nid)
{
	if (nid == NID_pkcs9_emailAddress)
		return "E";
	if (nid == NID_stateOrProvinceName)
		return "S";
	return nid == NID_undef ? "OID" : OBJ_nid2sn(nid);
}

static void add_field(struct buf *out, const X509_NAME_ENTRY *entry)
{
	unsigned char *value = NULL;
	int n = ASN1_STRING_to_UTF8(&value, X509_NAME_ENTRY_get_data(entry));
	bool quote = n > 0 && memchr(value, ',', (size_t)n);

	if (out->len)
		buf_puts(out, ", ");
	buf_printf(out, "%s=%s",
	           field_name(OBJ_obj2nid(X509_NAME_ENTRY_get_object(entry))),
	           quote ? "\"" : "");
	if (n > 0)
		buf_add(out, value, (size_t)n);
	if (quote)
		buf_putc(out, '"');
	OPENSSL_free(value);
}

char *subject_text(const X509_NAME *name)
{
	struct buf out = BUF_INIT(SUBJECT_MAX_BYTES);

	for (int i = 0; i < X509_NAME_entry_count(name); i++)
		add_field(&out, X509_NAME_get_entry(name, i));
	if (!out.len)
		buf_puts(&out, "(no subject)");
	char *text = buf_take(&out);

	buf_clear(&out);
	return text;
}

/* Cuts "CN=a" off *rest; a comma between quotes belongs to the value. */
static struct span next_field(struct span *rest)
{
	bool quoted = false;
	size_t n = 0;

	while (n < rest->n && (quoted || rest->p[n] != ',')) {
		if (rest->p[n] == '"')
			quoted = !quoted;
		n++;
	}
	struct span field = span_trim((struct span){ rest->p, n });

	n += n < rest->n;
	*rest = (struct span){ rest->p + n, rest->n - n };
	return field;
}

static size_t fields_of(struct span text, struct span fields[FIELDS_MAX])
{
	size_t n = 0;

	while (text.n && n < FIELDS_MAX) {
		fields[n] = next_field(&text);
		n += fields[n].n > 0;
	}
	return n;
}

/* The name of a field, with the other ways to write it brought to ours. */
static struct span plain_name(struct span name)
{
	name = span_trim(name);
	if (span_ieq(name, SPAN("ST")))
		return SPAN("S");
	if (span_ieq(name, SPAN("EMAIL")) || span_ieq(name, SPAN("emailAddress")))
		return SPAN("E");
	return name;
}

static struct span plain_value(struct span value)
{
	value = span_trim(value);
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		return (struct span){ value.p + 1, value.n - 2 };
	return value;
}

static bool same_field(struct span a, struct span b)
{
	struct span a_name = span_cut(&a, '='), b_name = span_cut(&b, '=');

	return span_ieq(plain_name(a_name), plain_name(b_name)) &&
	       span_ieq(plain_value(a), plain_value(b));
}

enum subject_match subject_match(X509 *cert, const char *wanted)
{
	cleanup_free_ char *text = subject_text(X509_get_subject_name(cert));
	struct span mine[FIELDS_MAX], theirs[FIELDS_MAX];
	bool used[FIELDS_MAX] = { false };
	size_t n_found = 0;

	if (!text)
		return SUBJECT_NO;
	if (str_eq(wanted, "*"))
		return SUBJECT_EXACT;
	size_t n_mine = fields_of(span_of(text), mine);
	size_t n_theirs = fields_of(span_of(wanted), theirs);

	for (size_t i = 0; i < n_theirs; i++) {
		size_t k = 0;

		while (k < n_mine && (used[k] || !same_field(mine[k], theirs[i])))
			k++;
		if (k < n_mine) {
			used[k] = true;
			n_found++;
		}
	}
	if (n_theirs && n_found == n_theirs)
		return n_found == n_mine ? SUBJECT_EXACT : SUBJECT_PART;
	return strcasestr(text, wanted) ? SUBJECT_PART : SUBJECT_NO;
}
