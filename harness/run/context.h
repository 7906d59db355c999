/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: what frames arrive with besides their bytes (`ctx:`, `meta:`, `vlan:`, ..). */
#pragma once

#include "run/internal.h"

/* Whether this kernel can give what the steps want: 0, or -1 and l->skip says what it cannot. */
int life_check_contexts(struct life *l);
/* The same of what programs look at, when they are loaded. */
int life_check_programs(struct life *l);

/*
 * Make @run ready to give each frame what @step says, over what last_hand_over() gave, and to get
 * back what it expects. Reports; 0 or -1. context_end() after the last frame, in any case.
 */
int context_begin(struct life *l, const struct step *step, struct test_run *run);
void context_end(struct life *l);
/*
 * The frame as it is given: @data itself, or a copy in the session's second buffer with the
 * metadata in front and without the VLAN tag that goes with it. *len in and out. @data may lie in
 * that buffer.
 */
const uint8_t *context_frame(struct life *l, const struct step *step, struct test_run *run,
			     const uint8_t *data, size_t *len);
/* After a run: whether all could be given. Reports; 0 or -1. */
int context_check(struct life *l, const struct step *step);

/* Whether the program of @step reads field @name of its context, as far as that is known. */
bool context_is_read(const struct life *l, const struct step *step, const char *name);
/* Say, once for a scenario, where the program of @step finds something else than at a device. */
void context_warn(struct life *l, const struct step *step);
void context_warn_tag(struct life *l, const struct step *step, const uint8_t *data, size_t len);

void session_forget_preludes(struct session *s);
