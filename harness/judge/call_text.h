/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A helper call as text, for mismatches, traces and results. */
#pragma once

#include "base/mem.h"
#include "judge/observation.h"

/*
 * In one line, without its end:
 * "redirect(ifindex=eth0, flags=0) = TC_ACT_REDIRECT   lessons.bpf.c:42". Arguments that say
 * nothing to people (the context, memory, sizes of structs) are left out. Not escaped: names are
 * the object's.
 */
void call_print(FILE *out, const struct observed_call *c);
/* Without the place in the source. */
const char *call_text(const struct observed_call *c, struct arena *arena);

/* Argument @i as a value. */
void call_arg_print(FILE *out, const struct observed_call *c, unsigned int i);
const char *call_arg_text(const struct observed_call *c, unsigned int i, struct arena *arena);
/* What a struct argument that is question and answer holds: @bytes of @c. NULL: not recorded. */
const char *call_bytes_text(const struct observed_call *c, const uint8_t *bytes,
			    struct arena *arena);
/* The result as a value: "TC_ACT_REDIRECT", "-ENOENT", "100s", "none". */
void call_result_print(FILE *out, const struct observed_call *c);

/* Names for the numbers in @c: the devices of the scenario first. Lives as long as both. */
struct call_names {
	struct value_names devices;
	const struct value_names *all;
};
void call_names_init(struct call_names *n, const struct observed_call *c);
