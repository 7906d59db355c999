/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Makes the running kernel answer bpf(2) as Linux 5.10 does, for what features ask about: to be
 * preloaded. What it says was seen on Debian's 5.10.262:
 *
 *   no helper from 156 on, no map type from 29 on, no kfunc, no atomic instruction with a result,
 * no XDP program with fragments; no tcx; XDP runs without context, of at most 3520 bytes, of frames
 *   shorter than an Ethernet header too, with any flag (and without effect); tc runs without
 *   ingress_ifindex, hwtstamp and flags
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

#define LAST_HELPER   155
#define LAST_MAP_TYPE 28
#define ATTACH_TCX    46
#define XDP_MAX	      3520
#define PSEUDO_KFUNC  2
#define MAX_FDS	      65536

static uint32_t types[MAX_FDS]; /* of programs, by descriptor */
static long (*real)(long, ...);

static long bpf(long cmd, union bpf_attr *attr, long size)
{
	return real(SYS_bpf, cmd, attr, size);
}

static long refuse(int err)
{
	errno = err;
	return -1;
}

static long refuse_program(const union bpf_attr *attr, const char *why)
{
	if (attr->log_level && attr->log_buf && attr->log_size)
		snprintf((char *)(uintptr_t)attr->log_buf, attr->log_size, "%s\n", why);
	return refuse(EINVAL);
}

static long refuse_helper(const union bpf_attr *attr, int32_t id)
{
	char text[64];

	snprintf(text, sizeof(text), "invalid func unknown#%d", id);
	return refuse_program(attr, text);
}

static long prog_load(union bpf_attr *attr, long size)
{
	const struct bpf_insn *insns = (const void *)(uintptr_t)attr->insns;
	long fd;

	if (attr->prog_flags & BPF_F_XDP_HAS_FRAGS)
		return refuse(EINVAL);
	for (uint32_t i = 0; i < attr->insn_cnt; i++) {
		const struct bpf_insn *insn = &insns[i];

		if (insn->code == (BPF_JMP | BPF_CALL) && !insn->src_reg && insn->imm > LAST_HELPER)
			return refuse_helper(attr, insn->imm);
		if (insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == PSEUDO_KFUNC)
			return refuse_program(attr, "BPF_CALL uses reserved fields");
		if ((insn->code & 0xe7) == (BPF_STX | BPF_ATOMIC) && insn->imm)
			return refuse_program(attr, "BPF_STX uses reserved fields");
		if (insn->code == (BPF_LD | BPF_IMM | BPF_DW))
			i++;
	}
	fd = bpf(BPF_PROG_LOAD, attr, size);
	if (fd >= 0 && fd < MAX_FDS)
		types[fd] = attr->prog_type;
	return fd;
}

/* Runs it on a frame of 14 bytes, and takes the last ones off what comes out. */
static long run_short(union bpf_attr *attr, long size)
{
	uint32_t missing = 14 - attr->test.data_size_in;
	uint64_t in = attr->test.data_in;
	uint8_t frame[14] = { 0 };
	long ret;

	memcpy(frame, (const void *)(uintptr_t)in, attr->test.data_size_in);
	attr->test.data_in = (uintptr_t)frame;
	attr->test.data_size_in = sizeof(frame);
	ret = bpf(BPF_PROG_TEST_RUN, attr, size);
	attr->test.data_in = in;
	attr->test.data_size_in -= missing;
	attr->test.data_size_out -= missing;
	return ret;
}

static long run_xdp(union bpf_attr *attr, long size)
{
	if (attr->test.ctx_in || attr->test.ctx_out)
		return refuse(EINVAL);
	if (attr->test.data_size_in > XDP_MAX)
		return refuse(EMSGSIZE);
	attr->test.flags = 0;
	if (attr->test.data_size_in < 14)
		return run_short(attr, size);
	return bpf(BPF_PROG_TEST_RUN, attr, size);
}

static long run_tc(union bpf_attr *attr, long size)
{
	const struct __sk_buff *skb = (const void *)(uintptr_t)attr->test.ctx_in;

	if (attr->test.flags)
		return refuse(EINVAL);
	if (skb && attr->test.ctx_size_in >= sizeof(*skb) && skb->hwtstamp)
		return refuse(E2BIG);
	if (skb && skb->ingress_ifindex)
		return refuse(EINVAL);
	return bpf(BPF_PROG_TEST_RUN, attr, size);
}

static long older_bpf(long cmd, union bpf_attr *attr, long size)
{
	switch (cmd) {
	case BPF_MAP_CREATE:
		if (attr->map_type > LAST_MAP_TYPE)
			return refuse(EINVAL);
		break;
	case BPF_PROG_LOAD:
		return prog_load(attr, size);
	case BPF_LINK_CREATE:
		if (attr->link_create.attach_type == ATTACH_TCX)
			return refuse(EINVAL);
		break;
	case BPF_PROG_TEST_RUN:
		if (attr->test.prog_fd < MAX_FDS && types[attr->test.prog_fd] == BPF_PROG_TYPE_XDP)
			return run_xdp(attr, size);
		return run_tc(attr, size);
	}
	return bpf(cmd, attr, size);
}

long syscall(long number, ...)
{
	long a[6];
	va_list ap;

	if (!real)
		*(void **)&real = dlsym(RTLD_NEXT, "syscall");
	va_start(ap, number);
	for (size_t i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	if (number == SYS_bpf)
		return older_bpf(a[0], (union bpf_attr *)a[1], a[2]);
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
