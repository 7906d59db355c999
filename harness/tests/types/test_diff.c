/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "tests/types/values.h"

#include "types/place.h"

#include "tests/bpf/types_structs.h"

#include <arpa/inet.h>

static struct object_file *object;

/* Rows as "member: expected != actual" lines. */
static char *diff_text(const struct type *t, const char *expected, const void *actual,
		       const char *prefix)
{
	struct encoded e = encode_with(value_encode, NULL, t, expected, true);
	struct value_difference *rows;
	size_t len, n;
	char *text;
	FILE *out = xmemstream(&text, &len);

	assert_int_equal(e.result, 0);
	n = value_diff(NULL, t, e.bytes, e.mask, actual, prefix, &e.arena, &rows);
	assert_int_equal(n == 0, value_matches(t->size, e.bytes, e.mask, actual));
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s: %s != %s\n", rows[i].member, rows[i].expected, rows[i].actual);
	fclose(out);
	encoded_free(&e);
	return text;
}

static void assert_diff(const struct type *t, const char *expected, const void *actual,
			const char *prefix, const char *rows)
{
	char *text = diff_text(t, expected, actual, prefix);

	assert_string_equal(text, rows);
	free(text);
}

static void test_members(void **state)
{
	const struct object_map *m = object_file_map(object, "services");
	struct lb4_key key = { .address = inet_addr("10.0.0.1"), .dport = htons(80), .scope = 3 };
	struct lb4_service service = { .backend_id = 5, .count = 2 };

	(void)state;
	assert_diff(m->key, "{address: 10.0.0.1, dport: 80}", &key, "key", "");
	assert_diff(m->key, "{address: 10.0.0.2, dport: 443, scope: any}", &key, "key",
		    "key.address: 10.0.0.2 != 10.0.0.1\nkey.dport: 443 != 80\n");
	/* Members of the same bytes cannot be told apart: the first one stands for all. */
	assert_diff(m->value, "{affinity_timeout: 4, count: 2}", &service, "",
		    "backend_id: 4 != 5\n");
	assert_diff(m->value, "{backend_id: 4, count: 2}", &service, "value",
		    "value.backend_id: 4 != 5\n");
}

static void test_arrays_and_bit_fields(void **state)
{
	const struct type *t = object_file_map(object, "anything")->value;
	static struct everything v;

	(void)state;
	v.grid[1][2] = 4;
	v.inners[1].b = 5;
	v.small = -2;
	v.flags = FLAG_NODEPORT;
	assert_diff(t,
		    "{grid: [any, [0, 0, 9]], inners: {1: {b: 6}}, small: 3, wide: 0, flags: 18}",
		    &v, "value",
		    "value.flags: FLAG_NODEPORT|FLAG_AFFINITY != FLAG_NODEPORT\n"
		    "value.small: 3 != -2\n"
		    "value.grid[1][2]: 9 != 4\n"
		    "value.inners[1].b: 6 != 5\n");
}

static void test_unions(void **state)
{
	const struct type *t = object_file_map(object, "ipcache")->key;
	struct ipcache_key key = {};

	(void)state;
	key.ip4 = inet_addr("10.0.0.1");
	assert_diff(t, "{ip4: 10.0.0.2}", &key, "", "ip4: 10.0.0.2 != 10.0.0.1\n");
	assert_diff(t, "{ip6: fd00::1}", &key, "", "ip6: fd00::1 != \"a00:1::\"\n");
}

static void test_padding(void **state)
{
	const struct type *t = object_file_global(object, "settings")->type;
	static const uint8_t actual[4] = { 0, 0, 7, 1 };

	(void)state;
	assert_diff(t, "hex(00 00 07 00)", actual, "settings",
		    "settings (padding): hex(00000700) != hex(00000701)\n");
	assert_diff(t, "{a: 0, b: 7}", actual, "settings", "");
}

static void test_whole_values(void **state)
{
	const struct type *number = object_file_map(object, "counters")->value;
	const struct type *bytes = object_file_map(object, "untyped")->value;
	const uint64_t five = 5;
	const uint8_t five_bytes[4] = { 5 };

	(void)state;
	assert_diff(number, "6", &five, "value", "value: 6 != 5\n");
	assert_diff(bytes, "hex(00000000)", five_bytes, "", ": hex(00000000) != hex(05000000)\n");
}

/* Both orders of bits, whatever this machine's is: BTF counts from the end where memory begins. */
static void test_bit_orders(void **state)
{
	uint8_t data[4] = {};

	(void)state;
	bits_put(data, 4, 12, false, 0xabc);
	assert_memory_equal(data, "\xc0\xab\x00\x00", 4);
	assert_int_equal(bits_get(data, 4, 12, false), 0xabc);
	memset(data, 0, 4);
	bits_put(data, 4, 12, true, 0xabc);
	assert_memory_equal(data, "\x0a\xbc\x00\x00", 4);
	assert_int_equal(bits_get(data, 4, 12, true), 0xabc);
	bits_put(data, 16, 16, true, 80);
	assert_memory_equal(data, "\x0a\xbc\x00\x50", 4);
	memset(data, 0xff, 4);
	bits_put(data, 3, 1, true, 0);
	assert_memory_equal(data, "\xef\xff\xff\xff", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),	     cmocka_unit_test(test_arrays_and_bit_fields),
		cmocka_unit_test(test_unions),	     cmocka_unit_test(test_padding),
		cmocka_unit_test(test_whole_values), cmocka_unit_test(test_bit_orders),
	};
	int failed;

	object = test_object("types_maps.bpf.o");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	object_file_free(object);
	return failed;
}
