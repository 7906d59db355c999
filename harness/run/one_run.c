/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/internal.h"

#include "base/verdict_names.h"
#include "kernel/interpose.h"

#include <linux/pkt_cls.h>
#include <string.h>

int run_prepare(struct life *l, const struct step *step, struct test_run *run)
{
	const struct program_ref *ref = &step->program;
	const struct life_node *n = step_node(l, step);
	const struct program *p = instance_program(n->instance, ref->object, ref->program->name);
	const struct device *device = NULL;

	if (!p) {
		diag(&l->result->diags, DIAG_ERROR, ref->where, "program %s was not loaded",
		     ref->program->name);
		return -1;
	}
	if (step->has_device)
		device = sandbox_device(n->sandbox, n->node->devices[step->device].name);
	if (node_enter(l, n))
		return -1;
	*run = (struct test_run){ .fd = p->fd,
				  .type = p->type,
				  .frags = p->frags,
				  .meta = p->meta,
				  .out = l->session->out,
				  .tape = instance_tape(n->instance),
				  .ifindex = device ? device->ifindex : 0 };
	return 0;
}

void run_frame(struct test_run *run, const uint8_t *frame, size_t len, struct observation *o)
{
	run->in = frame;
	run->in_len = (uint32_t)len;
	run->meta_len = 0;
	if (run->tape)
		tape_rewind(run->tape);
	test_run(run);
	*o = (struct observation){
		.in = frame, .in_len = len, .prog_type = run->type, .error = run->error
	};
	if (run->error)
		return;
	o->verdict = run->verdict;
	o->duration = run->duration;
	/* What a program put in front of the frame (bpf_xdp_adjust_meta) is not part of it. */
	o->out = run->out + run->meta_len;
	o->out_len = run->out_len - run->meta_len;
}

static bool is_dropped(const struct observation *o)
{
	if (o->prog_type == BPF_PROG_TYPE_XDP)
		return o->verdict == XDP_DROP || o->verdict == XDP_ABORTED;
	return o->verdict == TC_ACT_SHOT || o->verdict == TC_ACT_STOLEN;
}

void run_keep_last(struct session *s, const struct observation *o)
{
	struct last_frame *last = &s->last;

	last->valid = !o->error && !is_dropped(o);
	if (o->error)
		last->why_not = "the run before was refused";
	else if (!last->valid)
		last->why_not = "the program before dropped it";
	last->verdict = last->valid || o->error ? NULL : verdict_name(o->prog_type, o->verdict);
	if (!last->valid)
		return;
	memcpy(last->data, o->out, o->out_len);
	last->len = o->out_len;
}
