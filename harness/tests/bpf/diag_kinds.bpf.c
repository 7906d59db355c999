/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program that frames cannot be run through, and maps that have no entries of key and value. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(value_size, 4);
	__uint(max_entries, 4);
} waiting SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 4);
	__type(key, __u32);
	__type(value, __u32);
} ports SEC(".maps");

SEC("kprobe/do_nothing")
int at_function(void *ctx)
{
	(void)ctx;
	return bpf_map_pop_elem(&waiting, &(__u32){ 0 });
}

SEC("xdp")
int forward(struct xdp_md *ctx)
{
	(void)ctx;
	bpf_ringbuf_output(&events, &(__u32){ 0 }, sizeof(__u32), 0);
	return bpf_redirect_map(&ports, 0, 0);
}

char _license[] SEC("license") = "GPL";
