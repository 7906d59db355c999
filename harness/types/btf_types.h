/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* BTF (Documentation/bpf/btf.rst) as plain `struct type`. Internal to types/. */
#pragma once

#include "types/type.h"

struct btf;
struct btf_slot;

/* Types already made, by BTF id. All of it, and the types, live in @arena. */
struct btf_types {
	const struct btf *btf;
	struct arena *arena;
	struct btf_slot *slots;
	uint32_t n;
};

void btf_types_init(struct btf_types *b, const struct btf *btf, struct arena *arena);
/*
 * The type with BTF id @id. Never NULL: what cannot hold a value, or contradicts itself (members
 * that overlap, a struct within itself), is a TYPE_BYTES. A DATASEC is a struct of its
 * variables. Members without a size (flexible arrays) are left out.
 */
const struct type *btf_type(struct btf_types *b, uint32_t id);
