/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is recorded: calls by which a packet program acts or learns something that
 * BPF_PROG_TEST_RUN does not show. Left alone: helpers whose arguments the verifier treats in a way
 * that a function between caller and helper would break (locks, timers, callbacks, dynptrs,
 * kptrs), formatted output, and those that packet programs cannot call.
 */
#include "types/helpers.h"

#include <linux/bpf.h>
#include <pthread.h>
#include <string.h>

/* Ids end here: helpers are frozen since Linux 6.2, new functions are kfuncs. */
#define HELPERS_END 212

static const char *const helper_names[HELPERS_END] = {
#define HELPER_NAME(name) [BPF_FUNC_##name] = #name
	__BPF_FUNC_MAPPER(HELPER_NAME)
#undef HELPER_NAME
};

/* Arguments that many have. */
#define CTX	"ctx", HELPER_HIDDEN, 8
#define XDP_MD	"xdp_md", HELPER_HIDDEN, 8
#define SKB	"skb", HELPER_HIDDEN, 8
#define FLAGS	"flags", HELPER_UINT, 8
#define IFINDEX "ifindex", HELPER_IFINDEX, 4
#define MAP	"map", HELPER_MAP, 8

/* Helpers whose id is also their place here; the order is that of include/uapi/linux/bpf.h. */
static const struct helper helper_rows[HELPERS_END] = {
	[BPF_FUNC_map_lookup_elem] = {
		.args = { { MAP }, { "key", HELPER_KEY, 8 } },
		.result = HELPER_POINTER, .in = true,
		.traced = true, .failable = true,
	},
	[BPF_FUNC_map_update_elem] = {
		.args = { { MAP }, { "key", HELPER_KEY, 8 }, { "value", HELPER_HIDDEN, 8 }, { FLAGS } },
		.result = HELPER_ERROR, .in = true,
		.traced = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_map_delete_elem] = {
		.args = { { MAP }, { "key", HELPER_KEY, 8 } },
		.result = HELPER_ERROR, .in = true,
		.traced = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_ktime_get_ns] = {
		.result = HELPER_NS,
		.recorded = true, .clock = true, .scriptable = true,
	},
	[BPF_FUNC_get_prandom_u32] = {
		.result = HELPER_UINT, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_get_smp_processor_id] = {
		.result = HELPER_UINT, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skb_store_bytes] = {
		.args = { { SKB }, { "offset", HELPER_UINT, 4 }, { "from", HELPER_HIDDEN, 8 },
			  { "len", HELPER_UINT, 4 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_l3_csum_replace] = {
		.args = { { SKB }, { "offset", HELPER_UINT, 4 }, { "from", HELPER_HEX, 8 },
			  { "to", HELPER_HEX, 8 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_l4_csum_replace] = {
		.args = { { SKB }, { "offset", HELPER_UINT, 4 }, { "from", HELPER_HEX, 8 },
			  { "to", HELPER_HEX, 8 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_tail_call] = {
		.args = { { CTX }, { "prog_array_map", HELPER_MAP, 8 }, { "index", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true,
	},
	[BPF_FUNC_clone_redirect] = {
		.args = { { SKB }, { IFINDEX }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_get_cgroup_classid] = {
		.args = { { SKB } },
		.result = HELPER_HEX, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skb_vlan_push] = {
		.args = { { SKB }, { "vlan_proto", HELPER_BE16, 4 }, { "vlan_tci", HELPER_HEX, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_vlan_pop] = {
		.args = { { SKB } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_get_tunnel_key] = {
		.args = { { SKB }, { "key", HELPER_STRUCT, 8 }, { "size", HELPER_UINT, 4 }, { FLAGS } },
		.result = HELPER_ERROR, .struct_name = "struct bpf_tunnel_key", .out = true,
		.recorded = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_skb_set_tunnel_key] = {
		.args = { { SKB }, { "key", HELPER_STRUCT, 8 }, { "size", HELPER_UINT, 4 }, { FLAGS } },
		.result = HELPER_ERROR, .struct_name = "struct bpf_tunnel_key", .in = true,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_redirect] = {
		.args = { { IFINDEX }, { FLAGS } },
		.result = HELPER_ACTION,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_get_route_realm] = {
		.args = { { SKB } },
		.result = HELPER_UINT, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_perf_event_output] = {
		.args = { { CTX }, { MAP }, { "flags", HELPER_HEX, 8 }, { "data", HELPER_HIDDEN, 8 },
			  { "size", HELPER_UINT, 8 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_load_bytes] = {
		.args = { { SKB }, { "offset", HELPER_UINT, 4 }, { "to", HELPER_HIDDEN, 8 },
			  { "len", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.traced = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_csum_diff] = {
		.args = { { "from", HELPER_HIDDEN, 8 }, { "from_size", HELPER_UINT, 4 },
			  { "to", HELPER_HIDDEN, 8 }, { "to_size", HELPER_UINT, 4 },
			  { "seed", HELPER_HEX, 4 } },
		.result = HELPER_HEX,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_get_tunnel_opt] = {
		.args = { { SKB }, { "opt", HELPER_MEMORY, 8 }, { "size", HELPER_UINT, 4 } },
		.result = HELPER_ERROR, .out = true,
		.recorded = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_skb_set_tunnel_opt] = {
		.args = { { SKB }, { "opt", HELPER_MEMORY, 8 }, { "size", HELPER_UINT, 4 } },
		.result = HELPER_ERROR, .in = true,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_change_proto] = {
		.args = { { SKB }, { "proto", HELPER_BE16, 4 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_change_type] = {
		.args = { { SKB }, { "type", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_under_cgroup] = {
		.args = { { SKB }, { MAP }, { "index", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_get_hash_recalc] = {
		.args = { { SKB } },
		.result = HELPER_HEX, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skb_change_tail] = {
		.args = { { SKB }, { "len", HELPER_UINT, 4 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_pull_data] = {
		.args = { { SKB }, { "len", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_csum_update] = {
		.args = { { SKB }, { "csum", HELPER_HEX, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_set_hash_invalid] = {
		.args = { { SKB } },
		.recorded = true,
	},
	[BPF_FUNC_get_numa_node_id] = {
		.result = HELPER_UINT, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skb_change_head] = {
		.args = { { SKB }, { "len", HELPER_UINT, 4 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_xdp_adjust_head] = {
		.args = { { XDP_MD }, { "delta", HELPER_INT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_get_socket_cookie] = {
		.args = { { CTX } },
		.result = HELPER_HEX,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_get_socket_uid] = {
		.args = { { SKB } },
		.result = HELPER_UINT, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_set_hash] = {
		.args = { { SKB }, { "hash", HELPER_HEX, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skb_adjust_room] = {
		.args = { { SKB }, { "len_diff", HELPER_INT, 4 }, { "mode", HELPER_UINT, 4 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_redirect_map] = {
		.args = { { MAP }, { "key", HELPER_UINT, 8 }, { FLAGS } },
		.result = HELPER_ACTION,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_xdp_adjust_meta] = {
		.args = { { XDP_MD }, { "delta", HELPER_INT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_xdp_adjust_tail] = {
		.args = { { XDP_MD }, { "delta", HELPER_INT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_load_bytes_relative] = {
		.args = { { SKB }, { "offset", HELPER_UINT, 4 }, { "to", HELPER_HIDDEN, 8 },
			  { "len", HELPER_UINT, 4 }, { "start_header", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.traced = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_fib_lookup] = {
		.args = { { CTX }, { "params", HELPER_STRUCT, 8 }, { "plen", HELPER_UINT, 4 }, { "flags", HELPER_UINT, 4 } },
		.result = HELPER_FIB, .struct_name = "struct bpf_fib_lookup",
		.in = true, .out = true,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_cgroup_id] = {
		.args = { { SKB } },
		.result = HELPER_UINT,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skb_ancestor_cgroup_id] = {
		.args = { { SKB }, { "ancestor_level", HELPER_INT, 4 } },
		.result = HELPER_UINT,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_sk_lookup_tcp] = {
		.args = { { CTX }, { "tuple", HELPER_MEMORY, 8 }, { "tuple_size", HELPER_UINT, 4 },
			  { "netns", HELPER_HEX, 8 }, { FLAGS } },
		.result = HELPER_POINTER, .in = true,
		.recorded = true, .failable = true,
	},
	[BPF_FUNC_sk_lookup_udp] = {
		.args = { { CTX }, { "tuple", HELPER_MEMORY, 8 }, { "tuple_size", HELPER_UINT, 4 },
			  { "netns", HELPER_HEX, 8 }, { FLAGS } },
		.result = HELPER_POINTER, .in = true,
		.recorded = true, .failable = true,
	},
	[BPF_FUNC_sk_release] = {
		.args = { { "sock", HELPER_HIDDEN, 8 } },
		.result = HELPER_ERROR,
		.recorded = true,
	},
	[BPF_FUNC_map_push_elem] = {
		.args = { { MAP }, { "value", HELPER_HIDDEN, 8 }, { FLAGS } },
		.result = HELPER_ERROR,
		.traced = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_map_pop_elem] = {
		.args = { { MAP }, { "value", HELPER_HIDDEN, 8 } },
		.result = HELPER_ERROR,
		.traced = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_map_peek_elem] = {
		.args = { { MAP }, { "value", HELPER_HIDDEN, 8 } },
		.result = HELPER_ERROR,
		.traced = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_skb_ecn_set_ce] = {
		.args = { { SKB } },
		.result = HELPER_UINT,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_skc_lookup_tcp] = {
		.args = { { CTX }, { "tuple", HELPER_MEMORY, 8 }, { "tuple_size", HELPER_UINT, 4 },
			  { "netns", HELPER_HEX, 8 }, { FLAGS } },
		.result = HELPER_POINTER, .in = true,
		.recorded = true, .failable = true,
	},
	[BPF_FUNC_tcp_check_syncookie] = {
		.args = { { "sk", HELPER_HIDDEN, 8 }, { "iph", HELPER_HIDDEN, 8 },
			  { "iph_len", HELPER_UINT, 4 }, { "th", HELPER_HIDDEN, 8 },
			  { "th_len", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_tcp_gen_syncookie] = {
		.args = { { "sk", HELPER_HIDDEN, 8 }, { "iph", HELPER_HIDDEN, 8 },
			  { "iph_len", HELPER_UINT, 4 }, { "th", HELPER_HIDDEN, 8 },
			  { "th_len", HELPER_UINT, 4 } },
		.result = HELPER_HEX,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_jiffies64] = {
		.result = HELPER_UINT,
		.recorded = true, .clock = true, .scriptable = true,
	},
	[BPF_FUNC_get_netns_cookie] = {
		.args = { { CTX } },
		.result = HELPER_HEX,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_sk_assign] = {
		.args = { { SKB }, { "sk", HELPER_POINTER, 8 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_ktime_get_boot_ns] = {
		.result = HELPER_NS,
		.recorded = true, .clock = true, .scriptable = true,
	},
	[BPF_FUNC_ringbuf_output] = {
		.args = { { "ringbuf", HELPER_MAP, 8 }, { "data", HELPER_HIDDEN, 8 },
			  { "size", HELPER_UINT, 8 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_ringbuf_reserve] = {
		.args = { { "ringbuf", HELPER_MAP, 8 }, { "size", HELPER_UINT, 8 }, { FLAGS } },
		.result = HELPER_POINTER,
		.recorded = true, .failable = true,
	},
	[BPF_FUNC_ringbuf_submit] = {
		.args = { { "data", HELPER_HIDDEN, 8 }, { FLAGS } },
		.recorded = true,
	},
	[BPF_FUNC_ringbuf_discard] = {
		.args = { { "data", HELPER_HIDDEN, 8 }, { FLAGS } },
		.recorded = true,
	},
	[BPF_FUNC_ringbuf_query] = {
		.args = { { "ringbuf", HELPER_MAP, 8 }, { FLAGS } },
		.result = HELPER_UINT,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_csum_level] = {
		.args = { { SKB }, { "level", HELPER_UINT, 8 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_cgroup_classid] = {
		.args = { { SKB } },
		.result = HELPER_HEX, .result_size = 4,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_redirect_neigh] = {
		.args = { { IFINDEX }, { "params", HELPER_STRUCT, 8 }, { "plen", HELPER_INT, 4 }, { FLAGS } },
		.result = HELPER_ACTION, .struct_name = "struct bpf_redir_neigh", .in = true,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_redirect_peer] = {
		.args = { { IFINDEX }, { FLAGS } },
		.result = HELPER_ACTION,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_ktime_get_coarse_ns] = {
		.result = HELPER_NS,
		.recorded = true, .clock = true, .scriptable = true,
	},
	[BPF_FUNC_check_mtu] = {
		.args = { { CTX }, { IFINDEX }, { "mtu_len", HELPER_HIDDEN, 8 },
			  { "len_diff", HELPER_INT, 4 }, { FLAGS } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_xdp_get_buff_len] = {
		.args = { { XDP_MD } },
		.result = HELPER_UINT,
		.recorded = true, .scriptable = true,
	},
	[BPF_FUNC_xdp_load_bytes] = {
		.args = { { XDP_MD }, { "offset", HELPER_UINT, 4 },
			  { "buf", HELPER_HIDDEN, 8 }, { "len", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.traced = true, .scriptable = true, .failable = true, .fills = true,
	},
	[BPF_FUNC_xdp_store_bytes] = {
		.args = { { XDP_MD }, { "offset", HELPER_UINT, 4 },
			  { "buf", HELPER_HIDDEN, 8 }, { "len", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_skb_set_tstamp] = {
		.args = { { SKB }, { "tstamp", HELPER_NS, 8 }, { "tstamp_type", HELPER_UINT, 4 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_map_lookup_percpu_elem] = {
		.args = { { MAP }, { "key", HELPER_KEY, 8 }, { "cpu", HELPER_UINT, 4 } },
		.result = HELPER_POINTER, .in = true,
		.traced = true, .failable = true,
	},
	[BPF_FUNC_tcp_raw_gen_syncookie_ipv4] = {
		.args = { { "iph", HELPER_HIDDEN, 8 }, { "th", HELPER_HIDDEN, 8 },
			  { "th_len", HELPER_UINT, 4 } },
		.result = HELPER_HEX,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_tcp_raw_gen_syncookie_ipv6] = {
		.args = { { "iph", HELPER_HIDDEN, 8 }, { "th", HELPER_HIDDEN, 8 },
			  { "th_len", HELPER_UINT, 4 } },
		.result = HELPER_HEX,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_tcp_raw_check_syncookie_ipv4] = {
		.args = { { "iph", HELPER_HIDDEN, 8 }, { "th", HELPER_HIDDEN, 8 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_tcp_raw_check_syncookie_ipv6] = {
		.args = { { "iph", HELPER_HIDDEN, 8 }, { "th", HELPER_HIDDEN, 8 } },
		.result = HELPER_ERROR,
		.recorded = true, .scriptable = true, .failable = true,
	},
	[BPF_FUNC_ktime_get_tai_ns] = {
		.result = HELPER_NS,
		.recorded = true, .clock = true, .scriptable = true,
	},
};

static struct helper helpers[HELPERS_END];

static void fill_helpers(void)
{
	for (uint32_t id = 0; id < HELPERS_END; id++) {
		helpers[id] = helper_rows[id];
		helpers[id].id = id;
		helpers[id].name = helper_names[id];
	}
	if (!helpers[HELPER_CGRP_STORAGE_GET].name)
		helpers[HELPER_CGRP_STORAGE_GET].name = "cgrp_storage_get";
	if (!helpers[HELPER_CGRP_STORAGE_DELETE].name)
		helpers[HELPER_CGRP_STORAGE_DELETE].name = "cgrp_storage_delete";
}

const struct helper *helper_table(size_t *n)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, fill_helpers);
	*n = HELPERS_END;
	return helpers;
}

const struct helper *helper_by_id(uint32_t id)
{
	size_t n;
	const struct helper *table = helper_table(&n);

	return id < n ? &table[id] : NULL;
}

const struct helper *helper_find(const char *name, size_t len)
{
	size_t n;
	const struct helper *table = helper_table(&n);

	if (len > 4 && !memcmp(name, "bpf_", 4)) {
		name += 4;
		len -= 4;
	}
	for (size_t i = 0; i < n; i++) {
		if (!strncmp(table[i].name, name, len) && !table[i].name[len])
			return &table[i];
	}
	return NULL;
}
