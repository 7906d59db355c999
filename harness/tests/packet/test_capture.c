/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Captures against files made here byte by byte (from draft-ietf-opsawg-pcap and -pcapng), against
 * tcpdump's counts, and against a collection of public captures where there is one: the folder
 * $VERDICT_PCAPS, or ../shared/pcaps beside the project.
 */
#include "base/mem.h"
#include "packet/capture.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/verdict-capture-XXXXXX";

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

/* A file made of pieces. */
struct pieces {
	uint8_t data[4096];
	size_t len;
	bool big; /* byte order */
};

static void put(struct pieces *p, const void *data, size_t len)
{
	assert_true(len <= sizeof(p->data) - p->len);
	if (len)
		memcpy(p->data + p->len, data, len);
	p->len += len;
}

static void put_number(struct pieces *p, uint64_t value, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		size_t shift = 8 * (p->big ? size - 1 - i : i);
		uint8_t byte = (uint8_t)(value >> shift);

		put(p, &byte, 1);
	}
}

static void put_pcap_header(struct pieces *p, uint32_t magic, uint32_t link)
{
	put_number(p, magic, 4);
	put_number(p, 2, 2);
	put_number(p, 4, 2);
	put_number(p, 0, 8);
	put_number(p, 65535, 4);
	put_number(p, link, 4);
}

static void put_record(struct pieces *p, uint32_t s, uint32_t fraction, const void *data,
		       uint32_t len, uint32_t wire_len)
{
	put_number(p, s, 4);
	put_number(p, fraction, 4);
	put_number(p, len, 4);
	put_number(p, wire_len, 4);
	put(p, data, len);
}

/* A pcapng block: type, length, body padded to 4 bytes, length. */
static void put_block(struct pieces *p, uint32_t type, const struct pieces *body)
{
	size_t padded = (body->len + 3) / 4 * 4;

	put_number(p, type, 4);
	put_number(p, padded + 12, 4);
	put(p, body->data, body->len);
	put(p, "\0\0\0", padded - body->len);
	put_number(p, padded + 12, 4);
}

static void put_section(struct pieces *p)
{
	struct pieces body = { .big = p->big };

	put_number(&body, 0x1a2b3c4d, 4);
	put_number(&body, 1, 2);
	put_number(&body, 0, 2);
	put_number(&body, UINT64_MAX, 8);
	put_block(p, 0x0a0d0d0a, &body);
}

/* With if_tsresol: 10^-@digits seconds. */
static void put_interface(struct pieces *p, uint16_t link, uint32_t snap, uint8_t digits)
{
	struct pieces body = { .big = p->big };

	put_number(&body, link, 2);
	put_number(&body, 0, 2);
	put_number(&body, snap, 4);
	put_number(&body, 9, 2);
	put_number(&body, 1, 2);
	put(&body, &digits, 1);
	put(&body, "\0\0\0", 3);
	put_number(&body, 0, 4);
	put_block(p, 1, &body);
}

static void put_packet(struct pieces *p, uint32_t interface, uint64_t time, const void *data,
		       uint32_t len)
{
	struct pieces body = { .big = p->big };

	put_number(&body, interface, 4);
	put_number(&body, time >> 32, 4);
	put_number(&body, (uint32_t)time, 4);
	put_number(&body, len, 4);
	put_number(&body, len, 4);
	put(&body, data, len);
	put_block(p, 6, &body);
}

static char *file_make(const void *data, size_t len)
{
	char *path = xasprintf("%s/in", folder);
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(len, fwrite(data, 1, len, f));
	assert_int_equal(0, fclose(f));
	return path;
}

static struct capture *open_pieces(struct diags *d, const struct pieces *p,
				   const struct capture_options *o)
{
	char *path = file_make(p->data, p->len);
	struct capture *c = capture_open(d, (struct span){}, path, o);

	unlink(path);
	free(path);
	return c;
}

static char *diags_text(struct diags *d)
{
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	diags_print(f, d);
	fclose(f);
	diags_free(d);
	return text;
}

/* One message, which mentions @part. */
static void assert_reported(struct diags *d, const char *part)
{
	size_t n = d->n;
	char *text = diags_text(d);

	assert_int_equal(1, n);
	if (!strstr(text, part))
		fail_msg("no '%s' in: %s", part, text);
	free(text);
}

static const uint8_t frame[] = {
	0x02, 0, 0, 0, 0, 0x02, 0x02, 0, 0, 0,	 0, 0x01, 0x08, 0x00, 0x45, 0, 0,
	20,   0, 0, 0, 0, 64,	17,   0, 0, 192, 0, 2,	  1,	192,  0,    2, 2,
};

static void test_byte_orders_and_stamps(void **state)
{
	static const struct {
		uint32_t magic;
		bool big;
		uint32_t fraction;
		uint64_t time;
	} cases[] = {
		{ 0xa1b2c3d4, false, 5, 7000005000 },
		{ 0xa1b2c3d4, true, 5, 7000005000 },
		{ 0xa1b23c4d, false, 5, 7000000005 },
		{ 0xa1b23c4d, true, 5, 7000000005 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pieces p = { .big = cases[i].big };
		struct capture_frame f;
		struct diags d = {};
		struct capture *c;

		put_pcap_header(&p, cases[i].magic, 1);
		put_record(&p, 7, cases[i].fraction, frame, sizeof(frame), 90);
		put_record(&p, UINT32_MAX, 0, frame, 0, 0);
		c = open_pieces(&d, &p, NULL);
		assert_non_null(c);
		assert_string_equal("EN10MB", capture_link_type(c));
		assert_null(capture_default_ethernet(c));
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(1, f.number);
		assert_int_equal(cases[i].time, f.time);
		assert_int_equal(sizeof(frame), f.len);
		assert_int_equal(90, f.wire_len);
		assert_false(f.made_ethernet);
		assert_memory_equal(frame, f.data, sizeof(frame));
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(2, f.number);
		assert_int_equal(0, f.len);
		assert_int_equal(UINT32_MAX * 1000000000ull, f.time);
		assert_int_equal(0, capture_next(&d, c, &f));
		assert_int_equal(0, capture_next(&d, c, &f));
		capture_close(c);
		assert_int_equal(0, d.n);
	}
}

static void test_pcapng(void **state)
{
	(void)state;
	for (int big = 0; big < 2; big++) {
		struct pieces p = { .big = big };
		struct capture_frame f;
		struct diags d = {};
		struct capture *c;

		put_section(&p);
		put_interface(&p, 1, 0, 6);
		put_interface(&p, 1, 0, 9);
		put_packet(&p, 0, 1700000000000001, frame, sizeof(frame));
		put_packet(&p, 1, 1700000000000000001, frame, 20);
		c = open_pieces(&d, &p, NULL);
		assert_non_null(c);
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(1700000000000001000, f.time);
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(1700000000000000001, f.time);
		assert_int_equal(20, f.len);
		assert_int_equal(0, capture_next(&d, c, &f));
		capture_close(c);
		assert_int_equal(0, d.n);
	}
}

static void test_pcapng_interfaces_that_differ(void **state)
{
	static const struct {
		uint16_t link;
		uint32_t snap;
		const char *message;
	} cases[] = {
		{ 113, 65535, "at frame 2: an interface of another link type" },
		{ 1, 96, "at frame 2: an interface of another snap length" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pieces p = {};
		struct capture_frame f;
		struct diags d = {};
		struct capture *c;

		put_section(&p);
		put_interface(&p, 1, 65535, 6);
		put_packet(&p, 0, 1, frame, sizeof(frame));
		put_interface(&p, cases[i].link, cases[i].snap, 6);
		put_packet(&p, 1, 1, frame, sizeof(frame));
		c = open_pieces(&d, &p, NULL);
		assert_non_null(c);
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(-1, capture_next(&d, c, &f));
		assert_int_equal(-1, capture_next(&d, c, &f));
		capture_close(c);
		assert_reported(&d, cases[i].message);
	}
}

/* The layouts of LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2, an IPv4 header behind them. */
static const uint8_t sll[] = { 0, 4, 0, 1, 0, 6, 2, 0, 0, 0, 0, 9, 0xee, 0xee, 8, 0, 0x45 };
static const uint8_t sll2[] = { 0x86, 0xdd, 0, 0, 0, 0, 0, 3,	 0,    1,   0,
				6,    2,    0, 0, 0, 0, 9, 0xee, 0xee, 0x60 };

static void test_cooked(void **state)
{
	static const uint8_t want[] = { 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 9, 8, 0, 0x45 };
	static const uint8_t want2[] = { 2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 0x86, 0xdd, 0x60 };
	const struct capture_options set = { .eth_src = frame + 6, .eth_dst = frame };
	struct pieces p = {}, p2 = {};
	struct capture_frame f;
	struct diags d = {};
	struct capture *c;

	(void)state;
	put_pcap_header(&p, 0xa1b2c3d4, 113);
	put_record(&p, 1, 0, sll, sizeof(sll), sizeof(sll) + 19);
	put_record(&p, 1, 0, sll, 10, sizeof(sll));
	c = open_pieces(&d, &p, NULL);
	assert_non_null(c);
	assert_string_equal("LINUX_SLL", capture_link_type(c));
	assert_non_null(strstr(capture_default_ethernet(c), "dst zeros"));
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_true(f.made_ethernet);
	assert_int_equal(sizeof(want), f.len);
	assert_int_equal(sizeof(want) + 19, f.wire_len);
	assert_memory_equal(want, f.data, sizeof(want));
	/* Cut within the link header: nothing is left, and it shows as cut. */
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(0, f.len);
	assert_int_equal(sizeof(want), f.wire_len);
	capture_close(c);

	put_pcap_header(&p2, 0xa1b2c3d4, 276);
	put_record(&p2, 1, 0, sll2, sizeof(sll2), sizeof(sll2));
	c = open_pieces(&d, &p2, &set);
	assert_non_null(c);
	assert_string_equal("LINUX_SLL2", capture_link_type(c));
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(sizeof(want2), f.len);
	assert_memory_equal(want2, f.data, sizeof(want2));
	capture_close(c);
	assert_int_equal(0, d.n);
}

/* What SLL calls a protocol need not be an EtherType, nor the address one of Ethernet. */
static void test_cooked_protocols(void **state)
{
	static const struct {
		uint8_t protocol[2], address_len;
		uint8_t want[8]; /* of the header: src, type */
	} cases[] = {
		{ { 0, 4 }, 6, { 2, 0, 0, 0, 0, 9, 0, 3 } },	   /* 802.2: the length */
		{ { 0, 1 }, 6, { 2, 0, 0, 0, 0, 9, 0, 3 } },	   /* 802.3 */
		{ { 0, 0x0c }, 0, { 0, 0, 0, 0, 0, 0, 0, 0x0c } }, /* CAN, no address */
		{ { 8, 6 }, 8, { 0, 0, 0, 0, 0, 0, 8, 6 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		uint8_t packet[19] = {};
		struct pieces p = {};
		struct capture_frame f;
		struct diags d = {};
		struct capture *c;

		memcpy(packet, sll, 16);
		memcpy(packet + 14, cases[i].protocol, 2);
		packet[5] = cases[i].address_len;
		put_pcap_header(&p, 0xa1b2c3d4, 113);
		put_record(&p, 1, 0, packet, sizeof(packet), sizeof(packet));
		c = open_pieces(&d, &p, NULL);
		assert_non_null(c);
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(17, f.len);
		assert_memory_equal(cases[i].want, f.data + 6, 8);
		capture_close(c);
		assert_int_equal(0, d.n);
	}
}

static void test_filter(void **state)
{
	const struct capture_options arp = { .filter = "arp" }, udp = { .filter = "udp" };
	const struct capture_options out = { .filter = "outbound" }, bad = { .filter = "host and" };
	uint8_t request[42] = { [12] = 8, [13] = 6 };
	struct pieces p = {}, cooked = {};
	struct capture_frame f;
	struct source src;
	struct diags d = {};
	struct capture *c;

	(void)state;
	put_pcap_header(&p, 0xa1b2c3d4, 1);
	put_record(&p, 1, 0, frame, sizeof(frame), sizeof(frame));
	put_record(&p, 1, 0, request, sizeof(request), sizeof(request));
	put_record(&p, 1, 0, frame, sizeof(frame), sizeof(frame));
	c = open_pieces(&d, &p, &arp);
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(2, f.number);
	assert_int_equal(0, capture_next(&d, c, &f));
	capture_close(c);
	c = open_pieces(&d, &p, &udp);
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(1, f.number);
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(3, f.number);
	capture_close(c);

	/* Direction is in the header that SLL has and Ethernet has not. */
	put_pcap_header(&cooked, 0xa1b2c3d4, 113);
	put_record(&cooked, 1, 0, sll, sizeof(sll), sizeof(sll));
	c = open_pieces(&d, &cooked, &out);
	assert_non_null(c);
	assert_int_equal(1, capture_next(&d, c, &f));
	capture_close(c);
	assert_int_equal(0, d.n);
	assert_null(open_pieces(&d, &p, &out));
	assert_reported(&d, "filter 'outbound'");

	source_from_text("x.yaml", "filter: host and", 16, &src);
	{
		struct capture_options o = bad;

		o.filter_span = (struct span){ &src, 8, 8 };
		assert_null(open_pieces(&d, &p, &o));
	}
	assert_reported(&d, "x.yaml:1:9: error: filter 'host and'");
	source_free(&src);
}

static void test_matches(void **state)
{
	struct diags d = {};
	struct capture_filter *f =
		capture_filter_compile(&d, (struct span){}, "src host 192.0.2.1");

	(void)state;
	assert_non_null(f);
	assert_true(capture_filter_match(f, frame, sizeof(frame)));
	assert_false(capture_filter_match(f, frame, 20));
	assert_false(capture_filter_match(f, NULL, 0));
	capture_filter_free(f);
	assert_null(capture_filter_compile(&d, (struct span){}, "port http and"));
	assert_reported(&d, "filter 'port http and': ");
	capture_filter_free(NULL);
}

/* A file that ends within a record, or whose lengths are nonsense. */
static void test_damaged(void **state)
{
	struct pieces whole = {}, huge = {};
	struct capture_frame f;
	struct diags d = {};
	struct capture *c;

	(void)state;
	put_pcap_header(&whole, 0xa1b2c3d4, 1);
	put_record(&whole, 1, 0, frame, sizeof(frame), sizeof(frame));
	put_record(&whole, 1, 0, frame, sizeof(frame), sizeof(frame));
	for (size_t len = 24 + 16 + sizeof(frame) + 1; len < whole.len; len++) {
		struct pieces cut = whole;

		cut.len = len;
		c = open_pieces(&d, &cut, NULL);
		assert_non_null(c);
		assert_int_equal(1, capture_next(&d, c, &f));
		assert_int_equal(-1, capture_next(&d, c, &f));
		capture_close(c);
		assert_reported(&d, "at frame 2: the file is cut short");
	}
	put_pcap_header(&huge, 0xa1b2c3d4, 1);
	put_record(&huge, 1, 0, frame, sizeof(frame), sizeof(frame));
	put_number(&huge, 0, 8);
	put_number(&huge, 0x7fffffff, 4);
	put_number(&huge, 0x7fffffff, 4);
	c = open_pieces(&d, &huge, NULL);
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(-1, capture_next(&d, c, &f));
	capture_close(c);
	assert_reported(&d, "at frame 2: the file is damaged");
}

static void test_no_capture(void **state)
{
	static const struct {
		const char *data;
		size_t len;
		const char *message;
	} cases[] = {
		{ "", 0, "the file is empty" },
		{ "verdict: 1\n", 11, "neither pcap nor pcapng" },
		{ "\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 25, "gunzip" },
		{ "\xfd"
		  "7zXZ\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
		  25, "unxz" },
		{ "\xd4\xc3\xb2\xa1\2\0\4\0\0\0", 10, "truncated dump file" },
		{ "\xd4\xc3\xb2\xa1\0", 5, "truncated dump file" },
	};
	struct diags d = {};
	struct pieces raw = {};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct pieces p = {};

		put(&p, cases[i].data, cases[i].len);
		assert_null(open_pieces(&d, &p, NULL));
		assert_reported(&d, cases[i].message);
	}
	put_pcap_header(&raw, 0xa1b2c3d4, 101);
	assert_null(open_pieces(&d, &raw, NULL));
	assert_reported(&d, "link type RAW (Raw IP), which is not supported");
	assert_null(capture_open(&d, (struct span){}, folder, NULL));
	assert_reported(&d, "it is a folder");
	assert_null(capture_open(&d, (struct span){}, "/nonexistent/file", NULL));
	assert_reported(&d, "cannot read capture '/nonexistent/file': No such file or directory");
	capture_close(NULL);
}

static size_t files_in_folder(void)
{
	DIR *dir = opendir(folder);
	struct dirent *e;
	size_t n = 0;

	assert_non_null(dir);
	while ((e = readdir(dir)))
		n += e->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void test_write(void **state)
{
	struct pieces want = { .big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ };
	char *path = xasprintf("%s/out", folder);
	struct capture_writer *w;
	struct capture_frame f;
	struct diags d = {};
	struct source got;
	struct capture *c;
	int err = 0;

	(void)state;
	w = capture_create(path, &err);
	assert_non_null(w);
	assert_int_equal(0, capture_write(w, 7000000005, frame, sizeof(frame)));
	assert_int_equal(0, capture_write(w, UINT32_MAX * 1000000000ull + 999999999, frame, 0));
	assert_int_equal(-EMSGSIZE, capture_write(w, 0, frame, 262145));
	assert_int_equal(-ERANGE, capture_write(w, UINT64_MAX, frame, 1));
	assert_int_equal(-1, access(path, F_OK));
	assert_int_equal(0, capture_finish(w));
	assert_int_equal(1, files_in_folder());

	put_pcap_header(&want, 0xa1b23c4d, 1);
	memcpy(want.data + 16, &(uint32_t){ 262144 }, 4);
	put_record(&want, 7, 5, frame, sizeof(frame), sizeof(frame));
	put_record(&want, UINT32_MAX, 999999999, frame, 0, 0);
	assert_int_equal(0, source_read(path, &got));
	assert_int_equal(want.len, got.len);
	assert_memory_equal(want.data, got.text, want.len);
	source_free(&got);

	c = capture_open(&d, (struct span){}, path, NULL);
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(7000000005, f.time);
	assert_memory_equal(frame, f.data, sizeof(frame));
	assert_int_equal(1, capture_next(&d, c, &f));
	assert_int_equal(0, f.len);
	assert_int_equal(0, capture_next(&d, c, &f));
	capture_close(c);
	assert_int_equal(0, d.n);
	unlink(path);
	free(path);
}

static void test_write_fails(void **state)
{
	char *path = xasprintf("%s/out", folder), *deep = xasprintf("%s/no/out", folder);
	struct capture_writer *w;
	int err = 0;

	(void)state;
	w = capture_create(path, &err);
	assert_non_null(w);
	assert_int_equal(0, capture_write(w, 1, frame, sizeof(frame)));
	capture_abandon(w);
	assert_int_equal(0, files_in_folder());
	assert_null(capture_create(deep, &err));
	assert_int_equal(-ENOENT, err);
	assert_null(capture_create(folder, &err));
	assert_int_equal(-EISDIR, err);
	capture_abandon(NULL);
	/* A full disk shows when the buffer is written, at the latest at the end. */
	if (!access("/dev/full", W_OK)) {
		w = capture_create("/dev/full", &err);
		assert_non_null(w);
		capture_write(w, 1, frame, sizeof(frame));
		assert_int_equal(-ENOSPC, capture_finish(w));
	}
	free(path);
	free(deep);
}

/* Public captures that are refused, and where: all others are read to their end. */
static const struct {
	const char *file;
	uint64_t frames; /* read before */
	const char *message;
} refused[] = {
	{ "sv_frag-ip-tcp.pcap", 0, "link type IPV6 (" },
	{ "td_LINKTYPE_RAW_ipv6.pcap", 0, "link type RAW (Raw IP)" },
	{ "td_LINKTYPE_IPV4.pcap", 0, "link type IPV4 (" },
	{ "gp_test_loopback.pcap", 0, "link type NULL (" },
	{ "td_tcp_rst_diag_payload-trunc.pcap", 0, "link type NULL (" },
	{ "td_nflog.pcap", 0, "link type NFLOG (" },
	{ "derived_loop.pcap", 0, "link type LOOP (" },
	/* Described at the start: interfaces of Ethernet and of loopback. */
	{ "ng_le_test102.pcapng", 0, "at frame 1: an interface of another link type" },
	{ "ng_be_test202.pcapng", 0, "at frame 1: an interface of another link type" },
};

/* Frames of the file, as many as can be read; *message is what was reported, or NULL. */
static uint64_t count_frames(const char *path, char **message)
{
	struct diags d = {};
	struct capture *c = capture_open(&d, (struct span){}, path, NULL);
	struct capture_frame f;
	uint64_t n = 0;
	uint8_t sum = 0;

	while (c && capture_next(&d, c, &f) > 0) {
		n++;
		assert_int_equal(n, f.number);
		assert_true(f.len <= f.wire_len || !f.made_ethernet);
		for (uint32_t i = 0; i < f.len; i++)
			sum ^= f.data[i];
	}
	(void)sum;
	capture_close(c);
	*message = d.n ? diags_text(&d) : NULL;
	return n;
}

static void check_public_capture(const char *path, const char *name, uint64_t packets)
{
	char *message;
	uint64_t n = count_frames(path, &message);

	for (size_t i = 0; i < ARRAY_SIZE(refused); i++)
		if (!strcmp(refused[i].file, name)) {
			assert_int_equal(refused[i].frames, n);
			assert_non_null(message);
			if (!strstr(message, refused[i].message))
				fail_msg("%s: no '%s' in: %s", name, refused[i].message, message);
			free(message);
			return;
		}
	if (message)
		fail_msg("%s: %s", name, message);
	if (n != packets)
		fail_msg("%s: %llu frames, not %llu", name, (unsigned long long)n,
			 (unsigned long long)packets);
}

static char *collection(void)
{
	const char *set = getenv("VERDICT_PCAPS");

	if (set)
		return xstrdup(set);
	return xasprintf("%.*s../../../../shared/pcaps",
			 (int)(strrchr(__FILE__, '/') - __FILE__ + 1), __FILE__);
}

static void test_public_captures(void **state)
{
	char *from = collection(), *index = xasprintf("%s/index.tsv", from);
	struct source src;
	char *line, *rest;
	size_t files = 0;

	(void)state;
	if (source_read(index, &src)) {
		free(from);
		free(index);
		skip();
	}
	strtok_r(src.text, "\n", &rest);
	while ((line = strtok_r(NULL, "\n", &rest))) {
		const char *column[6] = {};
		char *path;

		for (size_t i = 0; i < ARRAY_SIZE(column); i++) {
			column[i] = strsep(&line, "\t");
			assert_non_null(column[i]);
		}
		path = xasprintf("%s/%s", from, column[0]);
		check_public_capture(path, column[0], strtoull(column[5], NULL, 10));
		free(path);
		files++;
	}
	assert_true(files > ARRAY_SIZE(refused));
	source_free(&src);
	free(from);
	free(index);
}

/* "N packets" of tcpdump --count; -1 where it cannot say. */
static long tcpdump_count(const char *path)
{
	char *command = xasprintf("tcpdump --count -r '%s' 2>/dev/null", path);
	FILE *out = popen(command, "re");
	char line[64] = "", *end;
	long n = -1;

	free(command);
	if (!out)
		return -1;
	if (fgets(line, sizeof(line), out)) {
		n = strtol(line, &end, 10);
		if (end == line || strncmp(end, " packet", 7))
			n = -1;
	}
	return pclose(out) ? -1 : n;
}

static void test_tcpdump_agrees(void **state)
{
	char *path = xasprintf("%s/out", folder);
	struct capture_writer *w;
	int err, n = 300;

	(void)state;
	w = capture_create(path, &err);
	assert_non_null(w);
	for (int i = 0; i < n; i++)
		assert_int_equal(0,
				 capture_write(w, (uint64_t)i, frame, (size_t)i % sizeof(frame)));
	assert_int_equal(0, capture_finish(w));
	err = (int)tcpdump_count(path);
	unlink(path);
	free(path);
	if (err < 0)
		skip();
	assert_int_equal(n, err);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_byte_orders_and_stamps),
		cmocka_unit_test(test_pcapng),
		cmocka_unit_test(test_pcapng_interfaces_that_differ),
		cmocka_unit_test(test_cooked),
		cmocka_unit_test(test_cooked_protocols),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_matches),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_no_capture),
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_write_fails),
		cmocka_unit_test(test_public_captures),
		cmocka_unit_test(test_tcpdump_agrees),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
