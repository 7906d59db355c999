/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values that are refused: each with its whole message, place included. */
#include "tests/types/values.h"

static struct object_file *object;

static const struct row {
	const char *map;
	const char *text, *messages;
} rows[] = {
	{ "services.key", "{dport: 70000}",
	  "test.yaml:1:9: error: dport is __be16: 0 to 65535\n"
	  "  {dport: 70000}\n"
	  "          ^~~~~\n" },
	{ "services.key", "{prot: 6}",
	  "test.yaml:1:2: error: 'prot' is not a member of struct lb4_key; did you mean 'proto'?\n"
	  "  {prot: 6}\n"
	  "   ^~~~\n" },
	{ "services.key", "{zebra: 6}",
	  "test.yaml:1:2: error: 'zebra' is not a member of struct lb4_key; its members: address, "
	  "dport, backend_slot, proto, scope, pad\n"
	  "  {zebra: 6}\n"
	  "   ^~~~~\n" },
	{ "services.value", "{affinity_timeot: 6}",
	  "test.yaml:1:2: error: 'affinity_timeot' is not a member of struct lb4_service; did you "
	  "mean 'affinity_timeout'?\n"
	  "  {affinity_timeot: 6}\n"
	  "   ^~~~~~~~~~~~~~~\n" },
	{ "services.key", "{scope: -1}",
	  "test.yaml:1:9: error: negative numbers are for signed types; scope is __u8\n"
	  "  {scope: -1}\n"
	  "          ^~\n" },
	{ "services.key", "{proto: \"6\"}",
	  "test.yaml:1:9: error: in quotes it is text; proto is __u8: 0 to 255, without quotes\n"
	  "  {proto: \"6\"}\n"
	  "          ^~~\n" },
	{ "services.key", "{proto: 010}",
	  "test.yaml:1:9: error: '010': a number has no leading zero; hexadecimal starts with 0x\n"
	  "  {proto: 010}\n"
	  "          ^~~\n" },
	{ "services.key", "{address: 10.0.0.300}",
	  "test.yaml:1:11: error: '10.0.0.300' is no number; address is __be32: 0 to 4294967295, "
	  "or an IPv4 address\n"
	  "  {address: 10.0.0.300}\n"
	  "            ^~~~~~~~~~\n" },
	{ "services.key", "{dport: be32(80)}",
	  "test.yaml:1:9: error: be32(..) gives 4 bytes, dport has 16 bits\n"
	  "  {dport: be32(80)}\n"
	  "          ^~~~~~~~\n" },
	{ "services.key", "{dport: be16( 65536 )}",
	  "test.yaml:1:15: error: be16(..) takes 0 to 65535\n"
	  "  {dport: be16( 65536 )}\n"
	  "                ^~~~~\n" },
	{ "services.key", "{dport: b16(80)}",
	  "test.yaml:1:9: error: 'b16(..)' is not known here; did you mean 'be16(..)'?\n"
	  "  {dport: b16(80)}\n"
	  "          ^~~\n" },
	{ "services.key", "dport: hex(00 5g)",
	  "test.yaml:1:16: error: hex(..) takes pairs of hexadecimal digits, not 'g'\n"
	  "  dport: hex(00 5g)\n"
	  "                 ^\n" },
	{ "services.key", "hex(00 11 22)",
	  "test.yaml:1:5: error: hex gives 3 bytes, struct lb4_key has 12\n"
	  "  hex(00 11 22)\n"
	  "      ^~~~~~~~\n" },
	{ "services.key", "dport: hex(00 11",
	  "test.yaml:1:11: error: this '(' is not closed at the end\n"
	  "  dport: hex(00 11\n"
	  "            ^~~~~~\n" },
	{ "services.value", "{backend_id: 1, affinity_timeout: 2}",
	  "test.yaml:1:35: error: affinity_timeout has the same bytes as backend_id: give only one "
	  "of them\n"
	  "  {backend_id: 1, affinity_timeout: 2}\n"
	  "                                    ^\n" },
	{ "services.value", "{pad: [1, 2, 3]}",
	  "test.yaml:1:14: error: pad has 2 elements; this is one too many\n"
	  "  {pad: [1, 2, 3]}\n"
	  "               ^\n" },
	{ "services.value", "{count: any}",
	  "test.yaml:1:9: error: 'any' is for what is expected; here count is set\n"
	  "  {count: any}\n"
	  "          ^~~\n" },
	{ "services.value", "{count: {a: 1}}",
	  "test.yaml:1:9: error: count takes no mapping; it is __u16: 0 to 65535\n"
	  "  {count: {a: 1}}\n"
	  "          ^~~~~~\n" },
	{ "services.value", "[1]",
	  "test.yaml:1:1: error: the value takes no list; it is struct lb4_service: {member: value}\n"
	  "  [1]\n"
	  "  ^~~\n" },
	{ "anything.value", "{proto: PROTO_TPC}",
	  "test.yaml:1:9: error: 'PROTO_TPC' is no name of a value here; did you mean 'PROTO_TCP'?\n"
	  "  {proto: PROTO_TPC}\n"
	  "          ^~~~~~~~~\n" },
	{ "anything.value", "{flags: FLAG_NODEPORT|WRONG|12x}",
	  "test.yaml:1:23: error: 'WRONG' is no number or known name; flags is enum types_flag: 0 to "
	  "4294967295, FLAG_NODEPORT, FLAG_AFFINITY, FLAG_ROUTABLE\n"
	  "  {flags: FLAG_NODEPORT|WRONG|12x}\n"
	  "                        ^~~~~\n"
	  "test.yaml:1:29: error: '12x' is no number; flags is enum types_flag: 0 to 4294967295, "
	  "FLAG_NODEPORT, FLAG_AFFINITY, FLAG_ROUTABLE\n"
	  "  {flags: FLAG_NODEPORT|WRONG|12x}\n"
	  "                              ^~~\n" },
	{ "anything.value", "{small: 16, s8: -129, yes: maybe}",
	  "test.yaml:1:9: error: small is __s32, a bit-field of 5 bits: -16 to 15\n"
	  "  {small: 16, s8: -129, yes: maybe}\n"
	  "          ^~\n"
	  "test.yaml:1:17: error: s8 is __s8: -128 to 127\n"
	  "  {small: 16, s8: -129, yes: maybe}\n"
	  "                  ^~~~\n"
	  "test.yaml:1:28: error: 'maybe' is not accepted here; yes is _Bool: true or false\n"
	  "  {small: 16, s8: -129, yes: maybe}\n"
	  "                             ^~~~~\n" },
	{ "anything.value", "{wide: hex(00)}",
	  "test.yaml:1:8: error: wide is a bit-field, which has no bytes of its own\n"
	  "  {wide: hex(00)}\n"
	  "         ^~~~~~~\n" },
	{ "anything.value", "{single: abc, pointer: 5, table: {64: 1}}",
	  "test.yaml:1:10: error: 'abc' is not accepted here; single is float: a decimal number\n"
	  "  {single: abc, pointer: 5, table: {64: 1}}\n"
	  "           ^~~\n"
	  "test.yaml:1:24: error: '5' is not accepted here; pointer is void *: hex(..) of 8 bytes\n"
	  "  {single: abc, pointer: 5, table: {64: 1}}\n"
	  "                         ^\n"
	  "test.yaml:1:35: error: '64' is no index of table: 0 to 63\n"
	  "  {single: abc, pointer: 5, table: {64: 1}}\n"
	  "                                    ^~\n" },
	{ "anything.value", "{u64: 99999999999999999999}",
	  "test.yaml:1:7: error: u64 is __u64: 0 to 18446744073709551615, or a MAC address\n"
	  "  {u64: 99999999999999999999}\n"
	  "        ^~~~~~~~~~~~~~~~~~~~\n" },
	{ "endpoints.value", "{name: \"a-very-long-name\", ip6: 10.0.0.1}",
	  "test.yaml:1:33: error: '10.0.0.1' is not accepted here; ip6 is union v6addr: {member: "
	  "value}, or an IPv6 address\n"
	  "  {name: \"a-very-long-name\", ip6: 10.0.0.1}\n"
	  "                                  ^~~~~~~~\n" },
	{ "endpoints.value", "{name: \"a-much-longer-name\"}",
	  "test.yaml:1:8: error: this text has 18 characters; name is char[16]\n"
	  "  {name: \"a-much-longer-name\"}\n"
	  "         ^~~~~~~~~~~~~~~~~~~~\n" },
	{ "untyped.key", "7",
	  "test.yaml:1:1: error: '7' is not accepted here; the value is bytes of no known type: hex(..) "
	  "of 8 bytes\n"
	  "  7\n"
	  "  ^\n" },
	{ "services.key", "{dport: be16($prot)}",
	  "test.yaml:1:14: error: unknown variable '$prot'; did you mean '$port'?\n"
	  "  {dport: be16($prot)}\n"
	  "               ^~~~~\n" },
	{ "services.key", "{proto: TO_NETWORK}",
	  "test.yaml:1:9: error: TO_NETWORK is 300; proto is __u8: 0 to 255, TO_NETWORK\n"
	  "  {proto: TO_NETWORK}\n"
	  "          ^~~~~~~~~~\n" },
};

static const struct type *type_of(const char *side)
{
	char *map = xstrndup(side, strcspn(side, "."));
	const struct object_map *m = object_file_map(object, map);

	assert_non_null(m);
	free(map);
	return strstr(side, ".key") ? m->key : m->value;
}

static void test_rows(void **state)
{
	struct type_enumerator item = { "TO_NETWORK", 300 };
	struct value_names names = { .member = "proto", .items = &item, .n = 1 };
	struct var var = { .name = "port", .text = "80" };
	const struct vars vars = { .items = &var, .n = 1 };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		bool named = strstr(rows[i].text, "TO_NETWORK");
		struct value_context c = { .vars = &vars, .names = named ? &names : NULL };

		assert_refused(&c, type_of(rows[i].map), rows[i].text, rows[i].messages);
	}
}

/* A value that a variable put in place: the message points at its use, the note at the value. */
static void test_through_variable(void **state)
{
	static const char text[] = "port: 70000\nkey: {dport: $port}\n";
	const struct type *t = type_of("services.key");
	struct source src;
	struct arena arena = {};
	struct encoded e = {};
	struct var var = { .name = "port", .text = "70000" };
	const struct vars vars = { .items = &var, .n = 1 };
	const struct node *root;
	uint8_t out[12] = {};
	char *said;

	(void)state;
	source_from_text("test.yaml", text, strlen(text), &src);
	root = node_parse(&e.d, &src, &arena);
	assert_non_null(root);
	var.value = node_get(root, "port");
	var.where = var.value->span;
	root = node_expand(&e.d, node_get(root, "key"), &vars, &arena);
	assert_int_equal(value_encode(&e.d, NULL, t, root, out, NULL), -1);
	said = encoded_messages(&e);
	assert_string_equal(said, "test.yaml:2:14: error: dport is __be16: 0 to 65535\n"
				  "  key: {dport: $port}\n"
				  "               ^~~~~\n"
				  "test.yaml:1:7: note: the value stands here\n"
				  "  port: 70000\n"
				  "        ^~~~~\n");
	free(said);
	diags_free(&e.d);
	arena_free(&arena);
	source_free(&src);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_through_variable),
	};
	int failed;

	object = test_object("types_maps.bpf.o");
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	object_file_free(object);
	return failed;
}
