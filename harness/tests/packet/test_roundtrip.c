/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Properties that hold for any bytes: print then build is the same, dissect of build the same
 * layers. */
#include "packets.h"

#include <dirent.h>
#include <pcap/pcap.h>
#include <sys/stat.h>

static const char *const expressions[] = {
	"eth() / \"text\"",
	"eth() / vlan(id=5, pcp=7, dei=1) / arp(op=reply, sha=02:00:00:00:00:09, tpa=1.2.3.4) / pad(14)",
	"eth() / dot1ad(id=1) / vlan(id=2) / ipv4(tos=1, options=[ra(0), nop]) / udp(sport=1) / hex(00ff)",
	"eth() / ipv4(src=10.0.0.1, dst=10.0.0.2, flags=DF) / tcp(sport=1, dport=2, flags=PA, seq=9, "
	"options=[mss(1460), sackok, ts(1, 0), nop, wscale(7)]) / \"GET / HTTP/1.1\\r\\n\" / pad(4)",
	"eth() / ipv4() / ipv4(ttl=9) / ipv6(src=fd00::1, dst=::1) / icmpv6(type=echo-reply, id=1) / zeros(9)",
	"eth() / ipv6(tc=3, flow=5) / tcp(options=[sack(1-2), eol]) / pad(hex(01))",
	"eth() / ipv4() / icmp(type=unreachable, code=4, mtu=1400) / ipv4(len=1500) / udp(len=1480) / "
	"zeros(8)",
	"eth() / ipv4(frag=100, proto=udp) / \"abcd\"",
	"eth() / ipv4(flags=MF) / udp(csum=0x1234) / \"abcdefgh\"",
	"eth() / vlan(id=1) / ipv4() / sctp(sport=1, dport=2, tag=3) / hex(00030010 00000001 00000000 00000000)",
	"eth() / ipv6() / hopopt(options=[ra(0), pad1, padn(1), opt(62, hex(01))]) / dstopt() / "
	"routing(segleft=1, tag=3, addresses=[fd00::1, fd00::2]) / fragment(id=3) / udp(sport=1) / \"x\"",
	"eth() / ipv6() / routing(type=source, segleft=1, addresses=[fd00::1, fd00::2]) / "
	"fragment(m=1, id=3) / dstopt(options=[tel(4)]) / tcp() / zeros(8)",
	"eth() / ipv6() / fragment(offset=1, nh=udp) / \"tail\"",
	"eth() / ipv4() / ah(spi=1, seq=2, icv=hex(000102030405060708090a0b)) / sctp() / hex(0b000004)",
	"eth() / ipv6() / icmpv6(type=neighbor-advertisement, flags=RS) / nd(target=::1, "
	"options=[tllao(02:00:00:00:00:09), opt(14, hex(01))]) / pad(3)",
	"eth() / ipv6() / icmpv6(type=router-advertisement, raflags=M) / nd_ra(options=[mtu(1280), "
	"rdnss(1, ::1), prefix(64, 192, 1, 2, fd00::)]) / hex(0102)",
	"eth() / ipv6() / icmpv6() / nd_rs(options=[sllao(02:00:00:00:00:09)])",
	"eth() / ipv6() / icmpv6() / nd_redirect(target=::1, dst=::2) / hex(01000000 00000000)",
	"eth() / ipv4() / icmp(type=unreachable) / ipv4(len=1500, options=[nop]) / tcp8(sport=1, seq=2)",
	"eth() / ipv4() / icmp(type=time-exceeded) / ipv4(len=99) / sctp8(sport=1, tag=2) / hex(0102)",
	"eth() / ipv6() / icmpv6(type=packet-too-big, mtu=1280) / ipv6(len=200) / fragment(id=1) / "
	"udp(len=192, csum=7) / zeros(9) / pad(2)",
	"eth() / ipv6() / udp(sport=1) / vxlan(vni=5) / eth() / ipv4() / udp(sport=2, dport=8472) / vxlan(vni=6) / "
	"eth() / ipv4() / tcp() / \"inside\" / pad(1) / pad(2)",
	"eth() / ipv4() / udp(sport=1) / geneve(vni=5, flags=OC, options=[opt(1, 2, hex(01020304)), dsr6(80, fd00::1)]) / "
	"eth() / ipv4() / gre(flags=CKS, key=1, seq=2) / eth() / arp() / pad(18)",
	"eth() / ipv4() / gre(flags=S, seq=1) / ipv6() / gre(flags=KS, key=3, seq=4) / ipv4() / ipv4() / ipv6() / ipv6() / udp()",
	"eth(type=experiment) / eth() / ipv4() / eth() / arp() / pad(0) / pad(3) / pad(2)",
};

static void test_dissect_finds_what_was_built(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expressions) - 1; i++) {
		struct packet p, found;
		struct case_text c;

		case_build(&c, expressions[i], &p);
		packet_dissect(p.data, p.len, &found);
		assert_int_equal(p.n_layers, found.n_layers);
		for (unsigned int l = 0; l < p.n_layers; l++) {
			assert_ptr_equal(p.layers[l].proto, found.layers[l].proto);
			assert_int_equal(p.layers[l].off, found.layers[l].off);
			assert_int_equal(p.layers[l].len, found.layers[l].len);
		}
		case_close(&c);
	}
}

static void test_print_is_what_was_written(void **state)
{
	static const char *const same[] = {
		"\"\"",
		"hex(00)",
		"eth(dst=02:00:00:00:00:01, type=lldp) / hex(020704)",
		"eth(dst=00:00:00:00:00:00) / ipv4(src=10.0.0.1, options=[rr(4, 1.2.3.4), nop]) / udp(dport=53)",
		"eth(dst=00:00:00:00:00:00) / ipv4(len=99, csum=0x0001) / tcp(flags=SA, window=1, csum=0x0002)",
		"eth(dst=00:00:00:00:00:00) / ipv4(options=[eol]) / tcp(flags=0, options=[opt(254, hex(01))])",
		"eth(dst=00:00:00:00:00:00) / ipv4(options=hex(0702000001000000)) / tcp(flags=S)",
		"eth(dst=00:00:00:00:00:00) / ipv4(frag=1, proto=udp) / zeros(8) / pad(8)",
		"eth(dst=00:00:00:00:00:00) / ipv4(flags=MF|DF) / udp(csum=0x1234) / \"a\\\"b\\\\\\n\"",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp(csum=0x0000) / \"x\"",
		"eth(dst=00:00:00:00:00:00) / arp(op=request, spa=1.2.3.4) / pad(hex(01))",
		"eth(dst=00:00:00:00:00:00) / ipv4() / eth(dst=00:00:00:00:00:00) / arp(op=reply) / pad(0) / pad(2)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / sctp(sport=1, tag=0x00000002) / hex(0b000004)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / sctp(csum=0x00000001)",
		"eth(dst=00:00:00:00:00:00) / ipv4(flags=MF) / sctp() / \"8 bytes.\"",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp() / vxlan(vni=0) / eth(dst=00:00:00:00:00:00) / arp(op=request) / pad(18)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp(dport=8472, csum=0x0000) / vxlan(flags=0, vni=7) / hex(01)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp(dport=4789) / hex(0800000000)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp(dport=6081) / hex(3f006558)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp() / geneve(vni=1, options=hex(01020345)) / eth(dst=00:00:00:00:00:00)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp() / geneve(vni=1, options=[opt(0x014b, 0x81, hex(00500000))])",
		"eth(dst=00:00:00:00:00:00) / ipv4() / udp() / geneve(vni=1, options=[dsr(80, 10.0.0.1)])",
		"eth(dst=00:00:00:00:00:00) / ipv4() / gre(flags=CK, csum=0x0001, key=7) / ipv4() / udp()",
		"eth(dst=00:00:00:00:00:00) / ipv4(proto=gre) / hex(40000800)",
		"eth(dst=00:00:00:00:00:00) / ipv4(proto=gre) / hex(2000)",
		"eth(dst=00:00:00:00:00:00) / ipv6(nh=tcp) / hex(0102)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / hopopt() / dstopt(options=[padn(1, 2, 3)]) / tcp(flags=S)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / hopopt(options=[pad1, ra(1), padn, pad1, pad1, pad1, padn, pad1])",
		"eth(dst=00:00:00:00:00:00) / ipv6(len=0) / hopopt(options=[jumbo(65544)]) / hex(00)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / hopopt(options=hex(050300000103)) / tcp(flags=S)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / dstopt(options=[opt(5, hex(010203))]) / udp()",
		"eth(dst=00:00:00:00:00:00) / ipv6() / routing(type=srh, segleft=1, lastentry=7, addresses=[::1]) / "
		"udp(sport=1)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / routing(type=3, reserved=0x00000001, "
		"addresses=hex(0102030405060708)) / udp(sport=1)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / fragment(nh=tcp, offset=185, id=0x0000cafe) / zeros(8)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / ah(spi=0x00000001, icv=hex(01020304)) / udp()",
		"eth(dst=00:00:00:00:00:00) / ipv6() / icmpv6(type=neighbor-solicitation, rest=0x00000001) / "
		"nd(target=::1, options=[opt(2, hex(0102030405060708090a0b0c0d0e)), sllao(02:00:00:00:00:09)])",
		"eth(dst=00:00:00:00:00:00) / ipv6() / icmpv6(type=neighbor-advertisement, flags=RSO, "
		"reserved=0x00000001) / nd() / hex(0200)",
		"eth(dst=00:00:00:00:00:00) / ipv6() / icmpv6(type=router-advertisement, raflags=MO) / "
		"nd_ra(options=[opt(5, hex(0001000005dc)), prefix(64, 0, 0, 0, ::)])",
		"eth(dst=00:00:00:00:00:00) / ipv6() / icmpv6(type=neighbor-solicitation) / \"15 bytes, cut.\"",
		"eth(dst=00:00:00:00:00:00) / ipv4() / icmp(type=unreachable) / ipv4(len=1500) / "
		"udp(len=1480) / zeros(8)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / icmp(type=unreachable) / ipv4(len=1500) / "
		"udp(len=1480, csum=0x1234)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / icmp(type=unreachable) / ipv4(len=1500) / tcp8(seq=3) / "
		"hex(01)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / icmp(type=unreachable) / ipv4(proto=tcp) / hex(01020304)",
		"eth(dst=00:00:00:00:00:00) / ipv4() / ipv4(proto=tcp) / zeros(8)",
		"eth(dst=00:00:00:00:00:00, type=vlan) / hex(0102)",
		"eth(dst=00:00:00:00:00:00, type=0x9100) / vlan(id=3) / hex(ff)",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(same); i++) {
		struct packet p, found;
		struct case_text c;
		char *text;

		case_build(&c, same[i], &p);
		text = printed(&p);
		assert_string_equal(text, same[i]);
		free(text);
		packet_dissect(p.data, p.len, &found);
		text = printed(&found);
		assert_string_equal(text, same[i]);
		free(text);
		case_close(&c);
	}
}

static void test_random_bytes(void **state)
{
	uint64_t seed = 1;
	uint8_t data[128];

	(void)state;
	for (int i = 0; i < 3000; i++) {
		size_t len = next_random(&seed) % sizeof(data);

		for (size_t j = 0; j < len; j++)
			data[j] = (uint8_t)next_random(&seed);
		check_round_trip(data, len);
	}
}

/* Every expression with each single bit flipped, and cut after each byte. */
static void test_flipped_and_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
		struct case_text c;
		struct packet p;
		uint8_t *copy;

		case_build(&c, expressions[i], &p);
		check_round_trip(p.data, p.len);
		for (size_t bit = 0; bit < 8 * p.len; bit++) {
			p.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			check_round_trip(p.data, p.len);
			p.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		for (size_t len = 0; len < p.len; len++) {
			/* In memory of just this size, where a sanitizer sees a read beyond. */
			copy = xcalloc(len, 1);
			memcpy(copy, p.data, len);
			check_round_trip(copy, len);
			free(copy);
		}
		case_close(&c);
	}
}

/* Several random bytes changed in frames that parse deep. */
static void test_mutated(void **state)
{
	uint64_t seed = 2;

	(void)state;
	for (int round = 0; round < 300; round++)
		for (size_t i = 0; i < ARRAY_SIZE(expressions); i++) {
			struct case_text c;
			struct packet p;

			case_build(&c, expressions[i], &p);
			for (uint64_t n = next_random(&seed) % 6; n; n--)
				p.data[next_random(&seed) % p.len] = (uint8_t)next_random(&seed);
			check_round_trip(p.data, p.len - next_random(&seed) % 8 % p.len);
			case_close(&c);
		}
}

/* A chain of headers deeper than a packet has layers. */
static void test_too_deep(void **state)
{
	uint8_t data[14 + 4 * 60] = {};
	struct packet p;

	(void)state;
	data[12] = 0x81;
	for (size_t i = 14; i < sizeof(data); i += 4)
		data[i + 2] = 0x81;
	packet_dissect(data, sizeof(data), &p);
	assert_int_equal(p.n_layers, LAYERS_MAX - 1); /* one is kept for padding */
	assert_ptr_equal(p.layers[p.n_layers - 1].proto, &proto_payload);
	check_round_trip(data, sizeof(data));
}

static unsigned int check_capture(const char *path)
{
	char err[PCAP_ERRBUF_SIZE];
	pcap_t *in = pcap_open_offline(path, err);
	struct pcap_pkthdr *h;
	const u_char *data;
	unsigned int n = 0;

	if (!in)
		return 0;
	while (pcap_datalink(in) == DLT_EN10MB && pcap_next_ex(in, &h, &data) == 1) {
		uint8_t *copy = xcalloc(h->caplen, 1);

		memcpy(copy, data, h->caplen);
		check_round_trip(copy, h->caplen);
		free(copy);
		n++;
	}
	pcap_close(in);
	return n;
}

/* Real frames: the project's own captures, and those kept beside it, where there are any. */
static unsigned int check_folder(const char *folder)
{
	struct dirent *entry;
	unsigned int n = 0;
	DIR *dir = opendir(folder);

	while (dir && (entry = readdir(dir))) {
		char *path = xasprintf("%s/%s", folder, entry->d_name);

		if (strstr(entry->d_name, ".pcap"))
			n += check_capture(path);
		free(path);
	}
	if (dir)
		closedir(dir);
	return n;
}

static void test_captures(void **state)
{
	char *own = beside(__FILE__, "../../../pcaps"),
	     *shared = beside(__FILE__, "../../../../shared/pcaps");
	unsigned int n = check_folder(own) + check_folder(shared);

	(void)state;
	free(own);
	free(shared);
	if (!n)
		skip();
	print_message("%u frames\n", n);
}

/* Of the fields that apply, each bit of a header belongs to just one. */
static void check_coverage(const struct proto *p, uint8_t *hdr)
{
	unsigned int owners[512] = {}, len;

	for (const struct field *f = p->fields; f->name; f++)
		if (f->type != FIELD_OPTIONS && field_applies(f, hdr))
			for (unsigned int bit = f->bit; bit < f->bit + f->bits; bit++)
				owners[bit]++;
	len = p->max_len && p->size(hdr) ? p->size(hdr) : p->len;
	for (unsigned int bit = 0; bit < 8 * len; bit++)
		if (owners[bit] != 1)
			fail_msg("%s: bit %u has %u fields, first byte %u", p->name, bit,
				 owners[bit], hdr[0]);
}

static void test_tables_cover_headers(void **state)
{
	(void)state;
	for (const struct proto *const *p = protos; *p; p++) {
		unsigned int n = 0;

		for (unsigned int first = 0; first < 256; first++) {
			uint8_t hdr[64] = { (uint8_t)first };

			check_coverage(*p, hdr);
		}
		while ((*p)->fields[n].name)
			n++;
		assert_true(n <= FIELDS_MAX);
		assert_true((*p)->next_field < (int)n);
		assert_ptr_equal(proto_find((*p)->name, strlen((*p)->name)), *p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dissect_finds_what_was_built),
		cmocka_unit_test(test_print_is_what_was_written),
		cmocka_unit_test(test_random_bytes),
		cmocka_unit_test(test_flipped_and_cut),
		cmocka_unit_test(test_mutated),
		cmocka_unit_test(test_too_deep),
		cmocka_unit_test(test_captures),
		cmocka_unit_test(test_tables_cover_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
