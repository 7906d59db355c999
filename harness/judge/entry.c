/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "judge/entry.h"

#include <linux/bpf.h>
#include <string.h>

void entry_judge_init(struct entry_judge *j, const struct judged_map *m, struct arena *arena)
{
	size_t size = m->type->value_size;

	*j = (struct entry_judge){ .m = m, .arena = arena };
	leaves_find(m->type->key, arena, &j->key);
	leaves_find(m->type->value, arena, &j->value);
	if (m->n_cpus <= 1)
		return;
	j->integers = arena_alloc(arena, size);
	j->sum = arena_alloc(arena, size);
	j->mask = arena_alloc(arena, size);
	leaves_integer_mask(&j->value, j->integers);
}

const uint8_t *entry_cpu_value(const struct judged_map *m, const struct map_entry *e,
			       unsigned int cpu)
{
	return e->value + (size_t)cpu * ((m->type->value_size + 7) & ~(size_t)7);
}

/* One comparison of expected bytes with those of the map. */
struct part {
	const uint8_t *expected, *mask, *actual;
	const char *name; /* "value", "values" */
	int cpu;	  /* -1: the sum, or the only value */
};

/* What is asked of each part; a visitor returns whether to go on. */
struct part_visit {
	bool (*visit)(struct entry_judge *j, struct part_visit *v, const struct part *p);
	const struct entry_expectation *e;
	size_t n;	     /* members or parts that differ */
	struct arena *arena; /* of the rows */
	struct value_difference *rows;
};

static const uint8_t *part_mask(struct entry_judge *j, const uint8_t *mask, bool integers)
{
	for (size_t i = 0; i < j->m->type->value_size; i++)
		j->mask[i] = (mask ? mask[i] : 0xff) &
			     (integers ? j->integers[i] : (uint8_t)~j->integers[i]);
	return j->mask;
}

/* `value:` of a per-CPU map: the sum of the integers; the rest the same everywhere. */
static void visit_summed(struct entry_judge *j, const struct map_entry *actual,
			 struct part_visit *v)
{
	const struct expected_bytes *value = &v->e->value;
	struct part p = { value->data, part_mask(j, value->mask, true), j->sum, "value", -1 };

	memcpy(j->sum, actual->value, j->m->type->value_size);
	for (unsigned int cpu = 1; cpu < j->m->n_cpus; cpu++)
		leaves_add(&j->value, j->sum, entry_cpu_value(j->m, actual, cpu));
	if (!v->visit(j, v, &p))
		return;
	p.mask = part_mask(j, value->mask, false);
	for (unsigned int cpu = 0; cpu < j->m->n_cpus; cpu++) {
		p.actual = entry_cpu_value(j->m, actual, cpu);
		p.cpu = (int)cpu;
		if (!v->visit(j, v, &p))
			return;
	}
}

static void visit_values(struct entry_judge *j, const struct map_entry *actual,
			 struct part_visit *v)
{
	const struct entry_expectation *e = v->e;

	for (size_t i = 0; i < e->n_values; i++) {
		struct part p = {
			.expected = e->values[i].data,
			.mask = e->values[i].mask,
			.name = "values",
			.cpu = (int)i,
		};

		/* No such CPU here: nothing to compare with, and it does not hold. */
		if (i < j->m->n_cpus)
			p.actual = entry_cpu_value(j->m, actual, (unsigned int)i);
		if (!v->visit(j, v, &p))
			return;
	}
}

static void visit_parts(struct entry_judge *j, const struct map_entry *actual, struct part_visit *v)
{
	const struct entry_expectation *e = v->e;
	struct part p = { e->value.data, e->value.mask, actual->value, "value", -1 };

	if (e->n_values) {
		visit_values(j, actual, v);
	} else if (e->program) {
		p.mask = NULL; /* an id is compared whole */
		v->visit(j, v, &p);
	} else if (e->has_value && j->m->n_cpus > 1) {
		visit_summed(j, actual, v);
	} else if (e->has_value) {
		v->visit(j, v, &p);
	}
}

static bool part_matches(struct entry_judge *j, struct part_visit *v, const struct part *p)
{
	if (!p->actual || !value_matches(j->m->type->value_size, p->expected, p->mask, p->actual))
		v->n++;
	return !v->n;
}

static bool part_count(struct entry_judge *j, struct part_visit *v, const struct part *p)
{
	v->n += p->actual ? leaves_differ(&j->value, p->expected, p->mask, p->actual) : 1;
	return true;
}

bool entry_key_matches(const struct entry_judge *j, const struct entry_expectation *e,
		       const struct map_entry *actual)
{
	return value_matches(j->m->type->key_size, e->key.data, e->whole_key ? NULL : e->key.mask,
			     actual->key);
}

bool entry_value_matches(struct entry_judge *j, const struct entry_expectation *e,
			 const struct map_entry *actual)
{
	struct part_visit v = { .visit = part_matches, .e = e };

	visit_parts(j, actual, &v);
	return !v.n;
}

bool entry_matches(struct entry_judge *j, const struct entry_expectation *e,
		   const struct map_entry *actual)
{
	return entry_key_matches(j, e, actual) && entry_value_matches(j, e, actual);
}

uint64_t entry_distance(struct entry_judge *j, const struct entry_expectation *e,
			const struct map_entry *actual)
{
	struct part_visit v = { .visit = part_count, .e = e };
	uint64_t key =
		leaves_differ(&j->key, e->key.data, e->whole_key ? NULL : e->key.mask, actual->key);

	visit_parts(j, actual, &v);
	return key << 32 | (v.n < UINT32_MAX ? v.n : UINT32_MAX);
}

static void add_rows(struct part_visit *v, const struct value_difference *rows, size_t n,
		     const char *suffix)
{
	for (size_t i = 0; i < n; i++) {
		struct value_difference *row = ARENA_PUSH(v->arena, v->rows, v->n);

		*row = rows[i];
		if (suffix)
			row->actual = arena_printf(v->arena, "%s%s", row->actual, suffix);
	}
}

static void diff_program(struct entry_judge *j, struct part_visit *v, const struct part *p)
{
	struct map_entry actual = { .value = p->actual };
	struct value_difference row = {
		.member = "value",
		.expected = v->e->program,
		.actual = entry_value_text(j->m, &actual, v->arena),
	};

	add_rows(v, &row, 1, NULL);
}

static bool part_diff(struct entry_judge *j, struct part_visit *v, const struct part *p)
{
	const struct judged_map *m = j->m;
	struct value_difference *rows = NULL, missing = {};
	const char *prefix = p->name, *suffix = NULL;
	size_t n;

	if (v->e->n_values)
		prefix = arena_printf(v->arena, "%s[%d]", p->name, p->cpu);
	else if (p->cpu >= 0)
		suffix = arena_printf(v->arena, " on CPU %d", p->cpu);
	if (!p->actual) {
		missing.member = prefix;
		missing.expected = "a value";
		missing.actual =
			arena_printf(v->arena, "no such CPU: this machine has %u", m->n_cpus);
		add_rows(v, &missing, 1, NULL);
		return true;
	}
	if (value_matches(m->type->value_size, p->expected, p->mask, p->actual))
		return true;
	if (v->e->program) {
		diff_program(j, v, p);
		return true;
	}
	n = value_diff(m->values, m->type->value, p->expected, p->mask, p->actual, prefix, v->arena,
		       &rows);
	add_rows(v, rows, n, suffix);
	return true;
}

size_t entry_diff(struct entry_judge *j, const struct entry_expectation *e,
		  const struct map_entry *actual, struct arena *arena,
		  struct value_difference **out)
{
	struct part_visit v = { .visit = part_diff, .e = e, .arena = arena };
	struct value_difference *rows = NULL;
	size_t n;

	if (!entry_key_matches(j, e, actual)) {
		n = value_diff(j->m->values, j->m->type->key, e->key.data,
			       e->whole_key ? NULL : e->key.mask, actual->key, "key", arena, &rows);
		add_rows(&v, rows, n, NULL);
	}
	visit_parts(j, actual, &v);
	*out = v.rows;
	return v.n;
}

static bool all_zero(const uint8_t *data, size_t len)
{
	return !len || (!data[0] && !memcmp(data, data + 1, len - 1));
}

bool map_is_array(const struct judged_map *m)
{
	return m->type->type == BPF_MAP_TYPE_ARRAY || m->type->type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

bool entry_is_blank(const struct judged_map *m, const struct map_entry *actual)
{
	if (!map_is_array(m))
		return false;
	for (unsigned int cpu = 0; cpu < m->n_cpus; cpu++)
		if (!all_zero(entry_cpu_value(m, actual, cpu), m->type->value_size))
			return false;
	return true;
}

/* Views are sorted: the same entries stand at the same places. */
static bool inner_equal(const struct judged_map *m, const struct map_entry *a,
			const struct map_entry *b)
{
	const struct map_view *old = &a->inner->view, *new = &b->inner->view;
	const struct judged_map inner = { .type = m->type->inner, .n_cpus = a->inner->n_cpus };

	if (old->n != new->n || old->left_out != new->left_out)
		return false;
	for (size_t i = 0; i < old->n; i++)
		if (entry_compare_keys(&inner, old->entries[i].key, new->entries[i].key) ||
		    !entry_values_equal(&inner, &old->entries[i], &new->entries[i]))
			return false;
	return true;
}

bool entry_values_equal(const struct judged_map *m, const struct map_entry *a,
			const struct map_entry *b)
{
	if (a->inner && b->inner && m->type->inner)
		return inner_equal(m, a, b);
	for (unsigned int cpu = 0; cpu < m->n_cpus; cpu++)
		if (memcmp(entry_cpu_value(m, a, cpu), entry_cpu_value(m, b, cpu),
			   m->type->value_size))
			return false;
	return true;
}

int entry_compare_keys(const struct judged_map *m, const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, m->type->key_size);
}
