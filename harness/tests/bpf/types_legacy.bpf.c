/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps as before BTF, which libbpf 1.0 no longer reads. */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

struct map_def {
	unsigned int type, key_size, value_size, max_entries, map_flags;
};

struct map_def old_map SEC("maps") = { BPF_MAP_TYPE_HASH, 4, 4, 16, 0 };

SEC("tc")
int old_program(struct __sk_buff *ctx)
{
	(void)ctx;
	return bpf_map_lookup_elem(&old_map, &(__u32){ 0 }) ? 1 : 0;
}

char LICENSE[] SEC("license") = "GPL";
