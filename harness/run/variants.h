/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which of a run's loads differ from others in nothing but values of globals: see instances.c. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct load_variants {
	struct load_variant *items;
	size_t n;
};

/* A load whose number without values of globals is @base and with them @whole. */
void variants_note(struct load_variants *v, uint64_t base, uint64_t whole);
/* Whether loads with different values were noted; NULL: none were. */
bool variants_differ(const struct load_variants *v, uint64_t base);
void variants_free(struct load_variants *v);
