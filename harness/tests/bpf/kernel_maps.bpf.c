/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One map of each kind, and a program that writes to all it can write to. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define PLAIN_MAP(map_name, map_type, key_type, value_type, entries) \
	struct {                                                     \
		__uint(type, map_type);                              \
		__type(key, key_type);                               \
		__type(value, value_type);                           \
		__uint(max_entries, entries);                        \
	} map_name SEC(".maps")

struct prefix {
	__u32 len;
	__u32 addr;
};

PLAIN_MAP(hash, BPF_MAP_TYPE_HASH, __u32, __u64, 1024);
PLAIN_MAP(hash_large, BPF_MAP_TYPE_HASH, __u32, __u64, 65536);
PLAIN_MAP(percpu_hash, BPF_MAP_TYPE_PERCPU_HASH, __u32, __u32, 64);
PLAIN_MAP(lru, BPF_MAP_TYPE_LRU_HASH, __u32, __u64, 65536);
PLAIN_MAP(lru_small, BPF_MAP_TYPE_LRU_HASH, __u32, __u64, 4);
PLAIN_MAP(lru_percpu, BPF_MAP_TYPE_LRU_PERCPU_HASH, __u32, __u64, 65536);
PLAIN_MAP(array, BPF_MAP_TYPE_ARRAY, __u32, __u32, 8);
PLAIN_MAP(array_large, BPF_MAP_TYPE_ARRAY, __u32, __u32, 100000);
PLAIN_MAP(percpu_array, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, __u32, 4);
PLAIN_MAP(devmap, BPF_MAP_TYPE_DEVMAP, __u32, __u32, 8);
PLAIN_MAP(devmap_hash, BPF_MAP_TYPE_DEVMAP_HASH, __u32, __u32, 8);
PLAIN_MAP(cpumap, BPF_MAP_TYPE_CPUMAP, __u32, __u32, 2);
PLAIN_MAP(xskmap, BPF_MAP_TYPE_XSKMAP, __u32, __u32, 2);

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct prefix);
	__type(value, __u32);
	__uint(max_entries, 64);
} lpm SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_RDONLY_PROG);
	__type(key, __u32);
	__type(value, __u32);
	__uint(max_entries, 4);
} settings SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
} perf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(value_size, 4);
	__uint(max_entries, 4);
} queue SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(value_size, 4);
	__uint(max_entries, 4);
} stack SEC(".maps");

int drop(struct xdp_md *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 4);
	__uint(key_size, 4);
	__array(values, int(void *));
} calls SEC(".maps") = {
	.values = { [1] = (void *)&drop },
};

const volatile __u32 answer = 42;
__u32 runs = 7;	 /* .data */
__u64 last_size; /* .bss */

#define SET(map, k, v)                                              \
	({                                                          \
		typeof(k) key_ = (k);                               \
		typeof(v) value_ = (v);                             \
		bpf_map_update_elem(&map, &key_, &value_, BPF_ANY); \
	})

SEC("xdp")
int drop(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_DROP;
}

static void write_hashes(__u32 n)
{
	SET(hash, n, (__u64)n);
	SET(hash_large, n, (__u64)n);
	SET(percpu_hash, n, n);
	SET(lru, n, (__u64)n);
	SET(lru_percpu, n, (__u64)n);
	SET(lpm, ((struct prefix){ .len = 32, .addr = n }), n);
}

SEC("xdp")
int write_all(struct xdp_md *ctx)
{
	__u32 n = ctx->data_end - ctx->data, *event;

	write_hashes(n);
	SET(array, 3u, n);
	SET(array_large, 99999u, n);
	SET(percpu_array, 2u, n);
	bpf_map_push_elem(&queue, &n, 0);
	bpf_map_push_elem(&stack, &n, 0);
	event = bpf_ringbuf_reserve(&ring, sizeof(*event), 0);
	if (event) {
		*event = n;
		bpf_ringbuf_submit(event, 0);
	}
	runs++;
	last_size = n;
	return answer;
}

/* Fills the small LRU map beyond its size. */
SEC("xdp")
int write_lru(struct xdp_md *ctx)
{
	(void)ctx;
	SET(lru_small, 1u, 1ull);
	return XDP_PASS;
}

SEC("xdp")
int call(struct xdp_md *ctx)
{
	bpf_tail_call(ctx, &calls, 1);
	return XDP_ABORTED;
}

SEC("xdp")
int read_maps(struct xdp_md *ctx)
{
	__u32 zero = 0, *value = bpf_map_lookup_elem(&settings, &zero);

	bpf_redirect_map(&devmap, 0, 0);
	bpf_redirect_map(&devmap_hash, 0, 0);
	bpf_redirect_map(&cpumap, 0, 0);
	bpf_redirect_map(&xskmap, 0, 0);
	bpf_perf_event_output(ctx, &perf, BPF_F_CURRENT_CPU, &zero, sizeof(zero));
	return value ? (int)*value : XDP_ABORTED;
}

char _license[] SEC("license") = "GPL";
