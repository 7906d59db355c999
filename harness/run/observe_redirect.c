/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a frame goes that is redirected: what the last redirecting call said. */
#include "run/internal.h"

#include "kernel/interpose.h"

#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

static bool redirects(const struct observation *o)
{
	return o->verdict ==
	       (o->prog_type == BPF_PROG_TYPE_XDP ? (int32_t)XDP_REDIRECT : TC_ACT_REDIRECT);
}

static bool is_redirect(const struct observed_call *c)
{
	switch (c->helper->id) {
	case BPF_FUNC_redirect:
	case BPF_FUNC_redirect_peer:
	case BPF_FUNC_redirect_neigh:
	case BPF_FUNC_redirect_map:
		return true;
	}
	return false;
}

static void name_device(const struct life_node *n, struct observed_redirect *r, struct arena *arena)
{
	const struct device *d = sandbox_device_by_index(n->sandbox, r->ifindex);

	if (d)
		r->device = arena_strdup(arena, d->name);
}

/* What lies in a map of targets. Values begin with the ifindex or the size of a CPU's queue. */
static void look_into_map(struct life_node *n, const struct observed_call *c,
			  struct observed_redirect *r, struct arena *arena)
{
	struct map *m = instance_map_by_pointer(n->instance, c->args[0]);
	uint32_t key = (uint32_t)c->args[1], first;
	uint8_t *value;

	r->map = c->map;
	r->key = c->args[1];
	if (!m)
		return;
	value = arena_alloc(arena, m->value_room);
	r->target = "nothing";
	if (map_lookup(m, &key, value))
		return;
	memcpy(&first, value, sizeof(first));
	switch (m->type) {
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
		r->ifindex = first;
		name_device(n, r, arena);
		r->target = arena_printf(arena, "device %s", r->device ? r->device : "?");
		return;
	case BPF_MAP_TYPE_CPUMAP:
		r->has_cpu = true;
		r->cpu = key;
		r->target = arena_printf(arena, "CPU %u", key);
		return;
	case BPF_MAP_TYPE_XSKMAP:
		r->target = "an AF_XDP socket";
	}
}

/* struct bpf_redir_neigh, of redirect_neigh(ifindex, params, plen, flags). */
static void read_nexthop(const struct observed_call *c, struct observed_redirect *r)
{
	struct bpf_redir_neigh params;

	if (!c->in || !c->args[2])
		return;
	memcpy(&params, c->in, sizeof(params));
	r->family = (int)params.nh_family;
	memcpy(r->nexthop, &params.ipv4_nh, r->family == AF_INET6 ? 16 : 4);
}

static void read_redirect(struct life_node *n, const struct observed_call *c,
			  struct observed_redirect *r, struct arena *arena)
{
	r->by = c->helper->name;
	r->call = c;
	switch (c->helper->id) {
	case BPF_FUNC_redirect_map:
		r->flags = c->args[2];
		look_into_map(n, c, r, arena);
		return;
	case BPF_FUNC_redirect_neigh:
		r->flags = c->args[3];
		read_nexthop(c, r);
		break;
	default:
		r->flags = c->args[1];
	}
	r->ifindex = (uint32_t)c->args[0];
	name_device(n, r, arena);
}

void observe_redirect(struct life_node *n, uint32_t ifindex, struct observation *o,
		      struct arena *arena)
{
	struct observed_redirect *r = &o->redirect;

	*r = (struct observed_redirect){};
	if (o->prog_type == BPF_PROG_TYPE_XDP && o->verdict == XDP_TX) {
		r->by = "XDP_TX";
		r->ifindex = ifindex ? ifindex : 1;
		name_device(n, r, arena);
		return;
	}
	if (!redirects(o))
		return;
	for (size_t i = o->has_calls ? o->n_calls : 0; i-- > 0;) {
		if (!is_redirect(&o->calls[i]) || (int32_t)o->calls[i].result != o->verdict)
			continue;
		read_redirect(n, &o->calls[i], r, arena);
		return;
	}
	r->unknown = true;
}
