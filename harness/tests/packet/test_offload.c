/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Checksums left for a device: recognised and completed to what a sender would have written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet/csum.h"
#include "packet/expression.h"
#include "packet/offload.h"

static const struct {
	const char *text;
	size_t pseudo, pseudo_len; /* the addresses */
	size_t csum, l4;	   /* offsets of the checksum and of the transport header */
	uint8_t proto;
} frames[] = {
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / tcp(dport=80) / \"odd\"", 26, 8, 50, 34, 6 },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(dport=53) / \"even\"", 26, 8, 40, 34,
	  17 },
	{ "eth() / vlan(id=7) / ipv4(src=10.0.0.1, dst=10.0.0.2) / tcp()", 30, 8, 54, 38, 6 },
	{ "eth() / ipv6(src=fd00::1, dst=fd00::2) / udp(dport=53) / \"x\"", 22, 32, 60, 54, 17 },
};

static void build(struct arena *a, const char *text, struct packet *p)
{
	struct source src;
	struct diags d = {};
	struct expression e;

	source_from_text("<test>", text, strlen(text), &src);
	e = (struct expression){ .where = span_all(&src) };
	assert_int_equal(expression_build(&d, &e, a, p), 0);
	source_free(&src);
}

/* What Linux leaves in the field: the sum of the pseudo header, not inverted. */
static void leave_to_device(struct packet *p, size_t i)
{
	size_t len = p->len - frames[i].l4;
	uint16_t sum = csum_fold(
		csum_sum(p->data + frames[i].pseudo, frames[i].pseudo_len, frames[i].proto + len));

	p->data[frames[i].csum] = (uint8_t)(sum >> 8);
	p->data[frames[i].csum + 1] = (uint8_t)sum;
}

static void partial_checksums_are_completed(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct arena a = {};
		struct packet p = {};
		uint8_t right[256];

		build(&a, frames[i].text, &p);
		memcpy(right, p.data, p.len);
		assert_false(frame_checksum_is_partial(p.data, p.len));
		assert_false(frame_checksum_complete(p.data, p.len));
		leave_to_device(&p, i);
		assert_true(frame_checksum_is_partial(p.data, p.len));
		assert_true(frame_checksum_complete(p.data, p.len));
		assert_memory_equal(p.data, right, p.len);
		arena_free(&a);
	}
}

static void frames_cut_short_have_none(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(frames); i++) {
		struct arena a = {};
		struct packet p = {};

		build(&a, frames[i].text, &p);
		leave_to_device(&p, i);
		for (size_t len = 0; len < p.len; len++) {
			/* A copy of just that size: reading on would be seen by ASan. */
			uint8_t *cut = xcalloc(1, len);

			if (len)
				memcpy(cut, p.data, len);
			assert_false(frame_checksum_complete(cut, len));
			free(cut);
		}
		arena_free(&a);
	}
}

static void fragments_have_none(void **state)
{
	struct arena a = {};
	struct packet p = {};

	(void)state;
	build(&a, frames[0].text, &p);
	leave_to_device(&p, 0);
	p.data[20] |= 0x20; /* more fragments */
	assert_false(frame_checksum_is_partial(p.data, p.len));
	arena_free(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(partial_checksums_are_completed),
		cmocka_unit_test(frames_cut_short_have_none),
		cmocka_unit_test(fragments_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
