/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How an operator reads a datapath's maps and events, as data: a file beside the objects says which
 * members stand in which column, what numbers are called, which records are flows. docs/views.md
 * describes the file.
 *
 * Read once (view_file_read()), then bound to the maps (listing.h) or events (flow.h) at hand,
 * whose types are known only then.
 */
#pragma once

#include "base/diag.h"
#include "syntax/node.h"

#include <stdint.h>

struct template;

/* names: {proto: {6: TCP, else: "proto {}"}} */
struct view_names {
	const char *name; /* first: text_nearest() looks here */
	struct view_name {
		uint64_t number;
		const char *text;
	} * items;
	size_t n;
	const char *otherwise; /* of other numbers, "{}" in it is the number; NULL: the number */
};

/* flags: {service: [{mask: 0x40, value: 0, text: ", non-routable"}]}: texts one after the other. */
struct view_flags {
	const char *name; /* first: text_nearest() looks here */
	struct view_flag {
		uint64_t mask, value;
		const char *text;
	} * items;
	size_t n;
};

/* with: {backend: {map: cilium_lb4_backends_v3, key: value.backend_id}} */
struct view_join {
	const char *name; /* of the value found, in templates */
	const char *map;
	struct template *key; /* just one field, whose bytes are the key */
	struct span where;
};

#define JOINS_MAX 4

/* What a map's entries are printed as. */
struct view_row {
	const char *map; /* a name, or a pattern with '*' */
	struct span where;
	const struct node *key, *value; /* what they have to be, in part; or NULL */
	struct view_join joins[JOINS_MAX];
	size_t n_joins;
	struct template **columns;
	size_t n_columns;
};

struct view {
	const char *name; /* first: text_nearest() looks here */
	const char *help;
	const char **header;
	size_t n_header;
	struct view_row *rows; /* of an entry the first that matches counts */
	size_t n_rows;
};

enum flow_direction {
	FLOW_UNKNOWN, /* <> */
	FLOW_REQUEST, /* -> */
	FLOW_REPLY    /* <-, with source and destination the other way round */
};

/* Which records are flows, and what is said of them. */
struct flow_row {
	const char *type; /* "struct trace_notify" */
	struct span where;
	const struct node *when; /* what its members have to be, or NULL */
	enum flow_direction direction;
	struct template *source, *destination; /* who they are, besides addresses; or NULL */
	struct template *what;		       /* "to-network"; or NULL */
	struct template *verdict;	       /* "FORWARDED" */
	struct template *reason;	       /* of a drop, to count by; or NULL */
	struct template *message;	       /* no packet but words; or NULL */
};

struct view_file {
	struct source src;
	struct arena arena;
	struct view_names *names;
	size_t n_names;
	struct view_flags *flags;
	size_t n_flags;
	struct view *views;
	size_t n_views;
	const char **event_maps; /* where flows are told of */
	size_t n_event_maps;
	struct flow_row *flows; /* of a record the first that matches counts */
	size_t n_flows;
};

/*
 * Read the file at @path into *f. Every error is reported; returns 0 or -1. view_file_free() is due
 * either way, when the messages, which point into its text, have been printed.
 */
int view_file_read(struct diags *d, const char *path, struct view_file *f);
void view_file_free(struct view_file *f);

const struct view *view_find(const struct view_file *f, const char *name);
const struct view_names *view_names_find(const struct view_file *f, const char *name, size_t len);
/* What the table calls @number; NULL: nothing (print the number). From @arena where it is made. */
const char *view_name_of(const struct view_names *names, uint64_t number, struct arena *arena);
