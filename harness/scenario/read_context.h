/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What read_context.c and read_meta.c read for steps and expectations. */
#pragma once

#include "scenario/reader.h"

/*
 * Each into step->context, which is there, for its program and device, which are known. Where the
 * program is not, which has been reported, nothing that depends on its type is checked. `vlan:`
 * comes after `ctx:`.
 */
void read_frame_context(struct reader *r, const struct node *n, struct step *step);
void read_vlan_choice(struct reader *r, const struct node *n, struct step *step);
void read_checksum_choice(struct reader *r, const struct node *n, struct step *step);
void read_meta(struct reader *r, const struct node *n, struct step *step);

struct context_expectation;
/* e->context, made where it is not there yet. */
struct context_expectation *context_expectation_of(struct reader *r, struct expectation *e);
void read_context_expectation(struct reader *r, const struct node *n, const struct step *step,
			      struct expectation *e);
void read_meta_expectation(struct reader *r, const struct node *n, const struct step *step,
			   struct expectation *e);
