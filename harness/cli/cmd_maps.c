/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict maps: maps of a scenario, or pinned ones, as an operator reads them. */
#include "base/errno_names.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/look_on.h"
#include "kernel/pinned.h"
#include "syntax/keys.h"
#include "view/listing.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

struct mapper {
	const struct maps_options *options;
	struct suite suite;
	struct view_file views;
	const struct view *view;
	struct diags *d;
	struct diags seen;  /* of the thread that runs: moved to @d in the end */
	struct arena arena; /* of what maps hold */
	struct viewed_map *maps;
	size_t n;
	bool shown; /* the scenario came as far as it was asked for */

	struct object_file *object; /* --types */
	struct pinned_map *pinned;
	size_t n_pinned;
};

static void add_map(struct mapper *m, struct map *map, const char *name,
		    const struct object_map *type, const struct value_context *values)
{
	struct map_view view;
	int err;

	if (!view_needs_map(m->view, name))
		return;
	err = map_snapshot(map, &m->arena, 0, &view);
	if (err) {
		diag(&m->seen, DIAG_ERROR, nowhere, "cannot look over map %s: %s", name,
		     map_error(map, err, &m->arena));
		return;
	}
	*ARENA_PUSH(&m->arena, m->maps, m->n) =
		(struct viewed_map){ name, type, values, map->n_cpus, view };
}

static void take_maps(void *arg, const struct scenario *s, const struct scenario_node *node,
		      const struct node_map *maps, size_t n)
{
	struct mapper *m = arg;

	(void)s;
	if (m->options->node && strcmp(m->options->node, node->name) != 0)
		return;
	m->shown = true;
	for (size_t i = 0; i < n; i++)
		add_map(m, maps[i].map, maps[i].type->name, maps[i].type, &node->values);
}

static int check_node(struct mapper *m, const struct scenario *s)
{
	const char *name = m->options->node;

	if (!s->nodes[0].name) {
		if (!name)
			return 0;
		diag(m->d, DIAG_ERROR, nowhere, "%s has no nodes: leave out --node", s->path);
		return -1;
	}
	for (size_t i = 0; name && i < s->n_nodes; i++)
		if (!strcmp(s->nodes[i].name, name))
			return 0;
	if (name)
		unknown_name(m->d, nowhere, "node", name, strlen(name), s->nodes, s->n_nodes,
			     sizeof(*s->nodes));
	else
		diag(m->d, DIAG_ERROR, nowhere,
		     "%s has several nodes: say which, --node NAME; the first is %s", s->path,
		     s->nodes[0].name);
	return -1;
}

/* The one scenario that is run: of several cases the first. */
static int choose_scenario(struct mapper *m)
{
	const struct maps_options *o = m->options;
	int err = suite_read(&m->suite, o->common.args.items[1]);

	diags_move(m->d, &m->suite.diags);
	if (err)
		return -1;
	if (!m->suite.n) {
		diag(m->d, DIAG_ERROR, nowhere, "there is no scenario in %s",
		     o->common.args.items[1]);
		return -1;
	}
	if (m->suite.n > 1)
		diag(m->d, DIAG_NOTE, nowhere, "%s has %zu scenarios; this is the first, %s",
		     o->common.args.items[1], m->suite.n, m->suite.scenarios[0]->id);
	m->suite.n = 1;
	if (o->step.given && o->step.value > m->suite.scenarios[0]->n_steps) {
		diag(m->d, DIAG_ERROR, nowhere, "%s has no step %llu: it has %zu",
		     m->suite.scenarios[0]->id, (unsigned long long)o->step.value,
		     m->suite.scenarios[0]->n_steps);
		return -1;
	}
	return check_node(m, m->suite.scenarios[0]);
}

static int read_scenario_maps(struct mapper *m)
{
	const struct maps_options *o = m->options;
	struct watcher watcher = { .arg = m, .maps = take_maps, .after_step = o->step.value };
	struct session_options session = { .watcher = &watcher, .time_limit = o->time_limit };
	size_t n;
	int status;

	if (choose_scenario(m))
		return EXIT_NOT_JUDGED;
	n = m->suite.n;
	status = look_on(m->d, &m->suite, &session);
	m->suite.n = n;
	if (!m->shown && !m->d->errors && status == EXIT_PASSED)
		status = EXIT_NOT_JUDGED;
	return status;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names in the folder that the view needs, sorted. */
static int pinned_names(struct mapper *m, const char ***names, size_t *n)
{
	DIR *dir = opendir(m->options->pinned);
	const struct dirent *e;

	if (!dir) {
		diag(m->d, DIAG_ERROR, nowhere, "cannot read folder %s: %s", m->options->pinned,
		     errno_text(-errno));
		return -1;
	}
	while ((e = readdir(dir)))
		if (e->d_name[0] != '.' && view_needs_map(m->view, e->d_name))
			*ARENA_PUSH(&m->arena, *names, *n) = arena_strdup(&m->arena, e->d_name);
	closedir(dir);
	if (*n)
		qsort(*names, *n, sizeof(**names), compare_texts);
	return 0;
}

static int read_pinned_maps(struct mapper *m)
{
	const struct maps_options *o = m->options;
	const char **names = NULL;
	size_t n = 0;

	if (o->types) {
		const char *path = suite_object_path(&m->suite, o->types, o->types);

		m->object = object_file_read(m->d, nowhere, path);
		if (!m->object)
			return EXIT_NOT_JUDGED;
	}
	if (pinned_names(m, &names, &n))
		return EXIT_NOT_JUDGED;
	m->pinned = xcalloc(n + 1, sizeof(*m->pinned));
	for (size_t i = 0; i < n; i++) {
		struct pinned_map *p = &m->pinned[m->n_pinned++];
		const char *path = arena_printf(&m->arena, "%s/%s", o->pinned, names[i]);

		if (!pinned_map_open(m->d, p, path, names[i], m->object, &m->arena))
			add_map(m, &p->map, names[i], &p->type, NULL);
	}
	return m->d->errors ? EXIT_NOT_JUDGED : EXIT_PASSED;
}

static void print_views(const struct view_file *f)
{
	for (size_t i = 0; i < f->n_views; i++)
		printf("%-12s %s\n", f->views[i].name, f->views[i].help);
}

static int print_view(struct mapper *m)
{
	struct listing listing = {};

	if (listing_make(m->d, m->view, m->maps, m->n, &m->arena, &listing))
		return -1;
	if (!listing.found) {
		diag(m->d, DIAG_ERROR, nowhere, "there is no map of view '%s' in %s: %s, ..",
		     m->view->name,
		     m->options->pinned ? m->options->pinned : m->suite.scenarios[0]->path,
		     m->view->n_rows ? m->view->rows[0].map : "it has none");
		return -1;
	}
	if (m->options->format == VIEW_JSON)
		return listing_print_json(stdout, m->view, &listing);
	listing_print_text(stdout, m->view, &listing);
	return 0;
}

static int check_arguments(struct mapper *m)
{
	const struct maps_options *o = m->options;
	const char *name = o->common.args.n ? o->common.args.items[0] : NULL;
	bool pinned = o->pinned, scenario = o->common.args.n > 1;

	if (!name && (pinned || o->types || o->node || o->step.given)) {
		diag(m->d, DIAG_ERROR, nowhere, "which view? verdict maps VIEW ..; there are:");
		for (size_t i = 0; i < m->views.n_views; i++)
			diag(m->d, DIAG_NOTE, nowhere, "%s", m->views.views[i].name);
		return -1;
	}
	if (!name)
		return 0;
	m->view = view_find(&m->views, name);
	if (!m->view) {
		unknown_name(m->d, nowhere, "view", name, strlen(name), m->views.views,
			     m->views.n_views, sizeof(*m->views.views));
		return -1;
	}
	if (pinned == scenario)
		diag(m->d, DIAG_ERROR, nowhere,
		     pinned ? "maps are those of a scenario or those pinned in a folder: leave out "
			      "one of them"
			    : "whose maps? those of a scenario, verdict maps %s SCENARIO, or those "
			      "pinned in a folder, --pinned DIR",
		     name);
	else if (pinned && (o->node || o->step.given))
		diag(m->d, DIAG_ERROR, nowhere, "--node and --step are for a scenario");
	else if (!pinned && o->types)
		diag(m->d, DIAG_ERROR, nowhere, "--types is for pinned maps, --pinned DIR");
	return m->d->errors ? -1 : 0;
}

static int show_maps(struct mapper *m)
{
	int status;

	if (views_read(m->d, &m->suite, m->options->views, &m->views) || check_arguments(m))
		return EXIT_NOT_JUDGED;
	if (!m->view) {
		print_views(&m->views);
		return EXIT_PASSED;
	}
	status = m->options->pinned ? read_pinned_maps(m) : read_scenario_maps(m);
	diags_move(m->d, &m->seen);
	if (status == EXIT_PASSED || m->shown)
		if (print_view(m))
			return EXIT_NOT_JUDGED;
	return status;
}

int cmd_maps(const void *options)
{
	const struct maps_options *o = options;
	struct diags d = {};
	struct mapper m = { .options = o,
			    .d = &d,
			    .suite = { .object_dirs = o->objects.items,
				       .n_object_dirs = o->objects.n } };
	int status = show_maps(&m);

	fflush(stdout);
	diags_print(stderr, &d);
	if (d.errors)
		status = EXIT_NOT_JUDGED;
	diags_free(&d);
	for (size_t i = 0; i < m.n_pinned; i++)
		pinned_map_close(&m.pinned[i]);
	free(m.pinned);
	object_file_free(m.object);
	arena_free(&m.arena);
	view_file_free(&m.views);
	suite_free(&m.suite);
	return status;
}
