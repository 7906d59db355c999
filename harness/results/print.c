/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "results/print.h"

#include <jansson.h>

void result_json_print(FILE *out, const struct json_t *json)
{
	if (json)
		json_dumpf(json, out, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_ENCODE_ANY);
	else
		fputs("null", out);
}

void document_member_print(FILE *out, const struct document *doc, const char *name)
{
	result_json_print(out, json_object_get(doc->json, name));
}

void document_print(FILE *out, const struct document *doc)
{
	json_dumpf(doc->json, out, JSON_INDENT(2));
	fputc('\n', out);
}

void document_elements_print(struct json *j, const struct document *doc, const char *name)
{
	const json_t *list = json_object_get(doc->json, name);

	for (size_t i = 0; i < json_array_size(list); i++)
		result_json_print(jsonw_value(j, NULL), json_array_get(list, i));
}
