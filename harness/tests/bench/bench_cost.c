/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What programs cost before any packet: instructions that the verifier looked at (of a budget of a
 * million), the states it kept, and the stack; and the memory of the object's maps as the kernel
 * accounts it.
 *
 *   bench_cost [NAME=VALUE..] OBJECT..	globals (numbers, of all objects that have them) before load
 */
#include "base/mem.h"
#include "base/text.h"
#include "kernel/cost.h"

#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BIG_ENDIAN_HERE (BYTE_ORDER == BIG_ENDIAN)

static const struct span nowhere;

/* Those of @settings ("NAME=VALUE") that @file has, in @arena. Values are of little-endian
 * machines. */
static const struct instance_global *globals_of(const struct object_file *file,
						char *const settings[], size_t n,
						struct arena *arena, size_t *n_globals)
{
	struct instance_global *globals = NULL;

	*n_globals = 0;
	for (size_t i = 0; i < n; i++) {
		const char *equals = strchr(settings[i], '=');
		const char *name =
			arena_printf(arena, "%.*s", (int)(equals - settings[i]), settings[i]);
		const struct object_global *global = object_file_global(file, name);
		uint64_t value = 0;
		uint8_t *data;
		size_t size;

		if (!global)
			continue;
		number_parse(equals + 1, strlen(equals + 1), &value);
		size = global->type->size < sizeof(value) ? global->type->size : sizeof(value);
		data = arena_alloc(arena, global->type->size);
		memcpy(data, (char *)&value + (BIG_ENDIAN_HERE ? sizeof(value) - size : 0), size);
		*ARENA_PUSH(arena, globals, *n_globals) = (struct instance_global){ global, data };
	}
	return globals;
}

/* As /proc says of the descriptor, bytes. */
static uint64_t memory_of(int fd)
{
	static const char word[] = "memlock:\t";
	char path[64], line[256];
	uint64_t bytes = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, word, sizeof(word) - 1))
			bytes = strtoull(line + sizeof(word) - 1, NULL, 10);
	if (f)
		fclose(f);
	return bytes;
}

/* Of all maps of @o, bytes; it is loaded for that. */
static uint64_t memory_of_maps(struct diags *d, const struct instance_object *o)
{
	struct instance *inst = instance_load(d, o, 1, NULL, NULL);
	struct map **maps;
	size_t n = inst ? instance_maps(inst, &maps) : 0;
	uint64_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += memory_of(maps[i]->fd);
	instance_free(inst);
	return bytes;
}

static void print_costs(const char *name, const struct program_cost *costs, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%-14s %-36s %7" PRIu64 " insns (%4.1f %% of the budget) %6" PRIu64
		       " states, stack %" PRIu64 " bytes\n",
		       name, costs[i].program, costs[i].insns,
		       100.0 * (double)costs[i].insns / COST_INSNS_MAX, costs[i].states,
		       costs[i].stack);
}

static void measure(struct diags *d, const char *path, char *const settings[], size_t n_settings)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct object_file *file = object_file_read(d, nowhere, path);
	struct instance_object o = { .file = file, .where = nowhere };
	struct program_cost *costs = NULL;
	struct arena arena = {};
	uint64_t insns = 0;
	size_t n = 0;

	if (!file)
		return;
	o.globals = globals_of(file, settings, n_settings, &arena, &o.n_globals);
	if (!cost_measure(d, &o, &arena, &costs, &n)) {
		print_costs(name, costs, n);
		for (size_t i = 0; i < n; i++)
			insns += costs[i].insns;
		printf("%-14s %-36s %7" PRIu64 " insns in all; maps take %.1f MiB\n", name, "",
		       insns, (double)memory_of_maps(d, &o) / (1 << 20));
	}
	arena_free(&arena);
	object_file_free(file);
}

int main(int argc, char **argv)
{
	struct diags d = {};
	bool failed;
	int first = 1;

	while (first < argc && strchr(argv[first], '='))
		first++;
	if (first == argc) {
		fprintf(stderr, "usage: bench_cost [NAME=NUMBER..] OBJECT..\n");
		return 2;
	}
	for (int i = first; i < argc; i++)
		measure(&d, argv[i], argv + 1, (size_t)first - 1);
	failed = d.errors != 0;
	for (size_t i = 0; i < d.n; i++)
		fprintf(stderr, "bench_cost: %s\n", d.items[i].message);
	diags_free(&d);
	return failed;
}
