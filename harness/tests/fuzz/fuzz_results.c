/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes are results, which can be merged or not, or an error with a place in them. */
#include "results/results.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool holds)
{
	if (!holds)
		abort();
}

/* What was read is written so that it is read again. */
static void merge(const struct results *r)
{
	struct results again = {};
	struct diags d = {};
	size_t len = 0;
	char *text = results_merge(&d, r, &len);

	check(!text == (d.errors > 0));
	if (text) {
		check(!results_parse(&d, "merged", text, len, &again) || d.errors);
		check(d.errors || again.n <= r->n);
	}
	results_free(&again);
	diags_free(&d);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct results r = {};
	struct diags d = {};
	char *text = NULL;
	size_t len = 0;
	FILE *out = xmemstream(&text, &len);
	int err = results_parse(&d, "f", (const char *)data, size, &r);

	check(!err == !d.errors);
	check(!err || !r.n);
	for (size_t i = 0; i < d.n; i++) {
		const struct span *where = &d.items[i].where;

		check(where->src && where->off <= where->src->len &&
		      where->len <= where->src->len - where->off);
	}
	diags_print(out, &d);
	if (!err)
		merge(&r);
	fclose(out);
	free(text);
	diags_free(&d);
	results_free(&r);
	return 0;
}
