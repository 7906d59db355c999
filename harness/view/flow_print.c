/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/flow.h"

#include "base/json.h"

#include <arpa/inet.h>

static void print_end(FILE *out, const struct flow_end *end)
{
	char text[INET6_ADDRSTRLEN];
	bool brackets = !end->host && end->has_port && end->address.family == AF_INET6;

	inet_ntop(end->address.family, end->address.bytes, text, sizeof(text));
	fprintf(out, "%s%s%s", brackets ? "[" : "", end->host ? end->host : text,
		brackets ? "]" : "");
	if (end->has_port)
		fprintf(out, ":%u", end->port);
	if (end->who && *end->who)
		fprintf(out, " (%s)", end->who);
}

static void print_ends(FILE *out, const struct flow *f)
{
	static const char *const arrows[] = {
		[FLOW_UNKNOWN] = " <> ", [FLOW_REQUEST] = " -> ", [FLOW_REPLY] = " <- "
	};
	bool reply = f->direction == FLOW_REPLY;

	print_end(out, reply ? &f->destination : &f->source);
	fputs(arrows[f->direction], out);
	print_end(out, reply ? &f->source : &f->destination);
}

static void print_details(FILE *out, const struct flow *f)
{
	const char *separator = "TCP Flags: ";

	fprintf(out, " (");
	if (f->has_tcp_flags && f->tcp_flags) {
		for (size_t i = 0; i < FLOW_TCP_FLAGS; i++)
			if (f->tcp_flags & flow_tcp_flags[i].bit) {
				fprintf(out, "%s%s", separator, flow_tcp_flags[i].name);
				separator = ", ";
			}
	} else {
		fprintf(out, "%s%s%s", f->protocol, f->icmp ? " " : "", f->icmp ? f->icmp : "");
	}
	fputs(")", out);
}

void flow_print_text(FILE *out, const struct flow *f)
{
	if (f->message) {
		fprintf(out, "%s\n", f->message);
		return;
	}
	if (f->protocol)
		print_ends(out, f);
	else
		fputs(f->summary ? f->summary : "no packet", out);
	if (f->what)
		fprintf(out, " %s", f->what);
	if (f->verdict)
		fprintf(out, " %s", f->verdict);
	if (f->protocol)
		print_details(out, f);
	putc('\n', out);
}

static void json_end_of_flow(struct json *j, const char *key, const struct flow_end *end)
{
	char text[INET6_ADDRSTRLEN];

	jsonw_object(j, key);
	jsonw_string(j, "address",
		     inet_ntop(end->address.family, end->address.bytes, text, sizeof(text)));
	if (end->has_port)
		jsonw_uint(j, "port", end->port);
	if (end->host)
		jsonw_string(j, "host", end->host);
	if (end->who)
		jsonw_string(j, "who", end->who);
	jsonw_end(j);
}

static void json_tcp_flags(struct json *j, const struct flow *f)
{
	jsonw_array(j, "tcp_flags");
	for (size_t i = 0; i < FLOW_TCP_FLAGS; i++)
		if (f->tcp_flags & flow_tcp_flags[i].bit)
			jsonw_string(j, NULL, flow_tcp_flags[i].name);
	jsonw_end(j);
}

static void json_given(struct json *j, const char *key, const char *text)
{
	if (text)
		jsonw_string(j, key, text);
}

void flow_print_json(struct json *j, const struct flow *f)
{
	static const char *const directions[] = {
		[FLOW_UNKNOWN] = "unknown", [FLOW_REQUEST] = "request", [FLOW_REPLY] = "reply"
	};

	json_given(j, "message", f->message);
	if (f->message)
		return;
	jsonw_string(j, "direction", directions[f->direction]);
	if (f->protocol) {
		json_end_of_flow(j, "source", &f->source);
		json_end_of_flow(j, "destination", &f->destination);
	}
	json_given(j, "protocol", f->protocol);
	if (f->has_tcp_flags)
		json_tcp_flags(j, f);
	json_given(j, "icmp", f->icmp);
	json_given(j, "summary", f->summary);
	json_given(j, "what", f->what);
	json_given(j, "verdict", f->verdict);
	json_given(j, "reason", f->reason);
}
