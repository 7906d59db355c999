/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ICMP errors (RFC 792, RFC 4443): the answer to a packet that cannot be delivered. */
#pragma once

#include "lib/eth.h"
#include "lib/event.h"

enum {
	/* How much of the packet an error quotes. IPv4: its headers and first bytes; IPv6: as much
	 * as fits into what every link can carry. */
	ICMP_SAMPLE_MAX = 64,
	ICMPV6_SAMPLE_MAX = 1280 - sizeof(struct ipv6hdr) - sizeof(struct icmp_header),
	ICMP_CHUNK = 64,
};

struct icmp_error4 {
	struct iphdr ip4;
	struct icmp_header icmp;
} __attribute__((packed, aligned(4)));

struct icmp_error6 {
	struct ipv6hdr ip6;
	struct icmp_header icmp;
} __attribute__((packed, aligned(4)));

/* What stands in an ICMPv6 checksum's pseudo header besides the addresses. */
struct ipv6_pseudo {
	__be32 len;
	__u8 zero[3], nexthdr;
};

/*
 * Errors about packets that are not errors: 100 a second, 1000 at once (RFC 4443 2.4 (f) wants a
 * limit). Time is counted in nanoseconds.
 */
enum {
	ICMP_RATE_INTERVAL = 10000000,
	ICMP_RATE_BURST = 1000,
};

struct ratelimit_value {
	__u64 last_topup;
	__u64 tokens;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, __u32); /* the device */
	__type(value, struct ratelimit_value);
	__uint(max_entries, MAP_ENTRIES_SERVICES);
	MAP_OF_NODE;
} cilium_ratelimit SEC(".maps");

static __always_inline bool icmp_rate_allows(struct ctx_buff *ctx)
{
	struct ratelimit_value first = { .tokens = ICMP_RATE_BURST - 1 };
	__u32 key = ctx_ifindex(ctx);
	struct ratelimit_value *v = bpf_map_lookup_elem(&cilium_ratelimit, &key);
	__u64 now = bpf_ktime_get_ns(), more;

	if (!v) {
		first.last_topup = now;
		bpf_map_update_elem(&cilium_ratelimit, &key, &first, BPF_ANY);
		return true;
	}
	more = (now - v->last_topup) / ICMP_RATE_INTERVAL;
	if (more) {
		v->tokens = v->tokens + more < ICMP_RATE_BURST ? v->tokens + more : ICMP_RATE_BURST;
		v->last_topup += more * ICMP_RATE_INTERVAL;
	}
	if (!v->tokens)
		return false;
	v->tokens--;
	return true;
}

/* The sum of @len bytes at @off: from 1, at most ICMP_CHUNK. */
static __always_inline long icmp_chunk_sum(struct ctx_buff *ctx, __u32 off, __u64 len, __u32 sum)
{
	__be32 chunk[ICMP_CHUNK / 4] = {};

	if (len > ICMP_CHUNK)
		len = ICMP_CHUNK;
	/*
	 * The verifier must see both bounds on the very register that is the size; of "not 0"
	 * Linux 5.10 does not take notice.
	 */
	asm volatile("" : "+r"(len));
	len = ((len - 1) & (ICMP_CHUNK - 1)) + 1;
	if (bpf_skb_load_bytes(ctx, off, chunk, len))
		return -1;
	return bpf_csum_diff(NULL, 0, chunk, sizeof(chunk), sum);
}

static __always_inline long icmp_sum(struct ctx_buff *ctx, const bool v6, __u32 off, __u32 len,
				     __u32 sum)
{
	const int chunks =
		((v6 ? ICMPV6_SAMPLE_MAX : ICMP_SAMPLE_MAX) + ICMP_CHUNK - 1) / ICMP_CHUNK;
	long ret = sum;
	int i;

	for (i = 0; i < chunks && ret >= 0; i++) {
		if ((__u32)i * ICMP_CHUNK >= len)
			break;
		ret = icmp_chunk_sum(ctx, off + i * ICMP_CHUNK, len - i * ICMP_CHUNK, ret);
	}
	return ret;
}

/* Bytes of the packet to quote. A short frame ends in padding, which is not part of it. */
static __always_inline __u32 icmp_sample_len(struct ctx_buff *ctx, const bool v6)
{
	const __u32 max = v6 ? ICMPV6_SAMPLE_MAX : ICMP_SAMPLE_MAX;
	const struct ipv6hdr *ip6;
	const struct iphdr *ip4;
	__u32 len = 0;

	if (v6) {
		ip6 = ipv6_header(ctx);
		if (ip6)
			len = sizeof(*ip6) + bpf_ntohs(ip6->payload_len);
	} else {
		ip4 = ipv4_header(ctx);
		if (ip4)
			len = bpf_ntohs(ip4->tot_len);
	}
	if (len > ctx_len(ctx) - ETH_HLEN)
		len = ctx_len(ctx) - ETH_HLEN;
	return len < max ? len : max;
}

static __always_inline long icmp_error4_write(struct ctx_buff *ctx, const struct icmp_header *icmp,
					      __u32 sample, const union ip_addr *from)
{
	const __u32 quoted = ETH_HLEN + sizeof(struct icmp_error4);
	struct icmp_error4 r = { .icmp = *icmp };
	struct iphdr old;
	long sum;

	if (ctx_load(ctx, quoted, &old, sizeof(old)))
		return drop(DROP_INVALID);
	r.ip4.version = 4;
	r.ip4.ihl = sizeof(r.ip4) / 4;
	r.ip4.tos = old.tos;
	r.ip4.tot_len = bpf_htons(sizeof(r) + sample);
	r.ip4.ttl = 64;
	r.ip4.protocol = IPPROTO_ICMP;
	r.ip4.saddr = from ? from->ip4 : old.daddr;
	r.ip4.daddr = old.saddr;
	r.ip4.check = csum_fold(bpf_csum_diff(NULL, 0, (__be32 *)&r.ip4, sizeof(r.ip4), 0));
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&r.icmp, sizeof(r.icmp), 0);
	sum = icmp_sum(ctx, false, quoted, sample, sum);
	if (sum < 0)
		return drop(DROP_INVALID);
	r.icmp.checksum = csum_fold(sum);
	return ctx_store(ctx, ETH_HLEN, &r, sizeof(r)) ? drop(DROP_WRITE_ERROR) : 0;
}

static __always_inline long icmp_error6_write(struct ctx_buff *ctx, const struct icmp_header *icmp,
					      __u32 sample, const union ip_addr *from)
{
	const __u32 quoted = ETH_HLEN + sizeof(struct icmp_error6);
	struct ipv6_pseudo pseudo = { .nexthdr = IPPROTO_ICMPV6 };
	struct icmp_error6 r = { .icmp = *icmp };
	struct ipv6hdr old;
	long sum;

	if (ctx_load(ctx, quoted, &old, sizeof(old)))
		return drop(DROP_INVALID);
	r.ip6.version = 6;
	r.ip6.payload_len = bpf_htons(sizeof(r.icmp) + sample);
	r.ip6.nexthdr = IPPROTO_ICMPV6;
	r.ip6.hop_limit = 64;
	r.ip6.saddr = old.daddr;
	if (from)
		__builtin_memcpy(&r.ip6.saddr, from, sizeof(r.ip6.saddr));
	r.ip6.daddr = old.saddr;
	pseudo.len = bpf_htonl(sizeof(r.icmp) + sample);
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&r.ip6.saddr, 2 * IPV6_ADDR_LEN, 0);
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&pseudo, sizeof(pseudo), sum);
	sum = bpf_csum_diff(NULL, 0, (__be32 *)&r.icmp, sizeof(r.icmp), sum);
	sum = icmp_sum(ctx, true, quoted, sample, sum);
	if (sum < 0)
		return drop(DROP_INVALID);
	r.icmp.checksum = csum_fold(sum);
	return ctx_store(ctx, ETH_HLEN, &r, sizeof(r)) ? drop(DROP_WRITE_ERROR) : 0;
}

/*
 * Turn the packet in place into an ICMP error about itself, to where it came from: from @from, or
 * (NULL) from the address it was sent to. @icmp: type, code, and what an error of its kind says.
 */
static __always_inline long icmp_error(struct ctx_buff *ctx, const bool v6,
				       const struct icmp_header *icmp, const union ip_addr *from)
{
	const __u32 room = v6 ? sizeof(struct icmp_error6) : sizeof(struct icmp_error4);
	__u32 sample = icmp_sample_len(ctx, v6);
	long ret;

	if (!icmp_rate_allows(ctx))
		return drop(DROP_RATE_LIMITED);
	if (ctx_change_len(ctx, ETH_HLEN + sample) ||
	    bpf_skb_adjust_room(ctx, room, BPF_ADJ_ROOM_MAC, 0))
		return drop(DROP_WRITE_ERROR);
	ret = v6 ? icmp_error6_write(ctx, icmp, sample, from)
		 : icmp_error4_write(ctx, icmp, sample, from);
	return ret ? ret : eth_swap(ctx);
}
