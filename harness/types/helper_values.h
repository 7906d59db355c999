/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What arguments and results of helpers look like: structs as types, names for flags and codes
 * (include/uapi/linux/bpf.h). Reading, printing and comparing them is then that of any value.
 */
#pragma once

#include "types/helpers.h"
#include "types/type.h"

/*
 * The type of argument @i of @h where it is recorded as bytes: a struct, also the memory that is a
 * struct bpf_sock_tuple. NULL for keys (whose map tells), other memory, and numbers.
 *
 * As in the UAPI, but for the IPv4 addresses of struct bpf_tunnel_key: the kernel takes them in
 * host order; here they are in network order, as all addresses that people write.
 */
const struct type *helper_struct(const struct helper *h, unsigned int i);
/* The same of an argument of @size bytes: a struct bpf_sock_tuple of IPv4 or of IPv6. */
const struct type *helper_sized_struct(const struct helper *h, unsigned int i, uint64_t size);
/* Put the IPv4 addresses of a struct bpf_tunnel_key of the kernel into network order, or back. */
void helper_tunnel_swap(uint8_t *key);

/* The type of argument @i where it is a number; network order for HELPER_BE16. */
const struct type *helper_number(const struct helper *h, unsigned int i);
/* Names for arguments and members of structs, by the names of these. NULL: none. */
const struct value_names *helper_names(const struct helper *h);

/* The argument called @name (@len bytes); HELPER_ARGS if there is none. */
unsigned int helper_arg_find(const struct helper *h, const char *name, size_t len);
/* The argument of kind @value; HELPER_ARGS if there is none. */
unsigned int helper_arg_of(const struct helper *h, enum helper_value value);
/* The argument recorded as bytes (a struct, a key, memory); HELPER_ARGS if there is none. */
unsigned int helper_bytes_arg(const struct helper *h);
/*
 * Whether people name argument @i of a call: not pointers that say nothing, nor a struct that is
 * both question and answer.
 */
bool helper_arg_is_named(const struct helper *h, unsigned int i);
/* What is named of a call, in order: "map, key, flags", "question, answer, plen, flags". */
void helper_args_write(FILE *out, const struct helper *h);

/* BPF_FIB_LKUP_RET_*, also without that prefix. All codes, *n of them; first: text_nearest(). */
struct fib_code {
	const char *name; /* without the prefix */
	uint64_t value;
};
const struct fib_code *fib_codes(size_t *n);
/* The name without prefix, or NULL. */
const char *fib_code_name(uint64_t code);

/*
 * A time: a number with a unit (ns, us, ms, s, m, h, d), without a unit ns. Returns 0, -EINVAL, or
 * -ERANGE beyond 64 bits.
 */
int duration_parse(const char *s, size_t len, uint64_t *ns);
/* In the largest unit that takes no fraction: "100s", "1500ms". */
void duration_write(FILE *out, uint64_t ns);
