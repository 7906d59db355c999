/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/context_fields.h"

#include "base/mem.h"

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>

#define AT(type, member)                                                                        \
	.name = #member, .offset = offsetof(type, member), .size = sizeof(((type *)0)->member), \
	.n = 1
#define SKB(member) AT(struct __sk_buff, member)
#define XDP(member) AT(struct xdp_md, member)

#define FOLLOWS	    "it follows from the frame"
#define OF_SOCKET   "it is the socket's, and the kernel makes one up from the IP header"
#define ONLY_BACK   "the kernel gives back mark, priority, cb, tstamp and the like only"

/* What bpf_skb_change_type() takes. */
static const struct context_value pkt_types[] = {
	{ "PACKET_HOST", PACKET_HOST },
	{ "PACKET_BROADCAST", PACKET_BROADCAST },
	{ "PACKET_MULTICAST", PACKET_MULTICAST },
	{ "PACKET_OTHERHOST", PACKET_OTHERHOST },
};

/* What bpf_skb_vlan_push() takes. */
static const struct context_value vlan_protocols[] = {
	{ "ETH_P_8021Q", ETH_P_8021Q },
	{ "ETH_P_8021AD", ETH_P_8021AD },
};

/* In the order people ask for them. tstamp, hwtstamp: ns. */
static const struct context_field skb_fields[] = {
	{ SKB(mark), .back = true, .max = UINT32_MAX },
	{ SKB(priority), .back = true, .max = UINT32_MAX },
	{ .name = "cb",
	  .offset = offsetof(struct __sk_buff, cb),
	  .size = sizeof(uint32_t),
	  .n = 5,
	  .back = true,
	  .max = UINT32_MAX },
	{ SKB(tstamp), .back = true, .max = UINT64_MAX },
	{ SKB(hwtstamp), .back = true, .max = UINT64_MAX },
	{ SKB(ifindex), .back = true, .is_device = true, .max = INT32_MAX },
	{ SKB(ingress_ifindex), .back = true, .is_device = true, .max = INT32_MAX,
	  .differs = "it is 0 in a run, and at a hook the index of the device by which the frame "
		     "came in" },
	{ SKB(wire_len), .back = true, .max = 65536 },
	{ SKB(gso_segs), .back = true, .max = UINT16_MAX },
	{ SKB(gso_size), .max = UINT16_MAX, .unknown = "the kernel gives back what it was given" },
	{ SKB(pkt_type), .source = CONTEXT_PRELUDE, .max = PACKET_OTHERHOST, .values = pkt_types,
	  .n_values = ARRAY_SIZE(pkt_types), .takes = "bpf_skb_change_type() sets only these",
	  .unknown = ONLY_BACK "; expect the call of skb_change_type" },
	{ SKB(hash), .source = CONTEXT_PRELUDE, .max = UINT32_MAX, .unknown = ONLY_BACK },
	{ SKB(queue_mapping), .source = CONTEXT_PRELUDE, .max = UINT16_MAX - 1,
	  .unknown = ONLY_BACK },
	{ SKB(tc_index), .source = CONTEXT_PRELUDE, .max = UINT16_MAX, .unknown = ONLY_BACK },
	{ SKB(tc_classid), .source = CONTEXT_PRELUDE, .max = UINT16_MAX, .unknown = ONLY_BACK },
	{ SKB(vlan_tci), .source = CONTEXT_PRELUDE, .max = UINT16_MAX,
	  .unknown = ONLY_BACK "; expect the calls of skb_vlan_push and skb_vlan_pop" },
	{ SKB(vlan_proto), .source = CONTEXT_PRELUDE, .max = UINT16_MAX, .values = vlan_protocols,
	  .n_values = ARRAY_SIZE(vlan_protocols), .takes = "bpf_skb_vlan_push() sets only these",
	  .unknown = ONLY_BACK "; expect the call of skb_vlan_push" },
	{ .name = "tunnel_key", /* no field: bpf_skb_get_tunnel_key() */
	  .source = CONTEXT_PRELUDE,
	  .unknown = "expect the call of skb_set_tunnel_key" },
	{ .name = "tunnel_opt", /* bpf_skb_get_tunnel_opt() */
	  .source = CONTEXT_PRELUDE,
	  .unknown = "expect the call of skb_set_tunnel_opt" },
	{ SKB(vlan_present), .source = CONTEXT_NOT,
	  .why_not = "it follows from vlan_tci and vlan_proto", .unknown = ONLY_BACK },
	{ SKB(len), .source = CONTEXT_NOT, .why_not = FOLLOWS, .unknown = "expect a packet" },
	{ SKB(protocol), .source = CONTEXT_NOT, .why_not = "it follows from the frame's EtherType",
	  .unknown = "expect a packet" },
	{ SKB(data), .source = CONTEXT_NOT, .why_not = FOLLOWS, .unknown = "expect a packet" },
	{ SKB(data_end), .source = CONTEXT_NOT, .why_not = FOLLOWS, .unknown = "expect a packet" },
	{ SKB(data_meta), .source = CONTEXT_NOT,
	  .why_not = "BPF_PROG_TEST_RUN gives no metadata to tc programs",
	  .unknown = "BPF_PROG_TEST_RUN gives back no metadata of tc programs" },
	{ SKB(napi_id), .source = CONTEXT_NOT,
	  .why_not = "only a device that receives the frame sets it", .unknown = ONLY_BACK },
	{ SKB(tstamp_type), .source = CONTEXT_NOT,
	  .why_not = "the kernel takes no other than the default; a program before can call "
		     "bpf_skb_set_tstamp()",
	  .unknown = ONLY_BACK },
	{ SKB(family), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ SKB(remote_ip4), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ SKB(local_ip4), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ SKB(remote_ip6), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ SKB(local_ip6), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ SKB(remote_port), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ SKB(local_port), .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ .name = "sk", .source = CONTEXT_NOT, .why_not = OF_SOCKET, .unknown = OF_SOCKET },
	{ .name = "flow_keys",
	  .source = CONTEXT_NOT,
	  .why_not = "it is for flow dissectors",
	  .unknown = "it is for flow dissectors" },
};

#define AS_GIVEN "an XDP program cannot change it"

static const struct context_field xdp_fields[] = {
	{ XDP(ingress_ifindex), .is_device = true, .max = INT32_MAX, .unknown = AS_GIVEN },
	{ XDP(rx_queue_index), .max = UINT16_MAX, .unknown = AS_GIVEN },
	{ XDP(egress_ifindex), .source = CONTEXT_NOT,
	  .why_not = "only programs of a DEVMAP have it, and the kernel runs none of these",
	  .unknown = AS_GIVEN },
	{ XDP(data), .source = CONTEXT_NOT, .why_not = FOLLOWS, .unknown = "expect a packet" },
	{ XDP(data_end), .source = CONTEXT_NOT, .why_not = FOLLOWS, .unknown = "expect a packet" },
	{ XDP(data_meta), .source = CONTEXT_NOT, .why_not = "it follows from 'meta:'",
	  .unknown = "expect 'meta:'" },
};

const struct context_field *context_fields(uint32_t prog_type, size_t *n)
{
	if (prog_type == BPF_PROG_TYPE_XDP) {
		*n = ARRAY_SIZE(xdp_fields);
		return xdp_fields;
	}
	*n = ARRAY_SIZE(skb_fields);
	return skb_fields;
}

const struct context_field *context_field_find(uint32_t prog_type, const char *name, size_t len)
{
	size_t n;
	const struct context_field *fields = context_fields(prog_type, &n);

	for (size_t i = 0; i < n; i++)
		if (strlen(fields[i].name) == len && !memcmp(fields[i].name, name, len))
			return &fields[i];
	return NULL;
}

uint64_t context_field_bit(uint32_t prog_type, const char *name)
{
	size_t n;
	const struct context_field *fields = context_fields(prog_type, &n);
	const struct context_field *f = context_field_find(prog_type, name, strlen(name));

	return f ? 1ULL << (f - fields) : 0;
}

const char *context_value_name(const struct context_field *f, uint64_t value)
{
	for (size_t i = 0; i < f->n_values; i++)
		if (f->values[i].value == value)
			return f->values[i].name;
	return NULL;
}
