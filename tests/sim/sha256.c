/* SPDX-License-Identifier: MIT */
#include "sim/sha256.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

struct state {
	uint32_t h[8];
	uint32_t k[64];
};

/* The first bits behind the point of the roots of the first primes. */
static uint32_t fraction(long double root)
{
	return (uint32_t)((root - floorl(root)) * 4294967296.0L);
}

static void prepare(struct state *s)
{
	unsigned n = 0;
	for (unsigned p = 2; n < 64; p++) {
		unsigned d = 2;
		while (d * d <= p && p % d)
			d++;
		if (d * d <= p)
			continue;
		if (n < 8)
			s->h[n] = fraction(sqrtl(p));
		s->k[n++] = fraction(cbrtl(p));
	}
}

static uint32_t turn(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

static void mix(struct state *s, const unsigned char *block)
{
	uint32_t w[64], v[8];
	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 |
		       (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(v, s->h, sizeof(v));
	for (int i = 0; i < 64; i++) {
		uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
		uint32_t most = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
		uint32_t one = v[7] + (turn(v[4], 6) ^ turn(v[4], 11) ^ turn(v[4], 25)) +
		               choice + s->k[i] + w[i];
		uint32_t two = (turn(v[0], 2) ^ turn(v[0], 13) ^ turn(v[0], 22)) + most;
		memmove(v + 1, v, 7 * sizeof(v[0]));
		v[4] += one;
		v[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		s->h[i] += v[i];
}

void sha256(const void *data, size_t n, unsigned char ret[32])
{
	const unsigned char *p = data;
	unsigned char last[128] = { 0 };
	struct state s;
	size_t left = n;
	prepare(&s);
	for (; left >= 64; left -= 64, p += 64)
		mix(&s, p);
	if (left)
		memcpy(last, p, left);
	last[left] = 0x80;
	size_t end = left < 56 ? 64 : 128;
	for (int i = 0; i < 8; i++)
		last[end - 1 - (size_t)i] = (unsigned char)((uint64_t)n * 8 >> (8 * i));
	for (size_t at = 0; at < end; at += 64)
		mix(&s, last + at);
	for (int i = 0; i < 32; i++)
		ret[i] = (unsigned char)(s.h[i / 4] >> (24 - 8 * (i % 4)));
}

void sha256_base64url(const void *data, size_t n, char ret[44])
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	unsigned char sum[33] = { 0 };
	char *to = ret;
	sha256(data, n, sum);
	for (int bit = 0; bit < 256; bit += 6) {
		unsigned two = (unsigned)sum[bit / 8] << 8 | sum[bit / 8 + 1];
		*to++ = letters[two >> (10 - bit % 8) & 63];
	}
	*to = '\0';
}
