/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a tunnel device would be told: the last key and options set. */
#include "judge/call_text.h"
#include "judge/calls.h"
#include "judge/calls_judge.h"

#include <inttypes.h>
#include <linux/bpf.h>

/* The last call of helper @id that succeeded; NULL. */
static const struct observed_call *last_call(const struct observation *o, uint32_t id)
{
	for (size_t i = o->n_calls; i-- > 0;)
		if (o->calls[i].helper->id == id && !(int64_t)o->calls[i].result)
			return &o->calls[i];
	return NULL;
}

static struct mismatch *differs(struct run_judge *j, struct span where, const char *message)
{
	struct mismatch *m = mismatch_add(j, MISMATCH_TUNNEL, where);

	m->message = message;
	return m;
}

static bool judge_recorded(struct run_judge *j, const struct recorded_expectation *e,
			   const struct observed_call *c, const char *what)
{
	struct value_difference *differences;
	struct arena scratch = {};
	struct mismatch *m;
	size_t n;

	n = recorded_diff(e, c, c->in, what, &scratch, &differences);
	arena_free(&scratch);
	if (!n || !j->found)
		return !n;
	m = differs(j, e->where, NULL);
	m->n_values = recorded_diff(e, c, c->in, what, j->arena, &m->values);
	m->nearest = call_text(c, j->arena);
	m->message = n == 1 ? arena_printf(j->arena, "%s: expected %s, got %s", m->values->member,
					   m->values->expected, m->values->actual)
			    : arena_printf(j->arena, "%s: %zu members differ", what, n);
	return false;
}

static bool judge_opt(struct run_judge *j)
{
	const struct tunnel_expectation *e = j->e->tunnel;
	const struct observed_call *c = last_call(j->o, BPF_FUNC_skb_set_tunnel_opt);
	const struct observed_call *key = last_call(j->o, BPF_FUNC_skb_set_tunnel_key);
	uint32_t size;

	if (!e->opt.where.src)
		return true;
	/* A new key has none. */
	if (!c || c < key) {
		if (j->found)
			differs(j, e->opt.where,
				c ? "no tunnel options are set for the last key"
				  : "no tunnel options are set");
		return false;
	}
	size = (uint32_t)c->args[2];
	if (size == e->opt.size)
		return judge_recorded(j, &e->opt, c, "opt");
	if (j->found)
		differs(j, e->opt.where,
			arena_printf(j->arena, "opt: expected %" PRIu32 " byte%s, got %" PRIu32,
				     e->opt.size, e->opt.size == 1 ? "" : "s", size));
	return false;
}

static bool judge_flags(struct run_judge *j, const struct observed_call *c)
{
	const struct tunnel_expectation *e = j->e->tunnel;
	struct observed_call wanted = *c;
	struct mismatch *m;

	if (!e->flags_where.src || e->flags == c->args[3])
		return true;
	if (!j->found)
		return false;
	wanted.args[3] = e->flags;
	m = differs(j, e->flags_where, NULL);
	m->expected = call_arg_text(&wanted, 3, j->arena);
	m->actual = call_arg_text(c, 3, j->arena);
	m->message = arena_printf(j->arena, "flags: expected %s, got %s", m->expected, m->actual);
	return false;
}

static bool judge_key(struct run_judge *j, const struct observed_call *c)
{
	const struct tunnel_expectation *e = j->e->tunnel;
	bool holds;

	if (!c) {
		if (j->found)
			differs(j, e->where, "no tunnel key is set");
		return false;
	}
	holds = judge_recorded(j, &e->key, c, "key");
	holds &= judge_flags(j, c);
	return holds & judge_opt(j);
}

bool judge_tunnel(struct run_judge *j)
{
	const struct tunnel_expectation *e = j->e->tunnel;
	const struct observed_call *c;

	if (!e)
		return true;
	if (!j->o->has_calls || j->o->calls_lost) {
		if (j->found)
			differs(j, e->where,
				j->o->has_calls ? "there are more helper calls than are kept"
						: calls_unseen_text(j->o, j->arena));
		return false;
	}
	c = last_call(j->o, BPF_FUNC_skb_set_tunnel_key);
	if (!e->none)
		return judge_key(j, c);
	if (c && j->found)
		differs(j, e->where,
			arena_printf(j->arena, "expected no tunnel key, got %s",
				     call_text(c, j->arena)));
	return !c;
}
