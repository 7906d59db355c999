/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* CRC-32C, which SCTP has for a checksum: RFC 9260 appendix A. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#define CRC32C_START 0xffffffffu

/* Add @len bytes to a running CRC, which starts with CRC32C_START. */
uint32_t crc32c_update(uint32_t crc, const uint8_t *p, size_t len);
/* The checksum, as the number that its four bytes in the header are in network order. */
uint32_t crc32c_finish(uint32_t crc);
