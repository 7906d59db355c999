/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/coverage.h"

#include "base/file.h"
#include "kernel/coverage.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Lines of one file. Lines are small numbers: the table is as long as the file. */
struct counted_file {
	char *name;
	struct counted_line {
		bool known; /* some program has it */
		bool ran;   /* by the instance that is looked at now */
		uint64_t scenarios;
	} * lines;
	size_t n;
};

struct coverage_counts {
	pthread_mutex_t lock;
	struct counted_file *files;
	size_t n;
	struct counted_file *last; /* looked for: mostly the next, too */
};

/* Longer files than any compiler's line_info can tell of. */
#define LINE_MAX_NUMBER (1u << 22)

struct coverage_counts *coverage_counts_new(void)
{
	struct coverage_counts *c = xcalloc(1, sizeof(*c));

	pthread_mutex_init(&c->lock, NULL);
	return c;
}

void coverage_counts_free(struct coverage_counts *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < c->n; i++) {
		free(c->files[i].name);
		free(c->files[i].lines);
	}
	free(c->files);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static struct counted_file *find_file(struct coverage_counts *c, const char *name)
{
	if (c->last && !strcmp(c->last->name, name))
		return c->last;
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->files[i].name, name)) {
			c->last = &c->files[i];
			return c->last;
		}
	c->last = ARRAY_PUSH(c->files, c->n);
	c->last->name = xstrdup(name);
	return c->last;
}

static void note_line(void *arg, const char *name, uint32_t line, bool ran)
{
	struct counted_file *f;

	if (line >= LINE_MAX_NUMBER)
		return;
	f = find_file(arg, name);
	if (line >= f->n) {
		size_t n = line + 256;

		f->lines = xreallocarray(f->lines, n, sizeof(*f->lines));
		memset(f->lines + f->n, 0, (n - f->n) * sizeof(*f->lines));
		f->n = n;
	}
	f->lines[line].known = true;
	f->lines[line].ran |= ran;
}

void coverage_counts_add(struct coverage_counts *c, struct instance *inst)
{
	pthread_mutex_lock(&c->lock);
	instance_covered_lines(inst, note_line, c);
	for (size_t i = 0; i < c->n; i++)
		for (size_t line = 0; line < c->files[i].n; line++) {
			c->files[i].lines[line].scenarios += c->files[i].lines[line].ran;
			c->files[i].lines[line].ran = false;
		}
	pthread_mutex_unlock(&c->lock);
}

static void write_file(FILE *out, const struct counted_file *f, struct coverage_total *total)
{
	uint64_t lines = 0, ran = 0;

	fprintf(out, "SF:%s\n", f->name);
	for (size_t line = 0; line < f->n; line++) {
		if (!f->lines[line].known)
			continue;
		fprintf(out, "DA:%zu,%" PRIu64 "\n", line, f->lines[line].scenarios);
		lines++;
		ran += f->lines[line].scenarios > 0;
	}
	fprintf(out, "LF:%" PRIu64 "\nLH:%" PRIu64 "\nend_of_record\n", lines, ran);
	total->lines += lines;
	total->ran += ran;
}

static int compare_files(const void *a, const void *b)
{
	const struct counted_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int coverage_counts_write(const struct coverage_counts *c, const char *path,
			  struct coverage_total *total)
{
	struct counted_file *sorted;
	struct replacement file;
	int err = replace_begin(&file, path);

	*total = (struct coverage_total){};
	if (err)
		return err;
	sorted = xcalloc(c->n + 1, sizeof(*sorted));
	if (c->n) {
		memcpy(sorted, c->files, c->n * sizeof(*sorted));
		qsort(sorted, c->n, sizeof(*sorted), compare_files);
	}
	fputs("TN:verdict\n", file.out);
	for (size_t i = 0; i < c->n; i++)
		write_file(file.out, &sorted[i], total);
	free(sorted);
	return replace_commit(&file);
}
