/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the kernel has as a whole: BTF, a JIT, links to hooks of devices. */
#include "kernel/features_internal.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <unistd.h>

#define VMLINUX_BTF "/sys/kernel/btf/vmlinux"
#define JIT_SYSCTL  "/proc/sys/net/core/bpf_jit_enable"
/* include/uapi/linux/bpf.h, newer than some headers */
#define ATTACH_TCX_INGRESS 46

/* Returns how many bytes were read, or -errno. */
static int read_start(const char *path, void *into, size_t len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;
	int err;

	if (fd < 0)
		return -errno;
	n = read(fd, into, len);
	err = -errno;
	close(fd);
	return n < 0 ? err : (int)n;
}

static enum feature_support probe_btf(const struct feature *f, struct feature_probing *p)
{
	uint16_t magic = 0;
	int n = read_start(VMLINUX_BTF, &magic, sizeof(magic));

	(void)f;
	if (n < 0)
		return feature_refused(p, n, "the kernel does not tell its types in " VMLINUX_BTF);
	return magic == BTF_MAGIC ? FEATURE_YES : feature_no(p, VMLINUX_BTF " is no BTF");
}

/* Whether a program has machine code. The kernel may hide its length (kptr_restrict): what the
 * sysctl says counts then. */
static enum feature_support probe_jit(const struct feature *f, struct feature_probing *p)
{
	const struct bpf_insn insns[] = { INSN_MOV(BPF_REG_0, 0), INSN_EXIT };
	int fd = feature_load(BPF_PROG_TYPE_SCHED_CLS, insns, ARRAY_SIZE(insns), 0, NULL, 0), n;
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);
	char mode = '0';

	(void)f;
	if (fd < 0)
		return feature_refused(p, fd, "the kernel loads no program to look at");
	n = bpf_obj_get_info_by_fd(fd, &info, &len);
	close(fd);
	if (!n && info.jited_prog_len)
		return FEATURE_YES;
	n = read_start(JIT_SYSCTL, &mode, 1);
	if (n < 0)
		return feature_refused(p, n, "programs are interpreted: there is no " JIT_SYSCTL);
	return mode == '0' ? feature_no(p, "programs are interpreted: net.core.bpf_jit_enable is 0")
			   : FEATURE_YES;
}

/* f->variant: where to attach. The device is lo, but that of the probe's own namespace. */
static enum feature_support probe_link(const struct feature *f, struct feature_probing *p)
{
	const struct bpf_insn insns[] = { INSN_MOV(BPF_REG_0, 0), INSN_EXIT };
	int fd = feature_load(f->id, insns, ARRAY_SIZE(insns), 0, NULL, 0), link, err;

	if (fd < 0)
		return feature_refused(p, fd, "the kernel loads no program to attach");
	link = bpf_link_create(fd, 1, (enum bpf_attach_type)f->variant, NULL);
	err = link < 0 ? -errno : 0;
	close(fd);
	if (err)
		return feature_refused(p, err, "the kernel makes no link for %s", f->object);
	close(link);
	return FEATURE_YES;
}

static const struct feature rows[] = {
	{ "btf", "kernel", "the kernel tells its types: CO-RE relocations work",
	  .probe = probe_btf },
	{ "jit", "kernel", "programs are compiled, not interpreted", .probe = probe_jit },
	{ "tcx", "kernel", "tc programs can be attached by links", .probe = probe_link,
	  .id = BPF_PROG_TYPE_SCHED_CLS, .variant = ATTACH_TCX_INGRESS, .object = "tc programs" },
	{ "xdp_link", "kernel", "XDP programs can be attached by links", .probe = probe_link,
	  .id = BPF_PROG_TYPE_XDP, .variant = BPF_XDP, .object = "XDP programs" },
};

void features_add_system(struct feature_list *l)
{
	features_add(l, rows, ARRAY_SIZE(rows));
}
