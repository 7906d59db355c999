/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The key tables of the scenario language, for `verdict help scenario`. */
#pragma once

#include "syntax/keys.h"

/* Rows of scenario_keys that describe a machine: they may also stand in a node of `nodes:`. */
#define KEY_OF_NODE (1u << 16)

extern const struct key redirect_keys[], tail_call_keys[], xfail_keys[];
extern const size_t n_redirect_keys, n_tail_call_keys, n_xfail_keys;
extern const struct key scenario_keys[], step_keys[], expect_keys[], device_keys[], route_keys[],
	neighbour_keys[], rule_keys[], map_write_keys[], map_entry_keys[], event_format_keys[];
extern const size_t n_scenario_keys, n_step_keys, n_expect_keys, n_device_keys, n_route_keys,
	n_neighbour_keys, n_rule_keys, n_map_write_keys, n_map_entry_keys, n_event_format_keys;
