/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Helpers that packet programs can call: `helper.NAME`, and where programs of both types can,
 * `helper.xdp.NAME` and `helper.tc.NAME`, which kernels have not always got together.
 */
#include "kernel/features_internal.h"

#include "types/helpers.h"

#include <string.h>
#include <unistd.h>

enum {
	XDP = 1 << 0,
	TC = 1 << 1
};

/*
 * Which programs any kernel has let call it; the list is whole, as helpers are frozen since Linux
 * 6.2. Not those that tracing programs are lent (bpf_base_func_proto() for CAP_PERFMON) but no
 * packet program has a use for.
 */
static const uint8_t callers[] = {
	[BPF_FUNC_map_lookup_elem] = XDP | TC,
	[BPF_FUNC_map_update_elem] = XDP | TC,
	[BPF_FUNC_map_delete_elem] = XDP | TC,
	[BPF_FUNC_ktime_get_ns] = XDP | TC,
	[BPF_FUNC_trace_printk] = XDP | TC,
	[BPF_FUNC_get_prandom_u32] = XDP | TC,
	[BPF_FUNC_get_smp_processor_id] = XDP | TC,
	[BPF_FUNC_skb_store_bytes] = TC,
	[BPF_FUNC_l3_csum_replace] = TC,
	[BPF_FUNC_l4_csum_replace] = TC,
	[BPF_FUNC_tail_call] = XDP | TC,
	[BPF_FUNC_clone_redirect] = TC,
	[BPF_FUNC_get_cgroup_classid] = XDP | TC,
	[BPF_FUNC_skb_vlan_push] = TC,
	[BPF_FUNC_skb_vlan_pop] = TC,
	[BPF_FUNC_skb_get_tunnel_key] = TC,
	[BPF_FUNC_skb_set_tunnel_key] = TC,
	[BPF_FUNC_redirect] = XDP | TC,
	[BPF_FUNC_get_route_realm] = TC,
	[BPF_FUNC_perf_event_output] = XDP | TC,
	[BPF_FUNC_skb_load_bytes] = TC,
	[BPF_FUNC_csum_diff] = XDP | TC,
	[BPF_FUNC_skb_get_tunnel_opt] = TC,
	[BPF_FUNC_skb_set_tunnel_opt] = TC,
	[BPF_FUNC_skb_change_proto] = TC,
	[BPF_FUNC_skb_change_type] = TC,
	[BPF_FUNC_skb_under_cgroup] = TC,
	[BPF_FUNC_get_hash_recalc] = TC,
	[BPF_FUNC_get_current_task] = XDP | TC,
	[BPF_FUNC_skb_change_tail] = TC,
	[BPF_FUNC_skb_pull_data] = TC,
	[BPF_FUNC_csum_update] = TC,
	[BPF_FUNC_set_hash_invalid] = TC,
	[BPF_FUNC_get_numa_node_id] = XDP | TC,
	[BPF_FUNC_skb_change_head] = TC,
	[BPF_FUNC_xdp_adjust_head] = XDP,
	[BPF_FUNC_get_socket_cookie] = TC,
	[BPF_FUNC_get_socket_uid] = TC,
	[BPF_FUNC_set_hash] = TC,
	[BPF_FUNC_skb_adjust_room] = TC,
	[BPF_FUNC_redirect_map] = XDP,
	[BPF_FUNC_xdp_adjust_meta] = XDP,
	[BPF_FUNC_xdp_adjust_tail] = XDP,
	[BPF_FUNC_skb_get_xfrm_state] = TC,
	[BPF_FUNC_skb_load_bytes_relative] = TC,
	[BPF_FUNC_fib_lookup] = XDP | TC,
	[BPF_FUNC_skb_cgroup_id] = TC,
	[BPF_FUNC_get_current_cgroup_id] = XDP | TC,
	[BPF_FUNC_skb_ancestor_cgroup_id] = TC,
	[BPF_FUNC_sk_lookup_tcp] = XDP | TC,
	[BPF_FUNC_sk_lookup_udp] = XDP | TC,
	[BPF_FUNC_sk_release] = XDP | TC,
	[BPF_FUNC_map_push_elem] = XDP | TC,
	[BPF_FUNC_map_pop_elem] = XDP | TC,
	[BPF_FUNC_map_peek_elem] = XDP | TC,
	[BPF_FUNC_spin_lock] = XDP | TC,
	[BPF_FUNC_spin_unlock] = XDP | TC,
	[BPF_FUNC_sk_fullsock] = TC,
	[BPF_FUNC_tcp_sock] = TC,
	[BPF_FUNC_skb_ecn_set_ce] = TC,
	[BPF_FUNC_get_listener_sock] = TC,
	[BPF_FUNC_skc_lookup_tcp] = XDP | TC,
	[BPF_FUNC_tcp_check_syncookie] = XDP | TC,
	[BPF_FUNC_strtol] = XDP | TC,
	[BPF_FUNC_strtoul] = XDP | TC,
	[BPF_FUNC_sk_storage_get] = TC,
	[BPF_FUNC_sk_storage_delete] = TC,
	[BPF_FUNC_tcp_gen_syncookie] = XDP | TC,
	[BPF_FUNC_probe_read_user] = XDP | TC,
	[BPF_FUNC_probe_read_kernel] = XDP | TC,
	[BPF_FUNC_probe_read_user_str] = XDP | TC,
	[BPF_FUNC_probe_read_kernel_str] = XDP | TC,
	[BPF_FUNC_jiffies64] = XDP | TC,
	[BPF_FUNC_get_netns_cookie] = TC,
	[BPF_FUNC_get_current_ancestor_cgroup_id] = XDP | TC,
	[BPF_FUNC_sk_assign] = TC,
	[BPF_FUNC_ktime_get_boot_ns] = XDP | TC,
	[BPF_FUNC_ringbuf_output] = XDP | TC,
	[BPF_FUNC_ringbuf_reserve] = XDP | TC,
	[BPF_FUNC_ringbuf_submit] = XDP | TC,
	[BPF_FUNC_ringbuf_discard] = XDP | TC,
	[BPF_FUNC_ringbuf_query] = XDP | TC,
	[BPF_FUNC_csum_level] = TC,
	[BPF_FUNC_skc_to_tcp6_sock] = XDP | TC,
	[BPF_FUNC_skc_to_tcp_sock] = XDP | TC,
	[BPF_FUNC_skc_to_tcp_timewait_sock] = XDP | TC,
	[BPF_FUNC_skc_to_tcp_request_sock] = XDP | TC,
	[BPF_FUNC_skc_to_udp6_sock] = XDP | TC,
	[BPF_FUNC_snprintf_btf] = XDP | TC,
	[BPF_FUNC_skb_cgroup_classid] = TC,
	[BPF_FUNC_redirect_neigh] = TC,
	[BPF_FUNC_per_cpu_ptr] = XDP | TC,
	[BPF_FUNC_this_cpu_ptr] = XDP | TC,
	[BPF_FUNC_redirect_peer] = TC,
	[BPF_FUNC_task_storage_get] = XDP | TC,
	[BPF_FUNC_task_storage_delete] = XDP | TC,
	[BPF_FUNC_get_current_task_btf] = XDP | TC,
	[BPF_FUNC_ktime_get_coarse_ns] = XDP | TC,
	[BPF_FUNC_check_mtu] = XDP | TC,
	[BPF_FUNC_for_each_map_elem] = XDP | TC,
	[BPF_FUNC_snprintf] = XDP | TC,
	[BPF_FUNC_timer_init] = XDP | TC,
	[BPF_FUNC_timer_set_callback] = XDP | TC,
	[BPF_FUNC_timer_start] = XDP | TC,
	[BPF_FUNC_timer_cancel] = XDP | TC,
	[BPF_FUNC_trace_vprintk] = XDP | TC,
	[BPF_FUNC_skc_to_unix_sock] = XDP | TC,
	[BPF_FUNC_loop] = XDP | TC,
	[BPF_FUNC_strncmp] = XDP | TC,
	[BPF_FUNC_xdp_get_buff_len] = XDP,
	[BPF_FUNC_xdp_load_bytes] = XDP,
	[BPF_FUNC_xdp_store_bytes] = XDP,
	[BPF_FUNC_skb_set_tstamp] = TC,
	[BPF_FUNC_kptr_xchg] = XDP | TC,
	[BPF_FUNC_map_lookup_percpu_elem] = XDP | TC,
	[BPF_FUNC_skc_to_mptcp_sock] = XDP | TC,
	[BPF_FUNC_dynptr_from_mem] = XDP | TC,
	[BPF_FUNC_ringbuf_reserve_dynptr] = XDP | TC,
	[BPF_FUNC_ringbuf_submit_dynptr] = XDP | TC,
	[BPF_FUNC_ringbuf_discard_dynptr] = XDP | TC,
	[BPF_FUNC_dynptr_read] = XDP | TC,
	[BPF_FUNC_dynptr_write] = XDP | TC,
	[BPF_FUNC_dynptr_data] = XDP | TC,
	[BPF_FUNC_tcp_raw_gen_syncookie_ipv4] = XDP | TC,
	[BPF_FUNC_tcp_raw_gen_syncookie_ipv6] = XDP | TC,
	[BPF_FUNC_tcp_raw_check_syncookie_ipv4] = XDP | TC,
	[BPF_FUNC_tcp_raw_check_syncookie_ipv6] = XDP | TC,
	[BPF_FUNC_ktime_get_tai_ns] = XDP | TC,
	[BPF_FUNC_user_ringbuf_drain] = XDP | TC,
	[HELPER_CGRP_STORAGE_GET] = XDP | TC,
	[HELPER_CGRP_STORAGE_DELETE] = XDP | TC,
};

/* Room for the log of a program of two instructions: bytes. */
#define LOG_ROOM 4096

/* How the verifier says that the program cannot have the helper: of an id that it does not know,
 * until Linux 6.13, since then. It says so before it looks at arguments. */
static bool log_denies(const char *log)
{
	return strstr(log, "invalid func ") || strstr(log, "unknown func ") ||
	       strstr(log, "cannot use helper ");
}

static enum feature_support probe_for(const struct feature *f, uint32_t type, const char *programs,
				      struct feature_probing *p)
{
	const struct bpf_insn insns[] = { INSN_CALL((int32_t)f->id), INSN_EXIT };
	const char *name = helper_by_id(f->id)->name;
	char log[LOG_ROOM];
	int fd = feature_load(type, insns, ARRAY_SIZE(insns), 0, log, sizeof(log));
	struct log_line line = feature_log_reason(log);

	if (fd >= 0) {
		close(fd);
		return FEATURE_YES;
	}
	if (log_denies(log))
		return feature_refused(p, fd, "%s programs cannot call bpf_%s: %.*s", programs,
				       name, line.len, line.text);
	/* It went on to what is wrong with the call. */
	if (*log)
		return FEATURE_YES;
	return feature_refused(p, fd, "%s programs cannot be loaded to try bpf_%s", programs, name);
}

static enum feature_support probe_helper(const struct feature *f, struct feature_probing *p)
{
	enum feature_support support = FEATURE_YES;

	if (f->variant & XDP)
		support = probe_for(f, BPF_PROG_TYPE_XDP, "XDP", p);
	if (support == FEATURE_YES && f->variant & TC)
		support = probe_for(f, BPF_PROG_TYPE_SCHED_CLS, "tc", p);
	return support;
}

static void add(struct feature_list *l, uint32_t id, uint32_t types, const char *infix)
{
	const char *name = helper_by_id(id)->name;
	const struct feature row = {
		.name = arena_printf(&l->arena, "helper.%s%s", infix, name),
		.group = "helper",
		.help = types == (XDP | TC) ? "XDP and tc programs can call it"
			: types == XDP	    ? "XDP programs can call it"
					    : "tc programs can call it",
		.probe = probe_helper,
		.id = id,
		.variant = types,
	};

	features_add(l, &row, 1);
}

void features_add_helpers(struct feature_list *l)
{
	for (uint32_t id = 0; id < ARRAY_SIZE(callers); id++) {
		if (!callers[id])
			continue;
		add(l, id, callers[id], "");
		if (callers[id] & XDP)
			add(l, id, XDP, "xdp.");
		if (callers[id] & TC)
			add(l, id, TC, "tc.");
	}
}
