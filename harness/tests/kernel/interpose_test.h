/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the tests of interposition share. After kernel_test.h. */
#pragma once

#include "base/file.h"

#include <arpa/inet.h>

/* One object, interposed. */
struct loaded {
	struct object_file *file;
	struct instance *inst;
	struct tape *tape;
};

static inline struct loaded load_interposed(const char *name,
					    const struct interpose_request *request)
{
	struct loaded l = { .file = test_object(name) };
	struct instance_object spec = { .file = l.file };
	struct diags d = { 0 };

	l.inst = instance_load(&d, &spec, 1, request, NULL);
	if (!l.inst)
		diags_print(stderr, &d);
	assert_non_null(l.inst);
	diags_free(&d);
	l.tape = instance_tape(l.inst);
	return l;
}

static inline void unload(struct loaded *l)
{
	instance_free(l->inst);
	object_file_free(l->file);
}

/* The verdict of one run, whose calls are then on the tape. */
static inline int run_calls(struct loaded *l, const char *program, uint32_t len)
{
	struct test_run r;

	assert_non_null(l->tape);
	tape_rewind(l->tape);
	r = test_frame(l->inst, 0, program, len);
	assert_int_equal(r.error, 0);
	return r.verdict;
}

#define ANY UINT64_MAX

struct call_expected {
	const char *helper;
	uint64_t args[HELPER_ARGS]; /* ANY; those the helper does not have are not looked at */
	uint64_t result;
};

static inline void assert_calls(struct loaded *l, size_t n, const struct call_expected *calls)
{
	assert_int_equal(tape_count(l->tape, NULL), n);
	for (size_t i = 0; i < n; i++) {
		const struct tape_record *r = tape_record(l->tape, i);
		const struct call_site *site = instance_call_site(l->inst, r->site);

		assert_non_null(site);
		assert_string_equal(site->helper->name, calls[i].helper);
		for (size_t a = 0; a < HELPER_ARGS && site->helper->args[a].name; a++) {
			if (calls[i].args[a] != ANY)
				assert_int_equal(r->args[a], calls[i].args[a]);
		}
		if (calls[i].result != ANY)
			assert_int_equal(r->result, calls[i].result);
	}
}

static inline struct map *map_of(struct loaded *l, size_t call, size_t arg)
{
	return instance_map_by_pointer(l->inst, tape_record(l->tape, call)->args[arg]);
}

/* A variable of .bss or .data. */
static inline void global_access(struct loaded *l, const char *name, void *get, const void *set,
				 size_t size)
{
	const struct object_global *g = object_file_global(l->file, name);
	struct map *m;
	uint32_t zero = 0;
	uint8_t *value;

	assert_non_null(g);
	assert_int_equal(g->type->size, size);
	m = test_map(l->inst, 0, g->map);
	value = calloc(1, m->value_room);
	assert_int_equal(map_lookup(m, &zero, value), 0);
	if (get) {
		memcpy(get, value + g->off, size);
	} else {
		memcpy(value + g->off, set, size);
		assert_int_equal(map_update(m, &zero, value, 0), 0);
	}
	free(value);
}

static inline uint64_t global_u64(struct loaded *l, const char *name)
{
	uint64_t value;

	global_access(l, name, &value, NULL, sizeof(value));
	return value;
}

static inline void set_global(struct loaded *l, const char *name, const void *value, size_t size)
{
	global_access(l, name, NULL, value, size);
}

/* Whether the line of the source that @site names holds @text: sources lie where they were built
 * from. */
static inline void assert_line_holds(const struct call_site *site, const char *text)
{
	FILE *f = fopen(site->file, "re");
	char *line = NULL;
	size_t room = 0;

	if (!f)
		return;
	for (uint32_t i = 0; i < site->line; i++)
		assert_true(getline(&line, &room, f) > 0);
	assert_non_null(strstr(line, text));
	free(line);
	fclose(f);
}
