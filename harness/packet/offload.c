/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/offload.h"

#include "packet/csum.h"

#include <netinet/in.h>
#include <string.h>

#define ETH_LEN		 14
#define VLAN_LEN	 4
#define IPV4_LEN	 20
#define IPV6_LEN	 40
#define ETHERTYPE_V4	 0x0800
#define ETHERTYPE_V6	 0x86dd
#define ETHERTYPE_8021Q	 0x8100
#define ETHERTYPE_8021AD 0x88a8
#define FRAGMENT_BITS	 0x3fff /* more fragments, and the offset */
#define TCP_CSUM	 16
#define UDP_CSUM	 6

static uint16_t be16_at(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

/* The transport header of an unfragmented packet. */
struct transport {
	size_t off, len; /* bytes of the frame: header and payload */
	uint64_t pseudo; /* sum of the pseudo header */
	size_t csum;	 /* offset of the checksum in the frame */
};

static bool find_checksum(size_t len, uint8_t proto, struct transport *t)
{
	t->csum = t->off + (proto == IPPROTO_TCP ? TCP_CSUM : UDP_CSUM);
	t->pseudo += proto + t->len;
	return (proto == IPPROTO_TCP || proto == IPPROTO_UDP) && t->off + t->len <= len &&
	       t->csum + 2 <= t->off + t->len;
}

static bool find_in_ipv4(const uint8_t *frame, size_t len, size_t off, struct transport *t)
{
	const uint8_t *ip = frame + off;
	size_t header, total;

	if (len < off + IPV4_LEN || ip[0] >> 4 != 4 || (be16_at(ip + 6) & FRAGMENT_BITS))
		return false;
	header = (size_t)(ip[0] & 15) * 4;
	total = be16_at(ip + 2);
	if (header < IPV4_LEN || total < header)
		return false;
	t->off = off + header;
	t->len = total - header;
	t->pseudo = csum_sum(ip + 12, 8, 0);
	return find_checksum(len, ip[9], t);
}

static bool find_in_ipv6(const uint8_t *frame, size_t len, size_t off, struct transport *t)
{
	const uint8_t *ip = frame + off;

	if (len < off + IPV6_LEN || ip[0] >> 4 != 6)
		return false;
	t->off = off + IPV6_LEN;
	t->len = be16_at(ip + 4);
	t->pseudo = csum_sum(ip + 8, 32, 0);
	return find_checksum(len, ip[6], t);
}

static bool find_transport(const uint8_t *frame, size_t len, struct transport *t)
{
	size_t off = ETH_LEN;
	uint16_t type;

	if (len < ETH_LEN)
		return false;
	type = be16_at(frame + 12);
	while ((type == ETHERTYPE_8021Q || type == ETHERTYPE_8021AD) && len >= off + VLAN_LEN) {
		type = be16_at(frame + off + 2);
		off += VLAN_LEN;
	}
	if (type == ETHERTYPE_V4)
		return find_in_ipv4(frame, len, off, t);
	return type == ETHERTYPE_V6 && find_in_ipv6(frame, len, off, t);
}

bool frame_checksum_is_partial(const uint8_t *frame, size_t len)
{
	struct transport t;

	return find_transport(frame, len, &t) && be16_at(frame + t.csum) == csum_fold(t.pseudo);
}

bool frame_checksum_complete(uint8_t *frame, size_t len)
{
	struct transport t;
	uint16_t csum;

	if (!find_transport(frame, len, &t) || be16_at(frame + t.csum) != csum_fold(t.pseudo))
		return false;
	memset(frame + t.csum, 0, 2);
	csum = csum_finish(csum_sum(frame + t.off, t.len, t.pseudo));
	if (!csum)
		csum = 0xffff; /* RFC 768: zero says there is none; TCP takes both as equal */
	frame[t.csum] = (uint8_t)(csum >> 8);
	frame[t.csum + 1] = (uint8_t)csum;
	return true;
}
