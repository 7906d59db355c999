/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* verdict features: what this kernel can do, by the names that `needs:` takes. */
#include "base/json.h"
#include "base/text.h"
#include "cli/command.h"
#include "kernel/descriptors.h"
#include "kernel/features.h"
#include "kernel/sandbox.h"

#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

/* The features to print, in the order asked for, or all. */
struct chosen {
	const struct feature **items;
	size_t n;
};

static void add(struct chosen *c, const struct feature *f)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->items[i] == f)
			return;
	/* An array of pointers. NOLINTNEXTLINE(bugprone-sizeof-expression) */
	*ARRAY_PUSH(c->items, c->n) = f;
}

/* "helper" is all of helper.*; returns how many there are. */
static size_t add_group(struct chosen *c, const char *name)
{
	size_t n, len = strlen(name), found = 0;
	const struct feature *all = feature_table(&n);

	for (size_t i = 0; i < n; i++)
		if (!strncmp(all[i].name, name, len) && all[i].name[len] == '.') {
			add(c, &all[i]);
			found++;
		}
	return found;
}

static void choose(struct diags *d, const struct strings *names, struct chosen *c)
{
	size_t n;
	const struct feature *all = feature_table(&n), *near;

	for (size_t i = 0; i < n && !names->n; i++)
		add(c, &all[i]);
	for (size_t i = 0; i < names->n; i++) {
		const char *name = names->items[i];
		const struct feature *f = feature_find(name, strlen(name));

		if (f)
			add(c, f);
		if (f || add_group(c, name))
			continue;
		near = feature_nearest(name, strlen(name));
		diag(d, DIAG_ERROR, nowhere, "there is no feature '%s'%s%s%s", name,
		     near ? "; did you mean '" : ": `verdict help needs` lists them",
		     near ? near->name : "", near ? "'?" : "");
	}
}

static void print_text(const struct chosen *c)
{
	int width = 0;

	for (size_t i = 0; i < c->n; i++)
		if ((int)strlen(c->items[i]->name) > width)
			width = (int)strlen(c->items[i]->name);
	for (size_t i = 0; i < c->n; i++) {
		struct feature_answer a = feature_probe(c->items[i]);

		printf("%-*s  %s%s%s\n", width, c->items[i]->name, feature_support_name(a.support),
		       a.reason ? "  " : "", a.reason ? a.reason : "");
	}
}

static void print_json(const struct chosen *c)
{
	struct json j;

	jsonw_open(&j, stdout, JSON_INDENTED);
	jsonw_array(&j, NULL);
	for (size_t i = 0; i < c->n; i++) {
		struct feature_answer a = feature_probe(c->items[i]);

		jsonw_object(&j, NULL);
		jsonw_string(&j, "name", c->items[i]->name);
		jsonw_bool(&j, "supported", a.support == FEATURE_YES);
		jsonw_string(&j, "reason", a.reason);
		jsonw_end(&j);
	}
	jsonw_end(&j);
	jsonw_close(&j);
}

/* An answer that could not be had is no answer. */
static bool all_known(const struct chosen *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (feature_probe(c->items[i]).support == FEATURE_UNKNOWN)
			return false;
	return true;
}

int cmd_features(const void *options)
{
	const struct features_options *o = options;
	int status = EXIT_NOT_JUDGED;
	struct chosen c = {};
	struct diags d = {};

	choose(&d, &o->common.args, &c);
	if (!d.errors)
		sandbox_check(&d);
	diags_print(stderr, &d);
	if (!d.errors) {
		descriptors_raise();
		if (o->format == VIEW_JSON)
			print_json(&c);
		else
			print_text(&c);
		status = all_known(&c) ? EXIT_PASSED : EXIT_NOT_JUDGED;
	}
	free(c.items);
	diags_free(&d);
	return status;
}
