/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Mappings by table: which keys there are, what each takes, who reads it. The parser, the
 * error messages and `verdict help scenario` read the same rows.
 */
#pragma once

#include "syntax/node.h"

#include <stdint.h>

enum {
	TAKES_SCALAR = 1 << NODE_SCALAR,
	TAKES_LIST = 1 << NODE_SEQUENCE,
	TAKES_MAPPING = 1 << NODE_MAPPING,
	KEY_REQUIRED = 1 << 8
};

struct key {
	const char *name; /* first: text_nearest() looks here */
	unsigned int flags;
	/* Reads the value into @into; reports what is wrong itself. */
	void (*read)(void *into, const struct node *key, const struct node *value);
	const char *argument; /* "FILE", "{NAME: FILE}"; for help */
	const char *help;     /* one line */
};

/*
 * Read mapping @n: calls each key's reader in the order of the text. Reports unknown keys (with
 * the nearest known one, or the list), values of the wrong kind, and required keys that are
 * missing (at @n; @what names the thing, "a step"). Rows without a reader are accepted and skipped.
 */
void keys_read(struct diags *d, const struct node *n, const char *what, const struct key *keys,
	       size_t n_keys, void *into);
/* Report @word, found at @where, as no @what among @names (array as in text_nearest()). */
void unknown_name(struct diags *d, struct span where, const char *what, const char *word,
		  size_t len, const void *names, size_t n, size_t stride);

/*
 * Scalars with a diag on failure. Each returns 0 or -1; *out is untouched on failure.
 * node_uint: @max inclusive.  node_bool: true or false.
 */
int node_uint(struct diags *d, const struct node *n, const char *what, uint64_t max, uint64_t *out);
int node_bool(struct diags *d, const struct node *n, const char *what, bool *out);
