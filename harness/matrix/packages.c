/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/packages.h"

#include "base/file.h"
#include "base/text.h"
#include "matrix/deb822.h"

#include <ctype.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#define UNSIGNED     "-unsigned"
#define PACKAGES_MAX 8 /* of one kernel: more is a list gone wrong */

static bool may_be_kernel(const char *name)
{
	return strstr(name, "linux-") || strstr(name, "kernel-");
}

/* The text of a digest of 256 bits. */
static bool is_digest(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

static bool is_made_of(const char *s, const char *more)
{
	for (const char *p = s; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(more, *p))
			return false;
	return isalnum((unsigned char)*s) && !strstr(s, "..");
}

bool package_is_safe(const struct package *p)
{
	return is_made_of(p->name, "+-.") && is_made_of(p->version, "+-.~:") &&
	       is_made_of(p->path, "/._+~:%-");
}

static const char *keep(struct arena *a, const struct paragraph *p, const char *field)
{
	const char *value = paragraph_get(p, field);

	return value ? arena_strdup(a, value) : "";
}

static void add_package(struct package_list *list, const struct paragraph *p, const char *suite)
{
	struct arena *a = &list->arena;
	struct package package = { .suite = suite };
	const char *pre = paragraph_get(p, "Pre-Depends"), *size = paragraph_get(p, "Size");

	package.name = keep(a, p, "Package");
	package.version = keep(a, p, "Version");
	package.arch = keep(a, p, "Architecture");
	package.path = keep(a, p, "Filename");
	package.sha256 = keep(a, p, "SHA256");
	package.depends = keep(a, p, "Depends");
	if (pre)
		package.depends = arena_printf(a, "%s%s%s", package.depends,
					       *package.depends ? ", " : "", pre);
	if (!package_is_safe(&package) || !is_digest(package.sha256) || !size ||
	    number_parse(size, strlen(size), &package.size))
		return;
	*ARENA_PUSH(a, list->items, list->n) = package;
}

void package_list_read(struct package_list *list, FILE *in, const char *suite)
{
	const char *kept = arena_strdup(&list->arena, suite);
	struct paragraph p = {};

	while (paragraph_read(in, &p)) {
		const char *name = paragraph_get(&p, "Package");

		if (name && may_be_kernel(name))
			add_package(list, &p, kept);
	}
	paragraph_free(&p);
}

void package_list_write(const struct package_list *list, const char *suite, FILE *out)
{
	for (size_t i = 0; i < list->n; i++) {
		const struct package *p = &list->items[i];

		if (strcmp(p->suite, suite) != 0)
			continue;
		fprintf(out,
			"Package: %s\nVersion: %s\nArchitecture: %s\nDepends: %s\nFilename: %s\n"
			"Size: %llu\nSHA256: %s\n\n",
			p->name, p->version, p->arch, p->depends, p->path,
			(unsigned long long)p->size, p->sha256);
	}
}

void package_list_free(struct package_list *list)
{
	arena_free(&list->arena);
	*list = (struct package_list){};
}

/* linux-image-V-unsigned, linux-binary-unsigned-V: without that word. */
static const char *signed_name(const char *name, struct arena *arena)
{
	const char *word = strstr(name, UNSIGNED);
	size_t len = strlen(UNSIGNED);

	if (!word || (word[len] && word[len] != '-'))
		return name;
	return arena_printf(arena, "%.*s%s", (int)(word - name), name, word + len);
}

const struct package *package_unsigned(const struct package_list *list, const struct package *p)
{
	const struct package *twin = NULL;
	struct arena arena = {};

	for (size_t i = 0; i < list->n && !twin; i++) {
		const struct package *other = &list->items[i];

		if (strcmp(other->name, p->name) != 0 &&
		    !strcmp(signed_name(other->name, &arena), p->name) &&
		    !strcmp(other->version, p->version) && !strcmp(other->arch, p->arch))
			twin = other;
	}
	arena_free(&arena);
	return twin;
}

struct match {
	const struct package *package;
	const char *signed_name;
};

/* The best first. */
static int order_matches(const void *a, const void *b)
{
	const struct match *x = a, *y = b;
	int order = deb_version_compare(y->package->version, x->package->version);

	if (!order)
		order = deb_version_compare(y->signed_name, x->signed_name);
	/* The signed name is the shorter one. */
	if (!order)
		order = (x->package->name != x->signed_name) - (y->package->name != y->signed_name);
	return order ? order : (x->package > y->package) - (x->package < y->package);
}

static bool is_arch(const struct package *p, const char *arch)
{
	return !strcmp(p->arch, arch) || !strcmp(p->arch, "all");
}

/* The package @name (@len bytes) of version @version (NULL: any), the newest. */
static const struct package *find_package(const struct package_list *list, const char *name,
					  size_t len, const char *version, const char *arch)
{
	const struct package *best = NULL;

	for (size_t i = 0; i < list->n; i++) {
		const struct package *p = &list->items[i];

		if (!text_is(name, len, p->name) || !is_arch(p, arch) ||
		    (version && strcmp(p->version, version) != 0))
			continue;
		if (!best || deb_version_compare(p->version, best->version) > 0)
			best = p;
	}
	return best;
}

/* A part of a kernel has its version in its name: linux-modules-7.3.4+deb13-amd64. */
static bool is_part(const char *name, size_t len)
{
	bool version = false;

	for (size_t i = 0; i + 1 < len && !version; i++)
		version = name[i] == '-' && isdigit((unsigned char)name[i + 1]);
	return version && (!strncmp(name, "linux-", 6) || memmem(name, len, "kernel-", 7));
}

static void add_package_once(struct package_choice *c, const struct package *p, struct arena *arena)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->packages[i] == p)
			return;
	if (c->n < PACKAGES_MAX)
		*ARENA_PUSH(arena, c->packages, c->n) = p;
}

/* One dependency, @len bytes of @text: alternatives, of which the first that is there counts. */
static void add_dependency(const struct package_list *list, struct package_choice *c,
			   const char *text, size_t len, const char *arch, struct arena *arena)
{
	const char *one = arena_strndup(arena, text, len), *missing = NULL;

	for (; one; one = strchr(one, '|') ? strchr(one, '|') + 1 : NULL) {
		const char *name = one + strspn(one, " \n"), *equal = strstr(name, "(= ");
		const char *end = name + strcspn(name, "|"), *version = NULL;
		size_t name_len = strcspn(name, " (:|");
		const struct package *p;

		if (!is_part(name, name_len))
			continue;
		if (equal && equal < end)
			version = arena_strndup(arena, equal + 3, strcspn(equal + 3, " )"));
		p = find_package(list, name, name_len, version, arch);
		if (p) {
			add_package_once(c, p, arena);
			return;
		}
		/* Without its linux-base a kernel runs; backports keep some so. */
		if (strncmp(name, "linux-base-", 11) != 0)
			missing = arena_strndup(arena, name, name_len);
	}
	if (missing)
		c->missing = missing;
}

static void add_dependencies(const struct package_list *list, struct package_choice *c,
			     const char *depends, const char *arch, struct arena *arena)
{
	while (*depends) {
		size_t len = strcspn(depends, ",");

		add_dependency(list, c, depends, len, arch, arena);
		depends += len + (depends[len] == ',');
	}
}

size_t packages_resolve(const struct package_list *list, const char *pattern, const char *arch,
			struct arena *arena, struct package_choice **choices)
{
	struct match *matches = NULL;
	struct package_choice *found = NULL;
	size_t n = 0, n_found = 0;

	for (size_t i = 0; i < list->n; i++) {
		const struct package *p = &list->items[i];
		const char *name = signed_name(p->name, arena);

		if (is_arch(p, arch) && !path_ends_with(name, "-dbg") &&
		    (!fnmatch(pattern, name, 0) || !fnmatch(pattern, p->name, 0)))
			*ARENA_PUSH(arena, matches, n) = (struct match){ p, name };
	}
	if (n)
		qsort(matches, n, sizeof(*matches), order_matches);
	for (size_t i = 0; i < n; i++) {
		struct package_choice *c = ARENA_PUSH(arena, found, n_found);

		*ARENA_PUSH(arena, c->packages, c->n) = matches[i].package;
		/* The list grows while it is walked: dependencies of dependencies. */
		for (size_t j = 0; j < c->n; j++)
			add_dependencies(list, c, c->packages[j]->depends, arch, arena);
	}
	*choices = found;
	return n_found;
}
