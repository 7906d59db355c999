/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a program reads of a frame besides its bytes: the fields of struct xdp_md and struct
 * __sk_buff (include/uapi/linux/bpf.h); which of them a run can be given, and how, and which come
 * back (net/bpf/test_run.c). The same rows serve reader, runner, judge and help.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum context_source {
	CONTEXT_RUN,	 /* BPF_PROG_TEST_RUN takes it */
	CONTEXT_PRELUDE, /* a program of ours sets it before the one under test: kernel/prelude.h */
	CONTEXT_NOT	 /* neither: why_not */
};

struct context_value {
	const char *name; /* first: text_nearest() looks here */
	uint64_t value;
};

struct context_field {
	const char *name; /* first: text_nearest() looks here */
	enum context_source source;
	bool back;	 /* known after the run */
	bool is_device;	 /* an ifindex */
	uint16_t offset; /* in its struct, of the first of n elements of @size bytes */
	uint16_t size, n;
	uint64_t max;			    /* inclusive */
	const struct context_value *values; /* names; NULL: none */
	size_t n_values;
	const char *takes;   /* in words, where values are only some numbers; or NULL */
	const char *why_not; /* CONTEXT_NOT: the reason, after "cannot be set: " */
	const char *unknown; /* !back: the reason, after "cannot be expected: " */
	/*
	 * What it is at a live hook and not in a run, unless it is given: "it is A in a run, B at a
	 * hook". NULL: no such difference.
	 */
	const char *differs;
};

/* Those of a program of type @prog_type (enum bpf_prog_type): XDP, or else tc. */
const struct context_field *context_fields(uint32_t prog_type, size_t *n);
/* By name (@len bytes), or NULL. */
const struct context_field *context_field_find(uint32_t prog_type, const char *name, size_t len);
/* The bit of field @name, one of these, in a set of them: bit i is row i. */
uint64_t context_field_bit(uint32_t prog_type, const char *name);
/* The name of a value of @f, or NULL. */
const char *context_value_name(const struct context_field *f, uint64_t value);
