/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "types/object_file.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* Programs named in a message; an object of a large datapath has fifty. */
#define PROGRAMS_LISTED 16

/* "a (xdp), b (tc)": those of @section, or all where it is NULL. */
static char *programs_list(const struct object_file *f, const char *section)
{
	size_t len, listed = 0;
	char *text;
	FILE *out = xmemstream(&text, &len);

	for (size_t i = 0; i < f->n_programs && listed <= PROGRAMS_LISTED; i++) {
		const struct object_program *p = &f->programs[i];

		if (section && strcmp(p->section, section) != 0)
			continue;
		if (listed++ == PROGRAMS_LISTED)
			fputs(", ..", out);
		else
			fprintf(out, "%s%s", listed > 1 ? ", " : "", p->name);
	}
	fclose(out);
	return text;
}

static const char *program_nearest(const struct object_file *f, const char *name)
{
	struct {
		const char *name;
	} *sections = xcalloc(f->n_programs, sizeof(*sections));
	const char *near =
		text_nearest(name, strlen(name), f->programs, f->n_programs, sizeof(*f->programs));

	for (size_t i = 0; i < f->n_programs; i++)
		sections[i].name = f->programs[i].section;
	if (!near)
		near = text_nearest(name, strlen(name), sections, f->n_programs, sizeof(*sections));
	free(sections);
	return near;
}

static void report_unknown(struct diags *d, struct span where, const struct object_file *f,
			   const char *name)
{
	const char *near = program_nearest(f, name);
	char *list;

	if (!f->n_programs) {
		diag(d, DIAG_ERROR, where, "there is no program '%s': %s has no programs", name,
		     f->path);
		return;
	}
	if (near) {
		diag(d, DIAG_ERROR, where, "there is no program '%s' in %s; did you mean '%s'?",
		     name, f->path, near);
		return;
	}
	list = programs_list(f, NULL);
	diag(d, DIAG_ERROR, where, "there is no program '%s' in %s; it has %s", name, f->path,
	     list);
	free(list);
}

const struct object_program *object_file_program(struct diags *d, struct span where,
						 const struct object_file *f, const char *name)
{
	const struct object_program *found = NULL;
	size_t n = 0;
	char *list;

	for (size_t i = 0; i < f->n_programs; i++)
		if (!strcmp(f->programs[i].name, name))
			return &f->programs[i];
	for (size_t i = 0; i < f->n_programs; i++)
		if (!strcmp(f->programs[i].section, name)) {
			found = &f->programs[i];
			n++;
		}
	if (n == 1)
		return found;
	if (!n) {
		report_unknown(d, where, f, name);
		return NULL;
	}
	list = programs_list(f, name);
	diag(d, DIAG_ERROR, where, "section '%s' of %s holds %zu programs; name one: %s", name,
	     f->path, n, list);
	free(list);
	return NULL;
}

const struct object_map *object_file_map(const struct object_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_maps; i++)
		if (!strcmp(f->maps[i].name, name))
			return &f->maps[i];
	return NULL;
}

const struct object_global *object_file_global(const struct object_file *f, const char *name)
{
	for (size_t i = 0; i < f->n_globals; i++)
		if (!strcmp(f->globals[i].name, name))
			return &f->globals[i];
	return NULL;
}
