/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Each kind of expectation: what it accepts, and every kind of difference it shows. */
#include "packets.h"

#define TCP \
	"eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2) / tcp(sport=1, dport=80) / \"hello\""
#define UDP  "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(sport=1, dport=53) / \"hello\""
#define VLAN "eth() / vlan(id=5) / ipv4() / udp() / \"x\""
/* What an ICMP error holds of UDP from @src, @sport, shortened or not. */
#define QUOTE(src, sport)                                                                      \
	"eth() / ipv4() / icmp(type=unreachable, code=3) / ipv4(src=" src ", dst=10.0.0.9) / " \
	"udp(sport=" sport ", dport=53) / \"some question\""
#define PADDED "eth() / ipv4() / tcp(flags=A) / pad(6)"

struct pass_case {
	const char *sent, *expect, *out;
};

static const struct pass_case passes[] = {
	{ TCP, "same", TCP },
	{ TCP, TCP, TCP },
	{ TCP,
	  "eth(src=any) / ipv4(src=10.0.0.1, dst=any, id=any) / tcp(sport=1, dport=80) / \"hello\"",
	  TCP },
	{ TCP, "eth(src=any) / ipv4(src=10.0.0.1, dst=10.0.0.2) / ...", TCP },
	{ TCP, "eth(src=any) / ...", TCP },
	{ TCP,
	  "eth(src=any) / ipv4(src=10.0.0.1, dst=10.0.0.2) / tcp(sport=1, dport=80) / \"he\" / ...",
	  TCP },
	{ PADDED, "eth() / ipv4() / ...", PADDED },
	{ PADDED, "eth() / ipv4() / tcp(flags=any) / ...", PADDED },
	{ TCP,
	  "eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2) / tcp(sport=1, dport=80, csum=any, options=any) / \"hello\"",
	  "eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2) / tcp(sport=1, dport=80, csum=7, options=[mss(1)]) / \"hello\"" },
	/* like */
	{ TCP, "like tcp(dport=80)", TCP },
	{ TCP, "like ipv4(ttl=64) / \"hello\"", TCP },
	{ TCP, "like \"he\" / ...", TCP },
	{ TCP, "like ipv4() / ...", TCP },
	{ TCP, "like ipv4(ttl=any, src=10.0.0.1)", TCP },
	{ PADDED, "like tcp() / \"\"", PADDED },
	{ PADDED, "like tcp() / pad(6)", PADDED },
	{ TCP, "like ipv4[2](ttl=9) / tcp()", "eth() / ipv4() / ipv4(ttl=9) / tcp()" },
	{ TCP, "like ipv4() / ipv4(ttl=9)", "eth() / ipv4() / ipv4(ttl=9) / tcp()" },
	{ TCP, "like icmp(mtu=1400)",
	  "eth() / ipv4() / icmp(type=unreachable, mtu=1400) / ipv4()" },
	/* sent with */
	{ TCP, "sent", TCP },
	{ TCP, "sent with ipv4(dst=10.9.9.9, ttl=63)",
	  "eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.9.9.9, ttl=63) / tcp(sport=1, dport=80) / \"hello\"" },
	{ TCP, "sent with ipv4(ttl=63) / tcp(options=[mss(9), nop]) / \"longer text\"",
	  "eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=63) / tcp(sport=1, dport=80, options=[mss(9), nop]) / \"longer text\"" },
	{ TCP, "sent with eth(src=any) / ipv4(id=any)",
	  "eth(src=02:00:00:00:00:07) / ipv4(src=10.0.0.1, dst=10.0.0.2, id=77) / tcp(sport=1, dport=80) / \"hello\"" },
	{ TCP, "sent with ipv4(ttl=63) / ...",
	  "eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=63, proto=udp) / udp() / \"other\"" },
	{ TCP, "sent with tcp(dport=81) with ipv4(ttl=9)",
	  "eth(src=02:00:00:00:00:01) / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=9) / tcp(sport=1, dport=81) / \"hello\"" },
	{ PADDED, "sent with ipv4(ttl=63)", "eth() / ipv4(ttl=63) / tcp(flags=A) / pad(6)" },
	{ PADDED, "sent with \"data\"", "eth() / ipv4() / tcp(flags=A) / \"data\" / pad(6)" },
	{ "eth() / ipv4() / ipv4() / udp()", "sent with ipv4[2](ttl=9)",
	  "eth() / ipv4() / ipv4(ttl=9) / udp()" },
	/* What is quoted is a packet of its own: whole, its checksum follows; else it is carried
	   on. */
	{ QUOTE("10.0.0.1", "1000"), "sent with ipv4[2](src=10.7.7.7) / udp(sport=4000)",
	  QUOTE("10.7.7.7", "4000") },
	{ QUOTE("10.0.0.1", "1000") " / cut(28)",
	  "sent with ipv4[2](src=10.7.7.7) / udp(sport=4000)",
	  QUOTE("10.7.7.7", "4000") " / cut(28)" },
	{ QUOTE("10.0.0.1", "1000") " / cut(31)",
	  "sent with ipv4[2](src=10.7.7.7) / udp(sport=4000)",
	  QUOTE("10.7.7.7", "4000") " / cut(31)" },
	{ QUOTE("10.0.0.1", "1000"), "sent with ipv4[2](src=10.7.7.7) / \"?\"",
	  "eth() / ipv4() / icmp(type=unreachable, code=3) / ipv4(src=10.7.7.7, dst=10.0.0.9) / "
	  "udp(sport=1000, dport=53) / \"?\"" },
	{ TCP,
	  "eth() / ipv4() / icmp(type=unreachable) / ipv4(src=10.0.0.9, dst=10.0.0.2, id=any) / "
	  "udp(sport=1, dport=any) / \"text\" / cut(30)",
	  "eth() / ipv4() / icmp(type=unreachable) / ipv4(src=10.0.0.9, dst=10.0.0.2, id=7) / "
	  "udp(sport=1, dport=9) / \"text\" / cut(30)" },
	{ TCP, "like icmp(type=time-exceeded) / ipv4(ttl=1) / tcp8(dport=80)",
	  "eth() / ipv4() / icmp(type=time-exceeded) / ipv4(ttl=1) / tcp(dport=80) / \"text\" / cut(28)" },
	/* Extension headers and options follow a change too. */
	{ "eth() / ipv6() / hopopt() / dstopt(options=[tel(4)]) / tcp() / \"x\"",
	  "sent with ipv6(dst=fd00::9) / dstopt(options=[opt(27, hex(0102030405060708))]) / tcp(dport=9)",
	  "eth() / ipv6(dst=fd00::9) / hopopt() / dstopt(options=[opt(27, hex(0102030405060708))]) / "
	  "tcp(dport=9) / \"x\"" },
	{ "eth() / ipv6() / hopopt() / dstopt() / tcp()", "sent without hopopt / dstopt",
	  "eth() / ipv6() / tcp()" },
	{ "eth() / ipv6() / dstopt() / hex(01)", "sent without dstopt",
	  "eth() / ipv6() / hex(01)" },
	{ "eth() / ipv6() / routing(segleft=1, addresses=[fd00::9]) / udp()",
	  "sent with ipv6(dst=fd00::9) / routing(segleft=0)",
	  "eth() / ipv6(dst=fd00::9) / routing(segleft=0, addresses=[fd00::9]) / udp()" },
	{ "eth() / ipv6(src=fd00::1) / icmpv6() / nd(target=::1, options=[sllao(02:00:00:00:00:01)])",
	  "sent with ipv6(src=fd00::2) / icmpv6(type=neighbor-advertisement) / "
	  "nd(options=[tllao(02:00:00:00:00:02)])",
	  "eth() / ipv6(src=fd00::2) / icmpv6(type=neighbor-advertisement) / "
	  "nd(target=::1, options=[tllao(02:00:00:00:00:02)])" },
	{ TCP, "like nd(target=::1, options=[tllao(02:00:00:00:00:02)])",
	  "eth() / ipv6() / icmpv6() / nd(target=::1, options=[tllao(02:00:00:00:00:02)])" },
	/* no checksum stays none; a wrong or partial one stays as wrong */
	{ "eth() / ipv4() / udp(csum=0) / \"x\"", "sent with ipv4(dst=1.2.3.4)",
	  "eth() / ipv4(dst=1.2.3.4) / udp(csum=0) / \"x\"" },
	{ "eth() / ipv4() / tcp(csum=0x1234)", "sent with ipv4(dst=1.2.0.0)",
	  "eth() / ipv4(dst=1.2.0.0) / tcp(csum=0x1132)" },
	{ "eth() / ipv4(csum=0x0001)", "sent with ipv4(ttl=63)",
	  "eth() / ipv4(ttl=63, csum=0x0101)" },
	{ "eth() / ipv4(flags=MF) / udp(csum=0x1234) / \"12345678\"", "sent with ipv4(dst=1.2.0.0)",
	  "eth() / ipv4(flags=MF, dst=1.2.0.0) / udp(csum=0x1132) / \"12345678\"" },
	{ "eth() / ipv4(len=1500) / udp(len=1480) / \"cut\"", "sent with udp(dport=0)",
	  "eth() / ipv4(len=1500) / udp(len=1480) / \"cut\"" },
	/* sent without */
	{ VLAN, "sent without vlan", "eth() / ipv4() / udp() / \"x\"" },
	{ VLAN, "sent without vlan()", "eth() / ipv4() / udp() / \"x\"" },
	{ VLAN, "sent without vlan with ipv4(ttl=1)", "eth() / ipv4(ttl=1) / udp() / \"x\"" },
	{ "eth() / vlan(type=lldp) / hex(0102)", "sent without vlan",
	  "eth(type=lldp) / hex(0102)" },
	{ "eth() / vlan(id=1) / vlan(id=2) / arp()", "sent without vlan / vlan", "eth() / arp()" },
	{ "eth() / vlan(id=1) / vlan(id=2) / arp()", "sent without vlan[1] / vlan[2]",
	  "eth() / arp()" },
	{ "eth() / vlan(id=1) / vlan(id=2) / arp()", "sent without vlan[2]",
	  "eth() / vlan(id=1) / arp()" },
	{ "eth() / ipv4() / ipv6() / tcp()", "sent without ipv4", "eth() / ipv6() / tcp()" },
	{ PADDED, "sent without pad", "eth() / ipv4() / tcp(flags=A)" },
	{ UDP, "sent without payload",
	  "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(sport=1, dport=53)" },
	/* in front of what was sent */
	{ "eth() / ipv4(ttl=9) / tcp()", "eth() / ipv4(src=1.1.1.1) / sent without eth",
	  "eth() / ipv4(src=1.1.1.1) / ipv4(ttl=9) / tcp()" },
	{ "eth() / ipv4(ttl=9) / tcp()",
	  "eth() / ipv4(src=1.1.1.1) / sent without eth with ipv4(ttl=8)",
	  "eth() / ipv4(src=1.1.1.1) / ipv4(ttl=8) / tcp()" },
	{ "eth() / ipv6() / udp()",
	  "eth() / ipv4() / udp(dport=4789) / hex(0800000000000500) / sent",
	  "eth() / ipv4() / udp(dport=4789) / hex(0800000000000500) / eth() / ipv6() / udp()" },
	/* in tunnels */
	{ "eth() / ipv4() / tcp()", "eth() / ipv4() / udp(sport=9) / vxlan(vni=7) / sent",
	  "eth() / ipv4() / udp(sport=9) / vxlan(vni=7) / eth() / ipv4() / tcp()" },
	{ "eth() / ipv4() / udp(csum=0) / vxlan(vni=7) / eth() / ipv4() / tcp() / \"x\"",
	  "sent with vxlan(vni=8) / ipv4(dst=10.9.9.9) / tcp(dport=81)",
	  "eth() / ipv4() / udp(csum=0) / vxlan(vni=8) / eth() / ipv4(dst=10.9.9.9) / tcp(dport=81) / \"x\"" },
	{ "eth() / ipv4() / udp() / vxlan(vni=7) / eth() / ipv6() / udp()",
	  "sent without eth / ipv4 / udp / vxlan", "eth() / ipv6() / udp()" },
	{ "eth() / ipv4() / udp() / geneve(vni=7) / eth() / ipv6() / udp()",
	  "sent with geneve(vni=8, options=[dsr(80, 10.0.0.1)])",
	  "eth() / ipv4() / udp() / geneve(vni=8, options=[dsr(80, 10.0.0.1)]) / eth() / ipv6() / udp()" },
	{ "eth() / ipv4() / gre() / ipv4() / udp()", "sent with gre(flags=CK, key=7)",
	  "eth() / ipv4() / gre(flags=CK, key=7) / ipv4() / udp()" },
	{ "eth() / ipv4() / gre(flags=CK, key=7) / ipv4() / udp()", "like gre(flags=CK, key=7)",
	  "eth() / ipv4() / gre(flags=CK, key=7) / ipv4() / udp(dport=9)" },
	{ "eth() / ipv4() / ipv4() / udp()", "sent without ipv4", "eth() / ipv4() / udp()" },
	{ "eth(type=lldp) / hex(0102)", "eth(src=any) / vlan(id=9) / sent without eth",
	  "eth(src=02:00:00:00:00:09) / vlan(id=9, type=lldp) / hex(0102)" },
};

struct fail_case {
	const char *sent, *expect, *out;
	const char
		*items; /* "FIELD: EXPECTED -> ACTUAL" per line, derived ones with '=' in front */
	const char *note;
};

static const struct fail_case fails[] = {
	{ TCP, "same", UDP,
	  "eth.src: 02:00:00:00:00:01 -> 00:00:00:00:00:00\n"
	  "tcp: tcp(sport=1, dport=80, flags=S) -> missing\n"
	  "udp: nothing -> udp(sport=1, dport=53)\n"
	  "=ipv4.len: 45 -> 33\n"
	  "=ipv4.proto: tcp -> udp\n"
	  "=ipv4.csum: 0x66c9 -> 0x66ca\n",
	  NULL },
	{ TCP, "sent with ipv4(ttl=63)", TCP,
	  "ipv4.ttl: 63 -> 64\n"
	  "=ipv4.csum: 0x67c9 -> 0x66c9\n",
	  NULL },
	{ VLAN, "sent without vlan", VLAN,
	  "vlan: nothing -> vlan(id=5)\n"
	  "=eth.type: ipv4 -> vlan\n",
	  NULL },
	{ "eth() / arp()", "eth() / vlan(id=5) / arp()", "eth() / arp()",
	  "vlan: vlan(id=5) -> missing\n"
	  "=eth.type: vlan -> arp\n",
	  NULL },
	{ UDP, "like udp(dport=54, csum=any) / \"hello!\"", UDP,
	  "udp.dport: 54 -> 53\n"
	  "payload: \"hello!\" -> \"hello\"\n",
	  NULL },
	{ UDP, "like tcp() / \"\"", UDP, "tcp: tcp() -> missing\npayload: nothing -> \"hello\"\n",
	  NULL },
	{ UDP, "like ipv4[2](ttl=9)", UDP, "ipv4[2]: ipv4(ttl=9) -> missing\n", NULL },
	{ UDP, "like \"help\" / ...", UDP, "payload: \"help\" -> \"hello\"\n", NULL },
	{ UDP, "like icmp(mtu=1)", "eth() / ipv4() / icmp()", "icmp.mtu: 1 -> absent\n", NULL },
	{ UDP, "eth() / ipv4(options=[nop]) / ...", "eth() / ipv4() / udp()",
	  "ipv4.options: [nop] -> []\n=ipv4.ihl: 6 -> 5\n=ipv4.len: 32 -> 28\n=ipv4.csum: 0x78ce -> 0x7ad2\n",
	  NULL },
	{ UDP, "eth() / ipv4(id=any) / udp()", "eth() / ipv4(id=7, csum=0x1234) / udp()",
	  "=ipv4.csum: 0x7acb -> 0x1234\n", NULL },
	{ UDP, "eth() / ipv4() / ipv4(ttl=9)", "eth() / ipv4() / ipv4(ttl=8)",
	  "ipv4[2].ttl: 9 -> 8\n=ipv4[2].csum: 0xb0ee -> 0xb1ee\n", NULL },
	{ UDP, "eth() / ipv4() / icmp(type=redirect, gateway=1.2.3.4)",
	  "eth() / ipv4() / icmp(type=time-exceeded, rest=0x01020304)",
	  "icmp.type: redirect -> time-exceeded\nicmp.gateway: 1.2.3.4 -> absent\nicmp.rest: absent -> 0x01020304\n"
	  "=icmp.csum: 0xf6f9 -> 0xf0f9\n",
	  NULL },
	{ PADDED, "eth() / ipv4() / tcp(flags=A)", PADDED, "pad: nothing -> pad(6)\n", NULL },
	{ UDP, "eth() / zeros(40)", "eth() / zeros(41)",
	  "payload: ends after 40 bytes -> at byte 40 of 41: hex(00)\n", NULL },
	{ UDP, "same",
	  "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2) / udp(sport=1, dport=53) / \"hellO\"",
	  "payload: \"hello\" -> \"hellO\"\n=udp.csum: 0xa7c9 -> 0xc7c9\n", NULL },
	{ UDP, "sent with vlan(id=5)", UDP, "vlan: to be in what was sent -> missing\n",
	  "what was sent has no vlan: eth(dst=00:00:00:00:00:00) / ipv4(src=10.0.0.1, dst=10.0.0.2) / "
	  "udp(sport=1, dport=53) / \"hello\"" },
	{ "eth() / ipv4() / icmp()", "sent with icmp(mtu=5)", "eth() / ipv4() / icmp()",
	  "icmp.mtu: to be in what was sent -> missing\n",
	  "what was sent has no icmp.mtu: eth(dst=00:00:00:00:00:00) / ipv4() / icmp(type=echo-request)" },
	{ "eth() / ipv4() / tcp(csum=0x1234)", "sent with ipv4(ttl=63)",
	  "eth() / ipv4(ttl=63) / tcp()", "=tcp.csum: 0x1234 -> 0xafe3\n",
	  "tcp.csum was wrong when sent (0x1234, right is 0xafe3): carried on as RFC 1624 does" },
	/* 6 + 20: the pseudo header of TCP with addresses 0, as left to a device */
	{ "eth() / ipv4() / tcp(csum=26)", "sent with ipv4(ttl=63)", "eth() / ipv4(ttl=63) / tcp()",
	  "=tcp.csum: 0x001a -> 0xafe3\n",
	  "tcp.csum held only the sum of the pseudo header when sent, as left to a device: carried on as RFC 1624 does" },
	{ "eth() / ipv4(flags=MF) / udp(csum=1)", "sent with ipv4(ttl=63)",
	  "eth() / ipv4(ttl=63, flags=MF) / udp(csum=2)", "=udp.csum: 0x0001 -> 0x0002\n",
	  "udp.csum covers bytes that are not in this frame: carried on as RFC 1624 does" },
	{ UDP, QUOTE("10.0.0.1", "1000") " / cut(31)", QUOTE("10.0.0.2", "1000") " / cut(30)",
	  "ipv4[2].src: 10.0.0.1 -> 10.0.0.2\npayload: \"som\" -> \"so\"\n"
	  "=ipv4.len: 59 -> 58\n=ipv4.csum: 0x7ac3 -> 0x7ac4\n=icmp.csum: 0xf24c -> 0x5f4e\n"
	  "=ipv4[2].csum: 0x66bb -> 0x66ba\n=udp.csum: 0x260e -> 0x260d\n",
	  NULL },
	{ QUOTE("10.0.0.1", "1000") " / cut(28)", "sent with ipv4[2](src=10.0.0.2)",
	  QUOTE("10.0.0.1", "1000") " / cut(28)",
	  "ipv4[2].src: 10.0.0.2 -> 10.0.0.1\n=icmp.csum: 0xd2bd -> 0xd2bc\n"
	  "=ipv4[2].csum: 0x66ba -> 0x66bb\n=udp.csum: 0x260d -> 0x260e\n",
	  "udp.csum covers bytes that are not in this frame: carried on as RFC 1624 does" },
	{ UDP, "eth() / ipv6() / hopopt(options=[ra(0)]) / udp()",
	  "eth() / ipv6() / hopopt() / udp()", "hopopt.options: [ra(0)] -> []\n", NULL },
	{ UDP, "like icmpv6(flags=SO) / nd(target=::1, options=[])",
	  "eth() / ipv6() / icmpv6(type=neighbor-advertisement, flags=R) / "
	  "nd(target=::2, options=[tllao(02:00:00:00:00:02)])",
	  "icmpv6.flags: SO -> R\nnd.target: ::1 -> ::2\n"
	  "nd.options: [] -> [tllao(02:00:00:00:00:02)]\n",
	  NULL },
};

static bool run_check(const char *sent, const char *expect, const char *out, struct case_text *e,
		      struct packet_diff *diff)
{
	struct case_text cs, co;
	struct packet_expect *x;
	struct packet ps, po;
	bool same;

	case_build(&cs, sent, &ps);
	case_build(&co, out, &po);
	case_open(e, expect);
	x = packet_expect_read(&e->d, &e->e, &e->arena);
	if (!x) {
		diags_print(stderr, &e->d);
		fail_msg("is not accepted: %s", expect);
	}
	/* Twice: a check leaves the expectation as it was. */
	same = packet_expect_check(x, ps.data, ps.len, po.data, po.len, &e->arena, NULL);
	assert_int_equal(packet_expect_check(x, ps.data, ps.len, po.data, po.len, &e->arena, diff),
			 same);
	case_close(&cs);
	case_close(&co);
	return same;
}

static char *items_text(const struct packet_diff *diff)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	for (size_t i = 0; i < diff->n; i++) {
		const struct packet_difference *it = &diff->items[i];

		fprintf(out, "%s%s: %s -> %s\n", it->derived ? "=" : "", it->field,
			it->expected ? it->expected : "nothing",
			it->actual ? it->actual : "missing");
	}
	fclose(out);
	return text;
}

static void test_passes(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(passes); i++) {
		struct packet_diff diff = {};
		struct case_text e;
		char *text;

		if (!run_check(passes[i].sent, passes[i].expect, passes[i].out, &e, &diff)) {
			text = items_text(&diff);
			print_error("sent     %s\nexpect   %s\nout      %s\n%s\n", passes[i].sent,
				    passes[i].expect, passes[i].out, text);
			free(text);
			wrong++;
		}
		case_close(&e);
	}
	assert_int_equal(wrong, 0);
}

static void test_fails(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(fails); i++) {
		const struct fail_case *f = &fails[i];
		struct packet_diff diff = {};
		struct case_text e;
		char *text;

		if (run_check(f->sent, f->expect, f->out, &e, &diff))
			fail_msg("passes: %s", f->expect);
		text = items_text(&diff);
		if (strcmp(text, f->items) || !!f->note != !!diff.note ||
		    (f->note && strcmp(f->note, diff.note))) {
			print_error("%s\nfound:\n%s%s\nexpected:\n%s%s\n", f->expect, text,
				    diff.note ? diff.note : "", f->items, f->note ? f->note : "");
			wrong++;
		}
		assert_non_null(diff.expected);
		assert_non_null(diff.actual);
		free(text);
		case_close(&e);
	}
	assert_int_equal(wrong, 0);
}

/* A changed byte anywhere is seen, and shown as at least one difference. */
static void test_each_byte_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(passes); i++) {
		struct case_text c;
		struct packet p;
		uint8_t *copy;

		case_build(&c, passes[i].out, &p);
		copy = arena_memdup(&c.arena, p.data, p.len);
		for (size_t j = 0; j < p.len; j++) {
			struct packet_diff diff = {};

			copy[j] ^= 0x55;
			assert_false(frame_compare(p.data, p.len, copy, p.len, &c.arena, &diff));
			assert_true(diff.n > 0);
			copy[j] ^= 0x55;
			assert_false(frame_compare(p.data, p.len, copy, j, &c.arena, &diff));
			assert_true(diff.n > 0);
		}
		assert_true(frame_compare(p.data, p.len, copy, p.len, &c.arena, NULL));
		case_close(&c);
	}
}

static void test_texts_and_places(void **state)
{
	struct packet_diff diff = {};
	struct case_text e;

	(void)state;
	run_check(UDP, "eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, ttl=63, id=any) / ...", UDP, &e,
		  &diff);
	assert_string_equal(diff.expected,
			    "eth(dst=00:00:00:00:00:00) / ipv4(id=any, ttl=63, proto=any, "
			    "src=10.0.0.1, dst=10.0.0.2) / ...");
	assert_string_equal(diff.actual,
			    "eth(dst=00:00:00:00:00:00) / ipv4(src=10.0.0.1, dst=10.0.0.2) / "
			    "udp(sport=1, dport=53) / \"hello\"");
	assert_null(diff.expected_data);
	assert_int_equal(diff.items[0].off, 14 + 8);
	assert_int_equal(diff.items[0].len, 1);
	case_close(&e);
	run_check(UDP, "like ipv4[2](ttl = 9)  /\n \"\"", UDP, &e, &diff);
	assert_string_equal(diff.expected, "like ipv4[2](ttl=9) / \"\"");
	case_close(&e);
	run_check(UDP, "sent  with\n vlan(id=3)", UDP, &e, &diff);
	assert_string_equal(diff.expected, "sent with vlan(id=3)");
	case_close(&e);
	run_check(UDP, "sent with ipv4(ttl=1)", UDP, &e, &diff);
	assert_non_null(diff.expected_data);
	assert_int_equal(diff.expected_len, 14 + 20 + 8 + 5);
	assert_int_equal(diff.expected_data[14 + 8], 1);
	case_close(&e);
}

static void test_needs_sent(void **state)
{
	static const struct {
		const char *expect;
		bool needs;
	} cases[] = { { "same", true },
		      { "sent with ipv4(ttl=1)", true },
		      { "eth() / sent", true },
		      { "like ipv4()", false },
		      { "eth() / ipv4() / ...", false } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct packet_expect *x;
		struct case_text c;

		case_open(&c, cases[i].expect);
		x = packet_expect_read(&c.d, &c.e, &c.arena);
		assert_non_null(x);
		assert_int_equal(packet_expect_needs_sent(x), cases[i].needs);
		case_close(&c);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_passes),		 cmocka_unit_test(test_fails),
		cmocka_unit_test(test_each_byte_counts), cmocka_unit_test(test_texts_and_places),
		cmocka_unit_test(test_needs_sent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
