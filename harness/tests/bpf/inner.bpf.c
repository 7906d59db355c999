/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Maps in maps: what each source may call, and a table that leads to a verdict. */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define TABLE_SIZE 8

/* How often a port was called. */
struct ports {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __be16);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __be32);
	__array(values, struct ports);
} allowed SEC(".maps");

/* No types, as where a struct is named by nothing but its size. */
struct table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, TABLE_SIZE * sizeof(__u32));
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct table);
} tables SEC(".maps");

struct queue {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 4);
	__uint(value_size, 4);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 4);
	__type(key, __u32);
	__array(values, struct queue);
} queues SEC(".maps");

static struct udphdr *udp_of(struct xdp_md *ctx, struct iphdr **ip)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct udphdr *udp;

	*ip = data + sizeof(*eth);
	udp = (void *)(*ip + 1);
	if ((void *)(udp + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    (*ip)->protocol != IPPROTO_UDP)
		return NULL;
	return udp;
}

/* UDP passes to the ports that its source may call, and is counted there. */
SEC("xdp")
int guard(struct xdp_md *ctx)
{
	struct iphdr *ip;
	struct udphdr *udp = udp_of(ctx, &ip);
	__u64 *count;
	void *ports;

	if (!udp)
		return XDP_PASS;
	ports = bpf_map_lookup_elem(&allowed, &ip->saddr);
	count = ports ? bpf_map_lookup_elem(ports, &udp->dest) : NULL;
	if (!count)
		return XDP_DROP;
	++*count;
	return XDP_PASS;
}

/* The verdict is what the table of the TTL holds for the port. */
SEC("xdp")
int look_up(struct xdp_md *ctx)
{
	struct iphdr *ip;
	struct udphdr *udp = udp_of(ctx, &ip);
	__u32 number, port, zero = 0, *verdicts;
	void *table;

	if (!udp)
		return XDP_PASS;
	number = ip->ttl;
	port = bpf_ntohs(udp->dest) % TABLE_SIZE;
	table = bpf_map_lookup_elem(&tables, &number);
	verdicts = table ? bpf_map_lookup_elem(table, &zero) : NULL;
	return verdicts ? (int)verdicts[port] : XDP_ABORTED;
}

char _license[] SEC("license") = "Dual BSD/GPL";
