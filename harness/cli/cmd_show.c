/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/command.h"
#include "packet/capture.h"
#include "packet/expression.h"
#include "scenario/suite.h"
#include "types/object_file.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#define BYTES_A_LINE 16

static const struct span nowhere;

/* A line to read, then the expression alone on a line of its own, to paste. @start in ns. */
static void print_frame(const struct capture_frame *f, uint64_t start, struct arena *arena)
{
	int64_t since = (int64_t)(f->time - start);
	uint8_t *copy = arena_memdup(arena, f->data, f->len);
	struct packet p = {};

	packet_dissect(copy, f->len, &p);
	printf("# %" PRIu64 "  %.6f  ", f->number, (double)since / 1e9);
	packet_summary(stdout, &p);
	if (f->wire_len > f->len)
		printf("  (cut by the snap length: %u of %u bytes)", f->len, f->wire_len);
	putchar('\n');
	packet_print(stdout, &p);
	putchar('\n');
}

static void show_capture(struct diags *d, const struct show_options *o, const char *path)
{
	struct capture_options options = { .filter = o->filter };
	struct capture *c = capture_open(d, nowhere, path, &options);
	uint64_t left = o->count.given ? o->count.value : UINT64_MAX;
	struct capture_frame f;
	uint64_t start = 0;
	bool first = true;

	if (!c)
		return;
	if (capture_default_ethernet(c))
		printf("# %s\n", capture_default_ethernet(c));
	for (; left && capture_next(d, c, &f) == 1; left--) {
		struct arena arena = {};

		if (first)
			start = f.time;
		first = false;
		print_frame(&f, start, &arena);
		arena_free(&arena);
	}
	if (first && !d->errors)
		puts(o->filter ? "# no frame passes the filter" : "# no frames");
	capture_close(c);
}

/* In hexadecimal and ASCII, 16 bytes a line, as tcpdump -XX prints it. */
static void print_dump(FILE *out, const uint8_t *data, size_t len)
{
	for (size_t off = 0; off < len; off += BYTES_A_LINE) {
		size_t n = len - off < BYTES_A_LINE ? len - off : BYTES_A_LINE;
		size_t i;

		fprintf(out, "  0x%04zx:  ", off);
		for (i = 0; i < n; i++)
			fprintf(out, i % 2 ? "%02x " : "%02x", data[off + i]);
		for (; i < BYTES_A_LINE; i++)
			fputs(i % 2 ? "   " : "  ", out);
		fputc(' ', out);
		for (i = 0; i < n; i++)
			fputc(data[off + i] > ' ' && data[off + i] < 0x7f ? data[off + i] : '.',
			      out);
		fputc('\n', out);
	}
}

static void show_expression(struct diags *d, const struct source *src)
{
	struct expression e = { .where = span_all(src) };
	struct arena arena = {};
	struct packet p = {};

	if (!expression_build(d, &e, &arena, &p)) {
		printf("# %zu bytes  ", p.len);
		packet_summary(stdout, &p);
		putchar('\n');
		packet_print(stdout, &p);
		putchar('\n');
		print_dump(stdout, p.data, p.len);
	}
	arena_free(&arena);
}

static void show_object(struct diags *d, const char *path)
{
	struct object_file *f = object_file_read(d, nowhere, path);

	if (!f)
		return;
	object_file_print(stdout, f);
	object_file_free(f);
}

static bool is_elf(const char *path)
{
	char magic[4] = {};
	FILE *f = fopen(path, "rbe");
	size_t n;

	if (!f)
		return false;
	n = fread(magic, 1, sizeof(magic), f);
	fclose(f);
	return n == sizeof(magic) && !memcmp(magic, "\177ELF", sizeof(magic));
}

/* Options that only make sense with a capture are not passed over in silence. */
static bool takes_options(struct diags *d, const struct show_options *o, const char *what)
{
	if (o->filter)
		diag(d, DIAG_ERROR, nowhere, "--filter is for captures; this is %s", what);
	if (o->count.given)
		diag(d, DIAG_ERROR, nowhere, "--count is for captures; this is %s", what);
	return !o->filter && !o->count.given;
}

int cmd_show(const void *options)
{
	const struct show_options *o = options;
	const char *what = o->common.args.items[0], *path;
	struct suite suite = { .object_dirs = o->objects.items, .n_object_dirs = o->objects.n };
	struct source src = {};
	struct diags d = {};
	int status;

	path = suite_object_path(&suite, what, what);
	if (access(path, F_OK))
		path = NULL;
	if (path && is_elf(path)) {
		if (takes_options(&d, o, "an object"))
			show_object(&d, path);
	} else if (path) {
		show_capture(&d, o, path);
	} else if (strchr(what, '(')) {
		source_from_text("<expression>", what, strlen(what), &src);
		if (takes_options(&d, o, "an expression"))
			show_expression(&d, &src);
	} else {
		diag(&d, DIAG_ERROR, nowhere,
		     "'%s' is no file (%s), and no expression such as 'eth() / ipv4()'", what,
		     strerror(ENOENT));
	}
	fflush(stdout);
	diags_print(stderr, &d);
	status = d.errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
	diags_free(&d);
	source_free(&src);
	suite_free(&suite);
	return status;
}
