/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What expressions build, against scapy's bytes and tcpdump's reading of them. */
#include "packets.h"

#include "base/text.h"

#include <pcap/pcap.h>
#include <unistd.h>

struct table {
	struct source src;
	char **lines; /* "EXPRESSION\tHEX", as two strings: the tab is a NUL */
	size_t n;
};

static void table_read(struct table *t)
{
	char *path = beside(__FILE__, "scapy_cases.tsv"), *line, *end;

	*t = (struct table){};
	assert_int_equal(source_read(path, &t->src), 0);
	free(path);
	for (line = t->src.text; (end = strchr(line, '\n')); line = end + 1) {
		char *tab = memchr(line, '\t', (size_t)(end - line));

		assert_non_null(tab);
		*tab = *end = 0;
		*ARRAY_PUSH(t->lines, t->n) = line;
	}
}

static void table_free(struct table *t)
{
	source_free(&t->src);
	free(t->lines);
}

static void test_same_as_scapy(void **state)
{
	struct table t;

	(void)state;
	table_read(&t);
	assert_true(t.n > 30);
	for (size_t i = 0; i < t.n; i++) {
		const char *hex = t.lines[i] + strlen(t.lines[i]) + 1;
		uint8_t expected[2048];
		long len = hex_parse(hex, strlen(hex), expected, sizeof(expected), NULL);
		struct case_text c;
		struct packet p;

		assert_true(len > 0);
		case_build(&c, t.lines[i], &p);
		if (p.len != (size_t)len || memcmp(p.data, expected, p.len)) {
			print_error("%s\nis not what scapy builds:\n%s\n", t.lines[i], hex);
			for (size_t j = 0; j < p.len; j++)
				print_error("%02x", p.data[j]);
			fail_msg("in case %zu", i + 1);
		}
		case_close(&c);
	}
	table_free(&t);
}

/* The table is scapy's word, not ours: where scapy is installed, ask it again. */
static void test_table_is_scapys(void **state)
{
	static const char *const pythons[] = { "/usr/bin/python3", "python3" };
	char *script = beside(__FILE__, "scapy_cases.py"),
	     *table = beside(__FILE__, "scapy_cases.tsv");
	bool found = false;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(pythons) && !found; i++) {
		char *probe = xasprintf("%s -c 'import scapy.all' >/dev/null 2>&1", pythons[i]);
		char *check = xasprintf("%s %s --check %s", pythons[i], script, table);

		found = !system(probe);
		if (found)
			assert_int_equal(system(check), 0);
		free(probe);
		free(check);
	}
	free(script);
	free(table);
	if (!found)
		skip();
}

/* More than scapy's cases: each protocol alone and in others, options, fragments. */
static const char *const more[] = {
	"eth() / ipv4() / udp() / zeros(1472)",
	"eth() / ipv4(options=[nop, eol, nop]) / udp()",
	"eth() / ipv4(options=[lsrr(4, 1.2.3.4, 5.6.7.8), ts(5, 0, 0)]) / icmp()",
	"eth() / ipv4(options=[opt(154, hex(0102))]) / tcp(options=[opt(254, hex(f989))])",
	"eth() / ipv4(flags=MF) / udp(sport=1, dport=2) / \"12345678\"",
	"eth() / ipv4(frag=1, proto=udp) / \"tail\"",
	"eth() / ipv6() / ipv6() / icmpv6()",
	"eth() / ipv6() / ipv4() / icmp(type=timestamp)/ zeros(12)",
	"eth() / ipv4() / icmp(type=time-exceeded) / ipv4() / icmp()",
	"eth() / ipv4() / icmp(type=parameter-problem, pointer=20) / ipv4() / udp()",
	"eth() / vlan(id=1) / vlan(id=2) / vlan(id=3) / arp(op=reply)",
	"eth(dst=broadcast) / vlan(id=4095) / arp() / pad(14)",
	"eth() / ipv6() / icmpv6(type=time-exceeded) / ipv6() / tcp()",
	"eth() / ipv4() / sctp(sport=1, dport=2, tag=3) / hex(0e000004)",
	"eth() / ipv4() / udp(sport=1, csum=0) / vxlan(vni=9) / eth() / vlan(id=3) / ipv6() / udp()",
	"eth() / ipv6() / udp(sport=1) / geneve(vni=9, options=[dsr(80, 10.0.0.1)]) / eth() / ipv4() / tcp()",
	"eth() / ipv4() / gre(flags=CKS, key=9, seq=1) / ipv6() / udp()",
	"eth() / ipv4(tos=3) / tcp(flags=SEC, options=[mss(536)])",
	"eth() / ipv6() / hopopt(options=[ra(0), padn, opt(62, hex(01))]) / dstopt() / icmpv6(id=1)",
	"eth() / ipv6() / routing(segleft=1, addresses=[fd00::1, fd00::2]) / tcp()",
	"eth() / ipv6() / routing(type=source, segleft=1, addresses=[fd00::1, fd00::2]) / udp()",
	"eth() / ipv6() / fragment(id=7) / dstopt(options=[tel(4)]) / ipv6() / udp() / \"x\"",
	"eth() / ipv6() / fragment(id=7, m=1) / tcp(sport=1) / zeros(64)",
	"eth() / ipv6() / ah(spi=1, seq=1, icv=hex(000102030405060708090a0b)) / tcp()",
};

/* A header of which only the start is there, as tcpdump says rightly. */
static bool has_start(const char *text)
{
	return strstr(text, "tcp8(") ||
	       (strstr(text, "cut(") && (strstr(text, " tcp(") || strstr(text, "sctp(")));
}

static void write_captures(const char *path)
{
	struct timeval now = { 1, 0 };
	pcap_t *dead = pcap_open_dead(DLT_EN10MB, FRAME_MAX);
	pcap_dumper_t *out = pcap_dump_open(dead, path);
	struct table t;

	assert_non_null(out);
	table_read(&t);
	for (size_t i = 0; i < t.n + ARRAY_SIZE(more); i++) {
		const char *text = i < t.n ? t.lines[i] : more[i - t.n];
		struct pcap_pkthdr h = { .ts = now };
		struct case_text c;
		struct packet p;

		/* Wrong on purpose: tcpdump has to complain. */
		if (strstr(text, "csum=0x") || strstr(text, "version=5") || strstr(text, "res=5"))
			continue;
		/* tcpdump takes the last address as final, were there segments left or not. */
		if (strstr(text, "segleft=0") || has_start(text))
			continue;
		case_build(&c, text, &p);
		h.caplen = h.len = (bpf_u_int32)p.len;
		pcap_dump((u_char *)out, &h, p.data);
		case_close(&c);
	}
	table_free(&t);
	pcap_dump_close(out);
	pcap_close(dead);
}

static void test_tcpdump_does_not_complain(void **state)
{
	static const char *const complaints[] = { "bad",       "incorrect", "invalid",
						  "truncated", "wrong",	    "[|" };
	char path[] = "/tmp/verdict-test-XXXXXX", line[4096];
	int fd = mkstemp(path);
	unsigned int lines = 0;
	char *command;
	FILE *in;

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	if (system("tcpdump --version >/dev/null 2>&1")) {
		unlink(path);
		skip();
	}
	write_captures(path);
	command = xasprintf("tcpdump -vv -n -r %s 2>/dev/null", path);
	in = popen(command, "re");
	assert_non_null(in);
	while (fgets(line, sizeof(line), in)) {
		lines++;
		for (size_t i = 0; i < ARRAY_SIZE(complaints); i++)
			if (strstr(line, complaints[i]))
				fail_msg("tcpdump says: %s", line);
	}
	assert_int_equal(pclose(in), 0);
	assert_true(lines > 40);
	free(command);
	unlink(path);
}

static void test_defaults(void **state)
{
	static const uint8_t dst[6] = { 1, 2, 3, 4, 5, 6 };
	struct case_text c;
	struct packet p;

	(void)state;
	case_open(&c, "eth() / ipv4() / tcp()");
	c.e.eth_dst = dst;
	assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), 0);
	assert_int_equal(p.len, 54);
	assert_memory_equal(p.data, dst, 6);
	assert_int_equal(p.n_layers, 3);
	assert_int_equal(p.data[14 + 8], 64); /* ttl */
	assert_int_equal(p.data[34 + 13], 2); /* SYN */
	case_close(&c);
}

/* RFC 768: a checksum that comes out as 0 is sent as all ones. */
static void test_udp_checksum_zero(void **state)
{
	struct case_text c;
	struct packet p;

	(void)state;
	/* 17 + 10 + 10 + 0xffda is 0xffff: the checksum would be 0. */
	case_build(&c, "eth() / ipv4() / udp() / hex(ffda)", &p);
	assert_int_equal(p.data[40], 0xff);
	assert_int_equal(p.data[41], 0xff);
	case_close(&c);
}

static void test_lengths_beyond_64k(void **state)
{
	struct case_text c;
	struct packet p;

	(void)state;
	case_build(&c, "eth() / ipv4() / udp() / zeros(100000)", &p);
	assert_int_equal(p.len, 100042);
	assert_int_equal(p.data[16] << 8 | p.data[17], 0);
	assert_int_equal(p.data[38] << 8 | p.data[39], 0);
	check_round_trip(p.data, p.len);
	case_close(&c);
}

static void test_variables(void **state)
{
	struct var items[] = { { .name = "vip", .text = "10.0.0.1" },
			       { .name = "port", .text = "0x50" },
			       { .name = "l3", .text = "ipv4(dst=$vip) / tcp(dport=$port)" },
			       { .name = "data", .text = "hex(01 02)" },
			       { .name = "opts", .text = "[mss($port)]" } };
	struct vars vars = { items, ARRAY_SIZE(items) };
	struct case_text c;
	struct packet p;
	char *text;

	(void)state;
	case_open(&c, "eth() / $l3 / $data");
	c.e.vars = &vars;
	assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), 0);
	text = printed(&p);
	assert_string_equal(text, "eth(dst=00:00:00:00:00:00) / ipv4(dst=10.0.0.1) / "
				  "tcp(dport=80, flags=S) / hex(0102)");
	free(text);
	case_close(&c);
	case_open(&c, "eth() / ipv4() / tcp(options=$opts)");
	c.e.vars = &vars;
	assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), 0);
	assert_memory_equal(p.data + 54, "\x02\x04\x00\x50", 4);
	case_close(&c);
}

static void test_text_and_comments(void **state)
{
	struct case_text c;
	struct packet p;

	(void)state;
	case_build(
		&c,
		"# first\n  eth()   # a comment / tcp(\n  / # another\n \"a\\x41\\n\\t\\r\\0\\\\\\\" # / $x\" "
		"/ hex(01:02 .03\n04) / zeros(2) / \"\"",
		&p);
	assert_int_equal(p.n_layers, 2);
	assert_int_equal(p.len, 14 + 15 + 4 + 2);
	assert_memory_equal(p.data + 14, "aA\n\t\r\0\\\" # / $x\1\2\3\4\0\0", 21);
	case_close(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_as_scapy),
		cmocka_unit_test(test_table_is_scapys),
		cmocka_unit_test(test_tcpdump_does_not_complain),
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_udp_checksum_zero),
		cmocka_unit_test(test_lengths_beyond_64k),
		cmocka_unit_test(test_variables),
		cmocka_unit_test(test_text_and_comments),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
