/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Keys of LPM tries, against struct bpf_lpm_trie_key as the kernel reads it. */
#include "tests/types/values.h"

#include "tests/bpf/types_structs.h"
#include "types/place.h"

#include <arpa/inet.h>

static struct object_file *object;

static const struct type *key_of(const char *map)
{
	return object_file_map(object, map)->key;
}

static void assert_key(const char *map, const char *text, const void *key, const char *back)
{
	struct encoded e = encode_with(lpm_key_encode, NULL, key_of(map), text, false);
	size_t len;
	char *again;
	FILE *out = xmemstream(&again, &len);

	diags_print(stderr, &e.d);
	assert_int_equal(e.result, 0);
	assert_memory_equal(e.bytes, key, key_of(map)->size);
	lpm_key_print(out, NULL, key_of(map), e.bytes);
	fclose(out);
	assert_string_equal(again, back);
	free(again);
	encoded_free(&e);
}

static void assert_no_key(const char *map, const char *text, const char *messages)
{
	struct encoded e = encode_with(lpm_key_encode, NULL, key_of(map), text, false);
	char *said = encoded_messages(&e);

	assert_string_equal(said, messages);
	free(said);
	encoded_free(&e);
}

static void test_plain_prefix(void **state)
{
	struct cidr4_key four = { .prefixlen = 8, .data = { 10 } };
	struct cidr6_key six = { .prefixlen = 0 };

	(void)state;
	assert_key("cidr4", "10.0.0.0/8", &four, "10.0.0.0/8");
	assert_key("cidr4", "{prefix: 10.0.0.0/8}", &four, "10.0.0.0/8");
	assert_key("cidr4", "{prefixlen: 8, data: 10.0.0.0}", &four, "10.0.0.0/8");
	assert_key("cidr4",
		   HOST_IS_BIG_ENDIAN ? "hex(00 00 00 08 0a 00 00 00)"
				      : "hex(08 00 00 00 0a 00 00 00)",
		   &four, "10.0.0.0/8");
	assert_key("cidr6", "\"::/0\"", &six, "\"::/0\"");
	six.prefixlen = 10;
	inet_pton(AF_INET6, "fe80::", six.addr);
	assert_key("cidr6", "fe80::/10", &six, "fe80::/10");
}

static void test_members_before_the_address(void **state)
{
	struct source_range_key range = { .prefixlen = 32 + 16, .rev_nat_id = 9 };
	struct ipcache_key cache = { .cluster_id = 3, .family = 1 };

	(void)state;
	range.addr = inet_addr("192.168.0.0");
	assert_key("source_range", "{rev_nat_id: 9, prefix: 192.168.0.0/16}", &range,
		   "{prefix: 192.168.0.0/16, rev_nat_id: 9}");
	cache.lpm_key.prefixlen = 32 + 32;
	cache.ip4 = inet_addr("172.16.0.251");
	assert_key("ipcache", "{cluster_id: 3, family: 1, prefix: 172.16.0.251/32}", &cache,
		   "{lpm_key: {prefixlen: 64}, cluster_id: 3, family: 1, ip4: 172.16.0.251}");
	cache.lpm_key.prefixlen = 32 + 64;
	cache.family = 2;
	inet_pton(AF_INET6, "fd00:0:0:1::", cache.ip6.addr);
	assert_key("ipcache", "{cluster_id: 3, family: 2, prefix: fd00:0:0:1::/64}", &cache,
		   "{lpm_key: {prefixlen: 96}, cluster_id: 3, family: 2, ip6: \"fd00:0:0:1::\"}");
}

static void test_untyped(void **state)
{
	static const uint8_t key[] = { 8, 0, 0, 0, 10, 0, 0, 0 };
	uint32_t length = 8;
	uint8_t bytes[8];

	(void)state;
	memcpy(bytes, key, 8);
	memcpy(bytes, &length, 4);
	assert_key("untyped", "10.0.0.0/8", bytes, "10.0.0.0/8");
}

static void test_mask(void **state)
{
	struct source_range_key mask = { .prefixlen = UINT32_MAX, .addr = UINT32_MAX };
	struct encoded e = encode_with(lpm_key_encode, NULL, key_of("source_range"),
				       "{prefix: 192.168.0.0/16}", true);

	(void)state;
	assert_memory_equal(e.mask, &mask, sizeof(mask));
	encoded_free(&e);
}

static void test_not_unambiguous(void **state)
{
	/* Bits beyond the length: the kernel takes them, a prefix does not show them. */
	struct cidr4_key key = { .prefixlen = 8, .data = { 10, 1 } };

	(void)state;
	assert_key("cidr4", "{prefixlen: 8, data: 10.1.0.0}", &key,
		   "{prefixlen: 8, data: hex(0a010000)}");
	key.prefixlen = 40;
	assert_key("cidr4", "{prefixlen: 40, data: 10.1.0.0}", &key,
		   "{prefixlen: 40, data: hex(0a010000)}");
}

static void test_refused(void **state)
{
	(void)state;
	assert_no_key("cidr4", "10.0.0.1/8",
		      "test.yaml:1:1: error: 10.0.0.1/8 has bits beyond its prefix; 10.0.0.0/8?\n"
		      "  10.0.0.1/8\n"
		      "  ^~~~~~~~~~\n");
	assert_no_key(
		"cidr4", "10.0.0.1",
		"test.yaml:1:1: error: a prefix has a length; 10.0.0.1/32 for just this address\n"
		"  10.0.0.1\n"
		"  ^~~~~~~~\n");
	assert_no_key("cidr4", "{prefix: 10.0.0.0/33}",
		      "test.yaml:1:19: error: the length of an IPv4 prefix is 0 to 32\n"
		      "  {prefix: 10.0.0.0/33}\n"
		      "                    ^~\n");
	assert_no_key("cidr4", "fe80::/10",
		      "test.yaml:1:1: error: struct cidr4_key has no address of 16 bytes; give its "
		      "members, with prefixlen\n"
		      "  fe80::/10\n"
		      "  ^~~~~~~~~\n");
	assert_no_key("cidr4", "{prefix: 10.0.0/8}",
		      "test.yaml:1:10: error: '10.0.0' is no IPv4 or IPv6 address\n"
		      "  {prefix: 10.0.0/8}\n"
		      "           ^~~~~~\n");
	assert_no_key(
		"source_range", "{prefixlen: 4, prefix: 10.0.0.0/8}",
		"test.yaml:1:24: error: prefix has the same bytes as prefixlen: give only one "
		"of them\n"
		"  {prefixlen: 4, prefix: 10.0.0.0/8}\n"
		"                         ^~~~~~~~~~\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_prefix),
		cmocka_unit_test(test_members_before_the_address),
		cmocka_unit_test(test_untyped),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_not_unambiguous),
		cmocka_unit_test(test_refused),
	};
	int failed;

	object = test_object("types_maps.bpf.o");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	object_file_free(object);
	return failed;
}
