/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/lock.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "base/sha256.h"
#include "syntax/keys.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const struct span nowhere;

#define LOCK_VERSION 1

struct reading {
	struct diags *d;
	struct lock_file *lock;
	struct lock_entry *entry;
	struct package *package;
};

static void read_text(struct reading *r, const struct node *n, const char *what, const char **out)
{
	node_text(r->d, n, what, out);
}

#define READ_TEXT(function, member, what)                                                  \
	static void function(void *into, const struct node *key, const struct node *value) \
	{                                                                                  \
		struct reading *r = into;                                                  \
                                                                                           \
		(void)key;                                                                 \
		read_text(r, value, what, &r->member);                                     \
	}
READ_TEXT(package_name, package->name, "name")
READ_TEXT(package_version, package->version, "version")
READ_TEXT(package_suite, package->suite, "suite")
READ_TEXT(package_path, package->path, "path")
READ_TEXT(entry_package, entry->package, "package")
READ_TEXT(entry_arch, entry->arch, "arch")

static void package_sha256(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	if (value->len == SHA256_HEX - 1 && strspn(value->text, "0123456789abcdef") == value->len)
		r->package->sha256 = value->text;
	else
		diag(r->d, DIAG_ERROR, node_where(value), "'sha256' takes 64 hexadecimal digits");
}

static void package_size(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;

	(void)key;
	node_uint(r->d, value, "size", UINT64_MAX, &r->package->size);
}

static const struct key package_keys[] = {
	{ "name", TAKES_SCALAR | KEY_REQUIRED, package_name, "NAME", "the package" },
	{ "version", TAKES_SCALAR | KEY_REQUIRED, package_version, "VERSION", "its version" },
	{ "suite", TAKES_SCALAR | KEY_REQUIRED, package_suite, "SUITE", "where it was found" },
	{ "path", TAKES_SCALAR | KEY_REQUIRED, package_path, "PATH", "below the mirror" },
	{ "size", TAKES_SCALAR | KEY_REQUIRED, package_size, "BYTES", "how large it is" },
	{ "sha256", TAKES_SCALAR | KEY_REQUIRED, package_sha256, "DIGEST", "what it has to be" },
};

static void entry_suite(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	for_each_child (n, value)
		read_text(r, n, "suite",
			  ARENA_PUSH(&r->lock->arena, r->entry->suites, r->entry->n_suites));
}

static void entry_files(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	for_each_child (n, value) {
		struct package p = { .size = 0 };
		unsigned int errors = r->d->errors;

		r->package = &p;
		keys_read(r->d, n, "a file", package_keys, ARRAY_SIZE(package_keys), r);
		if (r->d->errors == errors && !package_is_safe(&p))
			diag(r->d, DIAG_ERROR, node_where(n),
			     "a name, version or path here is none of a package");
		if (r->d->errors == errors)
			*ARENA_PUSH(&r->lock->arena, r->entry->packages, r->entry->n) = p;
	}
}

static const struct key entry_keys[] = {
	{ "package", TAKES_SCALAR | KEY_REQUIRED, entry_package, "PATTERN", "what was asked for" },
	{ "suite", TAKES_LIST | KEY_REQUIRED, entry_suite, "[SUITE..]", "where it was looked for" },
	{ "arch", TAKES_SCALAR | KEY_REQUIRED, entry_arch, "ARCH", "for which architecture" },
	{ "files", TAKES_LIST | KEY_REQUIRED, entry_files, "[FILE..]", "what it stands for" },
};

static void read_version(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	uint64_t version = LOCK_VERSION;

	(void)key;
	if (!node_uint(r->d, value, "verdict", UINT32_MAX, &version) && version != LOCK_VERSION)
		diag(r->d, DIAG_ERROR, node_where(value),
		     "this is a file of version %s; this verdict reads version %d", value->text,
		     LOCK_VERSION);
}

static void read_entries(void *into, const struct node *key, const struct node *value)
{
	struct reading *r = into;
	const struct node *n;

	(void)key;
	for_each_child (n, value) {
		struct lock_entry entry = {};
		unsigned int errors = r->d->errors;

		r->entry = &entry;
		keys_read(r->d, n, "a kernel", entry_keys, ARRAY_SIZE(entry_keys), r);
		for (size_t i = 0; i < entry.n; i++)
			entry.packages[i].arch = entry.arch;
		if (r->d->errors == errors && entry.n)
			*ARENA_PUSH(&r->lock->arena, r->lock->entries, r->lock->n) = entry;
	}
}

static const struct key file_keys[] = {
	{ "verdict", TAKES_SCALAR | KEY_REQUIRED, read_version, "1", "version of the language" },
	{ "kernels", TAKES_LIST | KEY_REQUIRED, read_entries, "[KERNEL..]", "what was resolved" },
};

/* KERNELS.yaml -> KERNELS.lock; the caller frees. */
static char *lock_path(const char *kernels)
{
	static const char *const ends[] = { ".yaml", ".yml" };
	size_t len = strlen(kernels);

	for (size_t i = 0; i < ARRAY_SIZE(ends); i++)
		if (path_ends_with(kernels, ends[i])) {
			len -= strlen(ends[i]);
			break;
		}
	return xasprintf("%.*s.lock", (int)len, kernels);
}

int lock_file_read(struct diags *d, const char *kernels, struct lock_file *lock)
{
	struct reading r = { .d = d, .lock = lock };
	unsigned int errors = d->errors;
	const struct node *root;
	int err;

	*lock = (struct lock_file){ .path = lock_path(kernels) };
	err = source_read(lock->path, &lock->src);
	if (err == -ENOENT)
		return 0;
	if (err) {
		diag(d, DIAG_ERROR, nowhere, "cannot read %s: %s", lock->path, errno_text(err));
		return -1;
	}
	root = node_parse(d, &lock->src, &lock->arena);
	if (root)
		keys_read(d, root, "a lock file", file_keys, ARRAY_SIZE(file_keys), &r);
	if (d->errors == errors)
		return 0;
	diag(d, DIAG_NOTE, nowhere,
	     "%s was written by `verdict matrix fetch`: without it, all is resolved anew",
	     lock->path);
	return -1;
}

void lock_file_free(struct lock_file *lock)
{
	arena_free(&lock->arena);
	source_free(&lock->src);
	free(lock->path);
	*lock = (struct lock_file){};
}

static bool asks_alike(const struct lock_entry *a, const struct lock_entry *b)
{
	if (strcmp(a->package, b->package) || strcmp(a->arch, b->arch) ||
	    a->n_suites != b->n_suites)
		return false;
	for (size_t i = 0; i < a->n_suites; i++)
		if (strcmp(a->suites[i], b->suites[i]) != 0)
			return false;
	return true;
}

static bool asks_for(const struct kernel_spec *k, const struct lock_entry *e)
{
	const struct lock_entry asked = {
		.package = k->package,
		.suites = k->suites,
		.n_suites = k->n_suites,
		.arch = k->arch,
	};

	return k->package && asks_alike(&asked, e);
}

const struct lock_entry *lock_find(const struct lock_file *lock, const struct kernel_spec *k)
{
	for (size_t i = 0; i < lock->n; i++)
		if (asks_for(k, &lock->entries[i]))
			return &lock->entries[i];
	return NULL;
}

struct lock_entry lock_entry_of(struct arena *a, const struct kernel_spec *k,
				const struct package_choice *choice)
{
	struct lock_entry e = {
		.package = k->package,
		.suites = k->suites,
		.n_suites = k->n_suites,
		.arch = k->arch,
	};

	for (size_t i = 0; i < choice->n; i++)
		*ARENA_PUSH(a, e.packages, e.n) = *choice->packages[i];
	return e;
}

static void copy_texts(struct arena *a, struct package *p)
{
	p->name = arena_strdup(a, p->name);
	p->version = arena_strdup(a, p->version);
	p->suite = arena_strdup(a, p->suite);
	p->path = arena_strdup(a, p->path);
	p->sha256 = arena_strdup(a, p->sha256);
	p->depends = NULL;
}

const struct lock_entry *lock_set(struct lock_file *lock, const struct lock_entry *e)
{
	struct lock_entry *entry = NULL;
	struct arena *a = &lock->arena;

	for (size_t i = 0; i < lock->n && !entry; i++)
		if (asks_alike(&lock->entries[i], e))
			entry = &lock->entries[i];
	if (!entry)
		entry = ARENA_PUSH(a, lock->entries, lock->n);
	*entry = *e;
	entry->packages = arena_memdup(a, e->packages, e->n * sizeof(*e->packages));
	for (size_t i = 0; i < e->n; i++)
		copy_texts(a, &entry->packages[i]);
	return entry;
}

static void write_entry(const struct lock_entry *e, FILE *out)
{
	fprintf(out, "  - package: '%s'\n    suite: [", e->package);
	for (size_t i = 0; i < e->n_suites; i++)
		fprintf(out, "%s'%s'", i ? ", " : "", e->suites[i]);
	fprintf(out, "]\n    arch: %s\n    files:\n", e->arch);
	for (size_t i = 0; i < e->n; i++) {
		const struct package *p = &e->packages[i];

		fprintf(out,
			"      - name: '%s'\n        version: '%s'\n        suite: '%s'\n"
			"        path: '%s'\n        size: %" PRIu64 "\n        sha256: '%s'\n",
			p->name, p->version, p->suite, p->path, p->size, p->sha256);
	}
}

static void write_file(const struct lock_file *lock, const struct kernels_file *f, FILE *out)
{
	size_t n = 0;

	fputs("# Which packages the kernels beside it are. Written by `verdict matrix fetch`;\n"
	      "# `verdict matrix fetch --update` takes the newest there are.\n"
	      "verdict: 1\nkernels:",
	      out);
	for (size_t i = 0; i < f->n; i++) {
		const struct lock_entry *e = lock_find(lock, &f->kernels[i]);
		bool written = false;

		for (size_t j = 0; e && j < i && !written; j++)
			written = asks_for(&f->kernels[j], e);
		if (!e || written)
			continue;
		fputs(n++ ? "" : "\n", out);
		write_entry(e, out);
	}
	fputs(n ? "" : " []\n", out);
}

int lock_file_write(const struct lock_file *lock, const struct kernels_file *f)
{
	struct replacement r = {};
	size_t len;
	char *text;
	FILE *out = xmemstream(&text, &len);
	int err = 0;

	write_file(lock, f, out);
	fclose(out);
	if (lock->src.text && lock->src.len == len && !memcmp(lock->src.text, text, len))
		goto out;
	err = replace_begin(&r, lock->path);
	if (err)
		goto out;
	fwrite(text, 1, len, r.out);
	err = replace_commit(&r);
out:
	free(text);
	return err;
}
