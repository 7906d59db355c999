/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `verdict help needs`: what scenarios can need, from the table that probes it. */
#include "cli/command.h"
#include "kernel/features.h"

#include <string.h>

static const char introduction[] =
	"What a scenario can need of a kernel, for `needs:`, and `unless:` of an `xfail:`. The kernel is\n"
	"asked, and never judged by its version: stable kernels take over what later ones do. `verdict\n"
	"features` prints what the running one answers.\n";

static const char conclusion[] =
	"\n"
	"helper.NAME is what all types of programs have that can have it at all; helper.xdp.NAME and\n"
	"helper.tc.NAME where one type has had it before the other.\n";

#define WIDTH	    98
#define TEXT_COLUMN 40

/* helper.xdp.NAME and the like are said for all of them. */
static bool is_variant(const struct feature *f)
{
	const char *name = strchr(f->name, '.');

	return name && (!strncmp(name, ".xdp.", 5) || !strncmp(name, ".tc.", 4)) &&
	       !strcmp(f->group, "helper");
}

static bool is_alike(const struct feature *a, const struct feature *b)
{
	return !strcmp(a->group, b->group) && !strcmp(a->help, b->help) && !is_variant(b);
}

/* The names from @f on of which the same is said, side by side. */
static void print_names(FILE *out, const struct feature *f, const struct feature *end)
{
	int col = fprintf(out, "\n%s.NAME: %s\n ", f->group, f->help) ? 1 : 0;

	for (const struct feature *i = f; i < end; i++) {
		const char *name = i->name + strlen(f->group) + 1;

		if (!is_alike(f, i))
			continue;
		if (col + 1 + (int)strlen(name) > WIDTH) {
			fputs("\n ", out);
			col = 1;
		}
		col += fprintf(out, " %s", name);
	}
	fputc('\n', out);
}

static size_t count_alike(const struct feature *f, const struct feature *from,
			  const struct feature *to)
{
	size_t n = 0;

	for (const struct feature *i = from; i < to; i++)
		n += is_alike(f, i);
	return n;
}

void needs_help(FILE *out)
{
	size_t n;
	const struct feature *all = feature_table(&n), *end = all + n;

	fputs(introduction, out);
	fputc('\n', out);
	for (const struct feature *f = all; f < end; f++)
		if (count_alike(f, all, end) == 1 && !is_variant(f))
			fprintf(out, "  %-*s%s\n", TEXT_COLUMN - 2, f->name, f->help);
	for (const struct feature *f = all; f < end; f++)
		if (!is_variant(f) && count_alike(f, f, end) > 1 && !count_alike(f, all, f))
			print_names(out, f, end);
	fputs(conclusion, out);
}
