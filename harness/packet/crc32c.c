/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/crc32c.h"

#include <pthread.h>

/* The polynomial 0x1edc6f41 with its bits reversed, as the bits of each byte come lowest first. */
#define POLYNOMIAL 0x82f63b78u

static uint32_t table[256];

static void table_fill(void)
{
	for (uint32_t byte = 0; byte < 256; byte++) {
		uint32_t crc = byte;

		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[byte] = crc;
	}
}

uint32_t crc32c_update(uint32_t crc, const uint8_t *p, size_t len)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, table_fill);
	for (size_t i = 0; i < len; i++)
		crc = crc >> 8 ^ table[(crc ^ p[i]) & 0xff];
	return crc;
}

/* The remainder is sent with its lowest byte first. */
uint32_t crc32c_finish(uint32_t crc)
{
	return __builtin_bswap32(~crc);
}
