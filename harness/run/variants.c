/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/variants.h"

#include "base/mem.h"

#include <stdlib.h>

struct load_variant {
	uint64_t base, whole; /* of the first that was noted */
	bool differ;
};

static struct load_variant *find(const struct load_variants *v, uint64_t base)
{
	for (size_t i = 0; v && i < v->n; i++)
		if (v->items[i].base == base)
			return &v->items[i];
	return NULL;
}

void variants_note(struct load_variants *v, uint64_t base, uint64_t whole)
{
	struct load_variant *known = find(v, base);

	if (known)
		known->differ |= known->whole != whole;
	else
		*ARRAY_PUSH(v->items, v->n) = (struct load_variant){ base, whole, false };
}

bool variants_differ(const struct load_variants *v, uint64_t base)
{
	const struct load_variant *known = find(v, base);

	return known && known->differ;
}

void variants_free(struct load_variants *v)
{
	free(v->items);
	*v = (struct load_variants){ 0 };
}
