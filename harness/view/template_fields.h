/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a template is made of: between its reader and its printer. */
#pragma once

#include "view/template.h"

enum conversion {
	CONVERT_DECIMAL,
	CONVERT_HEX,
	CONVERT_HEX_UPPER,
	CONVERT_IP,
	CONVERT_MAC,
	CONVERT_MAC_UPPER,
	CONVERT_NAMES,
	CONVERT_FLAGS
};

struct format {
	char align; /* '<', '>', or 0: numbers to the right, texts to the left */
	bool prefix, zeros;
	unsigned int width;
	enum conversion conversion;
	const struct view_names *names;
	const struct view_flags *flags;
};

struct field {
	struct span where;
	const char *path; /* all of it, "value.backend_id" */
	size_t path_len;
	bool is_key; /* just bytes: a path without a format */
	bool slice;
	uint64_t from, to; /* bytes, of a slice */
	char operator;	   /* '+', '-', '*', '/', or 0 */
	uint64_t operand;
	struct format format;
};

/* A piece of a template: text, then a field, if any. */
struct piece {
	const char *text;
	struct field *field;
};

struct template
{
	struct piece *pieces;
	size_t n;
};
