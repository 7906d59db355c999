/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Types of programs, `prog.NAME` as libbpf and bpftool call them; what programs may be made of. */
#include "kernel/features_internal.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <unistd.h>

static const struct {
	const char *name;
	uint32_t type;
} types[] = {
	{ "xdp", BPF_PROG_TYPE_XDP },
	{ "sched_cls", BPF_PROG_TYPE_SCHED_CLS },
	{ "sched_act", BPF_PROG_TYPE_SCHED_ACT },
	{ "socket_filter", BPF_PROG_TYPE_SOCKET_FILTER },
	{ "kprobe", BPF_PROG_TYPE_KPROBE },
	{ "tracepoint", BPF_PROG_TYPE_TRACEPOINT },
	{ "perf_event", BPF_PROG_TYPE_PERF_EVENT },
	{ "cgroup_skb", BPF_PROG_TYPE_CGROUP_SKB },
	{ "cgroup_sock", BPF_PROG_TYPE_CGROUP_SOCK },
	{ "lwt_in", BPF_PROG_TYPE_LWT_IN },
	{ "lwt_out", BPF_PROG_TYPE_LWT_OUT },
	{ "lwt_xmit", BPF_PROG_TYPE_LWT_XMIT },
	{ "lwt_seg6local", BPF_PROG_TYPE_LWT_SEG6LOCAL },
	{ "sock_ops", BPF_PROG_TYPE_SOCK_OPS },
	{ "sk_skb", BPF_PROG_TYPE_SK_SKB },
	{ "cgroup_device", BPF_PROG_TYPE_CGROUP_DEVICE },
	{ "sk_msg", BPF_PROG_TYPE_SK_MSG },
	{ "raw_tracepoint", BPF_PROG_TYPE_RAW_TRACEPOINT },
	{ "cgroup_sock_addr", BPF_PROG_TYPE_CGROUP_SOCK_ADDR },
	{ "sk_reuseport", BPF_PROG_TYPE_SK_REUSEPORT },
	{ "flow_dissector", BPF_PROG_TYPE_FLOW_DISSECTOR },
	{ "cgroup_sysctl", BPF_PROG_TYPE_CGROUP_SYSCTL },
	{ "cgroup_sockopt", BPF_PROG_TYPE_CGROUP_SOCKOPT },
	{ "tracing", BPF_PROG_TYPE_TRACING },
	{ "struct_ops", BPF_PROG_TYPE_STRUCT_OPS },
	{ "ext", BPF_PROG_TYPE_EXT },
	{ "lsm", BPF_PROG_TYPE_LSM },
	{ "sk_lookup", BPF_PROG_TYPE_SK_LOOKUP },
	{ "syscall", BPF_PROG_TYPE_SYSCALL },
};

/* Room for the log of a small program: bytes. */
#define LOG_ROOM 8192

static enum feature_support probe_type(const struct feature *f, struct feature_probing *p)
{
	int ret;

	errno = EINVAL;
	ret = libbpf_probe_bpf_prog_type((enum bpf_prog_type)f->id, NULL);
	if (ret > 0)
		return FEATURE_YES;
	return feature_refused(p, ret ? ret : -errno, "the kernel loads no program of type %s",
			       f->object);
}

/* @fd: the program, or -errno. */
static enum feature_support judge_load(struct feature_probing *p, int fd, const char *log,
				       const char *what)
{
	struct log_line line = feature_log_reason(log);

	if (fd >= 0) {
		close(fd);
		return FEATURE_YES;
	}
	if (line.len)
		return feature_refused(p, fd, "the kernel refuses %s: %.*s", what, line.len,
				       line.text);
	return feature_refused(p, fd, "the kernel refuses %s", what);
}

static enum feature_support probe_loads(struct feature_probing *p, uint32_t type,
					const struct bpf_insn *insns, size_t n, uint32_t flags,
					const char *what)
{
	char log[LOG_ROOM];

	int fd = feature_load(type, insns, n, flags, log, sizeof(log));

	return judge_load(p, fd, log, what);
}

static enum feature_support probe_frags(const struct feature *f, struct feature_probing *p)
{
	const struct bpf_insn insns[] = { INSN_MOV(BPF_REG_0, 0), INSN_EXIT };

	(void)f;
	return probe_loads(p, BPF_PROG_TYPE_XDP, insns, ARRAY_SIZE(insns), BPF_F_XDP_HAS_FRAGS,
			   "XDP programs that take fragments");
}

/* fetch_add, which is ADD with a result: Linux 5.12. */
static enum feature_support probe_atomics(const struct feature *f, struct feature_probing *p)
{
	const struct bpf_insn insns[] = {
		BPF_INSN(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 0),
		INSN_MOV(BPF_REG_0, 1),
		BPF_INSN(BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_10, BPF_REG_0, -8,
			 BPF_ADD | BPF_FETCH),
		INSN_MOV(BPF_REG_0, 0),
		INSN_EXIT,
	};

	(void)f;
	return probe_loads(p, BPF_PROG_TYPE_SCHED_CLS, insns, ARRAY_SIZE(insns), 0,
			   "atomic instructions with a result");
}

/* What clang makes for -mcpu=v4: a division with a sign (offset 1). Linux 6.6. */
static enum feature_support probe_v4(const struct feature *f, struct feature_probing *p)
{
	const struct bpf_insn insns[] = {
		INSN_MOV(BPF_REG_0, 4),
		BPF_INSN(BPF_ALU64 | BPF_DIV | BPF_K, BPF_REG_0, 0, 1, -2),
		INSN_EXIT,
	};

	(void)f;
	return probe_loads(p, BPF_PROG_TYPE_SCHED_CLS, insns, ARRAY_SIZE(insns), 0,
			   "instructions of -mcpu=v4");
}

/* may_goto, BPF_JMP | BPF_JCOND: Linux 6.9. */
static enum feature_support probe_may_goto(const struct feature *f, struct feature_probing *p)
{
	const struct bpf_insn insns[] = {
		INSN_MOV(BPF_REG_0, 0),
		BPF_INSN(BPF_JMP | 0xe0, 0, 0, 1, 0),
		BPF_INSN(BPF_JMP | BPF_JA, 0, 0, -2, 0),
		INSN_EXIT,
	};

	(void)f;
	return probe_loads(p, BPF_PROG_TYPE_SCHED_CLS, insns, ARRAY_SIZE(insns), 0, "may_goto");
}

/* Types of two functions, which the kernel wants where subprograms tail-call. Returns NULL on
 * failure, else *id is that of the first; the other follows. */
static struct btf *two_functions(uint32_t *id)
{
	struct btf *btf = btf__new_empty();
	int number = btf ? btf__add_int(btf, "int", 4, BTF_INT_SIGNED) : -1;
	int proto = number > 0 ? btf__add_func_proto(btf, number) : -1;
	int func = proto > 0 ? btf__add_func(btf, "probe", BTF_FUNC_STATIC, proto) : -1;

	if (func > 0 && btf__add_func(btf, "inner", BTF_FUNC_STATIC, proto) > 0 &&
	    !btf__load_into_kernel(btf)) {
		*id = (uint32_t)func;
		return btf;
	}
	btf__free(btf);
	return NULL;
}

static int load_tail_caller(const struct bpf_insn *insns, size_t n, char *log, size_t room)
{
	uint32_t id = 0;
	struct btf *btf = two_functions(&id);
	struct bpf_func_info functions[] = { { 0, id }, { 2, id + 1 } };
	struct bpf_prog_load_opts opts = { .sz = sizeof(opts),
					   .log_buf = log,
					   .log_size = (uint32_t)room,
					   .log_level = 1,
					   .func_info = functions,
					   .func_info_cnt = ARRAY_SIZE(functions),
					   .func_info_rec_size = sizeof(*functions) };
	int fd;

	if (!btf)
		return -errno;
	opts.prog_btf_fd = (uint32_t)btf__fd(btf);
	fd = bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "verdict_probe", "GPL", insns, n, &opts);
	fd = fd < 0 ? -errno : fd;
	btf__free(btf);
	return fd;
}

/* A subprogram that tail-calls: Linux 5.10 on x86-64, 6.0 on arm64, and not without a JIT. */
static enum feature_support probe_tail_calls(const struct feature *f, struct feature_probing *p)
{
	const int map = bpf_map_create(BPF_MAP_TYPE_PROG_ARRAY, "verdict_probe", 4, 4, 1, NULL);
	const struct bpf_insn insns[] = {
		BPF_INSN(BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_CALL, 0, 1),
		INSN_EXIT,
		BPF_INSN(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, 0, map),
		BPF_INSN(0, 0, 0, 0, 0),
		INSN_MOV(BPF_REG_3, 0),
		INSN_CALL(BPF_FUNC_tail_call),
		INSN_MOV(BPF_REG_0, 0),
		INSN_EXIT,
	};
	char log[LOG_ROOM] = "";
	int fd;

	(void)f;
	if (map < 0)
		return feature_refused(p, -errno, "the kernel makes no map for tail calls");
	fd = load_tail_caller(insns, ARRAY_SIZE(insns), log, sizeof(log));
	close(map);
	return judge_load(p, fd, log, "a subprogram that tail-calls");
}

static const struct feature rows[] = {
	{ "prog.xdp.frags", "prog", "XDP programs may take fragments (\"xdp.frags\")",
	  .probe = probe_frags },
	{ "prog.tail_calls_in_subprograms", "prog", "functions that are not inlined may tail-call",
	  .probe = probe_tail_calls },
	{ "isa.atomics", "isa", "atomic instructions that give what was there",
	  .probe = probe_atomics },
	{ "isa.v4", "isa", "what clang makes with -mcpu=v4", .probe = probe_v4 },
	{ "isa.may_goto", "isa", "loops that the kernel ends (may_goto, cond_break)",
	  .probe = probe_may_goto },
};

void features_add_programs(struct feature_list *l)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const struct feature row = {
			.name = arena_printf(&l->arena, "prog.%s", types[i].name),
			.group = "prog",
			.help = "programs of this type can be loaded",
			.probe = probe_type,
			.id = types[i].type,
			.object = types[i].name,
		};

		features_add(l, &row, 1);
	}
	features_add(l, rows, ARRAY_SIZE(rows));
}
