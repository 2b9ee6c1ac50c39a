/* SPDX-License-Identifier: MIT */
/* Feeds the files named on the command line to a fuzz target: no fuzzer needed. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_INPUT_BYTES (1u << 20)

int main(int argc, char **argv)
{
	uint8_t *data = malloc(MAX_INPUT_BYTES);

	if (!data)
		return 1;
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");
		uint8_t *exact;
		size_t n;

		if (!f) {
			perror(argv[i]);
			return 1;
		}
		n = fread(data, 1, MAX_INPUT_BYTES, f);
		fclose(f);
		/* Of the exact size, so that reading beyond it is noticed. */
		exact = malloc(n ? n : 1);
		if (!exact)
			return 1;
		for (size_t j = 0; j < n; j++)
			exact[j] = data[j];
		LLVMFuzzerTestOneInput(exact, n);
		free(exact);
		printf("ok %d - %s\n", i, argv[i]);
	}
	printf("1..%d\n", argc - 1);
	free(data);
	return argc < 2;
}
