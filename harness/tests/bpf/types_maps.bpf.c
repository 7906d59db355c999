/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps, globals and programs for the tests of types/: never loaded, only read. */
#include "types_structs.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define MAP(map, kind, key_type, value_type, entries) \
	struct {                                      \
		__uint(type, kind);                   \
		__type(key, key_type);                \
		__type(value, value_type);            \
		__uint(max_entries, entries);         \
	} map SEC(".maps")

#define TRIE(map, key_type)                           \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_LPM_TRIE);  \
		__uint(map_flags, BPF_F_NO_PREALLOC); \
		__type(key, key_type);                \
		__type(value, __u32);                 \
		__uint(max_entries, 16);              \
	} map SEC(".maps")

MAP(services, BPF_MAP_TYPE_HASH, struct lb4_key, struct lb4_service, 65536);
MAP(reverse_nat, BPF_MAP_TYPE_HASH, __u16, struct lb4_reverse_nat, 256);
MAP(affinity, BPF_MAP_TYPE_LRU_HASH, struct lb4_affinity_key, __u64, 64);
MAP(ct4, BPF_MAP_TYPE_LRU_HASH, struct ipv4_ct_tuple, struct ct_entry, 4096);
MAP(endpoints, BPF_MAP_TYPE_HASH, union v6addr, struct endpoint, 64);
MAP(anything, BPF_MAP_TYPE_ARRAY, __u32, struct everything, 4);
MAP(counters, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, __u64, 4);
TRIE(ipcache, struct ipcache_key);
TRIE(source_range, struct source_range_key);
TRIE(cidr4, struct cidr4_key);
TRIE(cidr6, struct cidr6_key);

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(key_size, 8);
	__uint(value_size, 4);
	__uint(max_entries, 16);
	__uint(pinning, LIBBPF_PIN_BY_NAME);
} untyped SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, 4);
	__uint(value_size, 4);
	__uint(max_entries, 8);
} calls SEC(".maps");

struct maglev_inner {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, __u32[31]);
	__uint(max_entries, 1);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__type(key, __u16);
	__type(value, __u32);
	__uint(max_entries, 8);
	__array(values, struct maglev_inner);
} maglev SEC(".maps");

const volatile __u32 node_address = 0x0a00000a;
static const volatile __u16 node_port = 30000;
const struct lb4_reverse_nat folded = { 1, 2 };
volatile struct inner settings = { -5, 7 };
char device[16] = "eth0";
__u64 seen;
static volatile __u32 hidden_count;
__u32 hot SEC(".data.hot") = 7;
enum types_flag wanted = FLAG_NODEPORT;

SEC("tc")
int first(struct __sk_buff *ctx)
{
	struct ct_entry *ct = bpf_map_lookup_elem(&ct4, &(struct ipv4_ct_tuple){});

	(void)ctx;
	hidden_count++;
	return ct ? (int)hidden_count : (int)(node_port + node_address + folded.port);
}

SEC("tc")
int second(struct __sk_buff *ctx)
{
	bpf_tail_call(ctx, &calls, 1);
	return settings.a + device[0] + (int)hot + (int)seen + wanted;
}

SEC("xdp.frags")
int whole(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_PASS;
}

SEC("classifier/from_container")
int guessless(struct __sk_buff *ctx)
{
	(void)ctx;
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
