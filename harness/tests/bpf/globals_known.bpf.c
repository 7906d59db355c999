/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A global that the verifier has to know: any other size would not fit. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

const volatile __u32 size = 4;

SEC("tc")
int reads(struct __sk_buff *skb)
{
	__u8 bytes[8] = { 0 };

	if (bpf_skb_load_bytes(skb, 0, bytes, size))
		return -1;
	return size;
}

char _license[] SEC("license") = "GPL";
