/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The verifier of new kernels knows that there are only so many CPUs: the index needs no check. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#pragma clang diagnostic ignored "-Wunused-parameter"

__u8 counts[8192];

SEC("xdp") int by_cpu(struct xdp_md *ctx)
{
	__u64 cpu = bpf_get_smp_processor_id();

	asm volatile("" : "+r"(cpu));
	counts[cpu] = 1;
	return bpf_redirect(1, 0);
}

char _license[] SEC("license") = "GPL";
