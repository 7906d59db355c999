/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Parts of packets as text, for messages. */
#pragma once

#include "packet/packet.h"

/* Which layer of its protocol layer @i is, from 1. */
unsigned int layer_index(const struct packet *p, unsigned int i);
/* "ipv4", "ipv4[2]" */
void layer_name_print(FILE *out, const struct packet *p, unsigned int i);
/* One layer as an expression, with the fields of layer.named; "[INDEX]" after its name unless 0. */
void layer_print(FILE *out, const struct packet *p, unsigned int i, unsigned int index);
/* The first @n layers, and "/ ..." where @open. */
void layers_print(FILE *out, const struct packet *p, unsigned int n, bool open);
