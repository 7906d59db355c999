/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What tc runs can be given besides the frame: `test_run.tc_ctx.FIELD`. */
#include "kernel/features_internal.h"

#include "types/context_fields.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define FRAME 64

/* What every field would take: the index of lo; no less than the frame's length. */
static uint32_t value_for(const struct context_field *c)
{
	return c->is_device ? 1 : FRAME;
}

static const struct context_field *field_of(const struct feature *f)
{
	size_t n;

	return &context_fields(BPF_PROG_TYPE_SCHED_CLS, &n)[f->id];
}

/* return ctx->FIELD */
static int load_reader(const struct context_field *c)
{
	const struct bpf_insn insns[] = {
		BPF_INSN(BPF_LDX | BPF_MEM | (c->size == 8 ? BPF_DW : BPF_W), BPF_REG_0, BPF_REG_1,
			 (int16_t)c->offset, 0),
		INSN_EXIT,
	};

	return feature_load(BPF_PROG_TYPE_SCHED_CLS, insns, ARRAY_SIZE(insns), 0, NULL, 0);
}

/* That a field is taken is not enough: the program has to see it. */
static enum feature_support probe_field(const struct feature *f, struct feature_probing *p)
{
	const struct context_field *c = field_of(f);
	uint32_t value = value_for(c);
	uint8_t frame[FRAME] = { 0 };
	struct __sk_buff skb = {};
	struct bpf_test_run_opts r = { .sz = sizeof(r),
				       .data_in = frame,
				       .data_size_in = sizeof(frame),
				       .ctx_in = &skb,
				       .ctx_size_in = sizeof(skb),
				       .repeat = 1 };
	int fd = load_reader(c), err;

	if (fd < 0)
		return feature_refused(p, fd, "tc programs cannot read '%s'", c->name);
	memcpy((uint8_t *)&skb + c->offset, &value, sizeof(value));
	/* The low half of a long field is the second where the high end comes first. */
	if (c->size == 8)
		memcpy((uint8_t *)&skb + c->offset, &(uint64_t){ value }, sizeof(uint64_t));
	err = bpf_prog_test_run_opts(fd, &r) ? -errno : 0;
	close(fd);
	if (err)
		return feature_refused(p, err, "tc runs cannot be given '%s'", c->name);
	if (r.retval != value)
		return feature_no(p, "tc runs can be given '%s', but programs do not see it",
				  c->name);
	return FEATURE_YES;
}

void features_add_test_run_contexts(struct feature_list *l)
{
	size_t n;
	const struct context_field *fields = context_fields(BPF_PROG_TYPE_SCHED_CLS, &n);

	for (size_t i = 0; i < n; i++) {
		const struct feature row = {
			.name = arena_printf(&l->arena, "test_run.tc_ctx.%s", fields[i].name),
			.group = "test_run",
			.help = "tc runs can be given this field of the context",
			.probe = probe_field,
			.id = (uint32_t)i,
		};

		if (fields[i].source == CONTEXT_RUN)
			features_add(l, &row, 1);
	}
}
