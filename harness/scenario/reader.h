/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Inside scenario/: what the readers of its parts share while one scenario is read. */
#pragma once

#include "scenario/scenario_keys.h"
#include "scenario/suite.h"
#include "syntax/keys.h"

/* A file that was read: its text and its tree, kept as long as the suite. */
struct suite_file {
	struct source src;
	struct node *root; /* NULL: it has no tree */
	bool bad;	   /* its syntax has errors, reported when it was read */
};

struct object_entry {
	const char *path;
	struct object_file *file; /* NULL: could not be read, which has been reported */
};

struct type_entry {
	const char *path;
	struct type_set *set;
};

/* The files a scenario is made of, or the mappings that describe a node: what is used first, what
 * uses it last, whose keys win. */
struct parts {
	struct node **roots;
	size_t n;
};

/* What is known of one node of several while another is read: read_nodes.c. */
struct node_reading;

struct reader {
	struct suite *suite;
	struct diags *d;
	struct arena *arena;
	struct scenario *s;
	struct scenario_node *node;	   /* of s->nodes: the one that is read */
	struct node_reading *readings;	   /* one for each of s->nodes */
	struct vars top_vars;		   /* of the scenario, without those of nodes */
	struct vars vars;		   /* of what is read now */
	struct program_ref program;	   /* `program:`, for its steps */
	const struct type_set **type_sets; /* of `types:` */
	size_t n_type_sets;
	bool incomplete;   /* a file of `use:` could not be read, which has been reported */
	bool lacks_object; /* one could not be read, or there is none, which has been reported: what
			      it has is not known */
	bool lacks_event_types; /* something in `events:` is wrong, which has been reported */
	bool lacks_program; /* the one for all steps is wrong or missing, which has been reported */
};

/* suite.c */
/* The rows of scenario_keys with KEY_OF_NODE. */
const struct key *node_keys(struct arena *arena, size_t *n);
/* The files of @mapping's `use:`, and what those use, @depth levels down. */
void read_uses(struct reader *r, const struct node *mapping, unsigned int depth,
	       struct parts *parts);
/* Check the keys of each part; what is the scenario's alone is read from the last if it is @own. */
void check_part_keys(struct reader *r, const struct parts *parts, bool own);
/* Add the variables of @let, a mapping, or NULL. */
void set_variables(struct reader *r, const struct node *let);
/* What describes a machine, into r->node: one key after the other, each from all parts. */
void read_machine(struct reader *r, const struct parts *parts);

/* read_nodes.c */
/* Everything of one case (or of the only one; @values NULL then): variables, then all that may use
 * them. */
void read_case(struct reader *r, const struct parts *parts, const struct node *values);
/* Go to the node in which step @n runs, and put its variables in place. NULL: it is not known,
 * which has been reported. */
const struct node *step_in_node(struct reader *r, struct node *n);

/* files.c */
/* Read and parse @path once. NULL: it cannot be read, which is reported at @where. */
struct suite_file *read_file(struct suite *s, struct diags *d, struct span where, const char *path);

/* messages.c */
/* Add to @to those of @from that neither it nor @s has yet, each once. Frees @from. */
void move_new_diags(const struct suite *s, struct diags *to, struct diags *from);
/* Sort by place, file by file in the order of their first messages. */
void sort_diags(struct diags *d);

/* read_objects.c: object(s), programs, types, names, max_entries, globals */
void read_objects(struct reader *r, const struct node *root);
/* The enumerators of the objects' own enums become names for values. */
void add_object_types(struct reader *r);
void read_program_types(struct reader *r, const struct node *n);
void read_type_files(struct reader *r, const struct node *n);
void read_names(struct reader *r, const struct node *n);
void read_max_entries(struct reader *r, const struct node *n);
void read_globals(struct reader *r, const struct node *n);
/* A program by "name", "alias/name" or section. Reports; 0 or -1. */
int read_program(struct reader *r, const struct node *n, struct program_ref *out);

/* read_devices.c, check_devices.c */
void read_devices(struct reader *r, const struct node *n);
/* Between devices: to be called when all are read. */
void check_devices(struct reader *r);
/* A device by name. Reports; 0 or -1. */
int read_device(struct reader *r, const struct node *n, size_t *out);
/* What names devices: to be called when these are read and checked. */
void read_routes(struct reader *r, const struct node *n);
void read_neighbours(struct reader *r, const struct node *n);
void read_rules(struct reader *r, const struct node *n);
void read_sysctls(struct reader *r, const struct node *n);

/* read_hosts.c */
void read_hosts(struct reader *r, const struct node *n);

/* read_maps.c, read_map_writes.c, read_map_expect.c */
/* A map by "name" or "alias/name": its index in s->map_refs. Reports; 0 or -1. */
int read_map_name(struct reader *r, const struct node *n, size_t *out);
void read_map_writes(struct reader *r, const struct node *n, struct map_write **writes,
		     size_t *n_writes);
void read_map_expectations(struct reader *r, const struct node *n, struct expectation *e);

/* read_event_formats.c, read_events.c */
void read_event_formats(struct reader *r, const struct node *n);
void read_event_expectations(struct reader *r, const struct node *n, struct expectation *out);

/* read_expect.c */
void read_expectation(struct reader *r, const struct node *n, const struct step *step,
		      bool in_replay, struct replay_expectation *out);

/* read_redirect.c, read_calls.c, read_tail_calls.c, read_tunnel.c */
void read_redirect_expectation(struct reader *r, const struct node *n, struct expectation *e);
void read_calls_expectation(struct reader *r, const struct node *n, const struct step *step,
			    struct expectation *out);
void read_tail_calls_expectation(struct reader *r, const struct node *n, struct expectation *out);
void read_tunnel_expectation(struct reader *r, const struct node *n, struct expectation *out);

/* read_needs.c: one feature or a list of them; the value of `xfail:` */
void read_needs(struct reader *r, const struct node *n);
void read_xfail(struct reader *r, const struct node *n);

/* read_time_limit.c: a scalar, "30s"; *out (ns) is untouched on failure. Reports. */
void read_time_limit(struct reader *r, const struct node *n, uint64_t *out);

/* read_steps.c */
void read_steps(struct reader *r, const struct node *n);

/* -1, and reported once, where there is no object that could have what is asked for. */
int no_object(struct reader *r, struct span where);
/* Whether a value of mapping @n was reported already, such as an unknown variable. */
bool has_broken_value(const struct node *n);
/* What follows the alias in "alias/name", and the alias's object; object = n_objects if none is
 * given. */
int split_alias(struct reader *r, struct span where, const char *text, size_t *object,
		const char **name);
/* An expression's place in the text; reports what YAML did to it. */
int read_expression(struct reader *r, const struct node *n, struct expression *e);
/* Whether @n is a path at all; reports it as what @what takes. */
bool check_path(struct reader *r, const struct node *n, const char *what);
/* The path @n names: relative to the file it stands in. */
const char *read_path(struct reader *r, const struct node *n);
/* An object file, read once per suite; NULL after a diag. */
const struct object_file *suite_object(struct reader *r, const struct node *n);
const struct type_set *suite_types(struct reader *r, const struct node *n);
/* A capture at @path, of the suite's arena, is read when a scenario runs. */
void suite_capture(struct suite *s, const char *path);
