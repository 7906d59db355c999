/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the packet tests share. */
#pragma once

#include "packet/expect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One expression with all that it makes. */
struct case_text {
	struct source src;
	struct diags d;
	struct arena arena;
	struct expression e;
};

static inline void case_open(struct case_text *c, const char *text)
{
	*c = (struct case_text){};
	source_from_text("t", text, strlen(text), &c->src);
	c->e.where = span_all(&c->src);
}

static inline void case_close(struct case_text *c)
{
	diags_free(&c->d);
	arena_free(&c->arena);
	source_free(&c->src);
}

/* Build @text, which must have no errors. */
static inline void case_build(struct case_text *c, const char *text, struct packet *p)
{
	case_open(c, text);
	if (expression_build(&c->d, &c->e, &c->arena, p)) {
		diags_print(stderr, &c->d);
		fail_msg("does not build: %s", text);
	}
}

/* packet_print() to a string; the caller frees. */
static inline char *printed(const struct packet *p)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	packet_print(out, p);
	fclose(out);
	return text;
}

static inline char *summarised(const struct packet *p)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	packet_summary(out, p);
	fclose(out);
	return text;
}

/* A file beside this one. */
static inline char *beside(const char *this, const char *name)
{
	const char *slash = strrchr(this, '/');

	return xasprintf("%.*s%s", slash ? (int)(slash + 1 - this) : 0, this, name);
}

/* Frames built from @data must print to an expression that builds the same bytes. */
static inline void check_round_trip(uint8_t *data, size_t len)
{
	struct packet p, again;
	struct case_text c;
	char *text;

	packet_dissect(data, len, &p);
	text = printed(&p);
	case_build(&c, text, &again);
	if (again.len != len || memcmp(again.data, data, len))
		fail_msg("other bytes from: %s", text);
	case_close(&c);
	free(text);
}

/* A small generator with a fixed seed: the same frames on each machine (xorshift64*). */
static inline uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * 0x2545f4914f6cdd1dull;
}
