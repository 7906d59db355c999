/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The stubs, which are part of this program: objects compiled for BPF and embedded as they are.
 * They are never loaded, only read; once per process.
 */
#include "kernel/interpose_internal.h"
#include "types/libbpf_log.h"

#include <bpf/libbpf.h>
#include <pthread.h>
#include <string.h>

/* harness/shim/NAME.bpf.o, found along the compiler's -I. */
#define EMBED(name)                                                          \
	extern const char shim_##name[], shim_##name##_end[];                \
	__asm__(".pushsection .rodata\n"                                     \
		".balign 8\n"                                                \
		".global shim_" #name ", shim_" #name "_end\n"               \
		"shim_" #name ": .incbin \"harness/shim/" #name ".bpf.o\"\n" \
		"shim_" #name "_end:\n"                                      \
		".popsection\n")

EMBED(clock);
EMBED(csum);
EMBED(event);
EMBED(map);
EMBED(redirect);
EMBED(skb);
EMBED(socket);
EMBED(tunnel);
EMBED(xdp);

static const struct {
	const char *from, *to;
} objects[] = {
	{ shim_clock, shim_clock_end },	      { shim_csum, shim_csum_end },
	{ shim_event, shim_event_end },	      { shim_map, shim_map_end },
	{ shim_redirect, shim_redirect_end }, { shim_skb, shim_skb_end },
	{ shim_socket, shim_socket_end },     { shim_tunnel, shim_tunnel_end },
	{ shim_xdp, shim_xdp_end },
};

static struct stub stubs[TAPE_HELPERS];

/* As in shim/stub.h. */
#define TAPE_MAGIC 0x74617065

bool stub_insn_is_tape(const struct bpf_insn *insn)
{
	return insn_is_ld_imm64(insn) && insn->src_reg == 0 && insn->imm == TAPE_MAGIC;
}

/* A stub is the function in section "stub/HELPER". */
static void read_stub(const struct bpf_program *p)
{
	static const char start[] = "stub/";
	const char *section = bpf_program__section_name(p), *name = section + strlen(start);
	const struct helper *h;

	if (strncmp(section, start, strlen(start)) != 0)
		return;
	h = helper_find(name, strlen(name));
	if (!h)
		return;
	stubs[h->id].n = bpf_program__insn_cnt(p);
	stubs[h->id].insns = xcalloc(stubs[h->id].n, sizeof(struct bpf_insn));
	memcpy(stubs[h->id].insns, bpf_program__insns(p), stubs[h->id].n * sizeof(struct bpf_insn));
}

static void read_stubs(void)
{
	struct bpf_object *obj;
	struct bpf_program *p;

	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		obj = bpf_object__open_mem(objects[i].from,
					   (size_t)(objects[i].to - objects[i].from), NULL);
		if (!obj)
			continue;
		bpf_object__for_each_program(p, obj)
		{
			read_stub(p);
		}
		bpf_object__close(obj);
	}
}

const struct stub *stub_of(uint32_t helper)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, read_stubs);
	return &stubs[helper];
}
