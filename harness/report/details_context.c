/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/details_context.h"

#include "judge/context.h"
#include "report/escape.h"

#include <linux/bpf.h>

void details_context(FILE *out, const char *indent, const struct observation *o)
{
	struct arena scratch = {};
	const char *text;

	if (o->context.known) {
		text = context_text(&o->context, o->devices, &scratch);
		fprintf(out, "%sctx: ", indent);
		escape_plain(out, *text ? text : "all 0");
		fputc('\n', out);
	}
	if (o->meta_len) {
		fprintf(out, "%smeta: hex(", indent);
		for (size_t i = 0; i < o->meta_len; i++)
			fprintf(out, "%02x", o->meta[i]);
		fputs(")\n", out);
	}
	arena_free(&scratch);
}

static void json_field(struct json *j, const struct observed_context *c,
		       const struct context_field *f)
{
	if (f->n == 1) {
		jsonw_uint(j, f->name, observed_context_value(c, f, 0));
		return;
	}
	jsonw_array(j, f->name);
	for (uint32_t i = 0; i < f->n; i++)
		jsonw_uint(j, NULL, observed_context_value(c, f, i));
	jsonw_end(j);
}

void json_context(struct json *j, const struct observation *o)
{
	size_t n;
	const struct context_field *fields = context_fields(BPF_PROG_TYPE_SCHED_CLS, &n);

	if (o->context.known) {
		jsonw_object(j, "ctx");
		for (size_t i = 0; i < n; i++)
			if (fields[i].back)
				json_field(j, &o->context, &fields[i]);
		jsonw_end(j);
	} else {
		jsonw_null(j, "ctx");
	}
	if (o->meta_len)
		jsonw_hex(j, "meta", o->meta, o->meta_len);
	else
		jsonw_null(j, "meta");
}
