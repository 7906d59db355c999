/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Globals that the verifier may or may not know. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

const volatile __u32 answer = 1;
const volatile __u32 other = 2;
__u32 runs = 10;

SEC("tc")
int answers(struct __sk_buff *skb)
{
	(void)skb;
	runs++;
	return answer * 1000 + other * 100 + runs;
}

char _license[] SEC("license") = "GPL";
