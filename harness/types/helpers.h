/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * BPF helpers as data: numbers and names of include/uapi/linux/bpf.h (all of them), and for those
 * whose calls are recorded their arguments as bpf-helpers(7) names them. Recording, scripting,
 * expecting, printing and `verdict help helpers` read the same rows. No kernel.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What an argument or a result means, and so how it is written and read. */
enum helper_value {
	HELPER_NOTHING, /* void; an argument that is not there */
	HELPER_HIDDEN,	/* the context, memory, a socket: a pointer that says nothing to people */
	HELPER_UINT,	/* a number, or flags: any BPF_F_ name that the row's enum has */
	HELPER_INT,	/* a signed number */
	HELPER_HEX,	/* flags, a hash */
	HELPER_BE16,	/* a protocol in network order */
	HELPER_NS,	/* a time */
	HELPER_IFINDEX, /* a device */
	HELPER_MAP,	/* a map */
	HELPER_KEY,	/* a pointer to a key of the map argument: its bytes are recorded */
	HELPER_STRUCT,	/* a pointer to the struct called struct_name: recorded */
	HELPER_MEMORY,	/* a pointer to as many bytes as the next argument says: recorded */
	HELPER_ERROR,	/* 0 or -errno; also a positive number */
	HELPER_ACTION,	/* a verdict of the program's type */
	HELPER_FIB,	/* BPF_FIB_LKUP_RET_*, or -errno */
	HELPER_POINTER	/* a pointer or NULL: what matters is whether it is NULL */
};

/* The last helpers, which headers older than Linux 6.2 do not have. */
#define HELPER_CGRP_STORAGE_GET	   210
#define HELPER_CGRP_STORAGE_DELETE 211

struct helper_arg {
	const char *name;
	enum helper_value value;
	uint8_t size; /* bytes of its C type: 4 or 8 */
};

#define HELPER_ARGS 5
/* Bytes recorded of a struct or key argument: struct bpf_fib_lookup is the largest. */
#define HELPER_BYTES 64

struct helper {
	const char *name; /* without bpf_; first: text_nearest() looks here */
	uint32_t id;	  /* enum bpf_func_id */
	enum helper_value result;
	uint8_t result_size; /* 4: it gives 32 bits; else 0 */
	struct helper_arg args[HELPER_ARGS];
	const char *struct_name; /* of a HELPER_STRUCT argument: "struct bpf_fib_lookup"; or NULL */
	bool in, out;		 /* the struct, key or memory is recorded before, after the call */
	bool recorded;		 /* its calls are recorded wherever programs are interposed */
	bool traced;	 /* .. and only with -v, or where a scenario speaks of it: map lookups */
	bool clock;	 /* a time that `wait:` moves */
	bool scriptable; /* its result can be given by `helpers:` */
	bool failable;	 /* .. and an error code, or NULL, by `helpers: {fail: ..}` */
	bool fills;	 /* writes memory that the program need not have initialised */
};

/* Every helper, also those that are never recorded (they have just a name), by id. */
const struct helper *helper_by_id(uint32_t id);
/* By name, with or without "bpf_"; NULL. */
const struct helper *helper_find(const char *name, size_t len);
/* All rows, ordered by id; *n of them. */
const struct helper *helper_table(size_t *n);
