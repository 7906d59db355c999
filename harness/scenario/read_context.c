/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `ctx:`, `vlan:` and `checksum:` of a step, and `ctx:` of expect. */
#include "scenario/read_context.h"
#include "scenario/context.h"

#include "base/text.h"
#include "judge/context.h"
#include "scenario/read_call_values.h"
#include "types/helper_values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One value as the scenario says it. */
struct read_value {
	uint64_t number;
	const char *device; /* or NULL */
};

static bool is_xdp(const struct step *step)
{
	return step->program.type == BPF_PROG_TYPE_XDP;
}

static const char *kind_of(const struct step *step)
{
	return is_xdp(step) ? "XDP" : "tc";
}

/* A field of the other kind of program, or a misspelt one. */
static void unknown_field(struct reader *r, const struct step *step, const struct node *key)
{
	uint32_t other = is_xdp(step) ? BPF_PROG_TYPE_SCHED_CLS : BPF_PROG_TYPE_XDP;
	size_t n;
	const struct context_field *fields = context_fields(step->program.type, &n);

	if (context_field_find(other, key->text, key->len)) {
		diag(r->d, DIAG_ERROR, key->span, "'%s' is of %s programs; %s is %s", key->text,
		     is_xdp(step) ? "tc" : "XDP", step->program.program->name,
		     is_xdp(step) ? "an XDP program" : "a tc program");
		return;
	}
	unknown_name(r->d, key->span,
		     is_xdp(step) ? "field of struct xdp_md" : "field of struct __sk_buff",
		     key->text, key->len, fields, n, sizeof(*fields));
}

static void list_names(struct reader *r, const struct context_field *f, const struct node *n)
{
	char *text = NULL;
	size_t len = 0;
	FILE *mem = xmemstream(&text, &len);

	for (size_t i = 0; i < f->n_values; i++)
		fprintf(mem, "%s%s (0x%" PRIx64 ")", i ? ", " : "", f->values[i].name,
			f->values[i].value);
	fclose(mem);
	diag(r->d, DIAG_ERROR, node_where(n), "'%s' is no %s: %s; %s", n->text, f->name, text,
	     f->takes);
	free(text);
}

/* A value of a few, by name or number. */
static int read_name(struct reader *r, const struct context_field *f, const struct node *n,
		     uint64_t *out)
{
	const char *near =
		text_nearest(n->text, n->len, f->values, f->n_values, sizeof(*f->values));
	uint64_t number;

	for (size_t i = 0; i < f->n_values; i++)
		if (!strcmp(f->values[i].name, n->text) ||
		    (!number_parse(n->text, n->len, &number) && number == f->values[i].value)) {
			*out = f->values[i].value;
			return 0;
		}
	if (near)
		diag(r->d, DIAG_ERROR, node_where(n), "unknown %s '%s'; did you mean '%s'?",
		     f->name, n->text, near);
	else
		list_names(r, f, n);
	return -1;
}

static int read_ifindex(struct reader *r, const struct context_field *f, const struct node *n,
			struct read_value *out)
{
	size_t device;

	if (!number_parse(n->text, n->len, &out->number))
		return node_uint(r->d, n, f->name, f->max, &out->number);
	if (node_is_word(n, "lo")) {
		out->number = 1;
		return 0;
	}
	if (read_device(r, n, &device))
		return -1;
	out->device = r->node->devices[device].name;
	return 0;
}

/* A number of @f, or one of its elements. */
static int read_value(struct reader *r, const struct context_field *f, const struct node *n,
		      struct read_value *out)
{
	bool is_time = f->size == sizeof(uint64_t);

	*out = (struct read_value){};
	if (n->kind != NODE_SCALAR) {
		diag(r->d, DIAG_ERROR, node_where(n), "'%s' takes a number, not %s", f->name,
		     node_kind_name(n));
		return -1;
	}
	if (f->is_device)
		return read_ifindex(r, f, n, out);
	if (f->values)
		return read_name(r, f, n, &out->number);
	if (!is_time)
		return node_uint(r->d, n, f->name, f->max, &out->number);
	if (!duration_parse(n->text, n->len, &out->number))
		return 0;
	diag(r->d, DIAG_ERROR, node_where(n),
	     "'%s' is no time: '%s' takes nanoseconds, or a number with ns, us, ms, s", n->text,
	     f->name);
	return -1;
}

/* Values of @f one by one: @take gets each, with its index. */
static void read_values(struct reader *r, const struct context_field *f, const struct node *n,
			void (*take)(void *into, const struct context_field *f, uint32_t index,
				     const struct node *n, const struct read_value *v),
			void *into)
{
	const struct node *item;
	struct read_value v;
	uint32_t i = 0;

	if (f->n == 1) {
		if (!read_value(r, f, n, &v))
			take(into, f, 0, n, &v);
		return;
	}
	if (n->kind != NODE_SEQUENCE) {
		diag(r->d, DIAG_ERROR, node_where(n), "'%s' takes a list of up to %u numbers",
		     f->name, f->n);
		return;
	}
	for_each_child (item, n) {
		if (i == f->n) {
			diag(r->d, DIAG_ERROR, node_where(item), "'%s' has %u elements", f->name,
			     f->n);
			return;
		}
		if (!node_is_word(item, "any") && !read_value(r, f, item, &v))
			take(into, f, i, item, &v);
		i++;
	}
}

struct given_reader {
	struct reader *r;
	struct frame_context *c;
	struct step *step;
};

static void store(uint8_t *at, size_t size, uint64_t value)
{
	const uint8_t byte = (uint8_t)value;
	const uint32_t word = (uint32_t)value;

	if (size == sizeof(byte))
		memcpy(at, &byte, size);
	else if (size == sizeof(word))
		memcpy(at, &word, size);
	else
		memcpy(at, &value, sizeof(value));
}

static void give(void *into, const struct context_field *f, uint32_t index, const struct node *n,
		 const struct read_value *v)
{
	struct given_reader *g = into;
	bool xdp = is_xdp(g->step);
	uint8_t *context = xdp ? (uint8_t *)&g->c->xdp : (uint8_t *)&g->c->skb;

	(void)n;
	store(context + f->offset + index * f->size, f->size, v->number);
	if (!strcmp(f->name, "ifindex"))
		g->c->ifindex = v->device;
	else if (f->is_device)
		g->c->ingress_ifindex = v->device;
}

/*
 * bpf_skb_get_tunnel_key() tells of a packet that came in: its remote address is the source. What
 * bpf_skb_set_tunnel_key() sets is for one that goes out, so the prelude is given them the other
 * way round.
 */
static void give_tunnel_key(struct given_reader *g, const struct node *n)
{
	const struct helper *set = helper_by_id(BPF_FUNC_skb_set_tunnel_key);
	const struct type *t = helper_struct(set, 1);
	bool ipv4, ipv6;

	if (t->size != TUNNEL_KEY_SIZE ||
	    value_encode(g->r->d, &g->r->s->values, t, n, g->c->tunnel_key, NULL))
		return;
	ipv4 = node_get(n, "remote_ipv4") || node_get(n, "local_ipv4");
	ipv6 = node_get(n, "remote_ipv6") || node_get(n, "local_ipv6");
	if (ipv4 && ipv6)
		diag(g->r->d, DIAG_ERROR, node_where(n), "a tunnel is over IPv4 or IPv6, not both");
	if (!ipv6 && node_get(n, "tunnel_label"))
		diag(g->r->d, DIAG_ERROR, node_where(n),
		     "only a tunnel over IPv6 has a tunnel_label");
	if (!ipv6)
		helper_tunnel_swap(g->c->tunnel_key);
	g->c->has_tunnel_key = true;
	g->c->tunnel_is_ipv6 = ipv6;
	g->c->tunnel_has_remote = node_get(n, "remote_ipv6") || node_get(n, "remote_ipv4");
	if (node_get(n, "tunnel_ext") || node_get(n, "tunnel_flags"))
		diag(g->r->d, DIAG_ERROR, node_where(n),
		     "bpf_skb_set_tunnel_key(), by which a tunnel key is given, takes no "
		     "tunnel_flags");
}

static void give_tunnel_opt(struct given_reader *g, const struct node *n)
{
	const struct helper *set = helper_by_id(BPF_FUNC_skb_set_tunnel_opt);
	struct recorded_expectation opt = {};

	if (read_call_bytes(g->r, set, helper_bytes_arg(set), NULL, n, &opt))
		return;
	if (!opt.size || opt.size % 4) {
		diag(g->r->d, DIAG_ERROR, node_where(n),
		     "options of a tunnel are 4 to %d bytes in words of 4, not %u", TUNNEL_OPT_MAX,
		     opt.size);
		return;
	}
	g->c->tunnel_opt = opt.data;
	g->c->tunnel_opt_len = opt.size;
}

/* Options lie behind a key. */
static void check_tunnel(struct given_reader *g, const struct node *n)
{
	const struct node *opt = node_get(n, "tunnel_opt");

	if (opt && !node_get(n, "tunnel_key"))
		diag(g->r->d, DIAG_ERROR, node_where(opt),
		     "a tunnel's options come with its key: give 'tunnel_key', too");
}

/* Where the frame arrives is said once. */
static void check_arrival(struct given_reader *g, const struct context_field *f,
			  const struct node *key)
{
	const char *arrival = is_xdp(g->step) ? "ingress_ifindex" : "ifindex";

	if (g->step->has_device && !strcmp(f->name, arrival))
		diag(g->r->d, DIAG_ERROR, key->span,
		     "'on:' says already on which device the frame arrives");
}

static void read_given(struct given_reader *g, const struct node *key)
{
	struct reader *r = g->r;
	uint32_t type = g->step->program.type;
	const struct context_field *f = context_field_find(type, key->text, key->len);
	size_t n;

	if (!f) {
		unknown_field(r, g->step, key);
		return;
	}
	if (f->source == CONTEXT_NOT) {
		diag(r->d, DIAG_ERROR, key->span, "'%s' cannot be set: %s", f->name, f->why_not);
		return;
	}
	check_arrival(g, f, key);
	g->c->given |= 1ULL << (f - context_fields(type, &n));
	if (f->source == CONTEXT_PRELUDE && !g->c->prelude.src)
		g->c->prelude = key->span;
	if (!strcmp(f->name, "tunnel_key"))
		give_tunnel_key(g, key->value);
	else if (!strcmp(f->name, "tunnel_opt"))
		give_tunnel_opt(g, key->value);
	else
		read_values(r, f, key->value, give, g);
}

static void check_given(struct given_reader *g, const struct node *n)
{
	const struct frame_context *c = g->c;
	const struct node *queue = node_get(n, "rx_queue_index");

	if (queue && c->xdp.rx_queue_index && !g->step->has_device && !c->xdp.ingress_ifindex &&
	    !c->ingress_ifindex)
		diag(g->r->d, DIAG_ERROR, node_where(queue),
		     "a receive queue is one of a device: name it with 'on:'");
}

void read_frame_context(struct reader *r, const struct node *n, struct step *step)
{
	struct given_reader g = { r, step->context, step };
	const struct node *key;

	g.c->where = node_where(n);
	if (!step->program.program)
		return;
	for_each_child (key, n)
		read_given(&g, key);
	check_tunnel(&g, n);
	if (!n->child)
		diag(r->d, DIAG_ERROR, node_where(n), "this sets nothing");
	check_given(&g, n);
}

void read_vlan_choice(struct reader *r, const struct node *n, struct step *step)
{
	struct frame_context *c = step->context;
	uint32_t type = step->program.type;

	c->vlan_where = node_where(n);
	if (node_is_word(n, "in_skb"))
		c->vlan_in_skb = true;
	else if (!node_is_word(n, "in_frame"))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'vlan' takes 'in_skb', as the kernel gives a tagged frame to tc programs, or "
		     "'in_frame', not '%s'",
		     n->text);
	if (!step->program.program)
		return;
	if (is_xdp(step))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "XDP programs see frames as they are on the wire: 'vlan' is for tc programs");
	else if (c->vlan_in_skb && c->given & (context_field_bit(type, "vlan_tci") |
					       context_field_bit(type, "vlan_proto")))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "'ctx:' gives the tag already: the skb has room for one");
}

void read_checksum_choice(struct reader *r, const struct node *n, struct step *step)
{
	struct frame_context *c = step->context;

	c->checksum_where = node_where(n);
	if (!node_is_word(n, "complete"))
		diag(r->d, DIAG_ERROR, node_where(n), "'checksum' takes 'complete', not '%s'",
		     n->text);
	else if (step->program.program && is_xdp(step))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "the kernel has a checksum of the whole frame for tc programs only");
	else
		c->checksum_complete = true;
}

struct expected_reader {
	struct reader *r;
	struct context_expectation *e;
};

static void expect_value(void *into, const struct context_field *f, uint32_t index,
			 const struct node *n, const struct read_value *v)
{
	struct expected_reader *er = into;

	*ARENA_PUSH(er->r->arena, er->e->items, er->e->n) =
		(struct context_item){ .where = node_where(n),
				       .field = f,
				       .index = index,
				       .value = v->number,
				       .device = v->device };
}

struct context_expectation *context_expectation_of(struct reader *r, struct expectation *e)
{
	if (!e->context)
		e->context = arena_alloc(r->arena, sizeof(*e->context));
	return e->context;
}

void read_context_expectation(struct reader *r, const struct node *n, const struct step *step,
			      struct expectation *e)
{
	struct expected_reader er = { r, context_expectation_of(r, e) };
	const struct context_field *f;
	const struct node *key;

	if (!step->program.program)
		return;
	for_each_child (key, n) {
		f = context_field_find(step->program.type, key->text, key->len);
		if (!f)
			unknown_field(r, step, key);
		else if (!f->back)
			diag(r->d, DIAG_ERROR, key->span, "'%s' cannot be expected: %s", f->name,
			     f->unknown);
		else if (!node_is_word(key->value, "any"))
			read_values(r, f, key->value, expect_value, &er);
	}
	if (!n->child)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "this expects nothing of the context of %s %s program",
		     is_xdp(step) ? "an" : "a", kind_of(step));
}
