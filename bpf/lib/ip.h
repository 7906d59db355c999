/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Addresses and headers of both families.
 *
 * What the datapath does with IPv4 and IPv6 is the same and is written once: functions take
 * `const bool v6`, a constant where they are called, and the compiler keeps one branch. They are
 * inlined for that reason.
 */
#pragma once

#include "lib/config.h"
#include "lib/drop.h"

/* An address in network byte order. That of IPv4 is in the first word, the rest is zero. */
union ip_addr {
	__be32 ip4;
	struct in6_addr ip6;
	__be32 words[4];
	__u8 bytes[IPV6_ADDR_LEN];
};

/* struct iphdr's frag_off (host order) */
#define IPV4_DONT_FRAGMENT   0x4000
#define IPV4_MORE_FRAGMENTS  0x2000
#define IPV4_FRAGMENT_OFFSET 0x1fff

/* As in linux/icmp.h and linux/icmpv6.h, which need a C library's headers for the target. */
enum {
	ICMP_ECHOREPLY = 0,
	ICMP_DEST_UNREACH = 3,
	ICMP_ECHO = 8,
	ICMP_TIME_EXCEEDED = 11,
	ICMP_PARAMETERPROB = 12,
	ICMP_PORT_UNREACH = 3, /* codes of ICMP_DEST_UNREACH */
	ICMP_FRAG_NEEDED = 4,
	ICMPV6_DEST_UNREACH = 1,
	ICMPV6_PKT_TOOBIG = 2,
	ICMPV6_TIME_EXCEED = 3,
	ICMPV6_PARAMPROB = 4,
	ICMPV6_PORT_UNREACH = 4, /* code of ICMPV6_DEST_UNREACH */
	ICMPV6_ECHO_REQUEST = 128,
	ICMPV6_ECHO_REPLY = 129,
	NDISC_NEIGHBOUR_SOLICITATION = 135,
	NDISC_NEIGHBOUR_ADVERTISEMENT = 136,
};

struct icmp_header {
	__u8 type, code;
	__be16 checksum;
	__be16 id; /* of an echo */
	__be16 data;
};

/* TCP's flags as one byte, as conntrack remembers them */
enum {
	TCP_FIN = 0x01,
	TCP_SYN = 0x02,
	TCP_RST = 0x04,
	TCP_ACK = 0x10,
};

static __always_inline bool addr_equal(const bool v6, const union ip_addr *a,
				       const union ip_addr *b)
{
	if (!v6)
		return a->ip4 == b->ip4;
	return !((a->words[0] ^ b->words[0]) | (a->words[1] ^ b->words[1]) |
		 (a->words[2] ^ b->words[2]) | (a->words[3] ^ b->words[3]));
}

/* An option that is an IPv6 address. */
static __always_inline union ip_addr addr6_option(const volatile __u8 option[IPV6_ADDR_LEN])
{
	union ip_addr addr;
	int i;

#pragma unroll
	for (i = 0; i < IPV6_ADDR_LEN; i++)
		addr.bytes[i] = option[i];
	return addr;
}

static __always_inline union ip_addr addr4(__be32 ip4)
{
	return (union ip_addr){ .words = { ip4 } };
}

static __always_inline union ip_addr addr6(struct in6_addr ip6)
{
	return (union ip_addr){ .ip6 = ip6 };
}

static __always_inline union ip_addr addr_loopback(const bool v6)
{
	return v6 ? addr6_option(IPV6_LOOPBACK) : addr4(IPV4_LOOPBACK);
}

/* This device's own MAC. */
static __always_inline void interface_mac(__u8 mac[ETH_ALEN])
{
	int i;

#pragma unroll
	for (i = 0; i < ETH_ALEN; i++)
		mac[i] = THIS_INTERFACE_MAC[i];
}

static __always_inline struct iphdr *ipv4_header(struct ctx_buff *ctx)
{
	return ctx_header(ctx, ETH_HLEN, sizeof(struct iphdr));
}

static __always_inline struct ipv6hdr *ipv6_header(struct ctx_buff *ctx)
{
	return ctx_header(ctx, ETH_HLEN, sizeof(struct ipv6hdr));
}

/* The two values that a service's Internet checksum is carried on by. @len: a multiple of 4. */
static __always_inline __u32 csum_diff(const void *from, const void *to, __u32 len)
{
	return bpf_csum_diff((__be32 *)from, len, (__be32 *)to, len, 0);
}

/* The same for one 16-bit field. */
static __always_inline __u32 csum_diff16(__be16 from, __be16 to)
{
	__be32 from32 = from, to32 = to;

	return csum_diff(&from32, &to32, sizeof(from32));
}

static __always_inline __be16 csum_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}
