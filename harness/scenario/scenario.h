/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A scenario as plain data: everything its text says, checked and encoded, with the place of each
 * part in that text. Made by suite.h, run by run/. Texts and bytes live in the scenario's suite.
 */
#pragma once

#include "base/network.h"
#include "judge/expectation.h"

/* What programs are told in place of a helper's own answer: scenario/script.h. */
struct helper_script;
/* What a kernel can do: kernel/features.h. */
struct feature;
/* What a frame arrives with besides its bytes: scenario/context.h. */
struct frame_context;

struct scenario_object {
	const char *alias; /* "" for the only one */
	struct span where; /* of the path */
	const struct object_file *file;
};

/* A value for a global, set before load: the object is loaded once per distinct set of these. */
struct global_setting {
	size_t object;
	const struct object_global *global;
	const uint8_t *data; /* global->type->size bytes */
};

struct map_limit {
	size_t object;
	const struct object_map *map;
	uint32_t max_entries;
	struct span where;
};

struct program_type {
	size_t object;
	const struct object_program *program;
	uint32_t type; /* enum bpf_prog_type */
};

struct program_ref {
	size_t object;
	const struct object_program *program; /* NULL: none named */
	uint32_t type;			      /* xdp or tc; the object's guess, or `programs:` */
	struct span where;
};

struct map_ref {
	size_t node; /* index into scenario.nodes */
	size_t object;
	const struct object_map *map;
};

/* One entry to set or delete. */
struct map_write {
	struct span where;
	size_t map; /* index into scenario.map_refs */
	const uint8_t *key;
	const uint8_t *value;	/* of a per-CPU map: the sum, which stands on the first CPU */
	const uint8_t **values; /* one per CPU, or NULL */
	size_t n_values;
	bool delete;
	bool has_program, has_device; /* PROG_ARRAY, DEVMAP: the value is made when run */
	struct program_ref program;
	size_t device;
	/* Maps in maps: like what the map is that lies there, or NULL; and what it holds. */
	const struct object_map *inner_type;
	struct map_write *inner;
	size_t n_inner;
};

struct frame_range {
	uint64_t first, last; /* numbers in the file; last inclusive, UINT64_MAX: to the end */
	struct span where;
};

/* One entry of a replay's `expect:`. */
struct replay_expectation {
	struct frame_range *ranges;
	size_t n_ranges;
	bool rest; /* every frame that no other entry names */
	struct expectation expect;
};

enum step_kind {
	STEP_SEND,
	STEP_REPLAY,
	STEP_MAPS,
	STEP_WAIT
};

enum truncated_policy {
	TRUNCATED_ERROR, /* a frame cut by the snap length stops the replay */
	TRUNCATED_SKIP
};

struct step {
	enum step_kind kind;
	size_t number;	   /* from 1 */
	struct span where; /* of the send, replay or maps key */
	const char *name;  /* or NULL */
	size_t node;	   /* index into scenario.nodes: where it runs */
	struct program_ref program;
	bool has_device;
	size_t device; /* index into its node's devices, where has_device */

	struct helper_script *helpers; /* `helpers:` of the step, over the scenario's; or NULL */
	struct frame_context *context; /* `ctx:` and what belongs to it; or NULL */
	uint64_t wait;		       /* wait: ns by which all clocks move */
	uint64_t time_limit;	       /* ns it may take in real time; 0: not said here */

	bool send_last; /* send: what came out of the step before */
	struct packet packet;

	const char *capture; /* replay: path */
	struct span capture_where;
	const char *filter; /* or NULL */
	struct span filter_where;
	bool has_ethernet;
	uint8_t eth_src[6], eth_dst[6]; /* for link types without an Ethernet header */
	bool fix_checksums;
	enum truncated_policy truncated;
	struct replay_expectation *replay;
	size_t n_replay;

	struct map_write *writes; /* maps */
	size_t n_writes;

	struct expectation expect; /* send */
};

/*
 * A machine of the scenario: objects, loaded together, with maps and devices of their own. Most
 * scenarios have one, without a name.
 */
struct scenario_node {
	const char *name; /* NULL: the only one */
	struct span where;
	struct scenario_object *objects;
	size_t n_objects;
	struct global_setting *globals;
	size_t n_globals;
	struct map_limit *limits;
	size_t n_limits;
	struct program_type *types;
	size_t n_types;
	struct device_spec *devices;
	size_t n_devices;
	struct route_spec *routes;
	size_t n_routes;
	struct neighbour_spec *neighbours;
	size_t n_neighbours;
	struct rule_spec *rules;
	size_t n_rules;
	struct sysctl_spec *sysctls;
	size_t n_sysctls;
	struct map_write *writes; /* `maps:` at the top, in order */
	size_t n_writes;
	struct helper_script *helpers; /* scenario/helper_script.h; or NULL */
	struct value_context values;   /* names and types for its maps */
};

struct link_end {
	size_t node;
	size_t device; /* index into its devices */
};

/* What leaves one end arrives at the other. A device has one link at most. */
struct scenario_link {
	struct span where;
	struct link_end ends[2];
};

/* What a kernel has to have for the scenario to be run, and where that is said. */
struct need {
	const struct feature *feature;
	struct span where;
};

struct scenario {
	const char *id;	  /* the path, "[case]" appended where there is one */
	size_t number;	  /* among those chosen to run, from 1; 0: nobody chose */
	const char *path; /* of its file */
	const char *name; /* " [case]" appended where there is one */
	const char *case_name;
	struct span where; /* of the name, or of the whole file */
	const char *description;
	const char **tags;
	size_t n_tags;
	uint64_t time_limit; /* ns a step may take; 0: not said */
	struct need *needs;
	size_t n_needs;
	const char *xfail; /* the reason, or NULL */
	struct span xfail_where;
	struct need *xfail_unless; /* only where the kernel lacks one of these; none: everywhere */
	size_t n_xfail_unless;

	struct scenario_node *nodes; /* at least one, whose name is NULL where it is the only one */
	size_t n_nodes;

	struct scenario_link *links;
	size_t n_links;

	struct host_name *hosts; /* `hosts:`: names of addresses */
	size_t n_hosts;

	struct map_ref *map_refs; /* every map the scenario speaks of, once */
	size_t n_map_refs;
	struct event_format **event_formats; /* how records of maps are read (judge/events.h) */
	size_t n_event_formats;
	struct value_context values;
	uint32_t *recorded; /* helpers that it speaks of and that are not always recorded */
	size_t n_recorded;

	struct step *steps;
	size_t n_steps;
};

/* The end that a device is linked to, or NULL. */
const struct link_end *link_other_end(const struct scenario *s, size_t node, size_t device);
