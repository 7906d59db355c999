/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "report/json_calls.h"

#include "base/text_stream.h"
#include "judge/call_text.h"
#include "types/helper_values.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <linux/bpf.h>

static void write_redirect(struct json *j, const struct observed_redirect *r)
{
	char address[INET6_ADDRSTRLEN];

	if (!r->by && !r->unknown) {
		json_null(j, "redirect");
		return;
	}
	json_object(j, "redirect");
	json_bool(j, "unknown", r->unknown);
	json_string(j, "by", r->by);
	json_string(j, "device", r->device);
	if (r->ifindex)
		json_uint(j, "ifindex", r->ifindex);
	else
		json_null(j, "ifindex");
	json_string(j, "map", r->map);
	if (r->map)
		json_printf(j, "key", "%" PRIu64, r->key);
	else
		json_null(j, "key");
	json_string(j, "target", r->target);
	/* A string, as other numbers of 64 bits. */
	if (r->call)
		json_printf(j, "flags", "%" PRIu64, r->flags);
	else
		json_null(j, "flags");
	json_string(j, "nexthop",
		    r->family ? inet_ntop(r->family, r->nexthop, address, sizeof(address)) : NULL);
	json_end(j);
}

/* As scenarios name them; what is both question and answer is two. */
static void write_arguments(struct json *j, const struct observed_call *c, struct arena *arena)
{
	const struct helper *h = c->helper;
	unsigned int bytes = helper_bytes_arg(h);

	json_object(j, "arguments");
	for (unsigned int i = 0; i < HELPER_ARGS; i++) {
		if (helper_arg_is_named(h, i))
			json_string(j, h->args[i].name, call_arg_text(c, i, arena));
		if (i == bytes && h->in && h->out) {
			json_string(j, "question", call_bytes_text(c, c->in, arena));
			json_string(j, "answer", call_bytes_text(c, c->out, arena));
		}
	}
	json_end(j);
}

static const char *result_text(const struct observed_call *c, struct arena *arena)
{
	struct text_stream t;

	if (c->helper->result == HELPER_NOTHING || c->helper->id == BPF_FUNC_tail_call)
		return NULL;
	text_stream_open(&t);
	call_result_print(t.out, c);
	return text_stream_close(&t, arena);
}

static void write_call(struct json *j, const struct observed_call *c, struct arena *arena)
{
	json_object(j, NULL);
	json_string(j, "helper", c->helper->name);
	json_string(j, "program", c->program);
	json_string(j, "file", c->file);
	if (c->line)
		json_uint(j, "line", c->line);
	else
		json_null(j, "line");
	write_arguments(j, c, arena);
	json_string(j, "result", result_text(c, arena));
	json_bool(j, "scripted", c->scripted);
	if (c->helper->id == BPF_FUNC_tail_call)
		json_bool(j, "taken", c->taken);
	else
		json_null(j, "taken");
	json_string(j, "target", c->target);
	json_string(j, "text", call_text(c, arena));
	json_end(j);
}

void json_calls(struct json *j, const struct observation *o)
{
	struct arena scratch = {};

	write_redirect(j, &o->redirect);
	if (o->has_calls) {
		json_array(j, "calls");
		for (size_t i = 0; i < o->n_calls; i++)
			write_call(j, &o->calls[i], &scratch);
		json_end(j);
	} else {
		json_null(j, "calls");
	}
	json_uint(j, "calls_lost", o->calls_lost);
	arena_free(&scratch);
}

static bool is_about_calls(const struct mismatch *m)
{
	return m->kind == MISMATCH_CALLS || m->kind == MISMATCH_TAIL_CALLS ||
	       m->kind == MISMATCH_TUNNEL;
}

void json_seen_calls(struct json *j, const struct mismatch *m)
{
	if (!is_about_calls(m)) {
		json_null(j, "calls");
		return;
	}
	json_object(j, "calls");
	json_string(j, "nearest", m->nearest);
	if (m->has_seen)
		json_uint(j, "total", m->total_seen);
	else
		json_null(j, "total");
	json_array(j, "texts");
	for (size_t i = 0; i < m->n_seen; i++)
		json_string(j, NULL, m->seen[i]);
	json_end(j);
	json_end(j);
}
