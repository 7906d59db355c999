/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/read_context.h"

#include "base/errno_names.h"
#include "base/text.h"
#include "base/verdict_names.h"

#include <ctype.h>
#include <linux/bpf.h>
#include <string.h>

struct expect_reader {
	struct reader *r;
	const struct step *step;
	bool in_replay;
	struct replay_expectation *out;
};

static bool is_number_like(const struct node *n)
{
	return n->len && (isdigit((unsigned char)n->text[0]) || n->text[0] == '-');
}

static void unknown_verdict(struct expect_reader *er, const struct node *n, uint32_t type)
{
	bool xdp = type == BPF_PROG_TYPE_XDP;
	uint32_t other = xdp ? BPF_PROG_TYPE_SCHED_CLS : BPF_PROG_TYPE_XDP;
	const struct verdict_name *names;
	struct span where = node_where(n);
	int32_t unused;
	size_t count;

	if (is_number_like(n)) {
		diag(er->r->d, DIAG_ERROR, where,
		     "'%s' is no verdict: a name, or a number from %d to %u", n->text, INT32_MIN,
		     UINT32_MAX);
		return;
	}
	if (er->step->program.program && !verdict_parse(other, n->text, n->len, &unused)) {
		diag(er->r->d, DIAG_ERROR, where, "'%s' is a verdict of %s programs; %s is %s",
		     n->text, xdp ? "tc" : "XDP", er->step->program.program->name,
		     xdp ? "an XDP program" : "a tc program");
		return;
	}
	names = verdict_names(type, &count);
	unknown_name(er->r->d, where,
		     !er->step->program.program ? "verdict"
		     : xdp			? "XDP verdict"
						: "tc verdict",
		     n->text, n->len, names, count, sizeof(*names));
	if (!text_nearest(n->text, n->len, names, count, sizeof(*names)))
		diag(er->r->d, DIAG_NOTE, where, "any number is accepted too");
}

static void read_verdict(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;
	uint32_t type = er->step->program.type;

	(void)key;
	e->verdict_where = node_where(n);
	/* Where the program is not known, which has been reported, a verdict of any will do. */
	if (!er->step->program.program) {
		type = BPF_PROG_TYPE_XDP;
		if (!verdict_parse(BPF_PROG_TYPE_SCHED_CLS, n->text, n->len, &e->verdict))
			return;
	}
	if (verdict_parse(type, n->text, n->len, &e->verdict))
		unknown_verdict(er, n, type);
}

static void unknown_error(struct diags *d, const struct node *n)
{
	size_t count;
	const struct errno_entry *entries = errno_entries(&count);
	const char *near = text_nearest(n->text, n->len, entries, count, sizeof(*entries));

	if (near)
		diag(d, DIAG_ERROR, node_where(n), "unknown error '%s'; did you mean '%s'?",
		     n->text, near);
	else
		diag(d, DIAG_ERROR, node_where(n),
		     "'%s' is no error: it takes a name of errno(3), such as EINVAL", n->text);
}

static void read_error(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;
	int error = errno_parse(n->text, n->len);

	(void)key;
	if (error <= 0) {
		unknown_error(er->r->d, n);
		return;
	}
	e->error = -error;
	e->error_where = node_where(n);
}

static void read_packet(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;
	struct expression text;

	(void)key;
	if (read_expression(er->r, n, &text))
		return;
	e->packet = packet_expect_read(er->r->d, &text, er->r->arena);
	e->packet_where = node_where(n);
}

static void read_capture(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;
	struct capture_options options = { .again = true };
	struct capture *c;

	(void)key;
	e->capture = read_path(er->r, n);
	e->capture_where = node_where(n);
	suite_capture(er->r->suite, e->capture);
	c = capture_open(er->r->d, e->capture_where, e->capture, &options);
	capture_close(c);
}

static void read_matches(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;
	struct suite *suite = er->r->suite;

	(void)key;
	e->matches_text = n->text;
	e->matches_where = node_where(n);
	e->matches = capture_filter_compile(er->r->d, e->matches_where, n->text);
	if (e->matches)
		*ARRAY_PUSH(suite->filters, suite->n_filters) = e->matches;
}

static void all_maps_twice(struct expect_reader *er, const struct node *n, struct span other)
{
	diag(er->r->d, DIAG_ERROR, node_where(n),
	     "'maps: unchanged' is for all maps: 'other_maps' has none left");
	diag(er->r->d, DIAG_NOTE, other, "the other is here");
}

/* {MAP: ..}, or `unchanged` for all of them. */
static void read_maps(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;

	(void)key;
	if (n->kind == NODE_MAPPING)
		read_map_expectations(er->r, n, e);
	else if (!node_is_word(n, "unchanged"))
		diag(er->r->d, DIAG_ERROR, node_where(n),
		     "'maps' takes {MAP: ENTRIES} or 'unchanged', not '%s'", n->text);
	else if (e->other_maps_where.src)
		all_maps_twice(er, n, e->other_maps_where);
	else
		e->other_maps_where = node_where(n);
}

static void read_other_maps(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;
	struct expectation *e = &er->out->expect;

	(void)key;
	if (!node_is_word(n, "unchanged"))
		diag(er->r->d, DIAG_ERROR, node_where(n),
		     "'other_maps' takes 'unchanged', not '%s'", n->text);
	else if (e->other_maps_where.src)
		all_maps_twice(er, n, e->other_maps_where);
	else
		e->other_maps_where = node_where(n);
}

static void read_redirect(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_redirect_expectation(er->r, n, &er->out->expect);
}

static void read_calls(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_calls_expectation(er->r, n, er->step, &er->out->expect);
}

static void read_tail_calls(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_tail_calls_expectation(er->r, n, &er->out->expect);
}

static void read_tunnel(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_tunnel_expectation(er->r, n, &er->out->expect);
}

/* "4" or "1-3" */
static int parse_range(const char *s, size_t len, struct frame_range *range)
{
	const char *dash = memchr(s, '-', len);
	size_t first = dash ? (size_t)(dash - s) : len;

	if (number_parse(s, first, &range->first))
		return -1;
	range->last = range->first;
	if (dash && number_parse(dash + 1, len - first - 1, &range->last))
		return -1;
	return range->first && range->first <= range->last ? 0 : -1;
}

static void read_ranges(struct reader *r, const struct node *n, struct replay_expectation *out)
{
	const char *p = n->text, *end = n->text + n->len;

	while (p <= end) {
		const char *comma = memchr(p, ',', (size_t)(end - p)), *stop = comma ? comma : end;
		struct frame_range range = { .where = node_where(n) };

		while (p < stop && *p == ' ')
			p++;
		while (stop > p && stop[-1] == ' ')
			stop--;
		if (parse_range(p, (size_t)(stop - p), &range)) {
			diag(r->d, DIAG_ERROR, node_where(n),
			     "'%.*s' names no frames: a number, a range like 2-5, several with "
			     "commas, 'rest' or 'all'",
			     (int)(stop - p), p);
			out->n_ranges = 0; /* what they overlap is not known */
			return;
		}
		*ARENA_PUSH(r->arena, out->ranges, out->n_ranges) = range;
		if (!comma)
			return;
		p = comma + 1;
	}
}

static void read_frames(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	if (!er->in_replay)
		diag(er->r->d, DIAG_ERROR, key->span,
		     "'frames' is for a replay; a send has one frame");
	else if (node_is_word(n, "rest"))
		er->out->rest = true;
	else if (node_is_word(n, "all"))
		*ARENA_PUSH(er->r->arena, er->out->ranges, er->out->n_ranges) =
			(struct frame_range){ 1, UINT64_MAX, node_where(n) };
	else
		read_ranges(er->r, n, er->out);
}

static void read_events(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_event_expectations(er->r, n, &er->out->expect);
}

static void read_ctx(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_context_expectation(er->r, n, er->step, &er->out->expect);
}

static void read_metadata(void *into, const struct node *key, const struct node *n)
{
	struct expect_reader *er = into;

	(void)key;
	read_meta_expectation(er->r, n, er->step, &er->out->expect);
}

const struct key expect_keys[] = {
	{ "frames", TAKES_SCALAR, read_frames, "RANGES",
	  "replay: which frames, 1-3, 7, rest, all" },
	{ "verdict", TAKES_SCALAR, read_verdict, "NAME|NUMBER",
	  "XDP_TX, TC_ACT_OK, or any number" },
	{ "error", TAKES_SCALAR, read_error, "ERRNO", "the kernel refuses the run" },
	{ "packet", TAKES_SCALAR, read_packet, "PACKET", "the frame that comes out" },
	{ "capture", TAKES_SCALAR, read_capture, "FILE", "the frames that come out, in order" },
	{ "matches", TAKES_SCALAR, read_matches, "FILTER", "a pcap filter on what comes out" },
	{ "maps", TAKES_MAPPING | TAKES_SCALAR, read_maps, "{MAP: ENTRIES}|unchanged",
	  "what maps hold afterwards" },
	{ "other_maps", TAKES_SCALAR, read_other_maps, "unchanged",
	  "all that 'maps' does not name" },
	{ "ctx", TAKES_MAPPING, read_ctx, "{FIELD: VALUE}", "mark, priority, cb, .. afterwards" },
	{ "meta", TAKES_SCALAR | TAKES_MAPPING, read_metadata, "hex(..)|{TYPE: VALUE}|none",
	  "XDP: the metadata in front of the frame" },
	{ "redirect", TAKES_SCALAR | TAKES_MAPPING, read_redirect, "DEVICE|none|{device: ..}",
	  "where the frame goes" },
	{ "calls", TAKES_SCALAR | TAKES_LIST | TAKES_MAPPING, read_calls, "[CALL..]|none",
	  "helper calls that are made" },
	{ "tail_calls", TAKES_SCALAR | TAKES_LIST, read_tail_calls, "[PROGRAM..]|none",
	  "programs entered by bpf_tail_call(), in order" },
	{ "tunnel", TAKES_SCALAR | TAKES_MAPPING, read_tunnel, "{tunnel_id: ..}|none",
	  "the tunnel key it is sent with" },
	{ "events", TAKES_SCALAR | TAKES_LIST | TAKES_MAPPING, read_events, "[EVENT..]|none",
	  "records of ring buffers and perf event arrays" },
};
const size_t n_expect_keys = ARRAY_SIZE(expect_keys);

static bool expects_something(const struct expectation *e)
{
	return e->verdict_where.src || e->error_where.src || e->packet_where.src ||
	       e->capture_where.src || e->matches_where.src || e->n_maps ||
	       e->other_maps_where.src || e->events || e->redirect || e->context || e->calls ||
	       e->tail_calls || e->tunnel;
}

void read_expectation(struct reader *r, const struct node *n, const struct step *step,
		      bool in_replay, struct replay_expectation *out)
{
	struct expect_reader er = { r, step, in_replay, out };
	const struct expectation *e = &out->expect;
	unsigned int errors = r->d->errors;

	out->expect.where = node_where(n);
	keys_read(r->d, n, "an expectation", expect_keys, n_expect_keys, &er);
	if (errors != r->d->errors || has_broken_value(n))
		return;
	if (!expects_something(e))
		diag(r->d, DIAG_ERROR, node_where(n),
		     "this expects nothing: give a verdict, packet, maps, ..");
	else if (e->error_where.src && (e->verdict_where.src || e->packet_where.src ||
					e->capture_where.src || e->matches_where.src || e->context))
		diag(r->d, DIAG_ERROR, e->error_where,
		     "a run that is refused has no verdict and no packet");
}
