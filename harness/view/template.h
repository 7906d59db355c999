/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Texts with fields in braces, filled from typed values: "id={value.lxc_id:<5}
 *mac={value.mac:MAC}".
 *
 *	{PATH}           a number in decimal
 *	{PATH + N}       plus, minus, times or divided by a number: +, -, *, /
 *	{PATH:FORMAT}    [<|>][#][0][WIDTH][d|x|X|ip|mac|MAC|NAME], as in Python's format(); NAME is
 *	                 one of the file's tables of names or flags
 *	{{ and }}        braces
 *
 * PATH is the name of a value and of its members, "value.backend_id"; "value[4:6]" are its bytes 4
 * and 5 as a number in the machine's order.
 */
#pragma once

#include "types/place.h"
#include "view/view.h"

/* Values a template can speak of, at most. */
#define ROOTS_MAX (2 + JOINS_MAX)

/* A value's name and type, where a template is bound. */
struct template_root {
	const char *name; /* first: text_nearest() looks here */
	const struct type *type;
};

/* The template in scalar @n, in f->arena. NULL: it is wrong, which has been reported. */
struct template *template_read(struct diags *d, struct view_file *f, const struct node *n);
/* The same of a text that is just a path: "value.backend_id". */
struct template *template_read_path(struct diags *d, struct view_file *f, const struct node *n);

/* A template whose fields are known places of @n_roots values. */
struct bound_template;

/*
 * Bind @t. Reports, at its place in the file, members that the types do not have and formats that
 * do not fit; NULL then. In @arena, which also owns the types that slices need.
 */
struct bound_template *template_bind(struct diags *d, const struct template *t,
				     const struct template_root *roots, size_t n_roots,
				     struct arena *arena);
/* @data[i]: the bytes of root i. */
void template_print(FILE *out, const struct bound_template *b, const uint8_t *const *data);
char *template_text(const struct bound_template *b, const uint8_t *const *data,
		    struct arena *arena);
/* Of a path: its bytes in data[..], *size of them. */
const uint8_t *template_bytes(const struct bound_template *b, const uint8_t *const *data,
			      size_t *size);
