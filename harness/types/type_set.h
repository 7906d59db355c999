/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sets of types from BTF already in memory. */
#pragma once

#include "types/object_file.h"

struct btf;

/* Takes over @btf. */
struct type_set *type_set_from_btf(struct btf *btf);
/* The type with BTF id @id; NULL: there is none, or it holds no value. The set owns it. */
const struct type *type_set_by_id(const struct type_set *s, uint32_t id);
/* The BTF it was made from. */
const struct btf *type_set_btf(const struct type_set *s);
