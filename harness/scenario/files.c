/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The files a suite is made of: scenarios, objects, types. Each is read once. */
#include "scenario/reader.h"

#include "base/errno_names.h"
#include "base/file.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

static struct suite_file *find_file(struct suite *s, const char *path)
{
	for (size_t i = 0; i < s->n_sources; i++)
		if (!strcmp(s->files[i]->src.path, path))
			return s->files[i];
	return NULL;
}

struct suite_file *read_file(struct suite *s, struct diags *d, struct span where, const char *path)
{
	struct suite_file *f = find_file(s, path);
	unsigned int errors;
	struct source src;
	int err;

	if (f)
		return f;
	err = source_read(path, &src);
	if (err) {
		if (err == -EFBIG)
			diag(d, DIAG_ERROR, where, "cannot read %s: more than %u MiB", path,
			     SOURCE_MAX >> 20);
		else
			diag(d, DIAG_ERROR, where, "cannot read %s: %s", path, errno_text(err));
		return NULL;
	}
	f = arena_alloc(&s->arena, sizeof(*f));
	f->src = src;
	errors = d->errors;
	f->root = node_parse(d, &f->src, &s->arena);
	if (f->root && f->root->kind != NODE_MAPPING) {
		if (d->errors == errors)
			diag(d, DIAG_ERROR, f->root->span,
			     "a scenario is a mapping, 'verdict: 1' and so on; this is %s",
			     node_kind_name(f->root));
		f->root = NULL;
	}
	f->bad = d->errors != errors;
	*ARRAY_PUSH(s->files, s->n_sources) = f;
	return f;
}

const char *read_path(struct reader *r, const struct node *n)
{
	return path_relative_to(r->arena, n->span.src->path, n->text);
}

bool check_path(struct reader *r, const struct node *n, const char *what)
{
	if (n->broken)
		return false;
	if (n->kind == NODE_SCALAR && n->len)
		return true;
	diag(r->d, DIAG_ERROR, node_where(n), "%s takes the path of a file, this is %s", what,
	     n->kind == NODE_SCALAR ? "empty" : node_kind_name(n));
	return false;
}

int read_expression(struct reader *r, const struct node *n, struct expression *e)
{
	*e = (struct expression){ .vars = &r->vars };
	return node_expression(r->d, n, &e->where) ? 0 : -1;
}

/* The folders where objects are looked for besides the file's own: as built, as installed. */
static const char *object_dir(struct suite *s, size_t i)
{
	char exe[4096];
	ssize_t len;

	if (i < s->n_object_dirs)
		return s->object_dirs[i];
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[len > 0 ? len : 0] = 0;
	switch (i - s->n_object_dirs) {
	case 0:
		return path_relative_to(&s->arena, exe, "bpf");
	case 1:
		return path_relative_to(&s->arena, exe, "../share/verdict/bpf");
	case 2:
		return DATADIR "/bpf";
	}
	return NULL;
}

const char *suite_object_path(struct suite *s, const char *own, const char *name)
{
	const char *dir;

	if (!access(own, F_OK) || name[0] == '/')
		return own;
	for (size_t i = 0; (dir = object_dir(s, i)); i++) {
		const char *path = arena_printf(&s->arena, "%s/%s", dir, name);

		if (!access(path, F_OK))
			return path;
	}
	return own;
}

static const char *find_object(struct reader *r, const struct node *n)
{
	return suite_object_path(r->suite, read_path(r, n), n->text);
}

/* The folders of -O, and that of the build. */
static void say_where_looked(struct reader *r, const struct node *n)
{
	const char *dir, *dirs = "";

	for (size_t i = 0; (dir = object_dir(r->suite, i)) && i <= r->suite->n_object_dirs; i++)
		dirs = arena_printf(r->arena, "%s%s%s", dirs, i ? ", " : "", dir);
	diag(r->d, DIAG_NOTE, node_where(n), "nor in %s; '-O DIR' adds a folder to look in", dirs);
}

const struct object_file *suite_object(struct reader *r, const struct node *n)
{
	struct suite *s = r->suite;
	const char *path = find_object(r, n);
	struct object_entry *e;

	if (!check_path(r, n, "an object"))
		return NULL;
	for (size_t i = 0; i < s->n_objects; i++)
		if (!strcmp(s->objects[i].path, path) && s->objects[i].file)
			return s->objects[i].file;
	e = ARRAY_PUSH(s->objects, s->n_objects);
	e->path = path;
	e->file = object_file_read(r->d, node_where(n), path);
	if (!e->file && access(path, F_OK) && n->text[0] != '/')
		say_where_looked(r, n);
	return e->file;
}

const struct type_set *suite_types(struct reader *r, const struct node *n)
{
	struct suite *s = r->suite;
	const char *path = find_object(r, n);
	struct type_entry *e;

	if (!check_path(r, n, "'types'"))
		return NULL;
	for (size_t i = 0; i < s->n_types; i++)
		if (!strcmp(s->types[i].path, path) && s->types[i].set)
			return s->types[i].set;
	e = ARRAY_PUSH(s->types, s->n_types);
	e->path = path;
	e->set = type_set_read(r->d, node_where(n), path);
	return e->set;
}

void suite_capture(struct suite *s, const char *path)
{
	for (size_t i = 0; i < s->n_captures; i++)
		if (!strcmp(s->captures[i], path))
			return;
	*ARENA_PUSH(&s->arena, s->captures, s->n_captures) = path;
}

/* With its length, so that what follows cannot be a part of it. */
static void add_text(struct sha256 *hash, const char *text, size_t len)
{
	const uint64_t size = htole64(len);

	sha256_update(hash, &size, sizeof(size));
	sha256_update(hash, text, len);
}

void suite_fingerprint(const struct suite *s, char hex[static SHA256_HEX])
{
	struct sha256 hash;

	sha256_begin(&hash);
	for (size_t i = 0; i < s->n_sources; i++)
		add_text(&hash, s->files[i]->src.text, s->files[i]->src.len);
	for (size_t i = 0; i < s->n; i++)
		add_text(&hash, s->scenarios[i]->id, strlen(s->scenarios[i]->id));
	sha256_finish_hex(&hash, hex);
}
