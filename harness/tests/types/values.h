/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests of types/ share: the test objects, and values written as YAML. */
#pragma once

#include "types/object_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A file of the build folder: VERDICT_BUILD, or build/ of the current folder. */
static inline char *built(const char *name)
{
	const char *build = getenv("VERDICT_BUILD");

	return xasprintf("%s/harness/tests/bpf/%s", build ? build : "build", name);
}

static inline struct object_file *test_object(const char *name)
{
	char *path = built(name);
	struct diags d = {};
	struct object_file *f = object_file_read(&d, (struct span){}, path);

	diags_print(stderr, &d);
	assert_non_null(f);
	assert_int_equal(d.n, 0);
	diags_free(&d);
	free(path);
	return f;
}

/* One value as a scenario says it, encoded. */
struct encoded {
	struct source *src; /* spans point at it */
	struct arena arena;
	struct diags d;
	int result;
	uint8_t *bytes, *mask;
};

typedef int encode_function_t(struct diags *d, const struct value_context *c, const struct type *t,
			      const struct node *n, uint8_t *out, uint8_t *mask);

static inline struct encoded encode_with(encode_function_t *encode, const struct value_context *c,
					 const struct type *t, const char *text, bool expects)
{
	struct encoded e = {};
	struct node *root;

	e.src = xcalloc(1, sizeof(*e.src));
	source_from_text("test.yaml", text, strlen(text), e.src);
	root = node_parse(&e.d, e.src, &e.arena);
	if (!root || e.d.n) {
		diags_print(stderr, &e.d);
		fail_msg("the test's own text does not parse: %s", text);
	}
	e.bytes = arena_alloc(&e.arena, t->size);
	e.mask = arena_alloc(&e.arena, t->size);
	e.result = encode(&e.d, c, t, root, e.bytes, expects ? e.mask : NULL);
	assert_int_equal(e.result, e.d.errors ? -1 : 0);
	return e;
}

static inline void encoded_free(struct encoded *e)
{
	diags_free(&e->d);
	arena_free(&e->arena);
	source_free(e->src);
	free(e->src);
}

/* All messages as they are printed; the caller frees. */
static inline char *encoded_messages(const struct encoded *e)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	diags_print(out, &e->d);
	fclose(out);
	return text;
}

static inline void assert_encodes(const struct value_context *c, const struct type *t,
				  const char *text, const void *bytes)
{
	struct encoded e = encode_with(value_encode, c, t, text, false);

	diags_print(stderr, &e.d);
	assert_int_equal(e.result, 0);
	assert_memory_equal(e.bytes, bytes, t->size);
	encoded_free(&e);
}

static inline void assert_refused(const struct value_context *c, const struct type *t,
				  const char *text, const char *messages)
{
	struct encoded e = encode_with(value_encode, c, t, text, false);
	char *said = encoded_messages(&e);

	assert_string_equal(said, messages);
	free(said);
	encoded_free(&e);
}

static inline char *printed(const struct value_context *c, const struct type *t, const void *data)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	value_print(out, c, t, data);
	fclose(out);
	return text;
}

static inline void assert_prints(const struct value_context *c, const struct type *t,
				 const void *data, const char *expected)
{
	char *text = printed(c, t, data);

	assert_string_equal(text, expected);
	free(text);
}
