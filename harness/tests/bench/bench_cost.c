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

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LOG_ROOM (1u << 20)
/* Linux: BPF_LOG_STATS, include/linux/bpf_verifier.h */
#define LOG_STATS 4
#define BUDGET	  1000000

static int print_nothing(enum libbpf_print_level level, const char *format, va_list args)
{
	(void)level;
	(void)format;
	(void)args;
	return 0;
}

/* The number behind @word in the verifier's last lines; 0: there is none. */
static unsigned long after(const char *log, const char *word)
{
	const char *at = strstr(log, word);

	return at ? strtoul(at + strlen(word), NULL, 10) : 0;
}

static void set_global(struct bpf_object *obj, const char *name, size_t len, uint64_t value)
{
	struct btf *btf = bpf_object__btf(obj);
	int id = btf ? btf__find_by_name_kind(btf, ".rodata", BTF_KIND_DATASEC) : -1;
	struct bpf_map *m;
	const struct btf_var_secinfo *v;
	size_t size;
	const void *data;

	if (id < 0)
		return;
	bpf_object__for_each_map(m, obj)
	{
		data = bpf_map__initial_value(m, &size);
		if (!data || !strstr(bpf_map__name(m), ".rodata"))
			continue;
		v = btf_var_secinfos(btf__type_by_id(btf, (uint32_t)id));
		for (int i = 0; i < btf_vlen(btf__type_by_id(btf, (uint32_t)id)); i++)
			if (text_is(name, len,
				    btf__name_by_offset(
					    btf, btf__type_by_id(btf, v[i].type)->name_off)) &&
			    v[i].offset + v[i].size <= size)
				memcpy((char *)(uintptr_t)data + v[i].offset, &value,
				       v[i].size < sizeof(value) ? v[i].size : sizeof(value));
		return;
	}
}

/* As /proc says of the descriptor, bytes. */
static unsigned long memory_of(int fd)
{
	char path[64], text[1024] = "";
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	f = fopen(path, "r");
	if (!f)
		return 0;
	n = fread(text, 1, sizeof(text) - 1, f);
	text[n] = '\0';
	fclose(f);
	return after(text, "memlock:\t");
}

static int load(const char *path, char *const *globals, size_t n)
{
	struct bpf_object *obj = bpf_object__open_file(path, NULL);
	const char *base = strrchr(path, '/');
	unsigned long memory = 0, instructions = 0;
	struct bpf_program *p;
	struct bpf_map *m;
	int err;

	if (!obj) {
		fprintf(stderr, "bench_cost: cannot open %s\n", path);
		return 1;
	}
	base = base ? base + 1 : path;
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(globals[i], "=");
		uint64_t value = 0;

		number_parse(globals[i] + len + 1, strlen(globals[i]) - len - 1, &value);
		set_global(obj, globals[i], len, value);
	}
	bpf_object__for_each_map(m, obj) bpf_map__set_pin_path(m, NULL);
	bpf_object__for_each_program(p, obj)
	{
		bpf_program__set_log_level(p, LOG_STATS);
		bpf_program__set_log_buf(p, xcalloc(1, LOG_ROOM), LOG_ROOM);
	}
	err = bpf_object__load(obj);
	if (err)
		fprintf(stderr, "bench_cost: %s does not load: %s\n", path, strerror(-err));
	bpf_object__for_each_program(p, obj)
	{
		size_t size;
		const char *log = bpf_program__log_buf(p, &size);
		unsigned long insns = after(log, "processed ");

		if (!err)
			printf("%-14s %-36s %7lu insns (%4.1f %% of the budget) %6lu states, stack %s",
			       base, bpf_program__name(p), insns, 100.0 * (double)insns / BUDGET,
			       after(log, "total_states "),
			       strstr(log, "stack depth ") ? "" : "-\n");
		if (!err && strstr(log, "stack depth ")) {
			const char *depth = strstr(log, "stack depth ") + strlen("stack depth ");

			printf("%.*s bytes\n", (int)strcspn(depth, "\n"), depth);
		}
		instructions += insns;
		free((void *)(uintptr_t)log);
	}
	bpf_object__for_each_map(m, obj) memory +=
		bpf_map__fd(m) >= 0 ? memory_of(bpf_map__fd(m)) : 0;
	if (!err)
		printf("%-14s %-36s %7lu insns in all; maps take %.1f MiB\n", base, "",
		       instructions, (double)memory / (1 << 20));
	bpf_object__close(obj);
	return err ? 1 : 0;
}

int main(int argc, char **argv)
{
	int first = 1, err = 0;

	libbpf_set_print(print_nothing);
	while (first < argc && strchr(argv[first], '='))
		first++;
	if (first == argc) {
		fprintf(stderr, "usage: bench_cost [NAME=NUMBER..] OBJECT..\n");
		return 2;
	}
	for (int i = first; i < argc; i++)
		err |= load(argv[i], argv + 1, (size_t)first - 1);
	return err;
}
