/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "kernel/cost.h"

#include "base/errno_names.h"
#include "base/text.h"
#include "kernel/instance_internal.h"
#include "kernel/load_failure.h"
#include "types/libbpf_log.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdlib.h>
#include <string.h>

/* include/linux/bpf_verifier.h, BPF_LOG_STATS: nothing but what is read below. */
#define LOG_STATS 4
/* Room for that, of a program of 256 functions: bytes. */
#define LOG_ROOM 8192

/* One program and its log. */
struct measured {
	struct bpf_program *program;
	char *log;
};

/* The number behind @word; 0: there is none. */
static uint64_t number_after(const char *log, const char *word)
{
	const char *at = strstr(log, word);
	uint64_t value = 0;

	if (at)
		number_parse(at + strlen(word), strspn(at + strlen(word), "0123456789"), &value);
	return value;
}

/* "stack depth 312+0+48": of each function. */
static uint64_t stack_of(const char *log)
{
	static const char word[] = "stack depth ";
	const char *at = strstr(log, word);
	uint64_t sum = 0, value;

	for (at = at ? at + strlen(word) : ""; *at >= '0' && *at <= '9';) {
		size_t len = strspn(at, "0123456789");

		if (!number_parse(at, len, &value))
			sum += value;
		at += len + (at[len] == '+');
	}
	return sum;
}

static void read_log(const char *log, struct program_cost *c)
{
	c->insns = number_after(log, "processed ");
	c->states = number_after(log, "total_states ");
	c->peak_states = number_after(log, "peak_states ");
	c->load = number_after(log, "verification time ") * 1000;
	c->stack = stack_of(log);
}

/* Programs that libbpf is to load, each with a log. */
static struct measured *prepare(struct bpf_object *obj, struct arena *arena, size_t *n)
{
	struct measured *list = NULL;
	struct bpf_program *p;

	*n = 0;
	bpf_object__for_each_program(p, obj)
	{
		struct measured *m;

		if (!bpf_program__autoload(p))
			continue;
		m = ARENA_PUSH(arena, list, *n);
		m->program = p;
		m->log = arena_alloc(arena, LOG_ROOM);
		bpf_program__set_log_level(p, LOG_STATS);
		bpf_program__set_log_buf(p, m->log, LOG_ROOM);
	}
	return list;
}

static void read_info(const struct bpf_program *p, struct program_cost *c)
{
	struct bpf_prog_info info = { 0 };
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(p), &info, &len))
		return;
	c->has_verified_insns = len >= offsetof(struct bpf_prog_info, verified_insns) +
						sizeof(info.verified_insns) &&
				info.verified_insns;
	c->verified_insns = info.verified_insns;
}

/* What libbpf said of an object that did not load, in the words of a scenario's error. */
static const char *explain(const struct instance_object *o, const char *log, int err,
			   struct arena *arena)
{
	struct load_failure failure = { 0 };
	struct diags d = { 0 };
	const char *text;

	load_failure_read(&failure, log, err);
	load_failure_report(&d, o, &failure);
	text = arena_strdup(arena, d.n ? d.items[0].message : errno_text(err));
	diags_free(&d);
	load_failure_free(&failure);
	return text;
}

static void take(const struct measured *list, size_t n, const char *error, struct arena *arena,
		 struct program_cost *costs)
{
	for (size_t i = 0; i < n; i++) {
		struct program_cost *c = &costs[i];

		c->program = arena_strdup(arena, bpf_program__name(list[i].program));
		c->type = bpf_program__type(list[i].program);
		c->error = error;
		if (error)
			continue;
		read_log(list[i].log, c);
		read_info(list[i].program, c);
	}
}

int cost_measure(struct diags *d, const struct instance_object *o, struct arena *arena,
		 struct program_cost **costs, size_t *n)
{
	struct instance *inst = xcalloc(1, sizeof(*inst));
	struct loading l = { .diags = d, .objects = o, .n = 1, .inst = inst };
	struct measured *list;
	int err;
	char *log;

	inst->objects = arena_alloc(&inst->arena, sizeof(*inst->objects));
	inst->n_objects = 1;
	libbpf_log_begin();
	err = instance_open(&l, 0);
	if (err) {
		free(libbpf_log_end());
		instance_free(inst);
		return -1;
	}
	list = prepare(inst->objects[0].obj, &inst->arena, n);
	err = bpf_object__load(inst->objects[0].obj);
	log = libbpf_log_end();
	*costs = arena_alloc(arena, (*n ? *n : 1) * sizeof(**costs));
	take(list, *n, err ? explain(o, log, err, arena) : NULL, arena, *costs);
	free(log);
	instance_free(inst);
	return 0;
}
