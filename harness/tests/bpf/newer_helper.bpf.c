/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A helper that kernels have since Linux 5.12. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_helpers.h>

char _license[] SEC("license") = "GPL";

SEC("tc") int asks_mtu(struct __sk_buff *skb)
{
	__u32 mtu = 0;

	return bpf_check_mtu(skb, 0, &mtu, 0, 0) ? TC_ACT_SHOT : TC_ACT_OK;
}
