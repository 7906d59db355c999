/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/apt.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "base/sha256.h"
#include "matrix/process.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define APT_HELPER "/usr/lib/apt/apt-helper"

static void note(const struct apt *apt, const char *fmt, ...) printf_like(2, 3);
static void note(const struct apt *apt, const char *fmt, ...)
{
	struct arena a = {};
	va_list ap;

	if (!apt->note)
		return;
	va_start(ap, fmt);
	apt->note(apt->arg, arena_vprintf(&a, fmt, ap));
	va_end(ap);
	arena_free(&a);
}

int apt_open(struct apt *apt, const char *store)
{
	int err;

	*apt = (struct apt){ .store = store };
	if (access(APT_HELPER, X_OK))
		return -ENOENT;
	err = apt_sources_of_machine(&apt->sources);
	if (err)
		apt_sources_free(&apt->sources);
	return err ? -ENOENT : 0;
}

void apt_close(struct apt *apt)
{
	for (size_t i = 0; i < apt->n; i++)
		package_list_free(&apt->suites[i]->list);
	apt_sources_free(&apt->sources);
	arena_free(&apt->arena);
	*apt = (struct apt){};
}

struct apt_suite *apt_suite(struct apt *apt, const char *name, const char *arch)
{
	struct arena *a = &apt->arena;
	struct apt_suite *s;
	char *folder;

	for (size_t i = 0; i < apt->n; i++)
		if (!strcmp(apt->suites[i]->name, name) && !strcmp(apt->suites[i]->arch, arch))
			return apt->suites[i];
	folder = arena_printf(a, "%s-%s", name, arch);
	for (char *p = folder; *p; p++)
		if (*p == '/')
			*p = '_';
	s = arena_alloc(a, sizeof(*s));
	s->name = arena_strdup(a, name);
	s->arch = arena_strdup(a, arch);
	s->root = arena_printf(a, "%s/apt/%s", apt->store, folder);
	s->n_candidates = apt_sources_for(&apt->sources, s->name, a, &s->candidates);
	*ARENA_PUSH(a, apt->suites, apt->n) = s;
	return s;
}

/*
 * What differs from the machine's configuration. Hooks are for its own lists and packages (images
 * of containers empty their caches so). Nothing runs as another user: what is written is ours.
 */
static void write_config(const struct apt_suite *s, FILE *out)
{
	fprintf(out,
		"Dir::State \"%1$s/state\";\n"
		"Dir::State::status \"%1$s/status\";\n"
		"Dir::State::lists \"%1$s/lists\";\n"
		"Dir::Cache \"%1$s/cache\";\n"
		"Dir::Etc::SourceList \"%1$s/suite.sources\";\n"
		"Dir::Etc::SourceParts \"-\";\n"
		"#clear APT::Architectures;\n"
		"APT::Architecture \"%2$s\";\n"
		"APT::Architectures \"%2$s\";\n"
		"APT::Sandbox::User \"\";\n"
		"#clear APT::Update::Pre-Invoke;\n"
		"#clear APT::Update::Post-Invoke;\n"
		"#clear APT::Update::Post-Invoke-Success;\n"
		"APT::Update::Error-Mode \"any\";\n"
		"Acquire::Languages \"none\";\n"
		"Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled \"false\";\n"
		"Acquire::IndexTargets::deb::DEP-11::DefaultEnabled \"false\";\n"
		"Acquire::GzipIndexes \"true\";\n"
		"Acquire::Retries \"0\";\n",
		s->root, s->arch);
}

/* A file with what @write writes for @arg; returns 0 or -errno. */
static int write_file(const char *path, void (*write)(const void *arg, FILE *out), const void *arg)
{
	struct replacement r = {};
	int err = replace_begin(&r, path);

	if (err)
		return err;
	write(arg, r.out);
	return replace_commit(&r);
}

static void write_config_of(const void *arg, FILE *out)
{
	write_config(arg, out);
}

static void write_source_of(const void *arg, FILE *out)
{
	apt_source_write(arg, out);
}

static void write_nothing(const void *arg, FILE *out)
{
	(void)arg;
	(void)out;
}

/* The root of @s, with its @i-th candidate as the only source. */
static int make_root(struct apt *apt, struct apt_suite *s, size_t i)
{
	static const char *const folders[] = { "lists/partial", "state", "cache/archives/partial" };
	struct arena *a = &apt->arena;
	int err = 0;

	for (size_t j = 0; j < ARRAY_SIZE(folders) && !err; j++)
		err = folder_make(path_join(a, s->root, folders[j]));
	if (!err)
		err = write_file(path_join(a, s->root, "status"), write_nothing, NULL);
	if (!err)
		err = write_file(path_join(a, s->root, "apt.conf"), write_config_of, s);
	if (!err)
		err = write_file(path_join(a, s->root, "suite.sources"), write_source_of,
				 &s->candidates[i]);
	if (err)
		s->why = arena_printf(a, "cannot write in %s: %s", s->root, errno_text(err));
	return err;
}

/* What apt says is wrong: that of a signature, else its first error, else its first warning. */
static const char *first_problem(struct arena *a, const char *text)
{
	static const char *const marks[] = { "W: GPG error: ", "E: ", "W: ", "Err:" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++)
		for (const char *line = text; line && *line; line = strchr(line, '\n')) {
			line += *line == '\n';
			if (!strncmp(line, marks[i], strlen(marks[i])))
				return arena_strndup(a, line + 3, strcspn(line + 3, "\n"));
		}
	return "apt-get gives no reason";
}

/* There is no such file, and there will be none in a second. */
static bool is_missing(const char *text)
{
	return strstr(text, "404 ") || strstr(text, "File not found") ||
	       strstr(text, "does not have a Release file");
}

static bool is_final(const char *text)
{
	return is_missing(text) || strstr(text, "is not signed") || strstr(text, "NO_PUBKEY") ||
	       strstr(text, "EXPKEYSIG") || strstr(text, "BADSIG");
}

/*
 * Run apt until it does what it is asked, or says what will not change (files of this machine do
 * not). Its words are in *text.
 */
static int run_apt(struct apt *apt, const char *const *argv, const struct apt_source *from,
		   const char *what, char **text)
{
	bool local = !strncmp(from->uri, "file:", 5);

	for (unsigned int attempt = 1;; attempt++) {
		int status = process_run(argv, PROCESS_ERRORS, text);

		if (status <= 0 || attempt == APT_ATTEMPTS || local || is_final(*text))
			return status;
		note(apt, "%s: %s; trying again", what, first_problem(&apt->arena, *text));
		free(*text);
		sleep(attempt);
	}
}

static const char *words_of(struct arena *a, int status, const char *text)
{
	return status < 0 ? errno_text(status) : first_problem(a, text);
}

/* apt-get update from @from, which the root has. Returns 0, or -1 with the reason in s->why. */
static int update(struct apt *apt, struct apt_suite *s, const struct apt_source *from)
{
	const char *config = path_join(&apt->arena, s->root, "apt.conf");
	const char *const argv[] = { "apt-get", "-c", config, "-q", "update", NULL };
	char *text;
	int status = run_apt(apt, argv, from, s->name, &text);

	if (status)
		s->why = words_of(&apt->arena, status, text);
	free(text);
	return status ? -1 : 0;
}

/* Read one list that apt keeps, in whatever way it is compressed. */
static void read_index(struct apt *apt, struct apt_suite *s, const char *config, const char *file)
{
	const char *const argv[] = { APT_HELPER, "-c", config, "cat-file", file, NULL };
	struct process p;

	(void)apt;
	if (process_start(&p, argv, 0))
		return;
	package_list_read(&s->list, p.out, s->name);
	process_end(&p);
}

static void read_indexes(struct apt *apt, struct apt_suite *s)
{
	const char *config = path_join(&apt->arena, s->root, "apt.conf");
	const char *const argv[] = { "apt-get",
				     "-c",
				     config,
				     "indextargets",
				     "--format",
				     "$(FILENAME)",
				     "Created-By: Packages",
				     NULL };
	char *text, *rest, *file;

	if (process_run(argv, 0, &text) < 0)
		return;
	for (file = strtok_r(text, "\n", &rest); file; file = strtok_r(NULL, "\n", &rest))
		read_index(apt, s, config, file);
	free(text);
}

static void write_kept(const void *arg, FILE *out)
{
	const struct apt_suite *s = arg;

	package_list_write(&s->list, s->name, out);
}

/* What was kept when the list could be had. */
static void read_kept(struct apt_suite *s, const char *path)
{
	FILE *in = fopen(path, "re");

	if (!in)
		return;
	package_list_read(&s->list, in, s->name);
	fclose(in);
	s->stale = s->list.n != 0;
}

void apt_suite_update(struct apt *apt, struct apt_suite *s)
{
	const char *kept = path_join(&apt->arena, s->root, "packages");

	if (s->updated)
		return;
	s->updated = true;
	s->why = "no source of this machine may have it: apt's sources name no mirror";
	for (size_t i = 0; i < s->n_candidates; i++) {
		struct apt_source answered = s->candidates[i];

		note(apt, "%s: asking %s", s->name, answered.uri);
		if (make_root(apt, s, i) || update(apt, s, &answered))
			continue;
		read_indexes(apt, s);
		memmove(s->candidates + 1, s->candidates, i * sizeof(*s->candidates));
		s->candidates[0] = answered;
		s->why = s->list.n ? NULL : "its list has no kernels";
		write_file(kept, write_kept, s);
		return;
	}
	read_kept(s, kept);
}

/* Returns 0, or -1 with the reason in *why. */
static int check_digest(struct arena *a, const char *path, const struct package *p,
			const char **why)
{
	char hex[SHA256_HEX];
	int err = sha256_file(path, hex);

	if (!err && !strcmp(hex, p->sha256))
		return 0;
	*why = err ? arena_printf(a, "cannot read %s: %s", path, errno_text(err))
		   : arena_printf(a, "%s has the digest %s, and should have %s", p->path, hex,
				  p->sha256);
	unlink(path);
	return -1;
}

static int fetch_from(struct apt *apt, struct apt_suite *s, size_t i, const struct package *p,
		      const char *path, const char **why, bool *gone)
{
	struct arena *a = &apt->arena;
	const char *const argv[] = {
		APT_HELPER,
		"-c",
		path_join(a, s->root, "apt.conf"),
		"-q",
		"download-file",
		arena_printf(a, "%s/%s", s->candidates[i].uri, p->path),
		path,
		arena_printf(a, "SHA256:%s", p->sha256),
		NULL,
	};
	char *text;
	int status, err = -1;

	*gone = false;
	if (make_root(apt, s, i)) {
		*why = s->why;
		return -1;
	}
	unlink(path);
	status = run_apt(apt, argv, &s->candidates[i], p->name, &text);
	if (status) {
		*why = words_of(a, status, text);
		*gone = status > 0 && is_missing(text);
		unlink(path);
	} else {
		err = check_digest(a, path, p, why);
	}
	free(text);
	return err;
}

int apt_fetch(struct apt *apt, struct apt_suite *s, const struct package *p, const char *path,
	      const char **why, bool *gone)
{
	bool all_gone = true, missing;

	*gone = false;
	*why = "no source of this machine may have it: apt's sources name no mirror";
	for (size_t i = 0; i < s->n_candidates; i++) {
		if (!fetch_from(apt, s, i, p, path, why, &missing))
			return 0;
		all_gone = all_gone && missing;
		/* Another mirror of the machine is no better than that which has the list. */
		if (s->updated && !s->stale && s->list.n)
			break;
	}
	*gone = all_gone;
	return -1;
}
