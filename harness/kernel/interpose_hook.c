/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libbpf's way in: a handler of a section is asked about each program of it right before the kernel
 * is, when all relocations are done. Handlers belong to the process, so all of them are registered
 * once, before the first object is opened to be loaded (objects point at them), and none is ever
 * taken back (libbpf 1.1 frees the last one wrongly). What is being loaded is known per thread;
 * without such they change nothing.
 */
#include "kernel/descriptors.h"
#include "kernel/interpose_internal.h"
#include "types/libbpf_log.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifndef BPF_F_XDP_HAS_FRAGS
#define BPF_F_XDP_HAS_FRAGS (1U << 5)
#endif

/* An object at work. */
struct load {
	struct interposer *ip;
	size_t object;
	const struct bpf_object *obj;
	const struct btf *btf;
	uint32_t func_type, line;
	struct code *codes; /* given to libbpf: kept until it is done */
	size_t n_codes;
};

static _Thread_local struct load *current;

static struct interposed *find_program(struct interposer *ip, size_t object, const char *name)
{
	for (size_t i = 0; i < ip->n_programs; i++) {
		if (ip->programs[i].object == object && !strcmp(ip->programs[i].name, name))
			return &ip->programs[i];
	}
	return NULL;
}

static struct interposed *get_program(struct interposer *ip, size_t object, const char *name)
{
	struct interposed *p = find_program(ip, object, name);

	if (p)
		return p;
	p = ARENA_PUSH(ip->arena, ip->programs, ip->n_programs);
	p->object = object;
	p->name = arena_strdup(ip->arena, name);
	return p;
}

/* Records of BTF, which may be longer than those this program knows. */
static void copy_records(void *to, const void *from, size_t n, size_t from_size, size_t size)
{
	for (size_t i = 0; i < n; i++)
		memcpy((char *)to + i * size, (const char *)from + i * from_size, size);
}

static void read_code(struct code *c, const struct bpf_program *prog,
		      const struct bpf_prog_load_opts *opts)
{
	c->n = bpf_program__insn_cnt(prog);
	c->insns = xcalloc(c->n + 1, sizeof(*c->insns));
	memcpy(c->insns, bpf_program__insns(prog), c->n * sizeof(*c->insns));
	if (opts->func_info && opts->func_info_rec_size >= sizeof(*c->funcs)) {
		c->n_funcs = opts->func_info_cnt;
		c->funcs = xcalloc(c->n_funcs + 1, sizeof(*c->funcs));
		copy_records(c->funcs, opts->func_info, c->n_funcs, opts->func_info_rec_size,
			     sizeof(*c->funcs));
	}
	if (opts->line_info && opts->line_info_rec_size >= sizeof(*c->lines)) {
		c->n_lines = opts->line_info_cnt;
		c->lines = xcalloc(c->n_lines + 1, sizeof(*c->lines));
		copy_records(c->lines, opts->line_info, c->n_lines, opts->line_info_rec_size,
			     sizeof(*c->lines));
	}
}

static bool has_calls(const struct interposer *ip, const struct bpf_insn *insns, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (insn_is_ld_imm64(&insns[i]))
			i++;
		else if (interpose_wants(ip, &insns[i]))
			return true;
	}
	return false;
}

static int edit_as(struct interposing *in, const struct code *c, enum variant variant)
{
	size_t first = in->ip->n_sites, first_line = in->ip->coverage.n_lines;
	uint32_t first_block = in->ip->coverage.n_blocks;
	int err;

	edit_begin(&in->edit, c);
	in->scripted = variant != VARIANT_INLINE_UNSCRIPTED;
	err = variant == VARIANT_STUBS ? interpose_stubs(in) : interpose_inline(in);
	if (!err)
		err = edit_finish(&in->edit);
	if (err) {
		edit_free(&in->edit);
		in->ip->n_sites = first;
		in->ip->coverage.n_lines = first_line;
		in->ip->coverage.n_blocks = first_block;
	}
	return err;
}

static const char *why_not_edited(int err)
{
	switch (err) {
	case -ERANGE:
		return "a jump would be longer than its 16 bits can say";
	case -EOPNOTSUPP:
		return "it jumps through tables";
	case -ENOENT:
		return "libbpf cannot add a function to its BTF";
	default:
		return "it jumps out of itself";
	}
}

/* Edit @c as well as is possible. Returns whether edit.out has something. */
static bool edit_program(struct interposing *in, const struct code *c, struct interposed *p)
{
	bool *targets;
	int err = edit_check(c);

	if (err) {
		p->why = why_not_edited(err);
		p->variant = VARIANT_NONE;
		return false;
	}
	targets = xcalloc(c->n + 1, sizeof(*targets));
	edit_find_targets(c, targets);
	in->targets = targets;
	if (in->ip->cover && !p->why_not_covered)
		blocks_find(&in->blocks, c);
	err = -1;
	for (; p->variant < VARIANT_NONE; p->variant++) {
		err = edit_as(in, c, p->variant);
		if (err && in->blocks.starts) {
			p->why_not_covered = why_not_edited(err);
			blocks_free(&in->blocks);
			err = edit_as(in, c, p->variant);
		}
		if (!err)
			break;
		if (!p->why)
			p->why = why_not_edited(err);
	}
	free(targets);
	blocks_free(&in->blocks);
	return !err;
}

/* What libbpf gives to the kernel instead. */
static int replace(struct bpf_program *prog, struct bpf_prog_load_opts *opts, struct edit *e)
{
	struct code *out = ARRAY_PUSH(current->codes, current->n_codes);

	*out = e->out;
	e->out = (struct code){ 0 };
	if (out->n_funcs) {
		opts->func_info = out->funcs;
		opts->func_info_cnt = (uint32_t)out->n_funcs;
		opts->func_info_rec_size = sizeof(*out->funcs);
	}
	if (out->n_lines) {
		opts->line_info = out->lines;
		opts->line_info_cnt = (uint32_t)out->n_lines;
		opts->line_info_rec_size = sizeof(*out->lines);
	}
	return bpf_program__set_insns(prog, out->insns, out->n);
}

static int interpose_program(struct bpf_program *prog, struct bpf_prog_load_opts *opts)
{
	struct interposer *ip = current->ip;
	struct interposed *p = get_program(ip, current->object, bpf_program__name(prog));
	struct interposing in = { .ip = ip,
				  .obj = current->obj,
				  .btf = current->btf,
				  .program = p->name,
				  .func_type = current->func_type,
				  .line = current->line };
	struct code c = { 0 };
	int err = 0;

	p->seen = true;
	if (p->variant == VARIANT_NONE ||
	    (!ip->cover && !has_calls(ip, bpf_program__insns(prog), bpf_program__insn_cnt(prog))))
		return 0;
	err = interposer_tape(ip);
	if (!err && ip->cover)
		err = coverage_open(&ip->coverage);
	if (descriptors_lacking(err))
		return err;
	if (err) {
		p->why = "no memory for a map to record calls in";
		return 0;
	}
	read_code(&c, prog, opts);
	if (edit_program(&in, &c, p)) {
		p->sites = true;
		err = replace(prog, opts, &in.edit);
		edit_free(&in.edit);
	}
	code_free(&c);
	return err;
}

#define COOKIE_FRAGS 1

static int prepare_load(struct bpf_program *prog, struct bpf_prog_load_opts *opts, long cookie)
{
	/* As libbpf's own handler of these sections does. */
	if (cookie & COOKIE_FRAGS)
		opts->prog_flags |= BPF_F_XDP_HAS_FRAGS;
	return current ? interpose_program(prog, opts) : 0;
}

/* Sections of packet programs, as libbpf 1.1 to 1.7 know them. All others come to the one without a
 * name. */
static const char *const sections[] = {
	"xdp",	       "xdp.frags",	   "xdp/devmap", "xdp.frags/devmap",
	"xdp/cpumap",  "xdp.frags/cpumap", "tc",	 "tc/ingress",
	"tc/egress",   "tcx/ingress",	   "tcx/egress", "netkit/primary",
	"netkit/peer", "classifier",	   "action",
};

static void register_handlers(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts);
	enum bpf_attach_type attach;
	enum bpf_prog_type type;

	opts.prog_prepare_load_fn = prepare_load;
	libbpf_log_begin();
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		/* What this libbpf makes of the section stays so. */
		if (libbpf_prog_type_by_name(sections[i], &type, &attach))
			continue;
		opts.cookie = strncmp(sections[i], "xdp.frags", 9) ? 0 : COOKIE_FRAGS;
		libbpf_register_prog_handler(sections[i], type, attach, &opts);
	}
	opts.cookie = 0;
	libbpf_register_prog_handler(NULL, BPF_PROG_TYPE_UNSPEC, 0, &opts);
	free(libbpf_log_end());
}

struct interposer *interposer_new(struct arena *arena, const struct interpose_request *request)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct interposer *ip;
	const struct helper *h;
	size_t n;

	if (!request || request->off)
		return NULL;
	pthread_once(&once, register_handlers);
	ip = arena_alloc(arena, sizeof(*ip));
	ip->arena = arena;
	ip->tape_fd = ip->coverage.fd = -1;
	ip->cover = request->cover;
	ip->object = SIZE_MAX;
	h = helper_table(&n);
	for (size_t i = 0; i < n && i < TAPE_HELPERS; i++)
		ip->chosen[i] = h[i].recorded || (h[i].traced && request->traced);
	for (size_t i = 0; i < request->n_helpers; i++) {
		uint32_t id = request->helpers[i];

		if (id < n && id < TAPE_HELPERS)
			ip->chosen[id] = h[id].recorded || h[id].traced;
	}
	return ip;
}

/*
 * A type for the stubs' functions, and a text to stand for their source lines. The kernel does not
 * compare the prototype of a static function with how it is called, so one does for all.
 */
static void extend_btf(struct load *load)
{
	struct btf *btf = bpf_object__btf(load->obj);
	int proto, func, line;

	load->btf = btf;
	if (!btf)
		return;
	proto = btf__add_func_proto(btf, 0);
	func = proto < 0 ? proto : btf__add_func(btf, "helper_stub", BTF_FUNC_STATIC, proto);
	line = btf__add_str(btf, "(recording a helper's call)");
	if (func > 0 && line > 0) {
		load->func_type = (uint32_t)func;
		load->line = (uint32_t)line;
	}
}

/* Programs whose type is not the one of their section: libbpf asks no handler about these. */
static void note_unseen(struct load *load)
{
	struct interposed *program;
	struct bpf_program *p;

	bpf_object__for_each_program(p, load->obj)
	{
		if (bpf_program__fd(p) < 0 ||
		    !has_calls(load->ip, bpf_program__insns(p), bpf_program__insn_cnt(p)))
			continue;
		program = get_program(load->ip, load->object, bpf_program__name(p));
		if (!program->seen && !program->why)
			program->why = "libbpf does not let programs be edited whose type is not "
				       "the one of their section";
	}
}

int interposer_load(struct interposer *ip, size_t object, struct bpf_object *obj)
{
	struct load load = { .ip = ip, .object = object, .obj = obj };
	int err;

	if (ip->object != object) {
		ip->object = object;
		ip->first_site = ip->n_sites;
		ip->first_line = ip->coverage.n_lines;
	}
	ip->n_sites = ip->first_site;
	ip->coverage.n_lines = ip->first_line;
	for (size_t i = 0; i < ip->n_programs; i++) {
		if (ip->programs[i].object == object)
			ip->programs[i].seen = ip->programs[i].sites = false;
	}
	extend_btf(&load);
	current = &load;
	err = bpf_object__load(obj);
	current = NULL;
	if (!err)
		note_unseen(&load);
	for (size_t i = 0; i < load.n_codes; i++)
		code_free(&load.codes[i]);
	free(load.codes);
	return err;
}

/* The verifier's last word, and what it means where the words are only a number. */
static const char *reason(struct arena *arena, const struct load_failure *f)
{
	static const struct {
		const char *said, *meant;
	} limits[] = {
		{ "frames is too deep", "8 functions may call each other" },
		{ "too many subprog", "a program has 256 functions at most" },
		{ "combined stack size", "512 bytes of stack for all functions in a row" },
		{ "BPF program is too large", "the verifier looks at a million instructions" },
		{ "non-JITed programs", "tail calls and functions together need the JIT" },
		{ "tail_call", "tail calls and functions do not go together here" },
	};
	const char *text = f->log_tail ? f->log_tail : "", *end, *start;

	end = text + strlen(text);
	while (end > text && end[-1] == '\n')
		end--;
	start = end;
	while (start > text && start[-1] != '\n')
		start--;
	if (start == end)
		return arena_strdup(arena, strerror(-f->error));
	text = arena_strndup(arena, start, (size_t)(end - start));
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		if (strstr(text, limits[i].said))
			return arena_printf(arena, "%s (%s)", text, limits[i].meant);
	}
	return text;
}

static bool lower(struct interposer *ip, struct interposed *p, const struct load_failure *f)
{
	if (!p->seen || !p->sites)
		return false;
	if (ip->cover && !p->why_not_covered) {
		p->why_not_covered = reason(ip->arena, f);
		return true;
	}
	if (!p->why)
		p->why = reason(ip->arena, f);
	p->variant++;
	return true;
}

bool interposer_lower(struct interposer *ip, size_t object, const struct load_failure *failure)
{
	struct interposed *p;
	bool lowered = false;

	if (failure->kind == LOAD_MAP || failure->kind == LOAD_MISSING)
		return false;
	p = failure->name ? find_program(ip, object, failure->name) : NULL;
	if (p)
		return lower(ip, p, failure);
	/* It is not known which: all of them, to the end. */
	for (size_t i = 0; i < ip->n_programs; i++) {
		p = &ip->programs[i];
		if (p->object == object && lower(ip, p, failure)) {
			lower(ip, p, failure);
			p->variant = VARIANT_NONE;
			lowered = true;
		}
	}
	return lowered;
}
