/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names of what programs return, by program type: <linux/bpf.h>, <linux/pkt_cls.h>. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct verdict_name {
	const char *name; /* first: text_nearest() looks here */
	int32_t value;
};

/*
 * All names for programs of @prog_type (enum bpf_prog_type), *n of them; those used for printing
 * come first, then other names of the same values (TCX_PASS). NULL and 0 for types without names.
 */
const struct verdict_name *verdict_names(uint32_t prog_type, size_t *n);

/* The UAPI name of @verdict, or NULL: programs may return anything. */
const char *verdict_name(uint32_t prog_type, int32_t verdict);
/* The name, or the number. */
void verdict_print(FILE *out, uint32_t prog_type, int32_t verdict);

/*
 * A name of @prog_type or a number (decimal, negative too, or 0x; -2^31 to 2^32 - 1, the upper half
 * as the kernel returns it, unsigned). Returns 0 and *verdict, or -EINVAL.
 */
int verdict_parse(uint32_t prog_type, const char *s, size_t len, int32_t *verdict);
