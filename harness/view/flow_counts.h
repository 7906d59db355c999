/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Flows counted by what an operator asks for: verdict, drop reason, ends, TCP flag, port, ICMP
 * type. */
#pragma once

#include "view/flow.h"

struct flow_counts;

struct flow_counts *flow_counts_new(void);
void flow_counts_add(struct flow_counts *c, const struct flow *f);
/* For each way to count: the most frequent first. */
void flow_counts_print_text(FILE *out, const struct flow_counts *c);
/* One object, {"verdict": {"FORWARDED": 3}, ..}. Returns 0 or -errno. */
int flow_counts_print_json(FILE *out, const struct flow_counts *c);
void flow_counts_free(struct flow_counts *c); /* NULL is fine */
