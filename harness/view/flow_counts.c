/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/flow_counts.h"

#include "base/json.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct count {
	char *what;
	uint64_t n;
};

/* One way to count. @key: what the flow counts as, the caller frees; NULL: it does not. */
struct way {
	const char *name, *json;
	char *(*key)(const struct flow *f);
};

static char *copy(const char *text)
{
	return text ? xstrdup(text) : NULL;
}

static char *by_verdict(const struct flow *f)
{
	return copy(f->verdict);
}

static char *by_reason(const struct flow *f)
{
	return copy(f->reason);
}

static const char *end_name(const struct flow_end *end, char *room, size_t size)
{
	return end->host
		       ? end->host
		       : inet_ntop(end->address.family, end->address.bytes, room, (socklen_t)size);
}

/* Ports of those who call differ from one connection to the next. */
static char *by_ends(const struct flow *f)
{
	char a[INET6_ADDRSTRLEN], b[INET6_ADDRSTRLEN];

	if (!f->protocol)
		return NULL;
	return xasprintf("%s -> %s %s", end_name(&f->source, a, sizeof(a)),
			 end_name(&f->destination, b, sizeof(b)), f->protocol);
}

static char *by_port(const struct flow *f)
{
	if (!f->destination.has_port)
		return NULL;
	return xasprintf("%u/%s", f->destination.port, f->protocol);
}

static char *by_icmp(const struct flow *f)
{
	return f->icmp ? xasprintf("%s %s", f->protocol, f->icmp) : NULL;
}

/* A packet counts for each of its flags: flow_counts_add(). */
static const struct way ways[] = {
	{ "verdict", "verdict", by_verdict }, { "drop reason", "drop_reason", by_reason },
	{ "flow", "flow", by_ends },	      { "TCP flag", "tcp_flag", NULL },
	{ "port", "port", by_port },	      { "ICMP type", "icmp_type", by_icmp },
};

struct flow_counts {
	struct {
		struct count *items;
		size_t n;
	} ways[ARRAY_SIZE(ways)];
	uint64_t total;
};

struct flow_counts *flow_counts_new(void)
{
	return xcalloc(1, sizeof(struct flow_counts));
}

/* Takes over @what. */
static void count(struct flow_counts *c, size_t way, char *what)
{
	struct count *items = c->ways[way].items;

	for (size_t i = 0; what && i < c->ways[way].n; i++)
		if (!strcmp(items[i].what, what)) {
			items[i].n++;
			free(what);
			return;
		}
	if (what)
		*ARRAY_PUSH(c->ways[way].items, c->ways[way].n) = (struct count){ what, 1 };
}

void flow_counts_add(struct flow_counts *c, const struct flow *f)
{
	if (f->message)
		return;
	c->total++;
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		if (ways[i].key) {
			count(c, i, ways[i].key(f));
			continue;
		}
		for (size_t j = 0; j < FLOW_TCP_FLAGS; j++)
			if (f->has_tcp_flags && f->tcp_flags & flow_tcp_flags[j].bit)
				count(c, i, xstrdup(flow_tcp_flags[j].name));
	}
}

static int compare_counts(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	return strcmp(x->what, y->what);
}

/* A sorted copy of @way's counts; the caller frees. */
static struct count *sorted(const struct flow_counts *c, size_t way)
{
	size_t n = c->ways[way].n;
	struct count *items = xcalloc(n + 1, sizeof(*items));

	if (n) {
		memcpy(items, c->ways[way].items, n * sizeof(*items));
		qsort(items, n, sizeof(*items), compare_counts);
	}
	return items;
}

void flow_counts_print_text(FILE *out, const struct flow_counts *c)
{
	fprintf(out, "%" PRIu64 " flow event%s\n", c->total, c->total == 1 ? "" : "s");
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct count *items = sorted(c, i);

		if (c->ways[i].n)
			fprintf(out, "\nby %s\n", ways[i].name);
		for (size_t j = 0; j < c->ways[i].n; j++)
			fprintf(out, "%8" PRIu64 "  %s\n", items[j].n, items[j].what);
		free(items);
	}
}

int flow_counts_print_json(FILE *out, const struct flow_counts *c)
{
	struct json j;

	jsonw_open(&j, out, JSON_LINE);
	jsonw_object(&j, NULL);
	jsonw_uint(&j, "events", c->total);
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		struct count *items = sorted(c, i);

		jsonw_object(&j, ways[i].json);
		for (size_t k = 0; k < c->ways[i].n; k++)
			jsonw_uint(&j, items[k].what, items[k].n);
		jsonw_end(&j);
		free(items);
	}
	jsonw_end(&j);
	return jsonw_close(&j);
}

void flow_counts_free(struct flow_counts *c)
{
	for (size_t i = 0; c && i < ARRAY_SIZE(ways); i++) {
		for (size_t j = 0; j < c->ways[i].n; j++)
			free(c->ways[i].items[j].what);
		free(c->ways[i].items);
	}
	free(c);
}
