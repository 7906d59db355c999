/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of structs that the compiler lays out, against the same structs filled in natively. */
#include "tests/types/values.h"

#include "tests/bpf/types_structs.h"

#include <arpa/inet.h>
#include <endian.h>

static struct object_file *object;

static const struct type *key_of(const char *map)
{
	return object_file_map(object, map)->key;
}

static const struct type *value_of(const char *map)
{
	return object_file_map(object, map)->value;
}

static int setup(void **state)
{
	(void)state;
	object = test_object("types_maps.bpf.o");
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	object_file_free(object);
	return 0;
}

static void test_sizes(void **state)
{
	(void)state;
	assert_int_equal(key_of("services")->size, sizeof(struct lb4_key));
	assert_int_equal(value_of("services")->size, sizeof(struct lb4_service));
	assert_int_equal(value_of("reverse_nat")->size, sizeof(struct lb4_reverse_nat));
	assert_int_equal(key_of("affinity")->size, sizeof(struct lb4_affinity_key));
	assert_int_equal(key_of("ct4")->size, sizeof(struct ipv4_ct_tuple));
	assert_int_equal(value_of("ct4")->size, sizeof(struct ct_entry));
	assert_int_equal(value_of("endpoints")->size, sizeof(struct endpoint));
	assert_int_equal(value_of("anything")->size, sizeof(struct everything));
	assert_int_equal(key_of("ipcache")->size, sizeof(struct ipcache_key));
}

static void test_addresses_and_ports(void **state)
{
	struct lb4_key key = {
		.address = inet_addr("10.10.249.114"),
		.dport = htons(80),
		.backend_slot = 258,
		.proto = 6,
	};

	(void)state;
	assert_encodes(NULL, key_of("services"),
		       "{address: 10.10.249.114, dport: 80, backend_slot: 258, proto: 6}", &key);
	assert_encodes(
		NULL, key_of("services"),
		"address: \"10.10.249.114\"\ndport: be16(80)\nbackend_slot: 0x102\nproto: 6\n",
		&key);
	assert_encodes(NULL, key_of("services"),
		       "{address: 0x0a0af972, dport: hex(00 50), backend_slot: 258, proto: 6}",
		       &key);
}

static void test_packed(void **state)
{
	struct ipv4_ct_tuple key = {
		.daddr = inet_addr("10.0.0.1"),
		.saddr = inet_addr("10.0.0.2"),
		.dport = htons(80),
		.sport = htons(1000),
		.nexthdr = 6,
	};
	/* Worked example of the datapath's description: an egress entry. */
	static const uint8_t worked[] = { 0x0a, 0, 0, 1, 0x0a, 0, 0, 2, 0, 0x50, 0x03, 0xe8, 6, 0 };

	(void)state;
	assert_memory_equal(&key, worked, sizeof(worked));
	assert_encodes(NULL, key_of("ct4"),
		       "{daddr: 10.0.0.1, saddr: 10.0.0.2, dport: 80, sport: 1000, nexthdr: 6}",
		       &key);
}

static void test_anonymous_union(void **state)
{
	struct lb4_service service = {
		.affinity_timeout = 300, .count = 2, .rev_nat_index = 9, .flags = 66
	};

	(void)state;
	assert_encodes(NULL, value_of("services"),
		       "{affinity_timeout: 300, count: 2, rev_nat_index: 9, flags: 66}", &service);
}

static void test_bit_fields(void **state)
{
	struct ct_entry entry = {
		.seen_non_syn = 1,
		.node_port = 1,
		.reserved4 = 21,
		.lifetime = 160,
		.rev_nat_index = 9,
		.tx_closing = 1,
	};
	struct lb4_affinity_key key = { .netns_cookie = 1, .reserved = 0x55, .rev_nat_id = 3 };

	(void)state;
	key.client_id.client_ip = inet_addr("172.16.0.251");
	assert_encodes(
		NULL, value_of("ct4"),
		"{seen_non_syn: 1, node_port: 1, reserved4: 21, lifetime: 160, rev_nat_index: 9, "
		"tx_closing: 1, rx_closing: 0}",
		&entry);
	assert_encodes(
		NULL, key_of("affinity"),
		"{client_id: {client_ip: 172.16.0.251}, netns_cookie: 1, reserved: 0x55, rev_nat_id: 3}",
		&key);
}

static void test_macs_and_views(void **state)
{
	static const uint8_t mac[8] = { 0x12, 0x52, 0xe3, 0x7e, 0x87, 0x4f };
	struct endpoint ep = { .ifindex = 7, .lxc_id = 19520, .name = "lxc_netpod" };

	(void)state;
	memcpy(&ep.mac, mac, 8);
	memcpy(&ep.node_mac, mac, 8);
	memcpy(ep.peer, mac, 6);
	memcpy(ep.gateway_mac.addr, mac, 6);
	ep.ip4.s_addr = inet_addr("172.16.0.251");
	assert_int_equal(inet_pton(AF_INET6, "fd00::ac10:fb", ep.ip6.addr), 1);
	assert_encodes(
		NULL, value_of("endpoints"),
		"{ifindex: 7, lxc_id: 19520, mac: 12:52:e3:7e:87:4f, node_mac: \"12-52-e3-7e-87-4f\", "
		"peer: 12:52:e3:7e:87:4f, gateway_mac: 12:52:e3:7e:87:4f, ip4: 172.16.0.251, "
		"ip6: fd00::ac10:fb, name: \"lxc_netpod\"}",
		&ep);
	assert_encodes(NULL, value_of("endpoints"),
		       "{ifindex: 7, lxc_id: 19520, mac: hex(12 52 e3 7e 87 4f 00 00), "
		       "node_mac: 12:52:e3:7e:87:4f, peer: [0x12, 0x52, 0xe3, 0x7e, 0x87, 0x4f], "
		       "gateway_mac: {addr: hex(1252e37e874f)}, ip4: {s_addr: 172.16.0.251}, "
		       "ip6: {addr: fd00::ac10:fb}, name: lxc_netpod}",
		       &ep);
}

static void fill_everything(struct everything *v)
{
	memset(v, 0, sizeof(*v));
	v->s8 = -128;
	v->s16 = -2;
	v->s32 = INT32_MIN;
	v->s64 = INT64_MIN;
	v->u64 = UINT64_MAX;
	v->be64 = htobe64(0x0102030405060708);
	v->via = inet_addr("192.0.2.1");
	v->yes = 1;
	v->proto = PROTO_UDP;
	v->level = LEVEL_LOW;
	v->flags = FLAG_NODEPORT | FLAG_ROUTABLE;
	v->small = -16;
	v->wide = 0x5a5a5a5;
	v->wider = 0xabcdef0123;
	v->rest = -3;
	v->grid[1][2] = 9;
	v->inners[1].a = -7;
	v->single = 1.5F;
	v->twice = -0.1;
	v->table[63] = 4;
}

static void test_everything(void **state)
{
	struct everything v;

	(void)state;
	fill_everything(&v);
	assert_int_equal(inet_pton(AF_INET6, "2001:db8::5", v.addrs), 1);
	assert_encodes(
		NULL, value_of("anything"),
		"s8: -128\ns16: -2\ns32: -2147483648\ns64: -9223372036854775808\n"
		"u64: 18446744073709551615\nbe64: 72623859790382856\nvia: 192.0.2.1\nyes: true\n"
		"proto: PROTO_UDP\nlevel: LEVEL_LOW\nflags: FLAG_NODEPORT | FLAG_ROUTABLE\n"
		"small: -16\nwide: 0x5a5a5a5\nwider: 0xabcdef0123\nrest: -3\n"
		"grid: [[0, 0, 0], [0, 0, 9]]\ninners: [{}, {a: -7}]\nsingle: 1.5\ntwice: -0.1\n"
		"addrs: 2001:db8::5\ntable: {63: 4}\n",
		&v);
}

static void test_mask(void **state)
{
	struct lb4_key mask = { .dport = 0xffff, .scope = 0xff };
	struct ct_entry bits = { .node_port = 1, .lifetime = UINT32_MAX };
	struct encoded e = encode_with(value_encode, NULL, key_of("services"),
				       "{dport: 80, scope: 0, address: any}", true);

	(void)state;
	assert_memory_equal(e.mask, &mask, sizeof(mask));
	assert_false(value_is_whole(key_of("services"), e.mask));
	encoded_free(&e);

	e = encode_with(value_encode, NULL, value_of("ct4"), "{node_port: 0, lifetime: 5}", true);
	assert_memory_equal(e.mask, &bits, sizeof(bits));
	encoded_free(&e);

	e = encode_with(value_encode, NULL, key_of("ct4"), "any", true);
	assert_int_equal(e.result, 0);
	assert_int_equal(e.mask[0], 0);
	encoded_free(&e);
}

static void test_mask_is_whole_without_padding(void **state)
{
	/* struct inner has a byte of padding that no member can name. */
	const struct type *t = object_file_global(object, "settings")->type;
	struct encoded e = encode_with(value_encode, NULL, t, "{a: 1, b: 2}", true);

	(void)state;
	assert_int_equal(e.mask[3], 0);
	assert_true(value_is_whole(t, e.mask));
	encoded_free(&e);
}

static void test_names(void **state)
{
	struct type_enumerator items[] = { { "TO_NETWORK", 11 }, { "TO_PROXY", 4 } };
	struct value_names names = { .member = "flags", .items = items, .n = 2 };
	const struct type_set *const sets[] = { object->types };
	struct var var = { .name = "bits", .text = "0x40" };
	const struct vars vars = { .items = &var, .n = 1 };
	const struct value_context c = {
		.names = &names, .sets = sets, .n_sets = 1, .vars = &vars
	};
	struct lb4_service service = { .flags = 11, .flags2 = 16 };

	(void)state;
	assert_encodes(&c, value_of("services"), "{flags: TO_NETWORK, flags2: FLAG_AFFINITY}",
		       &service);
	service = (struct lb4_service){ .flags = 4 | 64 };
	assert_encodes(&c, value_of("services"), "{flags: TO_PROXY|FLAG_ROUTABLE}", &service);
	assert_encodes(&c, value_of("services"), "{flags: TO_PROXY|$bits}", &service);
	assert_prints(&c, value_of("services"), &service,
		      "{backend_id: 0, count: 0, rev_nat_index: 0, flags: 68, flags2: 0}");
	service = (struct lb4_service){ .flags = 11 };
	assert_prints(&c, value_of("services"), &service,
		      "{backend_id: 0, count: 0, rev_nat_index: 0, flags: TO_NETWORK, flags2: 0}");
}

static void test_functions_of_variables(void **state)
{
	struct var items[] = { { .name = "port", .text = "80" },
			       { .name = "raw", .text = "0a000001" } };
	const struct vars vars = { .items = items, .n = 2 };
	const struct value_context c = { .vars = &vars };
	struct lb4_key key = { .address = inet_addr("10.0.0.1"), .backend_slot = htons(80) };

	(void)state;
	assert_encodes(&c, key_of("services"), "{address: hex($raw), backend_slot: be16($port)}",
		       &key);
}

static void test_untyped(void **state)
{
	static const uint8_t bytes[] = { 0, 1, 2, 3, 4, 5, 6, 0xff };
	const struct object_map *m = object_file_map(object, "untyped");

	(void)state;
	assert_int_equal(m->key->kind, TYPE_BYTES);
	assert_encodes(NULL, m->key, "hex(00 01 02 03 04 05 06 ff)", bytes);
	assert_prints(NULL, m->key, bytes, "hex(00010203040506ff)");
	assert_encodes(NULL, m->value, "be32(66051)", bytes);
	assert_encodes(NULL, m->value, "0.1.2.3", bytes);
}

static void test_bytes_as_integers(void **state)
{
	static const struct type bytes = { .kind = TYPE_BYTES, .name = "", .size = 8 };
	const uint32_t words[2] = { 7, 0x10000 };
	const uint16_t ports[4] = { htons(80), htons(443) };
	const uint64_t one = 258;

	(void)state;
	assert_encodes(NULL, &bytes, "{u32: [7, 65536]}", words);
	assert_encodes(NULL, &bytes, "{u32: {1: 0x10000, 0: 7}}", words);
	assert_encodes(NULL, &bytes, "{be16: [80, 443]}", ports);
	assert_encodes(NULL, &bytes, "{u64: 258}", &one);
}

static void test_inner_map(void **state)
{
	const struct object_map *m = object_file_map(object, "maglev");

	(void)state;
	assert_non_null(m->inner);
	assert_int_equal(m->inner->value->n, 31);
	assert_int_equal(m->inner->value_size, 31 * 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_addresses_and_ports),
		cmocka_unit_test(test_packed),
		cmocka_unit_test(test_anonymous_union),
		cmocka_unit_test(test_bit_fields),
		cmocka_unit_test(test_macs_and_views),
		cmocka_unit_test(test_everything),
		cmocka_unit_test(test_mask),
		cmocka_unit_test(test_mask_is_whole_without_padding),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_functions_of_variables),
		cmocka_unit_test(test_untyped),
		cmocka_unit_test(test_bytes_as_integers),
		cmocka_unit_test(test_inner_map),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
