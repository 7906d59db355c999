/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/prelude.h"

#include "types/libbpf_log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* harness/shim/prelude.bpf.o, found along the compiler's -I. */
extern const char shim_prelude[], shim_prelude_end[];
__asm__(".pushsection .rodata\n"
	".balign 8\n"
	".global shim_prelude, shim_prelude_end\n"
	"shim_prelude: .incbin \"harness/shim/prelude.bpf.o\"\n"
	"shim_prelude_end:\n"
	".popsection\n");

static const struct {
	const char *from, *to;
} object = { shim_prelude, shim_prelude_end };

struct prelude {
	struct bpf_object *obj;
	uint32_t type, expected_attach_type;
	int fd, next; /* the program; the map it tail-calls from */
	struct prelude_values *values;
	size_t room; /* bytes that are mapped there */
};

void prelude_free(struct prelude *p)
{
	if (!p)
		return;
	if (p->values)
		munmap(p->values, p->room);
	bpf_object__close(p->obj);
	free(p);
}

static int map_values(struct prelude *p)
{
	const struct bpf_map *m = bpf_object__find_map_by_name(p->obj, "prelude_values");
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *mem;

	p->room = (sizeof(*p->values) + page - 1) & ~(page - 1);
	mem = mmap(NULL, p->room, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(m), 0);
	if (mem == MAP_FAILED)
		return -errno;
	p->values = mem;
	return 0;
}

/*
 * A map of programs takes those that are like the first that used it in type, attach type and (for
 * XDP) fragments: kernel/bpf/core.c, bpf_prog_map_compatible().
 */
static int open_and_load(struct prelude *p)
{
	struct bpf_program *prog;
	int err;

	p->obj = bpf_object__open_mem(object.from, (size_t)(object.to - object.from), NULL);
	if (!p->obj)
		return -errno;
	prog = bpf_object__find_program_by_name(p->obj, "prelude");
	bpf_program__set_type(prog, (enum bpf_prog_type)p->type);
	bpf_program__set_expected_attach_type(prog, (enum bpf_attach_type)p->expected_attach_type);
	err = bpf_object__load(p->obj);
	if (err)
		return err;
	p->fd = bpf_program__fd(prog);
	p->next = bpf_map__fd(bpf_object__find_map_by_name(p->obj, "prelude_next"));
	return map_values(p);
}

struct prelude *prelude_load(const struct program *program, int *err)
{
	struct prelude *p = xcalloc(1, sizeof(*p));

	p->type = program->type;
	p->expected_attach_type = program->expected_attach_type;
	libbpf_log_begin();
	*err = open_and_load(p);
	free(libbpf_log_end());
	if (!*err)
		return p;
	prelude_free(p);
	return NULL;
}

bool prelude_serves(const struct prelude *p, const struct program *program)
{
	return p->type == program->type && p->expected_attach_type == program->expected_attach_type;
}

int prelude_aim(struct prelude *p, const struct program *program)
{
	uint32_t slot = 0, fd = (uint32_t)program->fd;

	return bpf_map_update_elem(p->next, &slot, &fd, BPF_ANY) ? -errno : 0;
}

void prelude_rest(struct prelude *p)
{
	uint32_t slot = 0;

	bpf_map_delete_elem(p->next, &slot);
}

int prelude_fd(const struct prelude *p)
{
	return p->fd;
}

struct prelude_values *prelude_values(struct prelude *p)
{
	return p->values;
}
