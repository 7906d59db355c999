/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/print.h"

#include "packet/derive.h"
#include "packet/expression.h"
#include "packet/value.h"

#include <inttypes.h>

unsigned int layer_index(const struct packet *p, unsigned int i)
{
	unsigned int n = 0;

	for (unsigned int j = 0; j <= i; j++)
		n += p->layers[j].proto == p->layers[i].proto;
	return n;
}

void layer_name_print(FILE *out, const struct packet *p, unsigned int i)
{
	unsigned int n = layer_index(p, i);

	fputs(p->layers[i].proto->name, out);
	if (n > 1)
		fprintf(out, "[%u]", n);
}

static void pad_print(FILE *out, const uint8_t *data, uint32_t len)
{
	for (uint32_t i = 0; i < len; i++)
		if (data[i]) {
			fputs("pad(", out);
			bytes_print(out, data, len);
			fputc(')', out);
			return;
		}
	fprintf(out, "pad(%" PRIu32 ")", len);
}

void layer_print(FILE *out, const struct packet *p, unsigned int i, unsigned int index)
{
	const struct layer *l = &p->layers[i];
	const char *sep = "";

	if (l->proto == &proto_payload) {
		bytes_print(out, p->data + l->off, l->len);
		return;
	}
	if (l->proto == &proto_pad) {
		pad_print(out, p->data + l->off, l->len);
		return;
	}
	fputs(l->proto->name, out);
	if (index)
		fprintf(out, "[%u]", index);
	fputc('(', out);
	for (int n = 0; l->proto->fields[n].name; n++) {
		bool any = l->any >> n & 1;

		if (!any && !(l->named >> n & 1))
			continue;
		fprintf(out, "%s%s=", sep, l->proto->fields[n].name);
		if (any)
			fputs("any", out);
		else
			field_print_layer(out, p, l, n);
		sep = ", ";
	}
	fputc(')', out);
}

void layers_print(FILE *out, const struct packet *p, unsigned int n, bool open)
{
	for (unsigned int i = 0; i < n; i++) {
		fputs(i ? " / " : "", out);
		layer_print(out, p, i, 0);
	}
	if (open)
		fprintf(out, "%s...", n ? " / " : "");
	else if (!n)
		fputs("\"\"", out);
}

void packet_print(FILE *out, const struct packet *p)
{
	struct packet copy = *p;

	derive_check(&copy, NULL);
	layers_print(out, &copy, copy.n_layers, copy.open);
}
