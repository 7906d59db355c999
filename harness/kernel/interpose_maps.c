/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which map a pointer on the tape is. Programs see maps as pointers, user space as descriptors: so
 * a program that writes down the pointers of all maps is loaded and run once, when first asked.
 *
 * Maps that hold programs, or names of devices that run some, belong to one kind of program
 * (kernel/bpf/core.c, bpf_prog_map_compatible()): the one that asks is of the kind that uses them.
 */
#include "kernel/instance_internal.h"
#include "kernel/interpose_internal.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif

/* Maps to ask for at once, in slots of tape->pointers. */
struct question {
	struct interposer *ip;
	struct map *maps[TAPE_POINTERS];
	size_t n;
};

static struct map *map_of_descriptor(const struct loaded_object *o, int fd)
{
	for (size_t i = 0; i < o->n_maps; i++) {
		if (o->maps[i].map && bpf_map__fd(o->maps[i].libbpf) == fd)
			return o->maps[i].map;
	}
	return NULL;
}

static bool is_known(const struct question *q, const struct map *m)
{
	for (size_t i = 0; i < q->ip->n_pointers; i++) {
		if (q->ip->pointers[i].map == m)
			return true;
	}
	for (size_t i = 0; i < q->n; i++) {
		if (q->maps[i] == m)
			return true;
	}
	return false;
}

/* A program of the kind of @p that writes the pointers down; its descriptor, or < 0. */
static int load_writer(const struct question *q, const struct program *p)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts);
	struct bpf_insn insns[2 + 3 * TAPE_POINTERS + 2];
	enum bpf_prog_type type = (enum bpf_prog_type)p->type;
	size_t n = 0;

	opts.expected_attach_type = (enum bpf_attach_type)p->expected_attach_type;
	opts.prog_flags = p->frags ? BPF_F_XDP_HAS_FRAGS : 0;
	insns[n++] = insn_make(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_2, BPF_PSEUDO_MAP_VALUE, 0,
			       q->ip->tape_fd);
	insns[n++] = insn_make(0, 0, 0, 0, (int32_t)offsetof(struct tape, pointers));
	for (size_t i = 0; i < q->n; i++) {
		insns[n++] = insn_make(BPF_LD | BPF_IMM | BPF_DW, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0,
				       q->maps[i]->fd);
		insns[n++] = insn_make(0, 0, 0, 0, 0);
		insns[n++] = INSN_STORE(BPF_DW, BPF_REG_2, BPF_REG_1, 8 * i);
	}
	insns[n++] = INSN_MOV_IMM(BPF_REG_0, 0);
	insns[n++] = insn_make(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
	return bpf_prog_load(type, NULL, "GPL", insns, n, &opts);
}

static void ask(struct question *q, const struct program *p)
{
	static const uint8_t frame[64];
	LIBBPF_OPTS(bpf_test_run_opts, run);
	int fd = q->n ? load_writer(q, p) : -1;

	run.data_in = frame;
	run.data_size_in = sizeof(frame);
	if (fd >= 0 && !bpf_prog_test_run_opts(fd, &run)) {
		for (size_t i = 0; i < q->n; i++)
			*ARENA_PUSH(q->ip->arena, q->ip->pointers, q->ip->n_pointers) =
				(struct map_pointer){ q->ip->tape->pointers[i], q->maps[i] };
	}
	if (fd >= 0)
		close(fd);
	q->n = 0;
}

/* The maps that @bp names and nobody has before. */
static void ask_program(struct question *q, const struct loaded_object *o,
			const struct bpf_program *bp, const struct program *p)
{
	const struct bpf_insn *insns = bpf_program__insns(bp);
	size_t n = bpf_program__insn_cnt(bp);
	struct map *m;

	for (size_t i = 0; i < n; i++) {
		if (!insn_is_ld_imm64(&insns[i]))
			continue;
		m = insns[i].src_reg == BPF_PSEUDO_MAP_FD ? map_of_descriptor(o, insns[i].imm)
							  : NULL;
		i++;
		if (!m || is_known(q, m))
			continue;
		q->maps[q->n++] = m;
		if (q->n == TAPE_POINTERS)
			ask(q, p);
	}
	ask(q, p);
}

static void find_pointers(struct instance *inst)
{
	struct question q = { .ip = inst->interposer };

	for (size_t i = 0; i < inst->n_objects; i++) {
		struct loaded_object *o = &inst->objects[i];

		for (size_t j = 0; j < o->n_programs; j++) {
			const struct program *p = &o->programs[j];

			/* Such cannot be run; another program names the same maps, mostly. */
			if (p->expected_attach_type == BPF_XDP_DEVMAP ||
			    p->expected_attach_type == BPF_XDP_CPUMAP)
				continue;
			ask_program(&q, o, bpf_object__find_program_by_name(o->obj, p->name), p);
		}
	}
	inst->interposer->has_pointers = true;
}

struct map *instance_map_by_pointer(struct instance *inst, uint64_t pointer)
{
	struct interposer *ip = inst->interposer;

	if (!ip || !ip->tape)
		return NULL;
	if (!ip->has_pointers)
		find_pointers(inst);
	for (size_t i = 0; i < ip->n_pointers; i++) {
		if (ip->pointers[i].pointer == pointer)
			return ip->pointers[i].map;
	}
	return NULL;
}
