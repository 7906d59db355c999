/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/interpose_internal.h"

#include "kernel/instance_internal.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static size_t tape_room(void)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (sizeof(struct tape) + page - 1) & ~(page - 1);
}

int interposer_tape(struct interposer *ip)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts);
	void *mem;

	if (ip->tape)
		return 0;
	opts.map_flags = BPF_F_MMAPABLE;
	ip->tape_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "verdict_tape", sizeof(uint32_t),
				     sizeof(struct tape), 1, &opts);
	if (ip->tape_fd < 0)
		return -errno;
	mem = mmap(NULL, tape_room(), PROT_READ | PROT_WRITE, MAP_SHARED, ip->tape_fd, 0);
	if (mem == MAP_FAILED) {
		int err = -errno;

		close(ip->tape_fd);
		ip->tape_fd = -1;
		return err;
	}
	ip->tape = mem;
	return 0;
}

void interposer_close(struct interposer *ip)
{
	if (!ip)
		return;
	if (ip->tape)
		munmap(ip->tape, tape_room());
	if (ip->tape_fd >= 0)
		close(ip->tape_fd);
	coverage_close(&ip->coverage);
	ip->tape = NULL;
	ip->tape_fd = -1;
}

struct tape *instance_tape(struct instance *inst)
{
	return inst->interposer ? inst->interposer->tape : NULL;
}

const struct call_site *instance_call_site(const struct instance *inst, uint32_t site)
{
	const struct interposer *ip = inst->interposer;

	return ip && site < ip->n_sites ? &ip->sites[site] : NULL;
}

enum interposition instance_interposition(const struct instance *inst, size_t object,
					  const char *name, const char **why)
{
	const struct interposer *ip = inst->interposer;
	const struct interposed *p;

	*why = NULL;
	for (size_t i = 0; ip && i < ip->n_programs; i++) {
		p = &ip->programs[i];
		if (p->object != object || strcmp(p->name, name) != 0)
			continue;
		*why = p->why;
		if (!p->seen || !p->sites)
			return INTERPOSED_NOT;
		return p->variant == VARIANT_STUBS ? INTERPOSED_STUBS : INTERPOSED_INLINE;
	}
	return INTERPOSED_NOT;
}

bool instance_sees_calls(const struct instance *inst, const char *name, const char **why)
{
	const struct interposer *ip = inst->interposer;

	*why = NULL;
	for (size_t i = 0; ip && i < ip->n_programs; i++) {
		const struct interposed *p = &ip->programs[i];

		if (!p->why || (p->seen && p->sites) || (name && strcmp(p->name, name) != 0))
			continue;
		*why = p->why;
		return false;
	}
	return ip != NULL;
}
