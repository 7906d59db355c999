/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/text_stream.h"
#include "judge/map_judge.h"

#include <linux/bpf.h>
#include <string.h>

static void print_key(FILE *out, const struct judged_map *m, const uint8_t *key)
{
	if (m->type->type == BPF_MAP_TYPE_LPM_TRIE)
		lpm_key_print(out, m->values, m->type->key, key);
	else
		value_print(out, m->values, m->type->key, key);
}

static void print_value(FILE *out, const struct judged_map *m, const uint8_t *value)
{
	const char *name;
	uint32_t id;

	if (m->type->type == BPF_MAP_TYPE_PROG_ARRAY && m->type->value_size == sizeof(id)) {
		memcpy(&id, value, sizeof(id));
		name = m->program_name ? m->program_name(m->ctx, id) : NULL;
		if (name)
			fputs(name, out);
		else
			fprintf(out, "program id %u", id);
		return;
	}
	value_print(out, m->values, m->type->value, value);
}

const uint8_t *entry_value(const struct judged_map *m, const struct map_entry *e,
			   struct arena *arena)
{
	struct leaves leaves;
	uint8_t *sum;

	if (m->n_cpus <= 1)
		return e->value;
	leaves_find(m->type->value, arena, &leaves);
	sum = arena_memdup(arena, e->value, m->type->value_size);
	for (unsigned int cpu = 1; cpu < m->n_cpus; cpu++)
		leaves_add(&leaves, sum, entry_cpu_value(m, e, cpu));
	return sum;
}

static bool has_inner(const struct judged_map *m, const struct map_entry *e)
{
	return e->inner && m->type->inner;
}

/* Elements of arrays that nobody has written are not shown, and of many entries the first. */
static void print_inner(FILE *out, const struct judged_map *m, const struct map_entry *e)
{
	const struct map_view *view = &e->inner->view;
	struct arena scratch = {};
	struct judged_map inner = map_inner_judged(m, NULL, e, &scratch);
	size_t shown = 0, more = view->left_out;

	fputc('[', out);
	for (size_t i = 0; i < view->n; i++) {
		const struct map_entry *entry = &view->entries[i];

		if (entry_is_blank(&inner, entry))
			continue;
		if (shown == STATES_SHOWN)
			more++;
		else
			fprintf(out, "%s{key: %s, value: %s}", shown++ ? ", " : "",
				entry_key_text(&inner, entry->key, &scratch),
				entry_value_text(&inner, entry, &scratch));
	}
	fputc(']', out);
	if (more)
		fprintf(out, " and %zu more", more);
	arena_free(&scratch);
}

static void print_entry_value(FILE *out, const struct judged_map *m, const struct map_entry *e)
{
	struct arena scratch = {};

	if (has_inner(m, e)) {
		print_inner(out, m, e);
		return;
	}
	print_value(out, m, entry_value(m, e, &scratch));
	arena_free(&scratch);
}

static bool is_zero(const uint8_t *data, size_t len)
{
	while (len && !data[len - 1])
		len--;
	return !len;
}

static void print_cpus(FILE *out, const struct judged_map *m, const struct map_entry *e)
{
	const char *lead = "  # ";

	for (unsigned int cpu = 0; cpu < m->n_cpus; cpu++) {
		const uint8_t *value = entry_cpu_value(m, e, cpu);

		if (is_zero(value, m->type->value_size))
			continue;
		fprintf(out, "%sCPU %u: ", lead, cpu);
		print_value(out, m, value);
		lead = ", ";
	}
}

const char *entry_key_text(const struct judged_map *m, const uint8_t *key, struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	print_key(t.out, m, key);
	return text_stream_close(&t, arena);
}

const char *entry_value_text(const struct judged_map *m, const struct map_entry *e,
			     struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	print_entry_value(t.out, m, e);
	return text_stream_close(&t, arena);
}

const char *judged_entry_text(const struct judged_map *m, const struct map_entry *e,
			      struct arena *arena)
{
	struct text_stream t;

	text_stream_open(&t);
	fputs("{key: ", t.out);
	print_key(t.out, m, e->key);
	fputs(has_inner(m, e) ? ", inner: " : ", value: ", t.out);
	print_entry_value(t.out, m, e);
	fputs("}", t.out);
	if (m->n_cpus > 1)
		print_cpus(t.out, m, e);
	return text_stream_close(&t, arena);
}

const char *entry_change_text(const struct judged_map *m, const struct map_entry *before,
			      const struct map_entry *after, struct arena *arena)
{
	struct arena scratch = {};
	const uint8_t *old = entry_value(m, before, &scratch),
		      *new = entry_value(m, after, &scratch);
	struct value_difference *rows = NULL;
	struct text_stream t;
	size_t n;

	text_stream_open(&t);
	if (has_inner(m, before) && has_inner(m, after))
		n = map_inner_changes(m, before, after, &scratch, &rows);
	else
		n = value_diff(m->values, m->type->value, old, NULL, new, "", &scratch, &rows);
	if (m->type->type == BPF_MAP_TYPE_PROG_ARRAY) {
		print_value(t.out, m, old);
		fputs(" -> ", t.out);
		print_value(t.out, m, new);
		n = 0;
	} else if (!n) {
		fputs("the same sum, of other CPUs", t.out);
	}
	for (size_t i = 0; i < n; i++)
		fprintf(t.out, "%s%s%s%s -> %s", i ? ", " : "", rows[i].member,
			*rows[i].member ? " " : "", rows[i].expected, rows[i].actual);
	arena_free(&scratch);
	return text_stream_close(&t, arena);
}
