/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside run/: how the last frame gets to the next step. */
#pragma once

#include "run/internal.h"

struct journey {
	struct life *life;
	const struct step *step; /* the next */
	const struct last_frame *last;
	bool over_link;
	bool has_device; /* where it arrives; not: lo */
	size_t device;
};

/*
 * From where j->last is to where j->step says it arrives, as far as it says: fills the rest of *j.
 * Reports what contradicts what was seen of the frame, and links that are missing; 0 or -1.
 */
int journey_go(struct journey *j);
/* The MAC addresses that the stack writes after bpf_redirect_neigh(), into @frame. Reports; 0 or
 * -1. */
int journey_fill_in_macs(struct journey *j, uint8_t *frame, size_t len);
