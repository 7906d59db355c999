/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/trace.h"

#include "base/text_stream.h"
#include "judge/call_text.h"
#include "judge/events.h"
#include "packet/print.h"
#include "report/details_context.h"
#include "report/escape.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/bpf.h>
#include <string.h>

static void print_frame(FILE *out, const char *indent, const char *label, const uint8_t *data,
			size_t len)
{
	struct arena arena = {};
	struct packet p;

	packet_dissect(arena_memdup(&arena, data, len), len, &p);
	fprintf(out, "%s%s ", indent, label);
	packet_print(out, &p);
	fputc('\n', out);
	arena_free(&arena);
}

static void print_entered(FILE *out, const char *indent, const char *program)
{
	fprintf(out, "%s-> ", indent);
	escape_plain(out, program);
	fputc('\n', out);
}

static void print_call(FILE *out, const char *indent, const struct observed_call *c)
{
	struct arena arena = {};
	struct text_stream t;

	text_stream_open(&t);
	call_print(t.out, c);
	fprintf(out, "%s   ", indent);
	escape_plain(out, text_stream_close(&t, &arena));
	fputc('\n', out);
	arena_free(&arena);
}

static void print_calls(FILE *out, const char *indent, const char *program,
			const struct observation *o)
{
	if (!o->has_calls && !o->n_calls)
		return;
	print_entered(out, indent, program);
	if (o->calls_lost)
		fprintf(out, "%s   (%" PRIu64 " earlier calls were not kept)\n", indent,
			o->calls_lost);
	for (size_t i = 0; i < o->n_calls; i++) {
		const struct observed_call *c = &o->calls[i];

		print_call(out, indent, c);
		if (c->helper->id == BPF_FUNC_tail_call && c->taken)
			print_entered(out, indent, c->target ? c->target : "(not known)");
	}
}

static void print_events(FILE *out, const char *indent, const struct observation *o,
			 const struct value_context *values)
{
	struct arena arena = {};

	for (size_t i = 0; i < o->n_events; i++) {
		fprintf(out, "%sevent ", indent);
		escape_plain(out, event_text(&o->events[i], values, &arena));
		fputc('\n', out);
	}
	if (o->events_lost)
		fprintf(out, "%s%" PRIu64 " events were lost\n", indent, o->events_lost);
	arena_free(&arena);
}

static void print_redirect(FILE *out, const char *indent, const struct observed_redirect *r)
{
	char hop[INET6_ADDRSTRLEN];

	if (!r->by)
		return;
	fprintf(out, "%sgoes to ", indent);
	if (r->map)
		fprintf(out, "%s, by %s: %s[%" PRIu64 "]", r->target ? r->target : "?", r->by,
			r->map, r->key);
	else if (r->device)
		fprintf(out, "device %s, by %s", r->device, r->by);
	else
		fprintf(out, "ifindex %u, by %s", r->ifindex, r->by);
	if (r->family && inet_ntop(r->family, r->nexthop, hop, sizeof(hop)))
		fprintf(out, ", next hop %s", hop);
	fputc('\n', out);
}

void trace_print(FILE *out, const char *indent, const char *program, const struct observation *o,
		 const struct value_context *values)
{
	print_frame(out, indent, "in: ", o->in, o->in_len);
	if (o->error)
		return;
	print_calls(out, indent, program, o);
	print_events(out, indent, o, values);
	print_redirect(out, indent, &o->redirect);
	if (o->in_len != o->out_len || memcmp(o->in, o->out, o->in_len) != 0)
		print_frame(out, indent, "out:", o->out, o->out_len);
	details_context(out, indent, o);
}
