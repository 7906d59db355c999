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
		jsonw_null(j, "redirect");
		return;
	}
	jsonw_object(j, "redirect");
	jsonw_bool(j, "unknown", r->unknown);
	jsonw_string(j, "by", r->by);
	jsonw_string(j, "device", r->device);
	if (r->ifindex)
		jsonw_uint(j, "ifindex", r->ifindex);
	else
		jsonw_null(j, "ifindex");
	jsonw_string(j, "map", r->map);
	if (r->map)
		jsonw_printf(j, "key", "%" PRIu64, r->key);
	else
		jsonw_null(j, "key");
	jsonw_string(j, "target", r->target);
	/* A string, as other numbers of 64 bits. */
	if (r->call)
		jsonw_printf(j, "flags", "%" PRIu64, r->flags);
	else
		jsonw_null(j, "flags");
	jsonw_string(j, "nexthop",
		     r->family ? inet_ntop(r->family, r->nexthop, address, sizeof(address)) : NULL);
	jsonw_end(j);
}

/* As scenarios name them; what is both question and answer is two. */
static void write_arguments(struct json *j, const struct observed_call *c, struct arena *arena)
{
	const struct helper *h = c->helper;
	unsigned int bytes = helper_bytes_arg(h);

	jsonw_object(j, "arguments");
	for (unsigned int i = 0; i < HELPER_ARGS; i++) {
		if (helper_arg_is_named(h, i))
			jsonw_string(j, h->args[i].name, call_arg_text(c, i, arena));
		if (i == bytes && h->in && h->out) {
			jsonw_string(j, "question", call_bytes_text(c, c->in, arena));
			jsonw_string(j, "answer", call_bytes_text(c, c->out, arena));
		}
	}
	jsonw_end(j);
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
	jsonw_object(j, NULL);
	jsonw_string(j, "helper", c->helper->name);
	jsonw_string(j, "program", c->program);
	jsonw_string(j, "file", c->file);
	if (c->line)
		jsonw_uint(j, "line", c->line);
	else
		jsonw_null(j, "line");
	write_arguments(j, c, arena);
	jsonw_string(j, "result", result_text(c, arena));
	jsonw_bool(j, "scripted", c->scripted);
	if (c->helper->id == BPF_FUNC_tail_call)
		jsonw_bool(j, "taken", c->taken);
	else
		jsonw_null(j, "taken");
	jsonw_string(j, "target", c->target);
	jsonw_string(j, "text", call_text(c, arena));
	jsonw_end(j);
}

void json_calls(struct json *j, const struct observation *o)
{
	struct arena scratch = {};

	write_redirect(j, &o->redirect);
	if (o->has_calls) {
		jsonw_array(j, "calls");
		for (size_t i = 0; i < o->n_calls; i++)
			write_call(j, &o->calls[i], &scratch);
		jsonw_end(j);
	} else {
		jsonw_null(j, "calls");
	}
	jsonw_uint(j, "calls_lost", o->calls_lost);
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
		jsonw_null(j, "calls");
		return;
	}
	jsonw_object(j, "calls");
	jsonw_string(j, "nearest", m->nearest);
	if (m->has_seen)
		jsonw_uint(j, "total", m->total_seen);
	else
		jsonw_null(j, "total");
	jsonw_array(j, "texts");
	for (size_t i = 0; i < m->n_seen; i++)
		jsonw_string(j, NULL, m->seen[i]);
	jsonw_end(j);
	jsonw_end(j);
}
