/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* No maps and no globals: what can be compiled without BTF, and is loaded so. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

#define AF_INET 2
/* What kernels before 6.0 know of it. */
#define TUNNEL_KEY_SIZE offsetof(struct bpf_tunnel_key, local_ipv4)

static __attribute__((noinline)) long find_route(struct __sk_buff *skb, struct bpf_fib_lookup *fib)
{
	return bpf_fib_lookup(skb, fib, sizeof(*fib), 0);
}

/* To the tunnel once in two, after a while by the routing table. */
SEC("tc")
int steer(struct __sk_buff *skb)
{
	struct bpf_fib_lookup fib = { .family = AF_INET, .ifindex = 2 };
	struct bpf_tunnel_key key = { .tunnel_id = 9, .remote_ipv4 = 0xc0000201 };

	if (bpf_ktime_get_ns() >= 60000000000ull) {
		fib.ipv4_dst = bpf_htonl(0x0a000002);
		return find_route(skb, &fib) ? TC_ACT_SHOT : bpf_redirect(fib.ifindex, 0);
	}
	if (bpf_get_prandom_u32() % 2)
		return TC_ACT_OK;
	bpf_skb_set_tunnel_key(skb, &key, TUNNEL_KEY_SIZE, 0);
	return bpf_redirect(2, BPF_F_INGRESS);
}

SEC("xdp")
int push(struct xdp_md *ctx)
{
	if (bpf_xdp_adjust_head(ctx, -4))
		return XDP_ABORTED;
	return bpf_redirect(2, 0);
}
