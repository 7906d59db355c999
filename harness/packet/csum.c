/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/csum.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * The sum of 32-bit words is the sum of 16-bit ones once folded, in either byte order (RFC 1071
 * section 2): frames are summed whole for each comparison, so four bytes at a time.
 */
uint64_t csum_sum(const uint8_t *p, size_t len, uint64_t sum)
{
	uint64_t native = 0;
	uint32_t word;

	for (; len >= sizeof(word); p += sizeof(word), len -= sizeof(word)) {
		memcpy(&word, p, sizeof(word));
		native += word;
	}
	sum += ntohs(csum_fold(native));
	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? p[i] : (uint64_t)p[i] << 8;
	return sum;
}

uint16_t csum_fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

uint16_t csum_finish(uint64_t sum)
{
	return (uint16_t)~csum_fold(sum);
}

uint16_t csum_update(uint16_t csum, uint16_t before, uint16_t after)
{
	return csum_finish((uint64_t)(uint16_t)~csum + before + (uint16_t)~after);
}
