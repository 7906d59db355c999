/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is printed is read back to the same bytes, whatever the bytes; and some of it in full. */
#include "tests/types/values.h"

#include "tests/bpf/types_structs.h"
#include "types/helper_values.h"

#include <arpa/inet.h>
#include <endian.h>
#include <glob.h>
#include <linux/bpf.h>

/* Values per type: each a different mix of zero and random bytes. */
#define ROUNDS 200

static struct object_file *object;
static uint64_t random_state = 0x9e3779b97f4a7c15;

/* xorshift64: the same values in every run. */
static uint8_t random_byte(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint8_t)(random_state >> 24);
}

static void fill(uint8_t *data, size_t size, unsigned int round)
{
	for (size_t i = 0; i < size; i++)
		data[i] = round && random_byte() % (1 + round % 7) == 0 ? random_byte() : 0;
	if (round % 11 == 10)
		memset(data, 0xff, size);
	/* Text now and then, for char arrays. */
	for (size_t i = 0; round % 5 == 4 && i < size; i++)
		data[i] = i % 16 < 12 ? ' ' + random_byte() % 95 : 0;
}

typedef void print_function_t(FILE *out, const struct value_context *c, const struct type *t,
			      const uint8_t *data);

static void round_trip(print_function_t *print, encode_function_t *encode,
		       const struct value_context *c, const struct type *t, const uint8_t *data)
{
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);
	struct encoded e;

	/* Inside a mapping and a list: what flow collections cut would show. */
	print(out, c, t, data);
	fclose(out);
	e = encode_with(encode, c, t, text, false);
	if (e.result || (t->size && memcmp(e.bytes, data, t->size) != 0)) {
		diags_print(stderr, &e.d);
		fail_msg("%s does not come back from: %s", t->name, text);
	}
	encoded_free(&e);
	free(text);
}

static void round_trips(print_function_t *print, encode_function_t *encode,
			const struct value_context *c, const struct type *t)
{
	uint8_t *data = xcalloc(t->size, 1);

	for (unsigned int round = 0; round < ROUNDS && t->size; round++) {
		fill(data, t->size, round);
		round_trip(print, encode, c, t, data);
		if (t->size > 4096 && round > 12)
			break;
	}
	free(data);
}

static void object_round_trips(const struct object_file *f)
{
	const struct type_set *const sets[] = { f->types };
	const struct value_context c = { .sets = sets, .n_sets = f->types ? 1 : 0 };

	struct value_context brief = c;

	brief.brief = true;
	for (size_t i = 0; i < f->n_maps; i++) {
		round_trips(value_print, value_encode, &c, f->maps[i].key);
		if (f->maps[i].type == BPF_MAP_TYPE_LPM_TRIE)
			round_trips(lpm_key_print, lpm_key_encode, &c, f->maps[i].key);
		round_trips(value_print, value_encode, &c, f->maps[i].value);
		round_trips(value_print, value_encode, &brief, f->maps[i].key);
		round_trips(value_print, value_encode, &brief, f->maps[i].value);
	}
	for (size_t i = 0; i < f->n_globals; i++) {
		round_trips(value_print, value_encode, &c, f->globals[i].type);
		round_trips(value_print, value_encode, &brief, f->globals[i].type);
	}
}

/* As calls are printed. */
static void test_brief_structs_of_helpers(void **state)
{
	static const char *const helpers[] = { "fib_lookup", "skb_set_tunnel_key", "redirect_neigh",
					       "sk_lookup_tcp" };
	static const uint64_t sizes[] = { 0, 12, 36 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(helpers); i++) {
		const struct helper *h = helper_find(helpers[i], strlen(helpers[i]));
		const struct value_context c = { .names = helper_names(h), .brief = true };

		for (size_t k = 0; k < ARRAY_SIZE(sizes); k++)
			round_trips(value_print, value_encode, &c,
				    helper_sized_struct(h, helper_bytes_arg(h), sizes[k]));
	}
}

static void test_own_types(void **state)
{
	(void)state;
	object_round_trips(object);
}

/* Objects that others wrote and compiled: xdp-tools. */
static void test_installed_objects(void **state)
{
	struct diags d = {};
	glob_t found;

	(void)state;
	if (glob("/usr/lib/*/bpf/*.o", 0, NULL, &found))
		skip();
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct object_file *f = object_file_read(&d, (struct span){}, found.gl_pathv[i]);

		if (f)
			object_round_trips(f);
		object_file_free(f);
	}
	diags_free(&d);
	globfree(&found);
}

static const struct type *key_of(const char *map)
{
	return object_file_map(object, map)->key;
}

static const struct type *value_of(const char *map)
{
	return object_file_map(object, map)->value;
}

static void test_notations(void **state)
{
	struct lb4_key key = { .address = inet_addr("10.0.0.1"), .dport = htons(80) };
	struct endpoint ep = { .ifindex = 7, .name = "a \"b\"\\" };

	(void)state;
	assert_prints(NULL, key_of("services"), &key,
		      "{address: 10.0.0.1, dport: 80, backend_slot: 0, proto: 0, scope: 0}");
	key.pad[1] = 1;
	assert_prints(NULL, key_of("services"), &key,
		      "{address: 10.0.0.1, dport: 80, backend_slot: 0, proto: 0, scope: 0, "
		      "pad: hex(0001)}");
	memcpy(&ep.mac, "\x02\x00\x5e\x00\x00\x01", 6);
	memcpy(ep.peer, &ep.mac, 6);
	ep.gateway_mac.addr[5] = 9;
	ep.ip6.addr[0] = 0xfe;
	ep.ip6.addr[1] = 0x80;
	assert_prints(
		NULL, value_of("endpoints"), &ep,
		"{ifindex: 7, lxc_id: 0, mac: 02:00:5e:00:00:01, node_mac: 00:00:00:00:00:00, "
		"gateway_mac: 00:00:00:00:00:09, peer: 02:00:5e:00:00:01, ip6: \"fe80::\", "
		"ip4: {s_addr: 0.0.0.0}, name: \"a \\\"b\\\"\\\\\"}");
}

static void test_brief(void **state)
{
	const struct value_context c = { .brief = true };
	struct lb4_key key = { .dport = htons(80) };
	struct ipcache_key cached = {};
	struct endpoint ep = { .ifindex = 7, .name = "x" };

	(void)state;
	assert_prints(&c, key_of("services"), &key, "{dport: 80}");
	key.dport = 0;
	assert_prints(&c, key_of("services"), &key, "{}");
	assert_prints(&c, key_of("ipcache"), &cached, "{}");
	cached.ip6.addr[15] = 1;
	assert_prints(&c, key_of("ipcache"), &cached, "{ip6: \"::1\"}");
	ep.ip4.s_addr = inet_addr("10.0.0.1");
	assert_prints(&c, value_of("endpoints"), &ep,
		      "{ifindex: 7, ip4: {s_addr: 10.0.0.1}, name: \"x\"}");
}

static void test_padding(void **state)
{
	/* Compilers leave two bytes between lxc_id and mac. */
	struct endpoint ep = {};
	char *text;

	(void)state;
	((uint8_t *)&ep)[7] = 1;
	text = printed(NULL, value_of("endpoints"), &ep);
	assert_true(!strncmp(text, "hex(0000000000000001", 20));
	assert_int_equal(strlen(text), 5 + 2 * sizeof(ep));
	free(text);
}

static void test_union_views(void **state)
{
	struct ipcache_key key = { .family = 1 };

	(void)state;
	key.lpm_key.prefixlen = 64;
	key.ip4 = inet_addr("10.0.0.1");
	assert_prints(NULL, key_of("ipcache"), &key,
		      "{lpm_key: {prefixlen: 64}, cluster_id: 0, family: 1, ip4: 10.0.0.1}");
	inet_pton(AF_INET6, "fd00::1", key.ip6.addr);
	assert_prints(NULL, key_of("ipcache"), &key,
		      "{lpm_key: {prefixlen: 64}, cluster_id: 0, family: 1, ip6: fd00::1}");
}

static void test_numbers_and_names(void **state)
{
	static struct everything v;
	char *text;

	(void)state;
	v.s8 = -1;
	v.proto = PROTO_TCP;
	v.level = LEVEL_LOW;
	v.flags = FLAG_NODEPORT | FLAG_AFFINITY;
	v.yes = 1;
	v.small = -3;
	v.be64 = htobe64(258);
	v.table[40] = 5;
	v.single = 0.5F;
	text = printed(NULL, value_of("anything"), &v);
	assert_string_equal(
		text,
		"{s8: -1, s16: 0, s32: 0, s64: 0, u64: 0, be64: 258, via: 0.0.0.0, yes: true, "
		"proto: PROTO_TCP, level: LEVEL_LOW, flags: FLAG_NODEPORT|FLAG_AFFINITY, "
		"small: -3, wide: 0, wider: 0, rest: 0, grid: [[0, 0, 0], [0, 0, 0]], "
		"inners: [{a: 0, b: 0}, {a: 0, b: 0}], single: 0.5, twice: 0, "
		"pointer: hex(0000000000000000), addrs: [0.0.0.0, 0.0.0.0, 0.0.0.0, 0.0.0.0], table: {40: 5}}");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_types),   cmocka_unit_test(test_installed_objects),
		cmocka_unit_test(test_notations),   cmocka_unit_test(test_padding),
		cmocka_unit_test(test_brief),	    cmocka_unit_test(test_brief_structs_of_helpers),
		cmocka_unit_test(test_union_views), cmocka_unit_test(test_numbers_and_names),
	};
	int failed;

	object = test_object("types_maps.bpf.o");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	object_file_free(object);
	return failed;
}
