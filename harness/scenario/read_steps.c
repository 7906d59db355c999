/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/context.h"
#include "scenario/read_context.h"
#include "scenario/read_helpers.h"

#include "base/text.h"

#include <string.h>

struct step_nodes {
	const struct node *name, *node, *send, *replay, *maps, *program, *on, *expect;
	const struct node *ctx, *meta, *vlan, *checksum, *helpers, *wait;
	const struct node *filter, *ethernet, *checksums, *truncated;
	struct span send_key, replay_key, maps_key, filter_key, ethernet_key, checksums_key,
		truncated_key;
	const struct node *time_limit;
	bool bad_keys; /* reported */
};

/* One keeper a key: where it stands, and its value. */
#define KEEP(field)                                                                            \
	static void keep_##field(void *into, const struct node *key, const struct node *value) \
	{                                                                                      \
		(void)key;                                                                     \
		((struct step_nodes *)into)->field = value;                                    \
	}
#define KEEP_WITH_KEY(field)                                                                   \
	static void keep_##field(void *into, const struct node *key, const struct node *value) \
	{                                                                                      \
		((struct step_nodes *)into)->field = value;                                    \
		((struct step_nodes *)into)->field##_key = key->span;                          \
	}
KEEP(name)
KEEP(node)
KEEP(program)
KEEP(on)
KEEP(expect)
KEEP(ctx)
KEEP(helpers)
KEEP(wait)
KEEP(meta)
KEEP(vlan)
KEEP(checksum)
KEEP_WITH_KEY(send)
KEEP_WITH_KEY(replay)
KEEP_WITH_KEY(maps)
KEEP_WITH_KEY(filter)
KEEP_WITH_KEY(ethernet)
KEEP_WITH_KEY(checksums)
KEEP_WITH_KEY(truncated)
KEEP(time_limit)

const struct key step_keys[] = {
	{ "name", TAKES_SCALAR, keep_name, "TEXT", "what this step shows" },
	{ "node", TAKES_SCALAR, keep_node, "NODE", "of several: where it runs" },
	{ "send", TAKES_SCALAR, keep_send, "PACKET|last",
	  "run one frame; last: what came out before" },
	{ "replay", TAKES_SCALAR, keep_replay, "FILE", "run every frame of a capture" },
	{ "maps", TAKES_MAPPING, keep_maps, "{MAP: ENTRIES}", "set or delete entries" },
	{ "wait", TAKES_SCALAR, keep_wait, "TIME", "move all clocks on: 30s" },
	{ "program", TAKES_SCALAR, keep_program, "PROGRAM", "instead of the scenario's" },
	{ "on", TAKES_SCALAR, keep_on, "DEVICE", "the device the frame arrives on" },
	{ "ctx", TAKES_MAPPING, keep_ctx, "{FIELD: VALUE}",
	  "what the frame has besides its bytes" },
	{ "meta", TAKES_SCALAR | TAKES_MAPPING, keep_meta, "hex(..)|{TYPE: VALUE}",
	  "XDP: the metadata in front of it" },
	{ "vlan", TAKES_SCALAR, keep_vlan, "in_skb|in_frame", "tc: where its 802.1Q tag is" },
	{ "checksum", TAKES_SCALAR, keep_checksum, "complete",
	  "tc: check that CHECKSUM_COMPLETE is kept right" },
	{ "helpers", TAKES_MAPPING, keep_helpers, "{HELPER: RESULT}",
	  "answers of helpers in this step" },
	{ "filter", TAKES_SCALAR, keep_filter, "FILTER", "replay: only frames that pass" },
	{ "ethernet", TAKES_SCALAR, keep_ethernet, "eth(..)",
	  "replay: header for captures that have none" },
	{ "checksums", TAKES_SCALAR, keep_checksums, "fix",
	  "replay: fill in what offloading left out" },
	{ "truncated", TAKES_SCALAR, keep_truncated, "skip|error",
	  "replay: frames cut by the snap length" },
	{ "time_limit", TAKES_SCALAR, keep_time_limit, "TIME", "what it may take: 30s" },
	{ "expect", TAKES_MAPPING | TAKES_LIST, keep_expect, "{..}",
	  "what must be true afterwards" },
};
const size_t n_step_keys = ARRAY_SIZE(step_keys);

static const uint8_t *device_mac(const struct reader *r, const struct step *step)
{
	return step->has_device ? r->node->devices[step->device].mac : NULL;
}

static void read_send(struct reader *r, const struct step_nodes *nodes, struct step *step)
{
	struct expression e;

	step->kind = STEP_SEND;
	step->where = node_where(nodes->send);
	if (node_is_word(nodes->send, "last")) {
		step->send_last = true;
		return;
	}
	if (read_expression(r, nodes->send, &e))
		return;
	e.eth_dst = device_mac(r, step);
	expression_build(r->d, &e, r->arena, &step->packet);
}

/* eth(src=.., dst=..): the header that frames of a capture without one are given */
static void read_ethernet(struct reader *r, const struct node *n, struct step *step)
{
	struct packet p = {};
	struct expression e;

	if (read_expression(r, n, &e) || expression_build(r->d, &e, r->arena, &p))
		return;
	if (p.n_layers != 1 || p.len != 14) {
		diag(r->d, DIAG_ERROR, node_where(n), "'ethernet' takes just eth(src=.., dst=..)");
		return;
	}
	step->has_ethernet = true;
	memcpy(step->eth_dst, p.data, 6);
	memcpy(step->eth_src, p.data + 6, 6);
}

static void read_replay_options(struct reader *r, const struct step_nodes *nodes, struct step *step)
{
	if (nodes->filter) {
		step->filter = nodes->filter->text;
		step->filter_where = node_where(nodes->filter);
	}
	if (nodes->ethernet)
		read_ethernet(r, nodes->ethernet, step);
	if (nodes->checksums && node_is_word(nodes->checksums, "fix"))
		step->fix_checksums = true;
	else if (nodes->checksums)
		diag(r->d, DIAG_ERROR, node_where(nodes->checksums),
		     "'checksums' takes 'fix', not '%s'", nodes->checksums->text);
	if (nodes->truncated && node_is_word(nodes->truncated, "skip"))
		step->truncated = TRUNCATED_SKIP;
	else if (nodes->truncated && !node_is_word(nodes->truncated, "error"))
		diag(r->d, DIAG_ERROR, node_where(nodes->truncated),
		     "'truncated' takes 'skip' or 'error', not '%s'", nodes->truncated->text);
}

static void read_replay(struct reader *r, const struct step_nodes *nodes, struct step *step)
{
	struct capture_options options = { .again = true };

	step->kind = STEP_REPLAY;
	step->where = step->capture_where = node_where(nodes->replay);
	step->capture = read_path(r, nodes->replay);
	read_replay_options(r, nodes, step);
	options.filter = step->filter;
	options.filter_span = step->filter_where;
	suite_capture(r->suite, step->capture);
	capture_close(capture_open(r->d, step->capture_where, step->capture, &options));
}

static void only_for_replay(struct reader *r, struct span key)
{
	if (key.src)
		diag(r->d, DIAG_ERROR, key, "'%.*s' is for a replay", (int)key.len,
		     key.src->text + key.off);
}

static bool overlap(const struct frame_range *a, const struct frame_range *b)
{
	return a->first <= b->last && b->first <= a->last;
}

static void check_ranges(struct reader *r, const struct step *step, size_t i,
			 const struct frame_range *range)
{
	for (size_t j = 0; j <= i; j++)
		for (size_t k = 0; k < step->replay[j].n_ranges; k++) {
			const struct frame_range *other = &step->replay[j].ranges[k];

			if (other == range)
				return; /* each pair once */
			if (!overlap(range, other))
				continue;
			diag(r->d, DIAG_ERROR, range->where, "frame %llu is judged twice",
			     (unsigned long long)(range->first > other->first ? range->first
									      : other->first));
			diag(r->d, DIAG_NOTE, other->where, "first judged here");
			return;
		}
}

static void check_rest(struct reader *r, const struct step *step)
{
	const struct replay_expectation *rest = NULL;

	for (size_t i = 0; i < step->n_replay; i++) {
		const struct replay_expectation *e = &step->replay[i];

		for (size_t k = 0; k < e->n_ranges; k++)
			check_ranges(r, step, i, &e->ranges[k]);
		if (!e->rest)
			continue;
		if (rest) {
			diag(r->d, DIAG_ERROR, e->expect.where, "'rest' is judged twice");
			diag(r->d, DIAG_NOTE, rest->expect.where, "first judged here");
		}
		rest = e;
	}
}

static void read_replay_expect(struct reader *r, const struct node *n, struct step *step)
{
	const struct node *item = n->kind == NODE_SEQUENCE ? n->child : n;
	unsigned int errors = r->d->errors;

	if (!item)
		diag(r->d, DIAG_ERROR, node_where(n), "this expects nothing: the list is empty");
	for (; item; item = n->kind == NODE_SEQUENCE ? item->sibling : NULL) {
		struct replay_expectation *e = ARENA_PUSH(r->arena, step->replay, step->n_replay);

		read_expectation(r, item, step, true, e);
		if (!e->n_ranges && !e->rest && !node_get(item, "frames"))
			*ARENA_PUSH(r->arena, e->ranges, e->n_ranges) =
				(struct frame_range){ 1, UINT64_MAX, node_where(item) };
	}
	if (r->d->errors == errors)
		check_rest(r, step);
}

static void read_step_expect(struct reader *r, const struct node *n, struct step *step)
{
	struct replay_expectation one = {};

	if (step->kind == STEP_REPLAY) {
		read_replay_expect(r, n, step);
		return;
	}
	if (n->kind != NODE_MAPPING) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "a step that sends one frame takes one expectation, this is %s",
		     node_kind_name(n));
		return;
	}
	read_expectation(r, n, step, false, &one);
	step->expect = one.expect;
	if (step->send_last && step->number == 1)
		diag(r->d, DIAG_ERROR, step->where, "the first step has no last frame to send on");
}

/* After the program, the device and `send`. */
static void read_context(struct reader *r, const struct step_nodes *nodes, struct step *step)
{
	if (!nodes->ctx && !nodes->meta && !nodes->vlan && !nodes->checksum)
		return;
	step->context = arena_alloc(r->arena, sizeof(*step->context));
	if (nodes->ctx)
		read_frame_context(r, nodes->ctx, step);
	if (nodes->meta)
		read_meta(r, nodes->meta, step);
	if (nodes->vlan)
		read_vlan_choice(r, nodes->vlan, step);
	if (nodes->checksum)
		read_checksum_choice(r, nodes->checksum, step);
}

static void read_packet_step(struct reader *r, const struct node *n, const struct step_nodes *nodes,
			     struct step *step)
{
	step->program = r->program;
	if (nodes->program)
		read_program(r, nodes->program, &step->program);
	else if (!r->program.program && !r->lacks_program) {
		diag(r->d, DIAG_ERROR, node_where(n),
		     "no program: name one here or at the top, 'program: NAME'");
		r->lacks_program = true;
	}
	if (nodes->on)
		step->has_device = !read_device(r, nodes->on, &step->device);
	if (nodes->send)
		read_send(r, nodes, step);
	else
		read_replay(r, nodes, step);
	read_context(r, nodes, step);
	if (nodes->helpers)
		read_helper_script(r, nodes->helpers, step->kind == STEP_REPLAY, &step->helpers);
	if (nodes->expect)
		read_step_expect(r, nodes->expect, step);
	else if (!nodes->bad_keys)
		diag(r->d, DIAG_ERROR, step->where, "this step expects nothing: add 'expect:'");
}

/* Steps of kind @what run no program: of @keys only. */
static void runs_nothing(struct reader *r, const struct step_nodes *nodes, const char *what,
			 const char *keys)
{
	const struct node *const of_runs[] = { nodes->expect, nodes->program, nodes->ctx,
					       nodes->meta,   nodes->vlan,    nodes->checksum,
					       nodes->on,     nodes->helpers };

	for (size_t i = 0; i < ARRAY_SIZE(of_runs); i++) {
		if (!of_runs[i])
			continue;
		diag(r->d, DIAG_ERROR, node_where(of_runs[i]),
		     "a step that %s runs no program: it takes only %s and 'name'", what, keys);
		return;
	}
}

static void read_maps_step(struct reader *r, const struct step_nodes *nodes, struct step *step)
{
	step->kind = STEP_MAPS;
	step->where = nodes->maps_key;
	read_map_writes(r, nodes->maps, &step->writes, &step->n_writes);
	runs_nothing(r, nodes, "changes maps", "'maps'");
}

static void read_wait_step(struct reader *r, const struct step_nodes *nodes, struct step *step)
{
	step->kind = STEP_WAIT;
	step->where = node_where(nodes->wait);
	read_wait(r, nodes->wait, &step->wait);
	runs_nothing(r, nodes, "waits", "'wait'");
}

bool has_broken_value(const struct node *n)
{
	const struct node *key;

	for_each_child (key, n)
		if (key->value && key->value->broken)
			return true;
	return n->broken;
}

static void read_step(struct reader *r, const struct node *n)
{
	struct step *step = ARENA_PUSH(r->arena, r->s->steps, r->s->n_steps);
	struct step_nodes nodes = {};
	unsigned int errors, n_kinds;

	step->number = r->s->n_steps;
	step->where = node_where(n);
	step->node = (size_t)(r->node - r->s->nodes);
	errors = r->d->errors;
	keys_read(r->d, n, "a step", step_keys, n_step_keys, &nodes);
	/* What is missing may be what was misspelt or of the wrong kind. */
	nodes.bad_keys = r->d->errors != errors || has_broken_value(n);
	if (nodes.name)
		node_text(r->d, nodes.name, "name", &step->name);
	if (nodes.time_limit)
		read_time_limit(r, nodes.time_limit, &step->time_limit);
	n_kinds = !!nodes.send + !!nodes.replay + !!nodes.maps + !!nodes.wait;
	if (n_kinds != 1) {
		if (!nodes.bad_keys || n_kinds > 1)
			diag(r->d, DIAG_ERROR, node_where(n),
			     "a step has exactly one of 'send', 'replay', 'maps' and 'wait'");
		return;
	}
	if (!nodes.replay) {
		only_for_replay(r, nodes.filter_key);
		only_for_replay(r, nodes.ethernet_key);
		only_for_replay(r, nodes.checksums_key);
		only_for_replay(r, nodes.truncated_key);
	}
	if (nodes.maps)
		read_maps_step(r, &nodes, step);
	else if (nodes.wait)
		read_wait_step(r, &nodes, step);
	else
		read_packet_step(r, n, &nodes, step);
}

void read_steps(struct reader *r, const struct node *n)
{
	struct node *item;

	for_each_child (item, n) {
		const struct node *step = step_in_node(r, item);

		if (step)
			read_step(r, step);
		else /* those that follow keep their numbers */
			*ARENA_PUSH(r->arena, r->s->steps, r->s->n_steps) = (struct step){};
	}
	if (!n->child)
		diag(r->d, DIAG_ERROR, node_where(n),
		     "there are no steps: a scenario sends something");
}
