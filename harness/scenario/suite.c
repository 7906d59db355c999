/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "scenario/read_helpers.h"

#include "base/file.h"
#include "base/text.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define USE_DEPTH 8

static void add_parts(struct reader *r, struct suite_file *f, unsigned int depth,
		      struct parts *parts);

static void use_file(struct reader *r, const struct node *n, unsigned int depth,
		     struct parts *parts)
{
	struct suite_file *f;
	bool before = r->incomplete;

	r->incomplete = true;
	if (!check_path(r, n, "'use'"))
		return;
	if (depth == USE_DEPTH) {
		diag(r->d, DIAG_ERROR, n->span, "files use each other in a circle, or %d deep",
		     USE_DEPTH);
		return;
	}
	f = read_file(r->suite, r->d, n->span, read_path(r, n));
	if (f && f->bad)
		diag(r->d, DIAG_ERROR, n->span, "%s has errors", f->src.path);
	if (!f || f->bad)
		return;
	r->incomplete = before;
	add_parts(r, f, depth + 1, parts);
}

void read_uses(struct reader *r, const struct node *mapping, unsigned int depth,
	       struct parts *parts)
{
	const struct node *use = node_get(mapping, "use"), *item;

	if (use && use->kind == NODE_SEQUENCE)
		for_each_child (item, use)
			use_file(r, item, depth, parts);
	else if (use)
		use_file(r, use, depth, parts);
}

static void add_parts(struct reader *r, struct suite_file *f, unsigned int depth,
		      struct parts *parts)
{
	if (!f->root)
		return;
	read_uses(r, f->root, depth, parts);
	*ARENA_PUSH(r->arena, parts->roots, parts->n) = f->root;
}

static bool is_variable_name(const char *s)
{
	if (!*s || (*s >= '0' && *s <= '9'))
		return false;
	return s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")] == 0;
}

static void set_variable(struct reader *r, const struct node *k)
{
	struct var *var = NULL;
	struct node *value;

	if (!is_variable_name(k->text)) {
		diag(r->d, DIAG_ERROR, k->span,
		     "'%s' is no name of a variable: letters, digits and '_'", k->text);
		return;
	}
	value = node_expand(r->d, k->value, &r->vars, r->arena);
	for (size_t i = 0; i < r->vars.n; i++)
		if (!strcmp(r->vars.items[i].name, k->text))
			var = &r->vars.items[i]; /* said again: the later one counts */
	if (!var)
		var = ARENA_PUSH(r->arena, r->vars.items, r->vars.n);
	*var = (struct var){ k->text, value->kind == NODE_SCALAR ? value->text : NULL,
			     k->value->span, value };
}

void set_variables(struct reader *r, const struct node *let)
{
	const struct node *k;

	if (!let || let->kind != NODE_MAPPING)
		return;
	for_each_child (k, let)
		set_variable(r, k);
}

static void read_version(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;

	(void)key;
	if (strcmp(n->text, "1"))
		diag(r->d, DIAG_ERROR, n->span,
		     "version '%s' of the language is not known; this verdict reads version 1",
		     n->text);
}

static void read_name(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;

	(void)key;
	if (node_text(r->d, n, "name", &r->s->name))
		r->s->where = n->span;
}

static void read_description(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;

	(void)key;
	node_text(r->d, n, "description", &r->s->description);
}

static void read_own_time_limit(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;

	(void)key;
	read_time_limit(r, n, &r->s->time_limit);
}

static void read_own_xfail(void *into, const struct node *key, const struct node *n)
{
	(void)key;
	read_xfail(into, n);
}

static void read_tags(void *into, const struct node *key, const struct node *n)
{
	struct reader *r = into;
	const struct node *item;

	(void)key;
	for_each_child (item, n)
		if (item->kind == NODE_SCALAR && item->len)
			*ARENA_PUSH(r->arena, r->s->tags, r->s->n_tags) = item->text;
		else
			diag(r->d, DIAG_ERROR, item->span, "a tag is a word");
}

/* Those without a reader are read in another order than they stand: see read_case(). */
const struct key scenario_keys[] = {
	{ "verdict", TAKES_SCALAR | KEY_REQUIRED, read_version, "1", "the language's version" },
	{ "name", TAKES_SCALAR, read_name, "TEXT", "what the scenario shows" },
	{ "description", TAKES_SCALAR, read_description, "TEXT", "more about it" },
	{ "use", TAKES_SCALAR | TAKES_LIST | KEY_OF_NODE, NULL, "FILE",
	  "parts shared by scenarios; own keys win" },
	{ "object", TAKES_SCALAR | KEY_OF_NODE, NULL, "FILE", "the BPF object" },
	{ "objects", TAKES_MAPPING | KEY_OF_NODE, NULL, "{ALIAS: FILE}",
	  "several, named ALIAS/program, ALIAS/map" },
	{ "program", TAKES_SCALAR | KEY_OF_NODE, NULL, "PROGRAM",
	  "the one that steps run: a name or a section" },
	{ "programs", TAKES_MAPPING | KEY_OF_NODE, NULL, "{PROGRAM: {type: xdp}}",
	  "types that sections do not tell" },
	{ "needs", TAKES_SCALAR | TAKES_LIST | KEY_OF_NODE, NULL, "[FEATURE..]",
	  "what a kernel must have, or it is skipped: `verdict help needs`" },
	{ "tags", TAKES_LIST, read_tags, "[WORD..]", "for 'run -t'" },
	{ "let", TAKES_MAPPING | KEY_OF_NODE, NULL, "{NAME: VALUE}",
	  "variables: $NAME is the whole value" },
	{ "cases", TAKES_LIST | TAKES_MAPPING, NULL, "{CASE: {NAME: VALUE}}", "run once for each" },
	{ "globals", TAKES_MAPPING | KEY_OF_NODE, NULL, "{GLOBAL: VALUE}",
	  "set before the object is loaded" },
	{ "types", TAKES_SCALAR | TAKES_LIST | KEY_OF_NODE, NULL, "FILE",
	  "objects or BTF files with more types" },
	{ "names", TAKES_MAPPING | KEY_OF_NODE, NULL, "{MEMBER: {NAME: NUMBER}}",
	  "names for values of a member" },
	{ "hosts", TAKES_MAPPING | KEY_OF_NODE, NULL, "{NAME: [ADDRESS..]}",
	  "what addresses are called, for `verdict observe`" },
	{ "max_entries", TAKES_MAPPING | KEY_OF_NODE, NULL, "{MAP: NUMBER}",
	  "sizes of maps, set before load" },
	{ "devices", TAKES_MAPPING | KEY_OF_NODE, NULL, "{DEVICE: {mac: ..}}",
	  "devices of the private namespace" },
	{ "routes", TAKES_LIST | KEY_OF_NODE, NULL, "[{to: .., via: ..}]", "as ip route" },
	{ "neighbours", TAKES_LIST | KEY_OF_NODE, NULL, "[{address: ..}]", "as ip neighbour" },
	{ "rules", TAKES_LIST | KEY_OF_NODE, NULL, "[{from: .., table: ..}]", "as ip rule" },
	{ "sysctls", TAKES_MAPPING | KEY_OF_NODE, NULL, "{net.NAME: VALUE}", "as sysctl" },
	{ "maps", TAKES_MAPPING | KEY_OF_NODE, NULL, "{MAP: ENTRIES}",
	  "what maps hold before the first step" },
	{ "events", TAKES_MAPPING | KEY_OF_NODE, NULL, "{MAP: TYPE}",
	  "types of the records of ring buffers and perf event arrays" },
	{ "helpers", TAKES_MAPPING | KEY_OF_NODE, NULL, "{HELPER: RESULT}",
	  "time, chance and other answers of helpers" },
	{ "nodes", TAKES_MAPPING, NULL, "{NODE: {use: ..}}",
	  "several machines, each with keys marked *" },
	{ "links", TAKES_LIST, NULL, "[[NODE/DEVICE, ..]..]",
	  "what leaves one arrives at the other" },
	{ "time_limit", TAKES_SCALAR, read_own_time_limit, "TIME",
	  "what a step may take: 30s (default: 10s)" },
	{ "xfail", TAKES_SCALAR | TAKES_MAPPING, read_own_xfail, "REASON",
	  "a known failure; {reason: TEXT, unless: FEATURE}" },
	{ "steps", TAKES_LIST, NULL, "[STEP..]", "what is sent, and what is expected" },
};
const size_t n_scenario_keys = ARRAY_SIZE(scenario_keys);

/* Call @read for key @name of every part, in order: what is used first, the scenario last. */
static void each_part(struct reader *r, const struct parts *parts, const char *name,
		      void (*read)(struct reader *, const struct node *), unsigned int kinds)
{
	for (size_t i = 0; i < parts->n; i++) {
		const struct node *n = node_get(parts->roots[i], name);

		if (n && (kinds & 1u << n->kind))
			read(r, n);
	}
}

static void read_writes(struct reader *r, const struct node *n)
{
	read_map_writes(r, n, &r->node->writes, &r->node->n_writes);
}

static void read_helpers(struct reader *r, const struct node *n)
{
	read_helper_script(r, n, false, &r->node->helpers);
}

void read_machine(struct reader *r, const struct parts *parts)
{
	const struct node *program = NULL;

	for (size_t i = 0; i < parts->n; i++) {
		read_objects(r, parts->roots[i]);
		if (node_get(parts->roots[i], "program"))
			program = node_get(parts->roots[i], "program");
	}
	add_object_types(r);
	each_part(r, parts, "needs", read_needs, TAKES_SCALAR | TAKES_LIST);
	each_part(r, parts, "types", read_type_files, TAKES_SCALAR | TAKES_LIST);
	each_part(r, parts, "names", read_names, TAKES_MAPPING);
	each_part(r, parts, "programs", read_program_types, TAKES_MAPPING);
	each_part(r, parts, "max_entries", read_max_entries, TAKES_MAPPING);
	each_part(r, parts, "devices", read_devices, TAKES_MAPPING);
	check_devices(r);
	each_part(r, parts, "routes", read_routes, TAKES_LIST);
	each_part(r, parts, "neighbours", read_neighbours, TAKES_LIST);
	each_part(r, parts, "rules", read_rules, TAKES_LIST);
	each_part(r, parts, "sysctls", read_sysctls, TAKES_MAPPING);
	each_part(r, parts, "hosts", read_hosts, TAKES_MAPPING);
	each_part(r, parts, "globals", read_globals, TAKES_MAPPING);
	each_part(r, parts, "maps", read_writes, TAKES_MAPPING);
	each_part(r, parts, "events", read_event_formats, TAKES_MAPPING);
	each_part(r, parts, "helpers", read_helpers, TAKES_MAPPING);
	if (program)
		r->lacks_program =
			program->kind != NODE_SCALAR || read_program(r, program, &r->program);
}

const struct key *node_keys(struct arena *arena, size_t *n)
{
	struct key *keys = arena_alloc(arena, sizeof(scenario_keys));

	*n = 0;
	for (size_t i = 0; i < ARRAY_SIZE(scenario_keys); i++)
		if (scenario_keys[i].flags & KEY_OF_NODE)
			keys[(*n)++] = scenario_keys[i];
	return keys;
}

void check_part_keys(struct reader *r, const struct parts *parts, bool own)
{
	for (size_t i = 0; i < parts->n; i++) {
		struct scenario part = {};
		struct scenario *s = r->s;

		/* Name, tags and xfail of a used file are not the scenario's. */
		if (!own || i + 1 < parts->n)
			r->s = &part;
		keys_read(r->d, parts->roots[i], "a scenario", scenario_keys, n_scenario_keys, r);
		r->s = s;
	}
}

/* One scenario of a file: @values are the variables of its case, or NULL. */
static void add_case(struct suite *s, struct diags *d, struct suite_file *f, const char *case_name,
		     const struct node *values)
{
	struct diags own = {};
	struct scenario *scenario = arena_alloc(&s->arena, sizeof(*scenario));
	struct reader r = { .suite = s, .d = &own, .arena = &s->arena, .s = scenario };
	struct parts parts = {};

	scenario->path = scenario->id = f->src.path;
	scenario->where = f->root->span;
	add_parts(&r, f, 0, &parts);
	check_part_keys(&r, &parts, true);
	if (!scenario->name)
		scenario->name = scenario->path;
	if (case_name) {
		scenario->case_name = case_name;
		scenario->id = arena_printf(&s->arena, "%s[%s]", f->src.path, case_name);
		scenario->name = arena_printf(&s->arena, "%s [%s]", scenario->name, case_name);
	}
	/* Without what a used file says, everything that needs it would be wrong. */
	if (!r.incomplete)
		read_case(&r, &parts, values);
	if (!own.errors)
		*ARRAY_PUSH(s->scenarios, s->n) = scenario;
	move_new_diags(s, d, &own);
}

/* Names tell the results apart. */
static bool check_case_name(struct diags *d, const struct node *cases, const struct node *item,
			    const struct node *name)
{
	const struct node *n, *other;

	if (!name || cases->kind == NODE_MAPPING)
		return true; /* a number, or a key */
	if (name->kind != NODE_SCALAR || !name->len) {
		diag(d, DIAG_ERROR, name->span, "the name of a case is a word, this is %s",
		     name->kind == NODE_SCALAR ? "empty" : node_kind_name(name));
		return false;
	}
	for_each_child (n, cases) {
		if (n == item)
			return true;
		other = n->kind == NODE_MAPPING ? node_get(n, "name") : NULL;
		if (!other || other->kind != NODE_SCALAR || strcmp(other->text, name->text))
			continue;
		diag(d, DIAG_ERROR, name->span, "case '%s' is given twice", name->text);
		diag(d, DIAG_NOTE, other->span, "first given here");
		return false;
	}
	return true;
}

/* cases: {NAME: {var: value}} or [{var: value}], the latter named by `name:` or numbered. */
static void add_cases(struct suite *s, struct diags *d, struct suite_file *f,
		      const struct node *cases)
{
	const struct node *n;
	size_t number = 0;

	if (!cases->child)
		diag(d, DIAG_ERROR, cases->span, "'cases' is empty: nothing would run");
	for_each_child (n, cases) {
		const struct node *values = cases->kind == NODE_MAPPING ? n->value : n;
		const struct node *name = cases->kind == NODE_MAPPING ? n : NULL;

		number++;
		if (values->kind != NODE_MAPPING) {
			diag(d, DIAG_ERROR, values->span,
			     "a case is a mapping of variables, {NAME: VALUE}; this is %s",
			     node_kind_name(values));
			continue;
		}
		if (!name)
			name = node_get(values, "name");
		if (check_case_name(d, cases, n, name))
			add_case(s, d, f,
				 name ? name->text : arena_printf(&s->arena, "%zu", number),
				 values);
	}
}

static void read_scenario_file(struct suite *s, const char *path, bool in_folder)
{
	struct diags d = {};
	struct suite_file *f = read_file(s, &d, (struct span){}, path);
	const struct node *cases = f && f->root ? node_get(f->root, "cases") : NULL;

	if (f && f->root && !node_get(f->root, "steps")) {
		if (!in_folder)
			diag(&d, DIAG_ERROR, span_part(f->root->span, 0, 0),
			     "this file has no 'steps:': it is a part for other files to 'use'");
	} else if (cases && cases->kind != NODE_SCALAR) {
		add_cases(s, &d, f, cases);
	} else if (f && f->root) {
		add_case(s, &d, f, NULL, NULL);
	}
	s->n_files++;
	sort_diags(&d);
	diags_move(&s->diags, &d);
}

static bool is_scenario_name(const char *name)
{
	const char *dot = strrchr(name, '.');

	return dot && name[0] != '.' && (!strcmp(dot, ".yaml") || !strcmp(dot, ".yml"));
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static void read_folder(struct suite *s, const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, by_name);

	if (n < 0) {
		diag(&s->diags, DIAG_ERROR, (struct span){}, "cannot read folder %s: %s", path,
		     strerror(errno));
		return;
	}
	for (int i = 0; i < n; i++) {
		const char *name = entries[i]->d_name;
		size_t end = strlen(path);
		const char *full;
		struct stat st;

		while (end > 1 && path[end - 1] == '/')
			end--;
		full = arena_printf(&s->arena, "%.*s/%s", (int)end, path, name);
		/* A link to a folder may lead back up: only links to files are followed. */
		if (name[0] != '.' && !lstat(full, &st)) {
			if (S_ISDIR(st.st_mode))
				read_folder(s, full);
			else if (is_scenario_name(name) && !path_is_stream(full))
				read_scenario_file(s, full, true);
		}
		free(entries[i]);
	}
	free(entries);
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISDIR(st.st_mode);
}

/* Of FILE[CASE]: the '[', where there is such a file; NULL: it is no such path. */
static const char *find_case(struct suite *s, const char *path)
{
	size_t len = strlen(path);

	if (is_file(path) || !len || path[len - 1] != ']')
		return NULL;
	for (const char *p = strchr(path, '['); p; p = strchr(p + 1, '['))
		if (is_file(arena_printf(&s->arena, "%.*s", (int)(p - path), path)))
			return p;
	return NULL;
}

static void no_such_case(struct suite *s, size_t first, const char *file, const char *name)
{
	struct {
		const char *name;
	} *names = arena_alloc(&s->arena, (s->n - first + 1) * sizeof(*names));
	const struct span nowhere = {};
	const char *near;
	size_t n = 0;

	for (size_t i = first; i < s->n; i++)
		if (s->scenarios[i]->case_name)
			names[n++].name = s->scenarios[i]->case_name;
	near = text_nearest(name, strlen(name), names, n, sizeof(*names));
	if (near)
		diag(&s->diags, DIAG_ERROR, nowhere, "%s has no case '%s'; did you mean '%s'?",
		     file, name, near);
	else
		diag(&s->diags, DIAG_ERROR, nowhere, "%s has no case '%s'%s", file, name,
		     n ? "" : ": it has no 'cases:' at all");
}

/* @bracket is where the name of the case begins in @path. */
static void read_one_case(struct suite *s, const char *path, const char *bracket)
{
	const char *file = arena_printf(&s->arena, "%.*s", (int)(bracket - path), path);
	const char *name = arena_printf(&s->arena, "%.*s", (int)strlen(bracket) - 2, bracket + 1);
	unsigned int errors = s->diags.errors;
	size_t first = s->n, kept = s->n;

	read_scenario_file(s, file, false);
	for (size_t i = first; i < s->n; i++)
		if (s->scenarios[i]->case_name && !strcmp(s->scenarios[i]->case_name, name))
			s->scenarios[kept++] = s->scenarios[i];
	if (kept == first && s->diags.errors == errors)
		no_such_case(s, first, file, name);
	s->n = kept;
}

int suite_read(struct suite *s, const char *path)
{
	const char *bracket = find_case(s, path);
	unsigned int errors = s->diags.errors;
	struct stat st;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		read_folder(s, path);
	else if (bracket)
		read_one_case(s, path, bracket);
	else
		read_scenario_file(s, path, false);
	return s->diags.errors == errors ? 0 : -1;
}

void suite_free(struct suite *s)
{
	for (size_t i = 0; i < s->n_filters; i++)
		capture_filter_free(s->filters[i]);
	for (size_t i = 0; i < s->n_objects; i++)
		object_file_free(s->objects[i].file);
	for (size_t i = 0; i < s->n_types; i++)
		type_set_free(s->types[i].set);
	for (size_t i = 0; i < s->n_sources; i++)
		source_free(&s->files[i]->src);
	diags_free(&s->diags);
	free(s->filters);
	free(s->objects);
	free(s->types);
	free(s->files);
	free(s->scenarios);
	arena_free(&s->arena);
	*s = (struct suite){};
}
