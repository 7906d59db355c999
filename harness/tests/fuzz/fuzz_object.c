/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Any bytes as a BPF object: read, shown, its types used. */
#include "types/object_file.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Larger values only take longer. */
#define VALUE_MAX 65536

static void use_type(FILE *out, const struct type *t)
{
	uint8_t *value, *other;
	struct arena arena = {};
	struct value_difference *rows;

	if (t->size > VALUE_MAX)
		return;
	value = xcalloc(t->size, 1);
	other = xcalloc(t->size, 1);
	value_print(out, NULL, t, value);
	for (size_t i = 0; i < t->size; i++)
		value[i] = (uint8_t)(i * 7);
	value_print(out, NULL, t, value);
	lpm_key_print(out, NULL, t, value);
	value_diff(NULL, t, value, NULL, other, "value", &arena, &rows);
	arena_free(&arena);
	free(value);
	free(other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diags d = {};
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);
	struct object_file *f = object_file_from_memory(&d, (struct span){}, "fuzz.o", data, size);

	if (!f != (d.errors != 0))
		abort();
	if (f)
		object_file_print(out, f);
	for (size_t i = 0; f && i < f->n_maps; i++) {
		use_type(out, f->maps[i].key);
		use_type(out, f->maps[i].value);
	}
	for (size_t i = 0; f && i < f->n_globals; i++)
		use_type(out, f->globals[i].type);
	fclose(out);
	free(text);
	object_file_free(f);
	diags_free(&d);
	return 0;
}
