/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes print as an expression that builds the same bytes, and compare with any others. */
#include "packet/expect.h"
#include "packet/expression.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *print(const struct packet *p, size_t *len)
{
	char *text;
	FILE *out = xmemstream(&text, len);

	packet_print(out, p);
	fclose(out);
	return text;
}

/* Nothing to compare it with: it only must not go astray. */
static void summarise(const struct packet *p)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	packet_summary(out, p);
	fclose(out);
	free(text);
}

/* The first half against the second: any two frames differ somewhere, or not at all. */
static void compare(const uint8_t *data, size_t size)
{
	struct packet_diff diff = {};
	struct arena arena = {};
	size_t half = size / 2;

	if (!frame_compare(data, half, data + half, size - half, &arena, &diff) && !diff.n)
		abort();
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {};
	struct diags d = {};
	struct source src;
	struct packet p, again;
	size_t len;
	char *text;
	uint8_t *copy;

	if (size > FRAME_MAX)
		return 0;
	copy = arena_memdup(&arena, data, size);
	packet_dissect(copy, size, &p);
	text = print(&p, &len);
	source_from_text("fuzz", text, len, &src);
	if (expression_build(&d, &(struct expression){ .where = span_all(&src) }, &arena, &again) ||
	    again.len != size || (size && memcmp(again.data, data, size))) {
		diags_print(stderr, &d);
		abort();
	}
	summarise(&p);
	compare(data, size);
	source_free(&src);
	diags_free(&d);
	arena_free(&arena);
	free(text);
	return 0;
}
