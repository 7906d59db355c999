/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a capture taken with offloads on holds: frames a device had yet to finish. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Whether the TCP or UDP checksum of an Ethernet frame is only the sum of its pseudo header, as
 * Linux leaves it for a device to complete (CHECKSUM_PARTIAL, include/linux/skbuff.h). Looks at
 * headers only: cheap for every frame of a replay.
 */
bool frame_checksum_is_partial(const uint8_t *frame, size_t len);
/* Complete such a checksum in place. Returns false if there is none to complete. */
bool frame_checksum_complete(uint8_t *frame, size_t len);
