/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Link types of captures: which are read, and how frames without an Ethernet header get one.
 * Layouts: https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html and _SLL2.html (fields in
 * network order).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ETHERNET_HEADER 14

struct link_type {
	const char *name;
	int dlt;	  /* DLT_ value */
	size_t header;	  /* bytes in front of the network header */
	bool is_ethernet; /* the three below do not matter */
	/* Offsets in the header. SLL keeps the length of the address in 16 bits, SLL2 in 8. */
	size_t protocol, address, address_len;
};

/* NULL if @dlt is not supported. */
const struct link_type *link_type_find(int dlt);

/*
 * Write the Ethernet header of a frame of @l whose link header is @from (@l->header bytes), with
 * @payload bytes after it. Source is @src or the address recorded, zeros unless that has 6 bytes;
 * destination
 * @dst or zeros. The type is the protocol recorded; frames that had a length instead of a type
 * (LINUX_SLL_P_802_2, _802_3) get their length; other values below 0x600 (CAN, netlink) stand for
 * no EtherType and are kept as they are.
 */
void link_type_ethernet(const struct link_type *l, const uint8_t *from, size_t payload,
			const uint8_t *src, const uint8_t *dst, uint8_t to[static ETHERNET_HEADER]);
