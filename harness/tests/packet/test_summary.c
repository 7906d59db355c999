/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Frames in one line, the help text, and checksums against RFC 1071's own example. */
#include "packets.h"

#include "packet/csum.h"

static const struct {
	const char *expression, *summary;
} summaries[] = {
	{ "eth() / ipv4(src=172.16.0.251, dst=10.10.249.114) / tcp(sport=37352, dport=80)",
	  "172.16.0.251.37352 > 10.10.249.114.80: tcp S, 0 bytes" },
	{ "eth() / ipv6(src=fd00::1, dst=fd00::2) / tcp(sport=1, dport=2, flags=PA) / \"abc\"",
	  "fd00::1.1 > fd00::2.2: tcp PA, 3 bytes" },
	{ "eth() / vlan(id=7) / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(sport=53, dport=9) / \"abcd\" / pad(4)",
	  "vlan 7, 10.0.0.1.53 > 10.0.0.2.9: udp, 4 bytes" },
	{ "eth() / arp(spa=10.0.0.2, tpa=10.0.0.1) / pad(18)",
	  "arp who-has 10.0.0.1 tell 10.0.0.2" },
	{ "eth() / arp(op=reply, sha=02:00:00:00:00:07, spa=10.0.0.2)",
	  "arp reply 10.0.0.2 is-at 02:00:00:00:00:07" },
	{ "eth() / arp(op=9)", "arp op 9" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / icmp(id=7, seq=2) / zeros(56)",
	  "10.0.0.1 > 10.0.0.2: icmp echo-request, id 7, seq 2, 56 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / icmp(type=unreachable, code=3) / "
	  "ipv4(src=10.0.0.2, dst=10.0.0.1) / udp(sport=1, dport=2)",
	  "10.0.0.1 > 10.0.0.2: icmp unreachable code 3, 10.0.0.2.1 > 10.0.0.1.2: udp, 0 bytes" },
	{ "eth() / ipv6(src=fe80::1, dst=ff02::1) / icmpv6(type=neighbor-solicitation) / zeros(15)",
	  "fe80::1 > ff02::1: icmpv6 neighbor-solicitation, 15 bytes" },
	{ "eth() / ipv6(src=fe80::1, dst=ff02::1) / icmpv6(type=neighbor-advertisement) / "
	  "nd(target=fe80::1, options=[tllao(02:00:00:00:00:01)])",
	  "fe80::1 > ff02::1: icmpv6 neighbor-advertisement, target fe80::1, 0 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(sport=9, dport=8472) / vxlan(vni=7) / "
	  "eth() / ipv4(src=172.16.0.1, dst=172.16.0.2) / tcp(sport=1, dport=80)",
	  "10.0.0.1.9 > 10.0.0.2.8472: udp, vxlan 7, 172.16.0.1.1 > 172.16.0.2.80: tcp S, 0 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(sport=9) / geneve(vni=7) / "
	  "eth() / ipv4(src=172.16.0.1, dst=172.16.0.2) / udp(sport=1, dport=80)",
	  "10.0.0.1.9 > 10.0.0.2.6081: udp, geneve 7, 172.16.0.1.1 > 172.16.0.2.80: udp, 0 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / gre(flags=CK, key=7) / "
	  "ipv6(src=fd00::1, dst=fd00::2) / udp(sport=1, dport=80)",
	  "10.0.0.1 > 10.0.0.2: gre key 7, fd00::1.1 > fd00::2.80: udp, 0 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, frag=185, proto=udp) / zeros(8)",
	  "10.0.0.1 > 10.0.0.2: fragment at 1480 of udp, 8 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, flags=MF) / udp(sport=1, dport=2) / zeros(8)",
	  "10.0.0.1.1 > 10.0.0.2.2: first fragment of udp, 8 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, proto=99) / zeros(8)",
	  "10.0.0.1 > 10.0.0.2: proto 99, 8 bytes" },
	{ "eth(dst=02:00:00:00:00:01, src=02:00:00:00:00:02, type=lldp) / zeros(8)",
	  "02:00:00:00:00:02 > 02:00:00:00:00:01: lldp, 8 bytes" },
	{ "eth(type=38) / zeros(38)",
	  "00:00:00:00:00:00 > 00:00:00:00:00:00: 802.3 length 38, 38 bytes" },
	{ "eth() / ipv6(src=fd00::1, dst=fd00::2) / hopopt() / dstopt() / udp(sport=1, dport=2)",
	  "fd00::1.1 > fd00::2.2: hopopt, dstopt, udp, 0 bytes" },
	{ "eth() / ipv6(src=fd00::1, dst=fd00::2) / fragment(offset=185, nh=udp) / zeros(8)",
	  "fd00::1 > fd00::2: fragment at 1480 of udp, 8 bytes" },
	{ "eth() / ipv6(src=fd00::1, dst=fd00::2) / fragment(m=1) / udp(sport=1, dport=2) / zeros(8)",
	  "fd00::1.1 > fd00::2.2: first fragment of udp, 8 bytes" },
	{ "eth() / ipv6(src=fd00::1, dst=fd00::2) / routing(segleft=1, addresses=[::1]) / fragment(nh=99)",
	  "fd00::1 > fd00::2: routing srh, 1 segments left, atomic fragment of nh 99, 0 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / ah(spi=7) / tcp(sport=1, dport=2)",
	  "10.0.0.1.1 > 10.0.0.2.2: ah spi 0x00000007, tcp S, 0 bytes" },
	{ "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / icmp(type=time-exceeded) / "
	  "ipv4(src=10.0.0.2, dst=10.0.0.1) / tcp(sport=1, dport=2) / cut(28)",
	  "10.0.0.1 > 10.0.0.2: icmp time-exceeded, 10.0.0.2.1 > 10.0.0.1.2: tcp, 0 bytes" },
	{ "hex(0102)", "2 bytes" },
	{ "\"\"", "0 bytes" },
};

static void test_summaries(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(summaries); i++) {
		struct packet p, found;
		struct case_text c;
		char *text;

		case_build(&c, summaries[i].expression, &p);
		packet_dissect(p.data, p.len, &found);
		text = summarised(&found);
		assert_string_equal(text, summaries[i].summary);
		free(text);
		case_close(&c);
	}
}

/* Every protocol and field is in the help, and the example in it builds. */
static void test_help(void **state)
{
	struct var vip = { .name = "vip", .text = "10.0.0.1" };
	struct vars vars = { &vip, 1 };
	char *text, *start, *end;
	struct case_text c;
	struct packet p;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	(void)state;
	packet_help(out);
	fclose(out);
	for (const struct proto *const *q = protos; *q; q++) {
		assert_non_null(strstr(text, (*q)->text));
		for (const struct field *f = (*q)->fields; f->name; f++)
			assert_non_null(strstr(text, f->text));
	}
	for (char *line = strtok(start = xstrdup(text), "\n"); line; line = strtok(NULL, "\n"))
		assert_true(strlen(line) <= 100);
	free(start);
	start = strstr(text, "  eth(src");
	end = start ? strstr(start, "\n\n") : NULL;
	assert_non_null(end);
	*end = 0;
	case_open(&c, start);
	c.e.vars = &vars;
	assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), 0);
	assert_int_equal(p.n_layers, 4);
	case_close(&c);
	free(text);
}

/* RFC 1071 section 3: 0001 f203 f4f5 f6f7 sums to ddf2. */
static void test_checksums(void **state)
{
	static const uint8_t example[] = { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 };
	uint8_t data[65];
	uint64_t seed = 3;

	(void)state;
	assert_int_equal(csum_fold(csum_sum(example, sizeof(example), 0)), 0xddf2);
	assert_int_equal(csum_finish(csum_sum(example, sizeof(example), 0)), 0x220d);
	/* RFC 1624 section 4: a field goes from 0x5555 to 0x3285 under checksum 0xdd2f. */
	assert_int_equal(csum_update(0xdd2f, (uint16_t)~0x5555, (uint16_t)~0x3285), 0x0000);
	for (size_t len = 0; len < sizeof(data); len++) {
		uint32_t slow = 0;

		for (size_t i = 0; i < len; i++) {
			data[i] = (uint8_t)next_random(&seed);
			slow += i & 1 ? data[i] : (uint32_t)data[i] << 8;
		}
		assert_int_equal(csum_fold(csum_sum(data, len, 0)), csum_fold(slow));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_summaries),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_checksums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
