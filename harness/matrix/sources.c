/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/sources.h"

#include "base/file.h"
#include "matrix/deb822.h"
#include "matrix/process.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLANKS	 " \t\n"
#define SECURITY "-security"
/* Signs every suite of Debian, where a machine may trust just those of its own. */
#define DEBIAN_KEYS "/usr/share/keyrings/debian-archive-keyring.gpg"

/* The next word of *s, in @a; NULL at the end. */
static const char *next_word(const char **s, struct arena *a)
{
	const char *word = *s + strspn(*s, BLANKS);
	size_t len = strcspn(word, BLANKS);

	*s = word + len;
	return len ? arena_strndup(a, word, len) : NULL;
}

static bool has_word(const char *text, const char *word, struct arena *a)
{
	const char *w;

	while ((w = next_word(&text, a)))
		if (!strcasecmp(w, word))
			return true;
	return false;
}

static void add_source(struct apt_sources *list, const char *uri, const char *suite,
		       const char *components, const char *options)
{
	size_t len = strlen(uri);

	/* A suite with a slash at its end is a folder of its own, not a mirror. */
	if (!strchr(uri, ':') || !strncmp(uri, "cdrom:", 6) || path_ends_with(suite, "/"))
		return;
	while (len && uri[len - 1] == '/')
		len--;
	*ARENA_PUSH(&list->arena, list->items, list->n) = (struct apt_source){
		.uri = arena_strndup(&list->arena, uri, len),
		.suite = suite,
		.components = components,
		.options = options,
	};
}

/* What says how a source is to be trusted and read, and nothing of what it is. */
static bool is_option(const char *name)
{
	static const char *const others[] = { "Types",	    "URIs",    "Suites",
					      "Components", "Enabled", "Architectures",
					      "Languages",  "Targets", "arch",
					      "lang",	    "target",  "X-Repolib-Name",
					      "Description" };

	for (size_t i = 0; i < ARRAY_SIZE(others); i++)
		if (!strcasecmp(name, others[i]))
			return false;
	return true;
}

/* Fields as they are, also a key that stands in several lines. */
static const char *copy_options(const struct paragraph *p, struct arena *a)
{
	const char *text = "";

	for (size_t i = 0; i < p->n; i++) {
		const char *line = p->fields[i].value;

		if (!is_option(p->fields[i].name))
			continue;
		text = arena_printf(a, "%s%s:", text, p->fields[i].name);
		while (line) {
			size_t len = strcspn(line, "\n");

			text = arena_printf(a, "%s %.*s\n", text, (int)len, line);
			line = line[len] ? line + len + 1 : NULL;
		}
	}
	return text;
}

static void read_deb822(struct apt_sources *list, const struct paragraph *p)
{
	struct arena *a = &list->arena;
	const char *types = paragraph_get(p, "Types"), *uris = paragraph_get(p, "URIs");
	const char *suites = paragraph_get(p, "Suites"), *enabled = paragraph_get(p, "Enabled");
	const char *components = paragraph_get(p, "Components"), *options, *uri, *suite;

	if (!types || !uris || !suites || !has_word(types, "deb", a) ||
	    (enabled && (!strcasecmp(enabled, "no") || !strcasecmp(enabled, "false"))))
		return;
	options = copy_options(p, a);
	components = components ? arena_strdup(a, components) : "";
	while ((uri = next_word(&uris, a)))
		for (const char *s = suites; (suite = next_word(&s, a));)
			add_source(list, uri, suite, components, options);
}

/* "[ arch=amd64 signed-by=FILE ]" at *s becomes fields. */
static const char *read_options(const char **s, struct arena *a)
{
	const char *inside = *s + 1, *end = strchr(inside, ']'), *text = "", *word;

	if (!end)
		return text;
	*s = end + 1;
	inside = arena_strndup(a, inside, (size_t)(end - inside));
	while ((word = next_word(&inside, a))) {
		const char *equal = strchr(word, '=');
		const char *name = arena_strndup(a, word, strcspn(word, "="));

		if (equal && is_option(name))
			text = arena_printf(a, "%s%s: %s\n", text, name, equal + 1);
	}
	return text;
}

static void read_line(struct apt_sources *list, char *line)
{
	struct arena *a = &list->arena;
	const char *s = line, *type, *options = "", *uri, *suite;

	line[strcspn(line, "#")] = '\0';
	type = next_word(&s, a);
	if (!type || strcmp(type, "deb") != 0)
		return;
	s += strspn(s, BLANKS);
	if (*s == '[')
		options = read_options(&s, a);
	uri = next_word(&s, a);
	suite = next_word(&s, a);
	s += strspn(s, BLANKS);
	if (suite)
		add_source(list, uri, suite, arena_strndup(a, s, strcspn(s, "\n")), options);
}

void apt_sources_read(struct apt_sources *sources, FILE *in, bool deb822)
{
	struct paragraph p = {};
	char *line = NULL;
	size_t room = 0;

	if (deb822)
		while (paragraph_read(in, &p))
			read_deb822(sources, &p);
	else
		while (getline(&line, &room, in) >= 0)
			read_line(sources, line);
	free(line);
	paragraph_free(&p);
}

/* Files that cannot be read are for root only: what they name cannot be had either. */
static void read_file(struct apt_sources *sources, const char *path)
{
	FILE *in = fopen(path, "re");

	if (!in)
		return;
	apt_sources_read(sources, in, path_ends_with(path, ".sources"));
	fclose(in);
}

static int is_source(const struct dirent *e)
{
	return path_ends_with(e->d_name, ".list") || path_ends_with(e->d_name, ".sources");
}

static void read_folder(struct apt_sources *sources, const char *folder)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_source, alphasort);

	for (int i = 0; i < n; i++) {
		read_file(sources, path_join(&sources->arena, folder, entries[i]->d_name));
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

/* The value in a line NAME='value' of @text, as apt-config prints it; "" where there is none. */
static const char *shell_value(const char *text, const char *name, struct arena *a)
{
	char *key = arena_printf(a, "%s='", name);
	const char *found = strstr(text, key);

	found = found ? found + strlen(key) : "";
	return arena_strndup(a, found, strcspn(found, "'\n"));
}

int apt_sources_of_machine(struct apt_sources *sources)
{
	static const char *const argv[] = { "apt-config", "shell",
					    "LIST",	  "Dir::Etc::sourcelist/f",
					    "PARTS",	  "Dir::Etc::sourceparts/d",
					    NULL };
	char *text;
	int status = process_run(argv, 0, &text);

	if (status < 0)
		return status;
	read_file(sources, shell_value(text, "LIST", &sources->arena));
	read_folder(sources, shell_value(text, "PARTS", &sources->arena));
	free(text);
	return status ? -EINVAL : 0;
}

void apt_sources_free(struct apt_sources *sources)
{
	arena_free(&sources->arena);
	*sources = (struct apt_sources){};
}

static void add_candidate(struct arena *a, struct apt_source **list, size_t *n,
			  const struct apt_source *s)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*list)[i].uri, s->uri))
			return;
	*ARENA_PUSH(a, *list, *n) = *s;
}

/*
 * A machine that trusts just the keys of its own release of Debian cannot read another. The keyring
 * they were taken from has all of them.
 */
static const char *widen_keys(const char *options, struct arena *a)
{
	const char *field = strcasestr(options, "signed-by: /");
	size_t len = field ? strcspn(field, "\n") : 0;

	if (!field || !memmem(field, len, "/debian-archive-", 16) || access(DEBIAN_KEYS, R_OK))
		return options;
	return arena_printf(a, "%.*sSigned-By: %s%s", (int)(field - options), options, DEBIAN_KEYS,
			    field + len);
}

/* Of a suite that the machine does not name: kernels are in main, or in the first component. */
static struct apt_source derive(const struct apt_source *s, const char *uri, const char *suite,
				struct arena *a)
{
	const char *components = s->components, *first = next_word(&components, a);
	bool has_main = has_word(s->components, "main", a);

	return (struct apt_source){
		.uri = uri,
		.suite = suite,
		.components = has_main || !first ? "main" : first,
		.options = widen_keys(s->options, a),
	};
}

size_t apt_sources_for(const struct apt_sources *sources, const char *suite, struct arena *arena,
		       struct apt_source **list)
{
	bool security = path_ends_with(suite, SECURITY);
	struct apt_source *found = NULL;
	size_t n = 0;

	for (size_t i = 0; i < sources->n; i++)
		if (!strcmp(sources->items[i].suite, suite))
			add_candidate(arena, &found, &n, &sources->items[i]);
	for (size_t i = 0; i < sources->n; i++) {
		const struct apt_source *s = &sources->items[i];
		struct apt_source derived = derive(s, s->uri, suite, arena);

		if (security == path_ends_with(s->suite, SECURITY))
			add_candidate(arena, &found, &n, &derived);
	}
	for (size_t i = 0; security && i < sources->n; i++) {
		const struct apt_source *s = &sources->items[i];
		struct apt_source derived =
			derive(s, arena_printf(arena, "%s%s", s->uri, SECURITY), suite, arena);

		if (!path_ends_with(s->suite, SECURITY))
			add_candidate(arena, &found, &n, &derived);
	}
	*list = found;
	return n;
}

void apt_source_write(const struct apt_source *s, FILE *out)
{
	fprintf(out, "Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\n%s", s->uri, s->suite,
		s->components, s->options);
}
