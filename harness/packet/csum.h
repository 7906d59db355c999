/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The Internet checksum: RFC 1071, its update RFC 1624. Sums are of 16-bit words in network order.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Add @len bytes to a running sum; all but the last piece must have an even length. */
uint64_t csum_sum(const uint8_t *p, size_t len, uint64_t sum);
/* The sum as 16 bits, not inverted: what a sender leaves for the device to complete. */
uint16_t csum_fold(uint64_t sum);
/* The checksum: the inverted sum. */
uint16_t csum_finish(uint64_t sum);
/*
 * RFC 1624 equation 3: what @csum becomes where the right checksum changes from @before to
 * @after. A wrong checksum stays exactly as wrong.
 */
uint16_t csum_update(uint16_t csum, uint16_t before, uint16_t after);
