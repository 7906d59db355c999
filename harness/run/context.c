/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a frame arrives with besides its bytes: fields that BPF_PROG_TEST_RUN takes, those a prelude
 * sets, metadata, a VLAN tag out of band. A step without any of these pays nothing.
 */
#include "run/context.h"

#include "base/errno_names.h"
#include "kernel/prelude.h"
#include "scenario/context.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>

void session_forget_preludes(struct session *s)
{
	while (s->n_preludes)
		prelude_free(s->preludes[--s->n_preludes]);
	free(s->preludes);
	s->preludes = NULL;
}

static const struct program *program_of(const struct life *l, const struct step *step)
{
	const struct program_ref *ref = &step->program;

	return instance_program(step_node(l, step)->instance, ref->object, ref->program->name);
}

/* The prelude for programs like @p, loaded when it is first needed; NULL after a diag. */
static struct prelude *prelude_for(struct life *l, const struct program *p, struct span where)
{
	struct session *s = l->session;
	struct prelude *prelude;
	int err;

	for (size_t i = 0; i < s->n_preludes; i++)
		if (prelude_serves(s->preludes[i], p))
			return s->preludes[i];
	prelude = prelude_load(p, &err);
	if (!prelude)
		diag(&l->result->diags, DIAG_ERROR, where,
		     "this is set by a tc program that runs before %s, which the kernel does not "
		     "load: %s (%s)",
		     p->name, errno_text(err), errno_name(err));
	else /* An array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression) */
		*ARRAY_PUSH(s->preludes, s->n_preludes) = prelude;
	return prelude;
}

/* What a prelude is for. */
static struct span prelude_where(const struct step *step)
{
	const struct frame_context *c = step->context;

	if (c && c->prelude.src)
		return c->prelude;
	return c && c->vlan_in_skb ? c->vlan_where : step->where;
}

/* Whether the frame brings a tag in its skb from the program before. */
static bool has_last_tag(const struct life *l, const struct step *step)
{
	return step->send_last && l->session->last.tag.there;
}

_Static_assert(TUNNEL_OPT_MAX == PRELUDE_OPT_MAX, "what is read must fit");

static bool has(const struct frame_context *c, const char *name)
{
	return c->given & context_field_bit(BPF_PROG_TYPE_SCHED_CLS, name);
}

/*
 * What a program gets with bpf_skb_get_tunnel_key() is of a packet that came in; what
 * bpf_skb_set_tunnel_key() takes is of one to go out: the other way round.
 */
static void set_tunnel_key(struct prelude_values *v, const struct frame_context *c)
{
	const size_t remote = offsetof(struct bpf_tunnel_key, remote_ipv4);
	const size_t local = PRELUDE_KEY_SHORT,
		     room = sizeof(((struct bpf_tunnel_key *)NULL)->remote_ipv6);

	v->set |= PRELUDE_TUNNEL_KEY;
	v->tunnel_flags = c->tunnel_is_ipv6 ? BPF_F_TUNINFO_IPV6 : 0;
	v->tunnel_local = c->tunnel_has_remote;
	memcpy(v->tunnel_key, c->tunnel_key, sizeof(v->tunnel_key));
	memcpy(v->tunnel_key + remote, c->tunnel_key + local, room);
	memcpy(v->tunnel_key + local, c->tunnel_key + remote, room);
}

static void set_prelude_values(struct prelude_values *v, const struct frame_context *c)
{
	const struct __sk_buff *skb = &c->skb;

	*v = (struct prelude_values){
		.pkt_type = skb->pkt_type,
		.hash = skb->hash,
		.queue_mapping = skb->queue_mapping,
		.tc_index = skb->tc_index,
		.tc_classid = skb->tc_classid,
		.vlan_proto = has(c, "vlan_proto") ? skb->vlan_proto : ETH_P_8021Q,
		.vlan_tci = skb->vlan_tci,
	};
	v->set = (has(c, "pkt_type") ? PRELUDE_PKT_TYPE : 0U) |
		 (has(c, "hash") ? PRELUDE_HASH : 0U) |
		 (has(c, "queue_mapping") ? PRELUDE_QUEUE_MAPPING : 0U) |
		 (has(c, "tc_index") ? PRELUDE_TC_INDEX : 0U) |
		 (has(c, "tc_classid") ? PRELUDE_TC_CLASSID : 0U) |
		 (has(c, "vlan_tci") || has(c, "vlan_proto") ? PRELUDE_VLAN : 0U);
	if (c->has_tunnel_key)
		set_tunnel_key(v, c);
	if (!c->tunnel_opt)
		return;
	v->set |= PRELUDE_TUNNEL_OPT;
	v->tunnel_opt_len = c->tunnel_opt_len;
	memcpy(v->tunnel_opt, c->tunnel_opt, c->tunnel_opt_len);
}

/* The tag that goes with the next frame. */
static void give_tag(struct session *s, struct prelude_values *v, const struct vlan_tag *tag)
{
	s->tag = *tag;
	v->set &= ~(uint32_t)PRELUDE_VLAN;
	if (!tag->there)
		return;
	v->set |= PRELUDE_VLAN;
	v->vlan_proto = tag->protocol;
	v->vlan_tci = tag->tci;
}

static int begin_prelude(struct life *l, const struct step *step, struct test_run *run)
{
	static const struct frame_context nothing;
	const struct frame_context *c = step->context ? step->context : &nothing;
	const struct program_ref *ref = &step->program;
	const struct program *p =
		instance_program(step_node(l, step)->instance, ref->object, ref->program->name);
	struct prelude *prelude = prelude_for(l, p, prelude_where(step));
	struct vlan_tag tag = l->session->tag;
	struct prelude_values *v;
	int err;

	if (!prelude)
		return -1;
	err = prelude_aim(prelude, p);
	if (err) {
		diag(&l->result->diags, DIAG_ERROR, prelude_where(step),
		     "this is set by a tc program that runs before %s and tail-calls it, but the "
		     "kernel does not let %s be tail-called: %s (%s)",
		     p->name, p->name, errno_text(err), errno_name(err));
		return -1;
	}
	v = prelude_values(prelude);
	set_prelude_values(v, c);
	if (v->set & PRELUDE_VLAN)
		tag = (struct vlan_tag){ true, (uint16_t)v->vlan_proto, (uint16_t)v->vlan_tci };
	give_tag(l->session, v, &tag);
	l->prelude = prelude;
	run->fd = prelude_fd(prelude);
	return 0;
}

/* The fields that BPF_PROG_TEST_RUN takes, over what a frame that is sent on has. */
static void give_skb(struct session *s, const struct frame_context *c, struct test_run *run)
{
	size_t n;
	const struct context_field *fields = context_fields(run->type, &n);

	if (!run->skb)
		s->given = (struct __sk_buff){};
	for (size_t i = 0; i < n; i++)
		if (c->given >> i & 1 && fields[i].source == CONTEXT_RUN)
			memcpy((uint8_t *)&s->given + fields[i].offset,
			       (const uint8_t *)&c->skb + fields[i].offset,
			       (size_t)fields[i].size * fields[i].n);
	run->skb = &s->given;
	run->skb_out = &s->skb;
}

static uint32_t ifindex_of(const struct life_node *n, const char *device, uint32_t number)
{
	const struct device *d = device ? sandbox_device(n->sandbox, device) : NULL;

	return d ? d->ifindex : number;
}

static void give_context(struct life *l, const struct step *step, struct test_run *run)
{
	const struct frame_context *c = step->context;
	const struct life_node *n = step_node(l, step);
	uint32_t ifindex;

	if (run->type == BPF_PROG_TYPE_XDP) {
		ifindex = ifindex_of(n, c->ingress_ifindex, c->xdp.ingress_ifindex);
		if (ifindex)
			run->ifindex = ifindex;
		run->rx_queue = c->xdp.rx_queue_index;
		if (c->meta_where.src)
			run->meta_in = c->meta_len;
		return;
	}
	run->checksum_complete = c->checksum_complete;
	if (!c->where.src)
		return;
	give_skb(l->session, c, run);
	ifindex = ifindex_of(n, c->ifindex, c->skb.ifindex);
	if (ifindex)
		run->ifindex = ifindex;
	if (c->ingress_ifindex)
		l->session->given.ingress_ifindex = ifindex_of(n, c->ingress_ifindex, 0);
}

/* Whether the program reads @f, as far as that is known. */
static bool reads(const struct program *p, const struct context_field *f)
{
	return p->reads >> (f->offset / sizeof(uint32_t)) & 1;
}

bool context_is_read(const struct life *l, const struct step *step, const char *name)
{
	const struct program *p = program_of(l, step);

	return p && reads(p, context_field_find(step->program.type, name, strlen(name)));
}

int context_begin(struct life *l, const struct step *step, struct test_run *run)
{
	const struct frame_context *c = step->context;
	bool asked = false;

	for (size_t i = 0; i < step->n_replay; i++)
		asked |= step->replay[i].expect.context != NULL;
	if (run->type != BPF_PROG_TYPE_XDP && (asked || step->expect.context))
		run->skb_out = &l->session->skb;
	/* Without a context wire_len is 0, with one it is the frame's length, as at a device. */
	if (run->type != BPF_PROG_TYPE_XDP && !run->skb && context_is_read(l, step, "wire_len")) {
		l->session->given = (struct __sk_buff){};
		run->skb = &l->session->given;
	}
	l->session->tag = (struct vlan_tag){};
	if (has_last_tag(l, step))
		l->session->tag = l->session->last.tag;
	if (c)
		give_context(l, step, run);
	if (l->session->tag.there || (c && frame_context_needs_prelude(c)))
		return begin_prelude(l, step, run);
	return 0;
}

/* What could not be set, and by which helper. */
static const char *refused_text(uint32_t what)
{
	switch (what) {
	case PRELUDE_PKT_TYPE:
		return "pkt_type cannot be set: bpf_skb_change_type()";
	case PRELUDE_VLAN:
		return "the VLAN tag cannot be set: bpf_skb_vlan_push()";
	case PRELUDE_TUNNEL_KEY:
		return "the tunnel key cannot be set: bpf_skb_set_tunnel_key()";
	case PRELUDE_TUNNEL_OPT:
		return "the tunnel's options cannot be set: bpf_skb_set_tunnel_opt()";
	}
	return "the program cannot be entered: bpf_tail_call()";
}

int context_check(struct life *l, const struct step *step)
{
	const struct prelude_values *v = l->prelude ? prelude_values(l->prelude) : NULL;

	if (!v || !v->failed)
		return 0;
	if (v->failed == PRELUDE_TUNNEL_KEY && v->error == -EINVAL && v->tunnel_local) {
		l->skip =
			"this kernel's bpf_skb_set_tunnel_key() takes no local address, which the "
			"program would get as the remote one";
		return -1;
	}
	diag(&l->result->diags, DIAG_ERROR, prelude_where(step), "%s gave %s (%s)",
	     refused_text(v->failed), errno_name(v->error), errno_text(v->error));
	return -1;
}

void context_end(struct life *l)
{
	if (l->prelude)
		prelude_rest(l->prelude);
	l->prelude = NULL;
}

const uint8_t *context_frame(struct life *l, const struct step *step, struct test_run *run,
			     const uint8_t *data, size_t *len)
{
	const struct frame_context *c = step->context;
	uint8_t *buffer = l->session->frame, *copy = buffer + META_MAX;
	struct vlan_tag tag;

	if (!c || (!c->meta_len && !c->vlan_in_skb))
		return data;
	if (*len > TEST_RUN_ROOM - META_MAX) { /* longer than any kernel takes */
		run->meta_in = 0;
		return data;
	}
	memmove(copy, data, *len);
	if (c->meta_len)
		memcpy(copy - c->meta_len, c->meta, c->meta_len);
	if (c->vlan_in_skb && !has_last_tag(l, step)) {
		vlan_tag_take(copy, len, &tag);
		give_tag(l->session, prelude_values(l->prelude), &tag);
	}
	return copy;
}

static bool is_given(const struct frame_context *c, size_t field)
{
	return c && c->given >> field & 1;
}

/* A warning of the scenario, each text once. */
static void warn_once(struct life *l, const struct step *step, const char *message)
{
	const struct diags *d = &l->result->diags;

	for (size_t i = 0; i < d->n; i++)
		if (!strcmp(d->items[i].message, message))
			return;
	diag(&l->result->diags, DIAG_WARNING, step->where, "%s", message);
}

/* On lo, whose address is 00:00:00:00:00:00, nearly all frames are for others. */
static bool differs_by_device(const struct step *step, const struct context_field *f)
{
	return !strcmp(f->name, "pkt_type") && !step->has_device;
}

void context_warn(struct life *l, const struct step *step)
{
	const struct program_ref *ref = &step->program;
	const struct program *p =
		instance_program(step_node(l, step)->instance, ref->object, ref->program->name);
	size_t n;
	const struct context_field *fields = context_fields(p->type, &n);

	for (size_t i = 0; p->reads && i < n; i++) {
		const struct context_field *f = &fields[i];

		if (!reads(p, f) || is_given(step->context, i))
			continue;
		if (f->differs)
			warn_once(l, step,
				  arena_printf(&l->result->arena,
					       "%s reads %s: %s; 'ctx: {%s: ..}' gives it", p->name,
					       f->name, f->differs, f->name));
		else if (differs_by_device(step, f))
			warn_once(l, step,
				  arena_printf(&l->result->arena,
					       "%s reads pkt_type, which depends on the address of "
					       "the device, here of lo: say 'on: DEVICE', or 'ctx: "
					       "{pkt_type: PACKET_HOST}'",
					       p->name));
	}
}

void context_warn_tag(struct life *l, const struct step *step, const uint8_t *data, size_t len)
{
	const struct frame_context *c = step->context;

	if (step->program.type == BPF_PROG_TYPE_XDP || has_last_tag(l, step) ||
	    !vlan_protocol(data, len))
		return;
	/* Behind a tag that goes with the frame there may be others. */
	if (c && (c->vlan_where.src || has(c, "vlan_tci") || has(c, "vlan_proto")))
		return;
	warn_once(
		l, step,
		"the frame has its VLAN tag among its bytes, where a tc program at a device never "
		"finds it: 'vlan: in_skb' gives it as the kernel does, 'vlan: in_frame' says that "
		"this is meant");
}
