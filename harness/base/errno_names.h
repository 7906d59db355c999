/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* errno by name: "EINVAL". Also ENOTSUPP (524), which the kernel returns and libc does not know. */
#pragma once

#include <stddef.h>

struct errno_entry {
	const char *name; /* first: text_nearest() looks here */
	int number;	  /* positive */
};

const struct errno_entry *errno_entries(size_t *n);

/* Of @err or -@err. "errno 4711" for unknown ones, in a buffer of the thread until the next call.
 */
const char *errno_name(int err);
/* What it means: strerror() of it, ENOTSUPP too; of EMFILE also what to do about it. */
const char *errno_text(int err);
/* The positive number of "EINVAL", or -EINVAL (negative) if there is no such name. */
int errno_parse(const char *s, size_t len);
