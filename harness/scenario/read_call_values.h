/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside scenario/: arguments, results and structs of helper calls, expected and scripted alike. */
#pragma once

#include "judge/calls.h"
#include "scenario/reader.h"

struct object_map;

/* A helper by name, with or without "bpf_", that is recorded. NULL after a diag. */
const struct helper *read_helper(struct reader *r, struct span where, const char *name, size_t len);
/* Have calls of @h recorded that are not recorded unasked. */
void record_helper(struct reader *r, const struct helper *h);

/* A number argument of @h. Returns 0 or -1 (reported). */
int read_call_number(struct reader *r, const struct helper *h, unsigned int arg,
		     const struct node *n, uint64_t *out);
/*
 * What @h returns: a number, -ERRNO, a verdict of programs of @prog_type, a code of
 * bpf_fib_lookup(), a time, or for pointers `none` and `some` (0 and 1). Returns 0 or -1
 * (reported).
 */
int read_call_result(struct reader *r, const struct helper *h, uint32_t prog_type,
		     const struct node *n, uint64_t *out);
/*
 * The struct, key or memory argument @arg of @h: members of its type, or hex(..). @map: whose key
 * it is, or NULL. A device's name as `ifindex` is left to the run. Returns 0 or -1 (reported).
 */
int read_call_bytes(struct reader *r, const struct helper *h, unsigned int arg,
		    const struct object_map *map, const struct node *n,
		    struct recorded_expectation *out);
