/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/internal.h"

#include "kernel/interpose.h"

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
	run->in = frame - run->meta_in;
	run->in_len = run->meta_in + (uint32_t)len;
	run->meta_len = run->meta_in;
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
	o->meta = run->out;
	o->meta_len = run->meta_len;
	if (run->skb_out)
		observe_context(run->skb_out, &o->context);
}
