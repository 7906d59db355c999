/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Kernel functions that packet programs can call, `kfunc.NAME`. Unlike helpers they are found by
 * name in the BTF of the kernel or of a module, and may go again. Not those of XDP metadata: they
 * are for programs bound to a device, which BPF_PROG_TEST_RUN does not run.
 */
#include "kernel/features_internal.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define LOG_ROOM 8192

#define KFUNC(type, module, kfunc)                                                      \
	{                                                                               \
		.name = "kfunc." kfunc, .id = BPF_PROG_TYPE_##type, .object = (module), \
	}

/* .object: the module that has it, where it is not built in. */
static const struct feature kfuncs[] = {
	KFUNC(SCHED_CLS, NULL, "bpf_dynptr_from_skb"),
	KFUNC(XDP, NULL, "bpf_dynptr_from_xdp"),
	KFUNC(SCHED_CLS, NULL, "bpf_dynptr_slice"),
	KFUNC(SCHED_CLS, NULL, "bpf_dynptr_slice_rdwr"),
	KFUNC(SCHED_CLS, NULL, "bpf_dynptr_adjust"),
	KFUNC(SCHED_CLS, NULL, "bpf_dynptr_size"),
	KFUNC(SCHED_CLS, NULL, "bpf_dynptr_clone"),
	KFUNC(SCHED_CLS, NULL, "bpf_iter_num_new"),
	KFUNC(SCHED_CLS, NULL, "bpf_obj_new_impl"),
	KFUNC(SCHED_CLS, NULL, "bpf_list_push_front_impl"),
	KFUNC(SCHED_CLS, NULL, "bpf_rbtree_add_impl"),
	KFUNC(SCHED_CLS, NULL, "bpf_rcu_read_lock"),
	KFUNC(SCHED_CLS, NULL, "bpf_preempt_disable"),
	KFUNC(SCHED_CLS, NULL, "bpf_throw"),
	KFUNC(SCHED_CLS, NULL, "bpf_crypto_encrypt"),
	KFUNC(SCHED_CLS, NULL, "bpf_sk_assign_tcp_reqsk"),
	KFUNC(XDP, NULL, "bpf_xdp_pull_data"),
	KFUNC(XDP, NULL, "bpf_xdp_get_xfrm_state"),
	KFUNC(XDP, "nf_flow_table", "bpf_xdp_flow_lookup"),
	KFUNC(SCHED_CLS, "nf_conntrack", "bpf_skb_ct_alloc"),
	KFUNC(SCHED_CLS, "nf_conntrack", "bpf_skb_ct_lookup"),
	KFUNC(XDP, "nf_conntrack", "bpf_xdp_ct_alloc"),
	KFUNC(XDP, "nf_conntrack", "bpf_xdp_ct_lookup"),
	KFUNC(SCHED_CLS, "nf_conntrack", "bpf_ct_insert_entry"),
	KFUNC(SCHED_CLS, "nf_nat", "bpf_ct_set_nat_info"),
	KFUNC(SCHED_CLS, "fou", "bpf_skb_set_fou_encap"),
	KFUNC(SCHED_CLS, "fou", "bpf_skb_get_fou_encap"),
	KFUNC(SCHED_CLS, "xfrm_interface", "bpf_skb_get_xfrm_info"),
	KFUNC(SCHED_CLS, "xfrm_interface", "bpf_skb_set_xfrm_info"),
};

/* A kernel function: its BTF id, and the module's BTF, or -1. */
struct kfunc {
	int32_t id;
	int module;
};

/* The kernel's types, read once: they are some megabytes. NULL, with errno, if there are none. */
static struct btf *kernel_types(void)
{
	static struct btf *types;

	if (!types)
		types = btf__load_vmlinux_btf();
	return types;
}

/* The BTF of module @name: its descriptor and *id; -ENOENT if it is not loaded. */
static int module_open(const char *name, uint32_t *id)
{
	for (*id = 0; !bpf_btf_get_next_id(*id, id);) {
		char text[64] = "";
		struct bpf_btf_info info = { .name = (uintptr_t)text, .name_len = sizeof(text) };
		uint32_t len = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(*id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &len) && info.kernel_btf &&
		    !strcmp(text, name))
			return fd;
		close(fd);
	}
	return -ENOENT;
}

static int find_in_module(const char *module, const char *name, struct kfunc *k)
{
	struct btf *types;
	uint32_t id;
	int fd = module_open(module, &id);

	if (fd < 0)
		return fd;
	types = btf__load_from_kernel_by_id_split(id, kernel_types());
	k->id = types ? btf__find_by_name_kind(types, name, BTF_KIND_FUNC) : -errno;
	k->module = fd;
	btf__free(types);
	if (k->id >= 0)
		return 0;
	close(fd);
	return k->id;
}

/* Where it is, in the kernel or its module. Returns 0 or -errno. */
static int find(const struct feature *f, const char *name, struct kfunc *k)
{
	struct btf *types = kernel_types();

	*k = (struct kfunc){ -1, -1 };
	if (!types)
		return -errno;
	k->id = btf__find_by_name_kind(types, name, BTF_KIND_FUNC);
	if (k->id >= 0)
		return 0;
	return f->object ? find_in_module(f->object, name, k) : k->id;
}

/* The verifier says so before it looks at arguments. */
static bool log_denies(const char *log)
{
	return strstr(log, "uses reserved fields") || strstr(log, "is not allowed") ||
	       strstr(log, "does not support calling") ||
	       strstr(log, "cannot call kernel function") ||
	       strstr(log, "is not a kernel function");
}

static int load_call(uint32_t prog_type, const struct kfunc *k, char *log)
{
	const int fds[] = { 0, k->module };
	const struct bpf_insn insns[] = {
		BPF_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, k->module < 0 ? 0 : 1,
			 k->id),
		INSN_MOV(BPF_REG_0, 0),
		INSN_EXIT,
	};
	struct bpf_prog_load_opts opts = { .sz = sizeof(opts),
					   .fd_array = fds,
					   .log_buf = log,
					   .log_size = LOG_ROOM,
					   .log_level = 1 };
	int fd = bpf_prog_load((enum bpf_prog_type)prog_type, "verdict_probe", "GPL", insns,
			       ARRAY_SIZE(insns), &opts);

	return fd < 0 ? -errno : fd;
}

static enum feature_support probe_kfunc(const struct feature *f, struct feature_probing *p)
{
	const char *name = strchr(f->name, '.') + 1;
	const char *programs = f->id == BPF_PROG_TYPE_XDP ? "XDP" : "tc";
	char log[LOG_ROOM] = "";
	struct log_line line;
	struct kfunc k;
	int err = find(f, name, &k), fd;

	if (err)
		return feature_refused(p, err, "the kernel has no function %s%s%s%s", name,
				       f->object ? ", nor has module " : "",
				       f->object ? f->object : "",
				       f->object ? ", if it is loaded" : "");
	fd = load_call(f->id, &k, log);
	if (k.module >= 0)
		close(k.module);
	if (fd >= 0)
		close(fd);
	if (fd >= 0 || (*log && !log_denies(log)))
		return FEATURE_YES;
	line = feature_log_reason(log);
	return feature_refused(p, fd, "%s programs cannot call %s: %.*s", programs, name, line.len,
			       line.text);
}

void features_add_kfuncs(struct feature_list *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(kfuncs); i++) {
		struct feature row = kfuncs[i];

		row.group = "kfunc";
		row.help = row.id == BPF_PROG_TYPE_XDP ? "XDP programs can call it"
						       : "tc programs can call it";
		row.probe = probe_kfunc;
		features_add(l, &row, 1);
	}
}
