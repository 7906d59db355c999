/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sets of types from BTF already in memory. Internal to types/. */
#pragma once

#include "types/object_file.h"

struct btf;

/* Takes over @btf. */
struct type_set *type_set_from_btf(struct btf *btf);
/* The BTF it was made from. */
const struct btf *type_set_btf(const struct type_set *s);
