/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A pod's device: the host's end of its veth pair. cil_from_container sees what the pod sends (tc
 * ingress), cil_to_container what it is sent (tc egress).
 */
#include "lib/arp.h"
#include "lib/icmp.h"
#include "lib/lb.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Set for each pod before load. The defaults are those of the pod in the project's scenarios. */
const volatile __be32 LXC_IPV4 = bpf_htonl(0xac1000fb); /* 172.16.0.251 */
/* The device's own MAC: what the pod knows as everyone's. */
const volatile __u8 THIS_INTERFACE_MAC[ETH_ALEN] = { 0x2e, 0xe6, 0x8a, 0xa2, 0x06, 0x1e };
/* Translate services packet by packet; off where sockets do it when they connect. */
const volatile bool ENABLE_PER_PACKET_LB = true;
/* Tell a pod that calls a service without backends, instead of dropping in silence. */
const volatile bool SERVICE_NO_BACKEND_RESPONSE = true;

enum tail_call {
	CALL_ARP = 6,
	CALL_IPV4_FROM_LXC = 7,
	CALL_IPV4_CT_INGRESS = 27,
	CALL_IPV4_CT_EGRESS = 29,
	CALL_IPV4_NO_SERVICE = 47,
	CALL_SIZE = 50,
};

int tail_handle_arp(struct __sk_buff *ctx);
int tail_handle_ipv4(struct __sk_buff *ctx);
int tail_ipv4_ct_egress(struct __sk_buff *ctx);
int tail_ipv4_ct_ingress(struct __sk_buff *ctx);
int tail_no_service_ipv4(struct __sk_buff *ctx);

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(max_entries, CALL_SIZE);
	__array(values, int(struct __sk_buff *));
} cilium_calls_lxc SEC(".maps") = {
	.values = {
		[CALL_ARP] = tail_handle_arp,
		[CALL_IPV4_FROM_LXC] = tail_handle_ipv4,
		[CALL_IPV4_CT_INGRESS] = tail_ipv4_ct_ingress,
		[CALL_IPV4_CT_EGRESS] = tail_ipv4_ct_egress,
		[CALL_IPV4_NO_SERVICE] = tail_no_service_ipv4,
	},
};

/* Go on in another program. Returns only if there is none: why the packet is dropped. */
static __always_inline int stage_call(struct __sk_buff *ctx, enum tail_call slot)
{
	bpf_tail_call(ctx, &cilium_calls_lxc, slot);
	return DROP_MISSED_TAIL_CALL;
}

/* The verdict of a stage in direction @dir that ended in @ret: drops are counted. */
#define stage_end(ctx, ret, dir)                                             \
	({                                                                   \
		int ret_ = (ret);                                            \
		ret_ < 0 ? packet_drop(ctx, ret_, dir, FILE_BPF_LXC) : ret_; \
	})

static __always_inline int packet_forward(struct __sk_buff *ctx, enum metric_dir dir)
{
	metrics_count(ctx, REASON_FORWARDED, dir, FILE_BPF_LXC);
	return TC_ACT_OK;
}

SEC("tc")
int cil_from_container(struct __sk_buff *ctx)
{
	int ret = eth_type(ctx);

	/* what another program left there would be taken for ours */
	ctx->cb[CB_SRC_LABEL] = 0;
	ctx->queue_mapping = 0;
	switch (ret) {
	case ETH_P_ARP:
		ret = stage_call(ctx, CALL_ARP);
		break;
	case ETH_P_IP:
		ret = stage_call(ctx, CALL_IPV4_FROM_LXC);
		break;
	case ETH_P_IPV6:
		return TC_ACT_OK;
	case DROP_UNSUPPORTED_L2:
		break;
	default:
		ret = DROP_UNKNOWN_L3;
	}
	return stage_end(ctx, ret, METRIC_EGRESS);
}

/* What is no request for somebody else, or is not for this device, is the stack's to judge. */
SEC("tc")
int tail_handle_arp(struct __sk_buff *ctx)
{
	struct arp_request req;
	__u8 mac[ETH_ALEN];
	int i, ret;

	for (i = 0; i < ETH_ALEN; i++)
		mac[i] = THIS_INTERFACE_MAC[i];
	if (!arp_is_request(ctx, mac, &req))
		return TC_ACT_OK;
	/* the pod asks whether its own address is taken (RFC 5227): an answer would say that it is
	 */
	if (req.tip == LXC_IPV4)
		return TC_ACT_OK;
	ret = arp_reply(ctx, mac, &req);
	if (ret < 0)
		return packet_drop(ctx, ret, METRIC_EGRESS, FILE_BPF_LXC);
	return bpf_redirect(ctx->ifindex, 0);
}

/* Translate a packet to a service, or find that there is nothing to translate. */
static __always_inline int ipv4_from_lxc(struct __sk_buff *ctx)
{
	const struct iphdr *ip4 = ipv4_header(ctx);
	const struct lb4_service *svc;
	struct ipv4_packet p = {};
	struct lb4_backend *backend;
	struct lb4_key key;
	int ret;

	if (ip4 && ip4->saddr != LXC_IPV4)
		return DROP_INVALID_SIP;
	ret = ipv4_load(ctx, &p);
	if (ret == DROP_UNSUPP_SERVICE_PROTO || ret == DROP_UNKNOWN_L4)
		return packet_forward(ctx, METRIC_EGRESS);
	if (ret < 0)
		return ret;
	svc = ENABLE_PER_PACKET_LB ? lb4_service_lookup(&p, &key) : NULL;
	if (!svc)
		return packet_forward(ctx, METRIC_EGRESS);
	ret = lb4_backend_get(ctx, &p, &key, svc, &backend);
	if (ret == DROP_NO_SERVICE && SERVICE_NO_BACKEND_RESPONSE)
		return stage_call(ctx, CALL_IPV4_NO_SERVICE);
	if (ret < 0)
		return ret;
	ret = lb4_translate(ctx, &p, backend);
	if (ret < 0)
		return ret;
	ctx->cb[CB_CT_STATE] = (__u32)svc->rev_nat_index << 16;
	return stage_call(ctx, CALL_IPV4_CT_EGRESS);
}

SEC("tc")
int tail_handle_ipv4(struct __sk_buff *ctx)
{
	return stage_end(ctx, ipv4_from_lxc(ctx), METRIC_EGRESS);
}

/* A translated packet: have its reply find the way back. */
SEC("tc")
int tail_ipv4_ct_egress(struct __sk_buff *ctx)
{
	struct ipv4_packet p = {};
	int ret = ipv4_load(ctx, &p);

	if (!ret)
		ret = ct_egress(&p, ctx->cb[CB_CT_STATE] >> 16);
	ctx->cb[CB_CT_STATE] = 0;
	if (!ret)
		ret = packet_forward(ctx, METRIC_EGRESS);
	return stage_end(ctx, ret, METRIC_EGRESS);
}

/* The service exists but nobody serves it: as a host without a listener, answer port unreachable.
 */
SEC("tc")
int tail_no_service_ipv4(struct __sk_buff *ctx)
{
	int ret = icmp_error(ctx, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH);

	if (!ret)
		ret = bpf_redirect(ctx->ifindex, 0);
	return stage_end(ctx, ret, METRIC_EGRESS);
}

SEC("tc")
int cil_to_container(struct __sk_buff *ctx)
{
	int ret = eth_type(ctx);

	switch (ret) {
	case ETH_P_ARP:
	case ETH_P_IPV6:
		return TC_ACT_OK;
	case ETH_P_IP:
		ret = stage_call(ctx, CALL_IPV4_CT_INGRESS);
		break;
	case DROP_UNSUPPORTED_L2:
		break;
	default:
		ret = DROP_UNKNOWN_L3;
	}
	return stage_end(ctx, ret, METRIC_INGRESS);
}

/* Have the reply of a backend come from the service. */
static __always_inline int ipv4_to_lxc(struct __sk_buff *ctx)
{
	struct ipv4_packet p = {};
	__u16 rev_nat_index;
	int ret = ipv4_load(ctx, &p);

	if (ret == DROP_UNSUPP_SERVICE_PROTO || ret == DROP_UNKNOWN_L4)
		return packet_forward(ctx, METRIC_INGRESS);
	if (ret < 0)
		return ret;
	rev_nat_index = ct_reply(&p);
	ret = rev_nat_index ? lb4_reverse(ctx, &p, rev_nat_index) : 0;
	return ret < 0 ? ret : packet_forward(ctx, METRIC_INGRESS);
}

SEC("tc")
int tail_ipv4_ct_ingress(struct __sk_buff *ctx)
{
	return stage_end(ctx, ipv4_to_lxc(ctx), METRIC_INGRESS);
}
