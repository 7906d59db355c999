/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/link_type.h"

#include "base/mem.h"

#include <pcap/dlt.h>
#include <pcap/sll.h>
#include <string.h>

#define ADDRESS_LEN 6
/* IEEE 802.3: the largest value that is a length, not a type. */
#define LENGTH_MAX 1500

static const struct link_type link_types[] = {
	{ .name = "EN10MB", .dlt = DLT_EN10MB, .header = 14, .is_ethernet = true },
	{ .name = "LINUX_SLL",
	  .dlt = DLT_LINUX_SLL,
	  .header = SLL_HDR_LEN,
	  .protocol = offsetof(struct sll_header, sll_protocol),
	  .address = offsetof(struct sll_header, sll_addr),
	  /* The low byte: no address is longer than the 8 bytes kept. */
	  .address_len = offsetof(struct sll_header, sll_halen) + 1 },
	{ .name = "LINUX_SLL2",
	  .dlt = DLT_LINUX_SLL2,
	  .header = SLL2_HDR_LEN,
	  .protocol = offsetof(struct sll2_header, sll2_protocol),
	  .address = offsetof(struct sll2_header, sll2_addr),
	  .address_len = offsetof(struct sll2_header, sll2_halen) },
};

const struct link_type *link_type_find(int dlt)
{
	for (size_t i = 0; i < ARRAY_SIZE(link_types); i++)
		if (link_types[i].dlt == dlt)
			return &link_types[i];
	return NULL;
}

void link_type_ethernet(const struct link_type *l, const uint8_t *from, size_t payload,
			const uint8_t *src, const uint8_t *dst, uint8_t to[static ETHERNET_HEADER])
{
	unsigned int type = (unsigned int)from[l->protocol] << 8 | from[l->protocol + 1];

	memset(to, 0, ETHERNET_HEADER);
	if (dst)
		memcpy(to, dst, ADDRESS_LEN);
	if (src)
		memcpy(to + ADDRESS_LEN, src, ADDRESS_LEN);
	else if (from[l->address_len] == ADDRESS_LEN)
		memcpy(to + ADDRESS_LEN, from + l->address, ADDRESS_LEN);
	if (type == LINUX_SLL_P_802_2 || type == LINUX_SLL_P_802_3)
		type = payload < LENGTH_MAX ? (unsigned int)payload : LENGTH_MAX;
	to[12] = (uint8_t)(type >> 8);
	to[13] = (uint8_t)type;
}
