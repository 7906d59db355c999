/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Damage that libbpf 1.1 trusts not to be there (it validates BTF since 1.3, and symbols not at
 * all): looked for before it sees the file. Internal to types/.
 */
#pragma once

#include "base/diag.h"

struct btf;

/*
 * Do references inside ELF file @data (64 bits, host order, sections within @size:
 * what_is_object()) lead somewhere? Reports and returns false if not. *btf and *btf_size: the .BTF
 * section, NULL if none.
 */
bool object_check(struct diags *d, struct span where, const char *path, const void *data,
		  size_t size, const void **btf, size_t *btf_size);
/* The same for ids and names in BTF, and that modifiers and typedefs end somewhere. */
bool btf_check(struct diags *d, struct span where, const char *path, const struct btf *btf);
