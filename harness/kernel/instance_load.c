/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/errno_names.h"
#include "kernel/context_reads.h"
#include "kernel/descriptors.h"
#include "kernel/instance_internal.h"
#include "kernel/interpose_internal.h"
#include "kernel/load_failure.h"
#include "types/libbpf_log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Fields the kernel owns: user space neither sees nor stops them. Pointers and locks are harmless.
 */
static bool type_has_timers(const struct type *t)
{
	static const char *const kinds[] = { "struct bpf_timer", "struct bpf_wq",
					     "struct bpf_list_head", "struct bpf_rb_root",
					     "struct bpf_task_work" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(t->name, kinds[i]))
			return true;
	}
	if (t->kind == TYPE_ARRAY)
		return type_has_timers(t->element);
	if (t->kind != TYPE_STRUCT && t->kind != TYPE_UNION)
		return false;
	for (uint32_t i = 0; i < t->n; i++) {
		if (type_has_timers(t->members[i].type))
			return true;
	}
	return false;
}

/* The loaded map, under a descriptor of its own. Returns 0 or -errno. */
static int take_map(struct instance *inst, const struct instance_object *spec, struct named_map *m)
{
	const struct object_map *declared = object_file_map(spec->file, m->name);
	struct map *map;
	int fd, err;

	if (m->map || bpf_map__fd(m->libbpf) < 0)
		return 0;
	fd = fcntl(bpf_map__fd(m->libbpf), F_DUPFD_CLOEXEC, 3);
	if (fd < 0)
		return -errno;
	map = arena_alloc(&inst->arena, sizeof(*map));
	err = map_init(map, fd, m->name);
	if (err) {
		close(fd);
		return err;
	}
	/* As libbpf freezes them: .rodata and .kconfig. */
	map->frozen = m->internal && map->flags & BPF_F_RDONLY_PROG;
	map->timers = declared && type_has_timers(declared->value);
	map->initial = m->initial;
	m->map = map;
	/* An array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression) */
	*ARENA_PUSH(&inst->arena, inst->maps, inst->n_maps) = map;
	return 0;
}

/* Whether @p has a `call bpf_xdp_adjust_meta`. */
static bool program_adjusts_meta(const struct bpf_program *p)
{
	const struct bpf_insn *insns = bpf_program__insns(p);
	size_t n = bpf_program__insn_cnt(p);

	for (size_t i = 0; i < n; i++) {
		if (insns[i].code == (BPF_JMP | BPF_CALL) && !insns[i].src_reg &&
		    insns[i].imm == BPF_FUNC_xdp_adjust_meta)
			return true;
	}
	return false;
}

static int take_program(struct instance *inst, struct loaded_object *o,
			const struct instance_object *spec, const struct bpf_program *bp)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);
	struct program *p;

	if (bpf_program__fd(bp) < 0)
		return 0;
	if (bpf_obj_get_info_by_fd(bpf_program__fd(bp), &info, &len))
		return -errno;
	p = ARENA_PUSH(&inst->arena, o->programs, o->n_programs);
	p->name = bpf_program__name(bp);
	p->section = bpf_program__section_name(bp);
	p->fd = bpf_program__fd(bp);
	p->id = info.id;
	p->type = bpf_program__type(bp);
	p->expected_attach_type = bpf_program__expected_attach_type(bp);
	p->meta = program_adjusts_meta(bp);
	p->reads = context_reads(bpf_program__insns(bp), bpf_program__insn_cnt(bp));
	for (size_t i = 0; i < spec->file->n_programs; i++) {
		if (!strcmp(spec->file->programs[i].name, p->name))
			p->frags = spec->file->programs[i].frags;
	}
	return 0;
}

static int take_all(struct loading *l, size_t object)
{
	struct loaded_object *o = &l->inst->objects[object];
	const struct instance_object *spec = &l->objects[object];
	struct bpf_program *p;
	int err = 0;

	for (size_t i = 0; i < o->n_maps && !err; i++)
		err = take_map(l->inst, spec, &o->maps[i]);
	bpf_object__for_each_program(p, o->obj)
	{
		if (!err)
			err = take_program(l->inst, o, spec, p);
	}
	if (err)
		diag(l->diags, DIAG_ERROR, spec->where, "cannot use %s once loaded: %s (%s)",
		     object_base_name(spec), errno_text(err), errno_name(err));
	return err;
}

/* Open and load it once. Returns 0, or -1 and *failure; what @failure has no word for is reported.
 */
static int try_object(struct loading *l, size_t object, struct load_failure *failure)
{
	struct loaded_object *o = &l->inst->objects[object];
	char *log;
	int err;

	libbpf_log_begin();
	err = instance_open(l, object);
	if (err) {
		free(libbpf_log_end());
		return err;
	}
	err = l->inst->interposer ? interposer_load(l->inst->interposer, object, o->obj)
				  : bpf_object__load(o->obj);
	log = libbpf_log_end();
	if (err) {
		failure->object = object;
		load_failure_read(failure, log, err);
	}
	free(log);
	return err;
}

/* Something less may be accepted: globals that are fixed first, since nobody sees that. */
static bool load_less(struct loading *l, size_t object, const struct load_failure *failure)
{
	struct interposer *ip = l->inst->interposer;

	if (l->open) {
		l->open = false;
		l->inst->closed = true;
		return true;
	}
	return ip && interposer_lower(ip, object, failure);
}

/* As it is wished; where a program is refused so, with less; reported only if nothing helps. */
static int load_object(struct loading *l, size_t object, struct load_failure *failure)
{
	struct loaded_object *o = &l->inst->objects[object];
	int err;

	l->open = l->objects[object].open_globals;
	while ((err = try_object(l, object, failure)) && failure->log &&
	       !descriptors_lacking(err) && load_less(l, object, failure)) {
		load_failure_free(failure);
		bpf_object__close(o->obj);
		*o = (struct loaded_object){ 0 };
	}
	if (err && failure->log) {
		load_failure_report(l->diags, &l->objects[object], failure);
		load_failure_hint(l->diags, &l->objects[object], failure);
	}
	return err ? err : take_all(l, object);
}

/* Metadata that one program makes outlives a tail call to another. */
static void spread_meta(struct instance *inst)
{
	bool meta = false;

	for (size_t i = 0; i < inst->n_objects; i++) {
		for (size_t j = 0; j < inst->objects[i].n_programs; j++)
			meta |= inst->objects[i].programs[j].meta;
	}
	for (size_t i = 0; i < inst->n_objects; i++) {
		for (size_t j = 0; j < inst->objects[i].n_programs; j++)
			inst->objects[i].programs[j].meta = meta;
	}
}

struct instance *instance_load(struct diags *d, const struct instance_object objects[], size_t n,
			       const struct interpose_request *request,
			       struct load_failure *failure)
{
	struct loading l = { .diags = d, .objects = objects, .n = n };
	struct load_failure own = { 0 };
	int err = 0;

	l.inst = xcalloc(1, sizeof(*l.inst));
	l.inst->objects = arena_alloc(&l.inst->arena, (n ? n : 1) * sizeof(*l.inst->objects));
	l.inst->n_objects = n;
	l.inst->interposer = interposer_new(&l.inst->arena, request);
	for (size_t i = 0; i < n && !err; i++)
		err = load_object(&l, i, failure ? failure : &own);
	load_failure_free(&own);
	if (err && failure && !failure->error)
		failure->error = err;
	if (err) {
		instance_free(l.inst);
		return NULL;
	}
	spread_meta(l.inst);
	return l.inst;
}
