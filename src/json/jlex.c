/* SPDX-License-Identifier: MIT */
#include "json/jlex.h"

#include "base/utf8.h"

#include <endian.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define DIGITS_MAX 17  /* with them a number fits everything it is read into */
#define MEMBERS_MAX 32 /* that are told apart by comparing each with each */

#define DEL 0x7f

#define EACH(byte) (0x0101010101010101u * (byte))
#define HIGH_BITS EACH(0x80u)

/* The high bit of the first byte that is zero is set; higher ones may be by mistake. */
static uint64_t zero_byte(uint64_t w)
{
	return (w - EACH(1u)) & ~w & HIGH_BITS;
}

#ifdef __SSE2__
/* A bit for each of 16 bytes at which plain text may end. */
static inline unsigned marks_in(__m128i w)
{
	__m128i low = _mm_cmpeq_epi8(_mm_min_epu8(w, _mm_set1_epi8(0x1f)), w);
	__m128i mark = _mm_or_si128(_mm_cmpeq_epi8(w, _mm_set1_epi8('"')),
	                            _mm_cmpeq_epi8(w, _mm_set1_epi8('\\')));
	__m128i other = _mm_or_si128(_mm_cmpeq_epi8(w, _mm_set1_epi8(DEL)), low);

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(mark, other));
}

static inline __m128i load_16(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}
#endif

/* Most strings, such as names: fewer than 16 bytes of plain ASCII. */
static inline bool skip_short(struct jlex *x)
{
#ifdef __SSE2__
	if (x->end - x->at >= 16) {
		__m128i w = load_16(x->at);
		unsigned stop = marks_in(w), high = (unsigned)_mm_movemask_epi8(w);
		unsigned first = stop & -stop;

		if (stop && !(high & (first - 1)) && x->at[__builtin_ctz(stop)] == '"') {
			x->at += __builtin_ctz(stop) + 1;
			return true;
		}
	}
#endif
	return false;
}

/* Over text in which nothing has a meaning, and no DEL; the high bits seen are added to
 * *high. */
static void skip_plain(struct jlex *x, uint64_t *high)
{
	const char *at = x->at;

#ifdef __SSE2__
	while (x->end - at >= 16) {
		__m128i w = load_16(at);
		unsigned stop = marks_in(w);
		unsigned bits = (unsigned)_mm_movemask_epi8(w);

		if (stop) {
			unsigned n = (unsigned)__builtin_ctz(stop);

			*high |= bits & ((1u << n) - 1);
			x->at = at + n;
			return;
		}
		*high |= bits;
		at += 16;
	}
#endif
	while (x->end - at >= 8) {
		uint64_t w, stop;

		memcpy(&w, at, sizeof(w));
		w = le64toh(w);
		stop = zero_byte(w ^ EACH('"')) | zero_byte(w ^ EACH('\\')) |
		       zero_byte(w ^ EACH(DEL)) | ((w - EACH(0x20u)) & ~w & HIGH_BITS);
		if (stop) {
			unsigned n = (unsigned)__builtin_ctzll(stop) / 8;

			*high |= w & HIGH_BITS & ((UINT64_C(1) << 8 * n) - 1);
			x->at = at + n;
			return;
		}
		*high |= w & HIGH_BITS;
		at += 8;
	}
	while ((unsigned char)*at >= 0x20 && *at != '"' && *at != '\\' && *at != DEL)
		*high |= (unsigned char)*at++ & 0x80u;
	x->at = at;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* What follows a backslash. */
static bool skip_escape(struct jlex *x)
{
	char c = *x->at++;

	if (!c || (c != 'u' && !strchr("\"\\/bfnrt", c))) {
		x->at--;
		return false;
	}
	if (c != 'u')
		return true;
	for (int i = 0; i < 4; i++) {
		if (!is_hex(x->at[i]))
			return false;
	}
	/* Half a character is none. */
	if ((x->at[0] == 'd' || x->at[0] == 'D') && x->at[1] >= '8')
		return false;
	x->at += 4;
	return true;
}

/* Apart, so that short strings do not pay for what it needs. */
__attribute__((noinline)) static bool skip_long(struct jlex *x)
{
	const char *start = x->at;
	uint64_t high = 0;

	for (;;) {
		skip_plain(x, &high);
		if (*x->at == '"')
			break;
		if (*x->at == DEL) {
			x->deleted = true;
			x->at++;
			continue;
		}
		if (*x->at != '\\')
			return false;
		x->escaped = true;
		x->at++;
		if (!skip_escape(x))
			return false;
	}
	x->at++;
	return !high || utf8_valid((struct span){ start, (size_t)(x->at - start) - 1 });
}

static inline bool skip_string(struct jlex *x)
{
	x->at++;
	x->escaped = x->deleted = false;
	return skip_short(x) || skip_long(x);
}

static size_t skip_digits(struct jlex *x)
{
	const char *start = x->at;

	while (*x->at >= '0' && *x->at <= '9')
		x->at++;
	return (size_t)(x->at - start);
}

static bool skip_number(struct jlex *x)
{
	bool minus = *x->at == '-', zero;
	size_t n;

	x->at += minus;
	zero = *x->at == '0';
	n = skip_digits(x);
	if (!n || n > DIGITS_MAX || (zero && n > 1))
		return false;
	if (*x->at != '.')
		return (!zero || !minus) && *x->at != 'e' && *x->at != 'E';
	x->at++;
	n = skip_digits(x);
	return n && n <= DIGITS_MAX && *x->at != 'e' && *x->at != 'E';
}

static bool skip_word(struct jlex *x, struct span word)
{
	if ((size_t)(x->end - x->at) < word.n || memcmp(x->at, word.p, word.n) != 0)
		return false;
	x->at += word.n;
	return true;
}

bool jlex_name(struct jlex *x, struct span *ret)
{
	const char *start = x->at + 1;

	if (*x->at != '"' || !skip_string(x))
		return false;
	*ret = (struct span){ start, (size_t)(x->at - start) - 1 };
	return !x->escaped && jlex_take(x, ':');
}

static bool skip_members(struct jlex *x, unsigned depth)
{
	struct span name;

	x->at++;
	jlex_blanks(x);
	if (*x->at != '}') {
		do {
			if (!jlex_name(x, &name) || !jlex_skip(x, depth + 1))
				return false;
		} while (jlex_take(x, ','));
	}
	return *x->at++ == '}';
}

static bool skip_elements(struct jlex *x, unsigned depth)
{
	x->at++;
	jlex_blanks(x);
	if (*x->at != ']') {
		do {
			if (!jlex_skip(x, depth + 1))
				return false;
		} while (jlex_take(x, ','));
	}
	return *x->at++ == ']';
}

/* Recursion ends with the depth. */
bool jlex_skip(struct jlex *x, unsigned depth)
{
	switch (*x->at) {
	case '"':
		return skip_string(x);
	case '{':
		return depth < JLEX_DEPTH_MAX && skip_members(x, depth);
	case '[':
		return depth < JLEX_DEPTH_MAX && skip_elements(x, depth);
	case 't':
		return skip_word(x, SPAN("true"));
	case 'f':
		return skip_word(x, SPAN("false"));
	case 'n':
		return skip_word(x, SPAN("null"));
	default:
		return skip_number(x);
	}
}

/* The string walked over last: escapes that are written as they would be printed, and
 * nothing that would be escaped. */
static bool is_plain_string(const struct jlex *x, struct span s)
{
	const char *at = s.p, *end = s.p + s.n;

	if (x->deleted || !x->escaped)
		return !x->deleted;
	while ((at = memchr(at, '\\', (size_t)(end - at)))) {
		if (at[1] == 'u' || at[1] == '/')
			return false;
		at += 2;
	}
	return true;
}

static bool is_compact(struct jlex *x);

/* Of members of one name the last counts, at the place of the first. */
static bool is_new_name(struct span *names, size_t n, struct span name)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(names[i], name))
			return false;
	}
	names[n] = name;
	return true;
}

static bool is_compact_object(struct jlex *x)
{
	struct span names[MEMBERS_MAX];
	size_t n = 0;

	if (*++x->at == '}') {
		x->at++;
		return true;
	}
	do {
		const char *start = x->at;
		struct span name;

		if (*start != '"' || !skip_string(x))
			return false;
		name = (struct span){ start, (size_t)(x->at - start) };
		if (n == MEMBERS_MAX || !is_new_name(names, n++, name) ||
		    !is_plain_string(x, name) || *x->at++ != ':' || !is_compact(x))
			return false;
	} while (*x->at++ == ',');
	return x->at[-1] == '}';
}

static bool is_compact_array(struct jlex *x)
{
	if (*++x->at == ']') {
		x->at++;
		return true;
	}
	do {
		if (!is_compact(x))
			return false;
	} while (*x->at++ == ',');
	return x->at[-1] == ']';
}

static bool is_compact(struct jlex *x)
{
	const char *start = x->at;

	if (*start == '{')
		return is_compact_object(x);
	if (*start == '[')
		return is_compact_array(x);
	if (!jlex_skip(x, 0))
		return false;
	return *start != '"' ||
	       is_plain_string(x, (struct span){ start, (size_t)(x->at - start) });
}

bool jlex_is_compact(struct span value)
{
	struct jlex x = { .at = value.p, .end = value.p + value.n };

	return is_compact(&x);
}
