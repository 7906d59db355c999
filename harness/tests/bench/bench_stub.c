/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a recorded call costs more than one that is not, in the kernel's time: programs of a
 * hundred calls, run many times by one system call, interposed and not, turn by turn.
 *
 *   bench_stub OBJECT ROUNDS
 */
#include "base/text.h"
#include "kernel/instance.h"
#include "kernel/sandbox.h"

#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALLS  100
#define REPEAT 20000

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

/* ns per call */
static double run(const struct instance *inst, const char *program)
{
	static const uint8_t frame[64];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = sizeof(frame),
		    .repeat = REPEAT);

	if (bpf_prog_test_run_opts(instance_program(inst, 0, program)->fd, &opts)) {
		perror(program);
		exit(1);
	}
	return (double)opts.duration / CALLS;
}

static struct instance *load(const struct object_file *f, bool off)
{
	struct instance_object spec = { .file = f };
	struct interpose_request request = { .off = off, .traced = true };
	struct diags d = { 0 };
	struct instance *inst = instance_load(&d, &spec, 1, &request, NULL);

	if (!inst) {
		diags_print(stderr, &d);
		exit(1);
	}
	diags_free(&d);
	return inst;
}

int main(int argc, char **argv)
{
	struct diags d = { 0 };
	struct sandbox *sandbox = sandbox_new(&d);
	struct object_file *f =
		argc == 3 ? object_file_read(&d, (struct span){ 0 }, argv[1]) : NULL;
	uint64_t rounds = 0;
	struct instance *plain, *recorded;
	double *a, *b;

	if (!sandbox || !f || number_parse(argv[2], strlen(argv[2]), &rounds) || !rounds) {
		diags_print(stderr, &d);
		fprintf(stderr, "usage: bench_stub OBJECT ROUNDS\n");
		return 2;
	}
	plain = load(f, true);
	recorded = load(f, false);
	a = xcalloc(rounds, sizeof(*a));
	b = xcalloc(rounds, sizeof(*b));
	for (size_t i = 0; i < f->n_programs; i++) {
		const char *name = f->programs[i].name;

		for (uint64_t j = 0; j < rounds; j++) {
			a[j] = run(plain, name);
			b[j] = run(recorded, name);
		}
		printf("call of %-22s bare %6.1f ns  recorded %6.1f ns  a stub costs %.1f ns\n",
		       name, median(a, rounds), median(b, rounds),
		       median(b, rounds) - median(a, rounds));
	}
	free(a);
	free(b);
	instance_free(plain);
	instance_free(recorded);
	object_file_free(f);
	sandbox_free(sandbox);
	diags_free(&d);
	return 0;
}
