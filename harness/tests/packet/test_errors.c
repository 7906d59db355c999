/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every trap of packet expressions: the message, and the columns it points at. */
#include "packets.h"

struct trap {
	const char *text;
	const char *messages[4]; /* "COLUMN+LENGTH: MESSAGE", errors and notes in order */
};

static const struct trap build_traps[] = {
	{ "", { "1+0: expected a packet, such as eth(..) / ipv4(..) / tcp(..)" } },
	{ "  # nothing\n", { "13+0: expected a packet, such as eth(..) / ipv4(..) / tcp(..)" } },
	{ "eth() /", { "8+0: expected a layer after '/'" } },
	{ "eth() // ipv4()", { "8+1: expected a layer, not '/'" } },
	{ "eth() ipv4()", { "7+4: expected '/' before 'ipv4'" } },
	{ "eth() xyz", { "7+3: expected '/' before 'xyz'" } },
	{ "eth())", { "6+1: ')' without '('" } },
	{ "eth(", { "4+1: the '(' of eth is not closed", "5+0: expected ',' or ')' here" } },
	{ "eth(type=5 / ipv4()",
	  { "4+1: the '(' of eth is not closed", "12+1: expected ',' or ')' here" } },
	{ "eth() / \"abc",
	  { "9+4: this quote is not closed on its line; a line's end is written \\n" } },
	{ "eth() / \"abc\n\"",
	  { "9+4: this quote is not closed on its line; a line's end is written \\n",
	    "14+1: expected '/' before '\"'",
	    "14+1: this quote is not closed on its line; a line's end is written \\n" } },
	{ "eth() / \"a\\qb\"",
	  { "11+2: unknown escape: there are \\n, \\t, \\r, \\0, \\\\, \\\" and \\xNN" } },
	{ "eth() / \"\\x4\"",
	  { "10+2: unknown escape: there are \\n, \\t, \\r, \\0, \\\\, \\\" and \\xNN" } },
	{ "eth() / tpc(flags=S) / foo(a=(1), b=\")\") / ipv4(ttl=300)",
	  { "9+3: unknown protocol 'tpc'; did you mean 'tcp'?",
	    "24+3: unknown protocol 'foo'; 'verdict help packets' lists them",
	    "53+3: ttl is 8 bits: 0 to 255" } },
	{ "eth() / ip(dst=1.2.3.4)", { "9+2: unknown protocol 'ip'; did you mean 'ipv4'?" } },
	{ "eth() / raw(00)", { "9+3: unknown protocol 'raw'; did you mean hex(..)?" } },
	{ "eth() / ipv4(tll=1, dst=1.2.3, ttl=1, ttl=2)",
	  { "14+3: ipv4 has no field 'tll'; did you mean 'ttl'?",
	    "25+5: dst is an IPv4 address, not '1.2.3'", "39+3: ipv4.ttl is given twice" } },
	{ "eth() / udp(window=1)",
	  { "13+6: udp has no field 'window'; it has sport, dport, len, csum" } },
	{ "eth() / tcp(80)",
	  { "13+2: tcp has no field '80'; it has sport, dport, seq, ack, doff, res, "
	    "flags, window, csum, urgptr, options" } },
	{ "eth() / tcp(dport)", { "18+1: expected '=' after 'dport'" } },
	{ "eth() / tcp(dport=)", { "19+1: expected a value for 'dport'" } },
	{ "eth() / tcp(dport=80 seq=1)", { "22+5: expected ',' or ')' before 'seq=1'" } },
	{ "eth() / tcp(dport=80,)", { "22+1: expected the name of a field of tcp" } },
	{ "eth() / tcp(dport=80x)", { "19+3: dport is 0 to 65535, not '80x'" } },
	{ "eth() / tcp(dport=http)", { "19+4: dport is 0 to 65535, not 'http'" } },
	{ "eth() / tcp(dport=-1)", { "19+2: dport is 0 to 65535, not '-1'" } },
	{ "eth() / tcp(dport=010)",
	  { "19+3: '010' has a leading zero; numbers are decimal, or 0x hexadecimal" } },
	{ "eth() / tcp(dport=65536)", { "19+5: dport is 16 bits: 0 to 65535" } },
	{ "eth() / tcp(seq=99999999999999999999)", { "17+20: seq is 32 bits: 0 to 4294967295" } },
	{ "eth() / tcp(dport=\"80\")", { "19+4: dport takes no text in quotes" } },
	{ "eth() / tcp(flags=SX)",
	  { "19+2: flags is letters of FSRPAUECN.W, or 0 to 511, not 'SX'" } },
	{ "eth() / ipv4(flags=DF|XF)",
	  { "20+5: flags is names joined by '|': MF|DF|evil, or 0 to 7, not 'DF|XF'" } },
	{ "eth() / ipv4(proto=tpc)", { "20+3: proto has no name 'tpc'; did you mean 'tcp'?" } },
	{ "eth(dst=1:2:3)", { "9+5: dst is a MAC address, not '1:2:3'" } },
	{ "eth() / ipv4() / udp() / vxlan(vni=0x1000000)",
	  { "36+9: vni is 24 bits: 0 to 16777215" } },
	{ "eth() / ipv4() / gre(key=7)",
	  { "22+3: gre has 'key' only with flags=K said before it" } },
	{ "eth() / ipv4() / gre(key=7, flags=CK)",
	  { "22+3: gre has 'key' only with flags=K said before it" } },
	{ "eth() / ipv4() / udp() / geneve(options=[opt(1, hex(00))])",
	  { "49+3: the type of an option is a number from 0 to 255, not 'hex'" } },
	{ "eth() / ipv4() / udp() / geneve(options=[opt(65536, 1, hex(00))])",
	  { "46+5: the class of an option is a number from 0 to 65535, not '65536'" } },
	{ "eth() / ipv4() / udp() / geneve(options=[opt(1)])",
	  { "47+1: an option is written opt(CLASS, TYPE, hex(..))" } },
	{ "eth() / ipv4() / udp() / geneve(options=[dsr(80)])",
	  { "48+1: too few values; direct server return of Cilium: dsr(PORT, ADDRESS)" } },
	{ "eth() / ipv4() / udp() / geneve(options=[drs(80, 10.0.0.1)])",
	  { "42+3: unknown option 'drs'; did you mean 'dsr'?" } },
	{ "eth() / ipv6(src=10.0.0.1)", { "18+8: src is an IPv6 address, not '10.0.0.1'" } },
	{ "eth() / ipv4(dst=10.0.0.0/8) / udp()",
	  { "26+2: dst is one address, without a prefix length" } },
	{ "eth(dst=any)", { "9+3: 'any' is for expectations: a frame to send needs a value" } },
	{ "eth() / ...", { "9+3: '...' is for expectations: a frame to send is whole" } },
	{ "eth() / sent", { "9+4: 'sent' is for expectations: what was sent, unchanged" } },
	{ "eth() / ..", { "9+2: expected a layer, not '..'" } },
	{ "ipv4() / udp()", { "1+4: a frame starts with eth(..), not with ipv4" } },
	{ "eth() / ipv4[2]()", { "13+3: this is ipv4[1]" } },
	{ "eth() / ipv4[0]()", { "13+3: headers of a protocol are counted from 1" } },
	{ "eth() / hex(01 0)", { "16+1: hex takes pairs of hexadecimal digits" } },
	{ "eth() / hex(01 0g)", { "17+1: hex takes pairs of hexadecimal digits" } },
	{ "eth() / hex(01", { "12+1: this '(' is not closed" } },
	{ "eth() / hex 01", { "13+2: expected '(' after hex", "13+2: expected '/' before '01'" } },
	{ "eth() / zeros(131073)",
	  { "15+6: a count of bytes is a number from 0 to 131072, not '131073'" } },
	{ "eth() / zeros(131072)", { "9+5: the frame is longer than 131072 bytes" } },
	{ "eth() / pad(4) / \"x\"", { "18+3: only more padding can follow pad(..)" } },
	{ "eth() / icmp(gateway=1.2.3.4)", { "14+7: icmp has 'gateway' only with type=redirect" } },
	{ "eth() / tcp(options=[mss, nop, sak(1-2), ts(1), wscale(256)])",
	  { "22+3: mss needs its values; maximum segment size: mss(BYTES)",
	    "32+3: unknown option 'sak'; did you mean 'sack'?",
	    "46+1: too few values; timestamps: ts(VALUE, ECHO)",
	    "56+3: wscale is a number from 0 to 255, not '256'" } },
	{ "eth() / tcp(options=[sack(1), mss(1, 2), opt(1)])",
	  { "27+1: expected a range LEFT-RIGHT of two 32-bit numbers",
	    "38+1: too many values; maximum segment size: mss(BYTES)",
	    "47+1: an option is written opt(KIND, hex(..))" } },
	{ "eth() / tcp(options=[sack(1-2, 3-4, 5-6, 7-8, 9-10)])",
	  { "22+30: options take 42 bytes; at most 40 fit" } },
	{ "eth() / tcp(options=[nop)", { "25+1: expected ',' or ']' in the list of options" } },
	{ "eth() / tcp(options=nop)", { "21+3: options are a list [..] or hex(..)" } },
	{ "eth() / ipv4(dst=$vpi) / $data",
	  { "18+4: unknown variable '$vpi'; did you mean '$vip'?",
	    "26+5: unknown variable '$data'" } },
	{ "eth() / ipv4(dst=$)", { "18+1: a name must follow '$'" } },
	{ "eth() / ipv4(dst=$vip.1)",
	  { "22+2: '.1' after $vip: a variable stands for a whole value" } },
	{ "eth() / ipv4(dst=$word)",
	  { "18+5: dst is an IPv4 address, not 'word'", "1+3: $word is defined here" } },
	{ "eth() / ipv4(dst=$two)",
	  { "18+4: 'ttl=1' is left over in the value of $two", "1+3: $two is defined here" } },
	{ "eth() / $loop",
	  { "9+5: $loop: variables inside variables are too deep", "1+3: $loop is defined here" } },
	{ "eth() / $list",
	  { "9+5: $list is a list or a mapping, where a packet needs one value" } },
	{ "eth() / $empty", { "9+6: $empty is empty", "1+3: $empty is defined here" } },
	{ "eth(\xc3\xa9=1)", { "5+4: expected the name of a field of eth" } },
};

static const struct trap expect_traps[] = {
	{ "same thing", { "6+5: 'thing' is left over after the expression" } },
	{ "like", { "5+0: expected a packet, such as eth(..) / ipv4(..) / tcp(..)" } },
	{ "like ipv4(ttl=any) / sent",
	  { "22+4: 'sent' ends an expression of what was put in front of it" } },
	{ "like icmp(type=echo-reply, mtu=5)",
	  { "28+3: icmp has 'mtu' only with type=unreachable" } },
	{ "sent wiht ipv4()", { "6+4: 'wiht' is left over after the expression" } },
	{ "sent with", { "10+0: expected a packet, such as eth(..) / ipv4(..) / tcp(..)" } },
	{ "sent without vlan(id=5)", { "18+1: 'without' takes the names of headers, not fields" } },
	{ "sent without vlna", { "14+4: unknown protocol 'vlna'; did you mean 'vlan'?" } },
	{ "sent with tcp() / ... with ipv4()", { "28+4: nothing can follow '...'" } },
	{ "eth() / ... / ipv4()", { "15+4: nothing can follow '...'" } },
	{ "ipv4() / udp()", { "1+4: a frame starts with eth(..), not with ipv4" } },
	{ "eth() / sent / ...", { "14+1: '/' is left over after the expression" } },
};

static int print_wrong(const char *text, const char *expected, const char *found)
{
	print_error("%s\n  expected %s\n  found    %s\n", text,
		    expected ? expected : "nothing more", found ? found : "nothing more");
	return 1;
}

/* Returns how many messages are not as they should be. */
static int check_trap(const struct trap *t, const struct case_text *c)
{
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_SIZE(t->messages) && (t->messages[i] || i < c->d.n); i++) {
		char *found = NULL;

		if (i < c->d.n)
			found = xasprintf("%zu+%zu: %s", c->d.items[i].where.off + 1,
					  c->d.items[i].where.len, c->d.items[i].message);
		if (!found || !t->messages[i] || strcmp(found, t->messages[i]))
			wrong += print_wrong(t->text, t->messages[i], found);
		free(found);
	}
	return wrong + (!c->d.errors || c->d.n > ARRAY_SIZE(t->messages));
}

static void test_build_traps(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(build_traps); i++) {
		struct packet p;
		struct case_text c;

		case_open(&c, build_traps[i].text);
		{
			struct span here = { &c.src, 0, 3 };
			struct var items[] = {
				{ .name = "vip", .text = "10.0.0.1", .where = here },
				{ .name = "word", .text = "word", .where = here },
				{ .name = "two", .text = "1.2.3.4 ttl=1", .where = here },
				{ .name = "loop", .text = "$loop", .where = here },
				{ .name = "list", .where = here },
				{ .name = "empty", .text = " ", .where = here },
			};
			struct vars vars = { items, ARRAY_SIZE(items) };

			c.e.vars = &vars;
			assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), -1);
		}
		wrong += check_trap(&build_traps[i], &c);
		case_close(&c);
	}
	assert_int_equal(wrong, 0);
}

static void test_expect_traps(void **state)
{
	int wrong = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(expect_traps); i++) {
		struct case_text c;

		case_open(&c, expect_traps[i].text);
		if (packet_expect_read(&c.d, &c.e, &c.arena))
			fail_msg("is accepted: %s", expect_traps[i].text);
		wrong += check_trap(&expect_traps[i], &c);
		case_close(&c);
	}
	assert_int_equal(wrong, 0);
}

/* The expression is read in place: positions are those of the file around it. */
static void test_positions_in_a_file(void **state)
{
	static const char file[] =
		"steps:\n  - send: |\n      eth()\n      / ipv4(ttl=999)\n    on: x\n";
	struct case_text c;
	struct position at;
	struct packet p;

	(void)state;
	case_open(&c, file);
	c.e.where = (struct span){ &c.src, 24, 30 };
	assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), -1);
	assert_int_equal(c.d.n, 1);
	at = span_position(c.d.items[0].where);
	assert_int_equal(at.line, 4);
	assert_int_equal(at.col, 18);
	case_close(&c);
}

static void test_many_layers(void **state)
{
	char *text, *end;
	struct case_text c;
	struct packet p;

	(void)state;
	text = xcalloc(40 * 7 + 6, 1);
	end = stpcpy(text, "eth()");
	for (int i = 0; i < 40; i++)
		end = stpcpy(end, "/vlan()");
	case_open(&c, text);
	assert_int_equal(expression_build(&c.d, &c.e, &c.arena, &p), -1);
	assert_int_equal(c.d.n, 1);
	assert_string_equal(c.d.items[0].message, "more than 32 layers");
	case_close(&c);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_build_traps),
		cmocka_unit_test(test_expect_traps),
		cmocka_unit_test(test_positions_in_a_file),
		cmocka_unit_test(test_many_layers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
