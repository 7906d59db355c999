/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/flow.h"

#include "base/text_stream.h"
#include "judge/event.h"
#include "packet/expression.h"
#include "packet/packet.h"
#include "types/type_find.h"
#include "view/listing.h"
#include "view/template.h"

#include <string.h>

struct bound_flow {
	const struct flow_row *row;
	const struct type *type;
	uint8_t *data, *mask; /* of `when:`; NULL: any */
	struct bound_template *source, *destination, *what, *verdict, *reason, *message;
};

struct flow_reader {
	const struct view_file *file;
	struct bound_flow *rows;
	size_t n;
};

const struct flow_tcp_flag flow_tcp_flags[FLOW_TCP_FLAGS] = {
	{ "SYN", 0x02 }, { "ACK", 0x10 }, { "FIN", 0x01 }, { "PSH", 0x08 },
	{ "RST", 0x04 }, { "URG", 0x20 }, { "ECE", 0x40 }, { "CWR", 0x80 },
};

static const struct type *find_type(const struct value_context *values, const char *name)
{
	const struct type *t = NULL;

	for (size_t i = 0; i < values->n_sets && !t; i++)
		t = type_find(values->sets[i], name);
	return t;
}

/* Returns 0, or -1 (reported). NULL stays NULL. */
static int bind_text(struct diags *d, const struct template *t, const struct type *type,
		     struct arena *arena, struct bound_template **out)
{
	const struct template_root root = { "event", type };

	if (!t)
		return 0;
	*out = template_bind(d, t, &root, 1, arena);
	return *out ? 0 : -1;
}

static int bind_row(struct diags *d, const struct flow_row *row, const struct type *type,
		    const struct value_context *values, struct arena *arena, struct bound_flow *b)
{
	int err = 0;

	*b = (struct bound_flow){ .row = row, .type = type };
	if (row->when) {
		b->data = arena_alloc(arena, type->size);
		b->mask = arena_alloc(arena, type->size);
		err = value_encode(d, values, type, row->when, b->data, b->mask);
	}
	err |= bind_text(d, row->source, type, arena, &b->source);
	err |= bind_text(d, row->destination, type, arena, &b->destination);
	err |= bind_text(d, row->what, type, arena, &b->what);
	err |= bind_text(d, row->verdict, type, arena, &b->verdict);
	err |= bind_text(d, row->reason, type, arena, &b->reason);
	err |= bind_text(d, row->message, type, arena, &b->message);
	return err;
}

struct flow_reader *flow_reader_make(struct diags *d, const struct view_file *f,
				     const struct value_context *values, struct arena *arena)
{
	struct flow_reader *r = arena_alloc(arena, sizeof(*r));
	int err = 0;

	r->file = f;
	for (size_t i = 0; i < f->n_flows; i++) {
		const struct flow_row *row = &f->flows[i];
		const struct type *type = find_type(values, row->type);

		if (type && type->size)
			err |= bind_row(d, row, type, values, arena,
					ARENA_PUSH(arena, r->rows, r->n));
	}
	return err ? NULL : r;
}

bool flow_reader_knows(const struct flow_reader *r)
{
	return r->n > 0;
}

bool flow_is_told_in(const struct view_file *f, const char *map)
{
	for (size_t i = 0; i < f->n_event_maps; i++)
		if (map_pattern_matches(f->event_maps[i], map))
			return true;
	return false;
}

static const struct bound_flow *find_row(const struct flow_reader *r,
					 const struct observed_event *e)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct bound_flow *b = &r->rows[i];

		if (e->len >= b->type->size &&
		    (!b->data || value_matches(b->type->size, b->data, b->mask, e->data)))
			return b;
	}
	return NULL;
}

static bool get_field(const struct packet *p, const struct layer *l, const char *name,
		      uint64_t *value)
{
	int i = proto_field(l->proto, name, strlen(name));

	if (i < 0)
		return false;
	*value = field_get(&l->proto->fields[i], p->data + l->off);
	return true;
}

static void set_address(struct flow_end *end, const struct packet *p, const struct layer *l,
			const char *field)
{
	const struct field *f = &l->proto->fields[proto_field(l->proto, field, strlen(field))];

	end->address.family = l->proto == &proto_ipv4 ? AF_INET : AF_INET6;
	memcpy(end->address.bytes, p->data + l->off + f->bit / 8, f->bits / 8);
}

static void set_port(struct flow_end *end, const struct packet *p, const struct layer *l,
		     const char *field)
{
	uint64_t port;

	end->has_port = get_field(p, l, field, &port);
	if (end->has_port)
		end->port = (uint16_t)port;
}

static const char *icmp_name(const struct view_file *f, const char *table, uint64_t type,
			     struct arena *arena)
{
	const struct view_names *names = view_names_find(f, table, strlen(table));
	const char *name = names ? view_name_of(names, type, arena) : NULL;

	return name ? name : arena_printf(arena, "type %llu", (unsigned long long)type);
}

/* "TCP", "UDP", "SCTP": as the header's own name, in capitals */
static const char *protocol_name(const struct proto *proto, struct arena *arena)
{
	char *name = arena_strdup(arena, proto->name);

	for (char *c = name; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	return name;
}

/* What follows the IP header, and its extensions. */
static void set_transport(struct flow *out, const struct view_file *f, const struct packet *p,
			  const struct layer *l, struct arena *arena)
{
	uint64_t value;

	if (proto_is_bytes(l->proto)) {
		out->protocol = "IP";
		return;
	}
	out->protocol = protocol_name(l->proto, arena);
	set_port(&out->source, p, l, "sport");
	set_port(&out->destination, p, l, "dport");
	if (l->proto == &proto_tcp && get_field(p, l, "flags", &value)) {
		out->has_tcp_flags = true;
		out->tcp_flags = (uint8_t)value;
	}
	if ((l->proto != &proto_icmp && l->proto != &proto_icmpv6) ||
	    !get_field(p, l, "type", &value))
		return;
	out->protocol = l->proto == &proto_icmp ? "ICMPv4" : "ICMPv6";
	out->icmp = icmp_name(f, l->proto == &proto_icmp ? "icmpv4" : "icmpv6", value, arena);
}

static const char *summary_of(const struct packet *p, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	packet_summary(t.out, p);
	return text_stream_close(&t, arena);
}

/* The outermost IP packet. */
static void set_packet(struct flow *out, const struct view_file *f, struct event_payload_bytes *b,
		       struct arena *arena)
{
	struct packet p;
	unsigned int i = 0;

	packet_dissect((uint8_t *)(uintptr_t)b->data, b->likely_len, &p);
	while (i < p.n_layers && p.layers[i].proto != &proto_ipv4 &&
	       p.layers[i].proto != &proto_ipv6)
		i++;
	if (i == p.n_layers) {
		out->summary = summary_of(&p, arena);
		return;
	}
	set_address(&out->source, &p, &p.layers[i], "src");
	set_address(&out->destination, &p, &p.layers[i], "dst");
	out->protocol = "IP";
	for (i++; i < p.n_layers && p.layers[i].proto->extension; i++)
		;
	if (i < p.n_layers)
		set_transport(out, f, &p, &p.layers[i], arena);
}

static const char *fill(const struct bound_template *b, const uint8_t *data, struct arena *arena)
{
	return b ? template_text(b, &data, arena) : NULL;
}

bool flow_read(const struct flow_reader *r, const struct observed_event *e,
	       const struct host_name *hosts, size_t n_hosts, struct arena *arena, struct flow *out)
{
	const struct bound_flow *b = find_row(r, e);
	struct event_payload_bytes payload;

	if (!b)
		return false;
	*out = (struct flow){
		.direction = b->row->direction,
		.source.who = fill(b->source, e->data, arena),
		.destination.who = fill(b->destination, e->data, arena),
		.what = fill(b->what, e->data, arena),
		.verdict = fill(b->verdict, e->data, arena),
		.reason = fill(b->reason, e->data, arena),
		.message = fill(b->message, e->data, arena),
	};
	if (out->message)
		return true;
	payload = event_payload_of(e, b->type, arena);
	if (payload.likely_len)
		set_packet(out, r->file, &payload, arena);
	out->source.host = host_name_find(hosts, n_hosts, &out->source.address);
	out->destination.host = host_name_find(hosts, n_hosts, &out->destination.address);
	return true;
}
