/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whether this kernel can give frames what a scenario says: asked, not inferred from its version.
 */
#include "run/context.h"

#include "scenario/context.h"

#define NO_XDP_CONTEXT "this kernel's BPF_PROG_TEST_RUN takes no context of XDP programs"

/* As far as could be found out. */
static bool lacks_xdp_context(void)
{
	const struct test_run_limits *limits = test_run_limits();

	return limits->xdp_max && !limits->xdp_context;
}

static bool expects_metadata(const struct step *step)
{
	bool expects = step->expect.context != NULL;

	for (size_t i = 0; i < step->n_replay; i++)
		expects |= step->replay[i].expect.context != NULL;
	return expects && step->program.type == BPF_PROG_TYPE_XDP;
}

/* The first field of @c that BPF_PROG_TEST_RUN does not take on this kernel, or NULL. */
static const char *field_not_taken(const struct frame_context *c)
{
	size_t n;
	const struct context_field *fields = context_fields(BPF_PROG_TYPE_SCHED_CLS, &n);

	for (size_t i = 0; i < n; i++)
		if (c->given >> i & 1 && fields[i].source == CONTEXT_RUN &&
		    !(test_run_limits()->skb_fields >> i & 1))
			return fields[i].name;
	return NULL;
}

/* Why this kernel cannot run @step as it says, from @a; NULL: it can. */
static const char *not_supported(const struct step *step, struct arena *a)
{
	const struct test_run_limits *limits = test_run_limits();
	const struct frame_context *c = step->context;
	const char *field;

	/* Nothing could be found out: the run itself will tell. */
	if (!limits->xdp_max || !limits->tc_max)
		return NULL;
	if (step->program.type == BPF_PROG_TYPE_XDP) {
		if (!limits->xdp_context)
			return NO_XDP_CONTEXT;
		if (c->meta_len > limits->meta_max)
			return arena_printf(a,
					    "this kernel's BPF_PROG_TEST_RUN takes %u bytes of "
					    "metadata at most, not %u",
					    limits->meta_max, c->meta_len);
		return NULL;
	}
	if (c->checksum_complete && !limits->checksum_complete)
		return "this kernel's BPF_PROG_TEST_RUN does not take "
		       "BPF_F_TEST_SKB_CHECKSUM_COMPLETE";
	field = field_not_taken(c);
	return field ? arena_printf(a, "this kernel's BPF_PROG_TEST_RUN does not take '%s'", field)
		     : NULL;
}

int life_check_contexts(struct life *l)
{
	const struct scenario *s = l->scenario;

	for (size_t i = 0; i < s->n_steps && !l->skip; i++) {
		if (s->steps[i].context)
			l->skip = not_supported(&s->steps[i], &l->result->arena);
		else if (expects_metadata(&s->steps[i]) && lacks_xdp_context())
			l->skip = NO_XDP_CONTEXT;
	}
	return l->skip ? -1 : 0;
}

/* Frames for XDP programs that look where they came in cannot be run without telling them. */
int life_check_programs(struct life *l)
{
	const struct scenario *s = l->scenario;

	for (size_t i = 0; i < s->n_steps && !l->skip; i++) {
		const struct step *step = &s->steps[i];

		if (step->program.type == BPF_PROG_TYPE_XDP && step->has_device &&
		    lacks_xdp_context() && context_is_read(l, step, "ingress_ifindex"))
			l->skip = NO_XDP_CONTEXT;
	}
	return l->skip ? -1 : 0;
}
