/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Messages as people want them: the same mistake told once, and each file from its top. Readers go
 * by what depends on what, and once for each case and each node.
 */
#include "scenario/reader.h"

#include <stdlib.h>
#include <string.h>

static bool is_said(const struct diags *d, size_t n, const struct diag *m)
{
	for (size_t i = 0; i < n; i++)
		if (d->items[i].where.src == m->where.src &&
		    d->items[i].where.off == m->where.off && m->where.src &&
		    !strcmp(d->items[i].message, m->message))
			return true;
	return false;
}

/* An error or warning, and the notes that belong to it: how many there are from @i on. */
static size_t group_len(const struct diags *d, size_t i)
{
	size_t n = 1;

	while (i + n < d->n && d->items[i + n].severity == DIAG_NOTE)
		n++;
	return n;
}

void move_new_diags(const struct suite *s, struct diags *to, struct diags *from)
{
	size_t n;

	for (size_t i = 0; i < from->n; i += n) {
		bool said = true;

		n = group_len(from, i);
		for (size_t j = i; j < i + n; j++)
			said &= is_said(to, to->n, &from->items[j]) ||
				is_said(&s->diags, s->diags.n, &from->items[j]);
		for (size_t j = i; j < i + n && !said; j++)
			diag(to, from->items[j].severity, from->items[j].where, "%s",
			     from->items[j].message);
	}
	diags_free(from);
}

struct group {
	const struct diags *d;
	size_t first, n;
	size_t file; /* where the first message about this file stands */
};

static int by_place(const void *a, const void *b)
{
	const struct group *x = a, *y = b;
	size_t i = x->d->items[x->first].where.off, j = y->d->items[y->first].where.off;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (i != j)
		return i < j ? -1 : 1;
	return x->first < y->first ? -1 : 1;
}

void sort_diags(struct diags *d)
{
	struct diags sorted = {};
	struct group *groups = NULL;
	size_t n = 0;

	for (size_t i = 0; i < d->n; i += groups[n - 1].n) {
		struct group g = { d, i, group_len(d, i), i };

		for (size_t j = 0; j < n; j++)
			if (d->items[groups[j].first].where.src == d->items[i].where.src) {
				g.file = groups[j].file;
				break;
			}
		*ARRAY_PUSH(groups, n) = g;
	}
	if (n)
		qsort(groups, n, sizeof(*groups), by_place);
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < groups[i].n; j++)
			*ARRAY_PUSH(sorted.items, sorted.n) = d->items[groups[i].first + j];
	free(groups);
	free(d->items);
	d->items = sorted.items;
}
