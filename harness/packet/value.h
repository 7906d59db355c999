/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of fields as text. */
#pragma once

#include "packet/packet.h"

/*
 * Read the whole of @s (@len bytes) into the field in @hdr; any field but options.
 * Returns 0, -EINVAL if it is no such value, -ERANGE if it does not fit.
 */
int value_parse(const struct field *f, const char *s, size_t len, uint8_t *hdr);
/* Why value_parse() refused @s with @err, and what it takes; the caller frees. */
returns_memory char *value_refusal(const struct field *f, const char *s, size_t len, int err);
/* What the field takes: "0 to 255", "an IPv4 address", for messages and the help; the caller frees.
 */
returns_memory char *value_accepted(const struct field *f);
/* Print a field (but options) so that it reads back. */
void field_print(FILE *out, const struct field *f, const uint8_t *hdr);
/* Any field of a layer, options too. */
void field_print_layer(FILE *out, const struct packet *p, const struct layer *l, int field);
/* Bytes as an expression writes them: "text", zeros(N) or hex(..). */
void bytes_print(FILE *out, const uint8_t *data, size_t len);
