/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Captures to measure with: UDP over IPv4, source port and address counting up.
 *
 *   bench_frames CAPTURE BYTES N
 */
#include "base/mem.h"
#include "base/text.h"
#include "packet/capture.h"

#include <stdlib.h>
#include <string.h>

#define HEADERS 42u /* Ethernet, IPv4, UDP */

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "bench_frames: %s\n", what);
	exit(2);
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* RFC 1071 */
static uint32_t ipv4_checksum(const uint8_t *ip)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < 20; i += 2)
		sum += (uint32_t)ip[i] << 8 | ip[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* The UDP checksum stays 0, "none": RFC 768. */
static void frame_fill(uint8_t *frame, uint32_t len, uint64_t i)
{
	static const uint8_t start[HEADERS] = {
		0x02, 0, 0, 0, 0, 2, 0x02, 0, 0,  0,  0, 1, 0x08, 0,			/* eth */
		0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 17, 0, 0, 10,	  0, 0, 0, 10, 1, 0, 1, /* ipv4 */
		0,    0, 0, 9, 0, 0, 0,	   0,						/* udp */
	};
	uint8_t *ip = frame + 14;

	memcpy(frame, start, sizeof(start));
	put16(ip + 2, len - 14);
	put16(ip + 14, (uint32_t)(i >> 16));
	put16(ip + 20, (uint32_t)i);
	put16(ip + 24, len - 34);
	put16(ip + 10, ipv4_checksum(ip));
}

int main(int argc, char **argv)
{
	struct capture_writer *w;
	uint64_t len, n;
	uint8_t *frame;
	int err = 0;

	if (argc != 4 || number_parse(argv[2], strlen(argv[2]), &len) ||
	    number_parse(argv[3], strlen(argv[3]), &n) || len < HEADERS || len > 1514)
		die("usage: bench_frames CAPTURE BYTES N, with 42 to 1514 bytes");
	w = capture_create(argv[1], &err);
	if (!w)
		die(strerror(-err));
	frame = xcalloc(1, len);
	for (uint64_t i = 0; i < n && !err; i++) {
		frame_fill(frame, (uint32_t)len, i);
		err = capture_write(w, 1000000000ull * 1700000000ull + i * 1000, frame, len);
	}
	free(frame);
	if (err) {
		capture_abandon(w);
		die(strerror(-err));
	}
	err = capture_finish(w);
	if (err)
		die(strerror(-err));
	return 0;
}
