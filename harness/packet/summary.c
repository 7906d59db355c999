/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/summary.h"

#include "packet/expression.h"
#include "packet/value.h"

#include <inttypes.h>
#include <string.h>

static void print_port(FILE *out, const struct packet *p, unsigned int i, const char *name)
{
	const struct layer *l = &p->layers[i];
	int field = i < p->n_layers ? proto_field(l->proto, name, strlen(name)) : -1;

	if (field >= 0)
		fprintf(out, ".%" PRIu64, field_get(&l->proto->fields[field], p->data + l->off));
}

void summary_endpoints(FILE *out, const struct packet *p, unsigned int i, const struct field *src,
		       const struct field *dst)
{
	const uint8_t *hdr = p->data + p->layers[i].off;
	unsigned int next = i + 1;

	while (next < p->n_layers && p->layers[next].proto->extension)
		next++;
	field_print(out, src, hdr);
	print_port(out, p, next, "sport");
	fputs(" > ", out);
	field_print(out, dst, hdr);
	print_port(out, p, next, "dport");
	fputs(": ", out);
}

void packet_summary(FILE *out, const struct packet *p)
{
	const struct proto *last = NULL;
	uint32_t contents = 0;

	for (unsigned int i = 0; i < p->n_layers; i++) {
		const struct layer *l = &p->layers[i];

		if (l->proto == &proto_payload)
			contents += l->len;
		if (proto_is_bytes(l->proto))
			continue;
		last = l->proto;
		if (last->summary)
			last->summary(out, p, i);
	}
	if (!last || !last->last)
		fprintf(out, "%" PRIu32 " bytes", contents);
}
