/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any text is a packet, or is refused with a message; and so for expectations. */
#include "packet/expect.h"
#include "packet/expression.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span fuzzed(struct source *src, const uint8_t *data, size_t size)
{
	source_from_text("fuzz", (const char *)data, size, src);
	return span_all(src);
}

/* Returns whether it is a frame; a print of which builds it again. */
static bool build(const struct expression *e, struct packet *p, struct arena *arena)
{
	struct diags d = {};
	struct packet again;
	struct source src;
	char *text;
	size_t len;
	FILE *out;
	bool built = !expression_build(&d, e, arena, p);

	if (built != !d.errors)
		abort();
	diags_free(&d);
	if (!built)
		return false;
	out = xmemstream(&text, &len);
	packet_print(out, p);
	fclose(out);
	if (expression_build(&d,
			     &(struct expression){ .where = fuzzed(&src, (uint8_t *)text, len) },
			     arena, &again) ||
	    again.len != p->len || (p->len && memcmp(again.data, p->data, p->len))) {
		diags_print(stderr, &d);
		abort();
	}
	source_free(&src);
	free(text);
	return true;
}

/* Checked against frames that it may or may not be about. */
static void expect(const struct expression *e, const struct packet *p, struct arena *arena)
{
	static const uint8_t frame[] =
		"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0\x45\0\0\x1c\0\1\0\0\x40\x11\0\0"
		"\12\0\0\1\12\0\0\2\0\1\0\2\0\x08\0\0padded";
	struct packet_diff diff = {};
	struct packet_expect *x;
	struct diags d = {};

	x = packet_expect_read(&d, e, arena);
	if (!x != !!d.errors)
		abort();
	diags_free(&d);
	if (!x)
		return;
	if (!packet_expect_check(x, frame, sizeof(frame), frame, sizeof(frame), arena, &diff) &&
	    (!diff.n || !diff.expected || !diff.actual))
		abort();
	diff = (struct packet_diff){};
	if (p && !packet_expect_check(x, frame, sizeof(frame), p->data, p->len, arena, &diff) &&
	    !diff.n)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct var items[] = { { .name = "a", .text = "10.0.0.1" },
			       { .name = "b", .text = "$b / $a" } };
	struct vars vars = { items, 2 };
	struct arena arena = {};
	struct source src;
	struct expression e = { .where = fuzzed(&src, data, size), .vars = &vars };
	struct packet p;

	expect(&e, build(&e, &p, &arena) ? &p : NULL, &arena);
	arena_free(&arena);
	source_free(&src);
	return 0;
}
