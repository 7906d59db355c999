/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Nodes into places of a value. Internal to types/; the language is described in type.h. */
#pragma once

#include "types/place.h"

struct encoder {
	struct diags *d;
	const struct value_context *c;
	struct arena arena; /* until encoder_end() */
	struct place whole;
	uint8_t *out;	      /* the whole value */
	uint8_t *given;	      /* bits of it that nodes named so far: never NULL */
	struct place *claims; /* the same as places, for messages */
	size_t n_claims;
	bool expects; /* `any` has a meaning */
	bool failed;
};

/* As the arguments of value_encode(). Returns what it does. */
void encoder_begin(struct encoder *e, struct diags *d, const struct value_context *c,
		   const struct type *t, uint8_t *out, uint8_t *mask);
int encoder_end(struct encoder *e);

/* Report an error about all of @n, or about @len bytes of its text from @off. */
void encode_error(struct encoder *e, const struct node *n, const char *fmt, ...) printf_like(3, 4);
void encode_error_part(struct encoder *e, const struct node *n, size_t off, size_t len,
		       const char *fmt, ...) printf_like(5, 6);

/*
 * Claim the bits of @p for @n. False, and reported, if another member that shares them was
 * named before.
 */
bool encode_claim(struct encoder *e, const struct place *p, const struct node *n);

void encode_node(struct encoder *e, const struct place *p, const struct node *n);
/* The members of mapping @n but for the one at key @skip (may be NULL). */
void encode_members(struct encoder *e, const struct place *p, const struct node *n,
		    const struct node *skip);
void encode_scalar(struct encoder *e, const struct place *p, const struct node *n);

/*
 * hex(..), be16(..) and the like in plain scalar @n. True if its text has that form, whether or not
 * it could be encoded.
 */
bool encode_function(struct encoder *e, const struct place *p, const struct node *n);
/*
 * A number or name, or several with '|', for integer or enum @p. @off: where @s (@len bytes) stands
 * in the text of @n.
 */
void encode_number(struct encoder *e, const struct place *p, const struct node *n, size_t off,
		   const char *s, size_t len);
