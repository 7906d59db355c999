/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/listing.h"

#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define GAP 3

/* Make @widths what the cells of one line need. The last of a line needs none. */
static void widen(size_t **widths, size_t *n, const char *const *cells, size_t n_cells)
{
	for (size_t i = 0; i + 1 < n_cells; i++) {
		size_t len = strlen(cells[i]);

		while (*n <= i)
			*ARRAY_PUSH(*widths, *n) = 0;
		if (len > (*widths)[i])
			(*widths)[i] = len;
	}
}

static void print_line(FILE *out, const size_t *widths, const char *const *cells, size_t n_cells)
{
	for (size_t i = 0; i + 1 < n_cells; i++)
		fprintf(out, "%-*s", (int)widths[i] + GAP, cells[i]);
	if (n_cells)
		fputs(cells[n_cells - 1], out);
	putc('\n', out);
}

void listing_print_text(FILE *out, const struct view *v, const struct listing *l)
{
	size_t *widths = NULL, n = 0;

	widen(&widths, &n, v->header, v->n_header);
	for (size_t i = 0; i < l->n; i++)
		widen(&widths, &n, l->items[i].cells, l->items[i].n_cells);
	if (v->n_header)
		print_line(out, widths, v->header, v->n_header);
	for (size_t i = 0; i < l->n; i++)
		print_line(out, widths, l->items[i].cells, l->items[i].n_cells);
	free(widths);
}

static void json_texts(struct json *j, const char *key, const char *const *texts, size_t n)
{
	jsonw_array(j, key);
	for (size_t i = 0; i < n; i++)
		jsonw_string(j, NULL, texts[i]);
	jsonw_end(j);
}

int listing_print_json(FILE *out, const struct view *v, const struct listing *l)
{
	struct json j;

	jsonw_open(&j, out, JSON_INDENTED);
	jsonw_object(&j, NULL);
	jsonw_string(&j, "view", v->name);
	json_texts(&j, "header", v->header, v->n_header);
	jsonw_array(&j, "rows");
	for (size_t i = 0; i < l->n; i++) {
		const struct listed *row = &l->items[i];

		jsonw_object(&j, NULL);
		jsonw_string(&j, "map", row->map);
		jsonw_string(&j, "key", row->key);
		jsonw_string(&j, "value", row->value);
		json_texts(&j, "cells", row->cells, row->n_cells);
		jsonw_end(&j);
	}
	jsonw_end(&j);
	jsonw_end(&j);
	return jsonw_close(&j);
}
