/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Needs a function that no kernel has. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

extern int no_such_kernel_function(int) __ksym;

SEC("xdp")
int calls_it(struct xdp_md *ctx)
{
	(void)ctx;
	return no_such_kernel_function(1);
}

char _license[] SEC("license") = "GPL";
