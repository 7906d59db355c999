/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/store.h"

#include "base/errno_names.h"
#include "base/file.h"
#include "matrix/process.h"

#include <errno.h>
#include <glob.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As apt names files: an epoch's ':' is no good in names. */
static const char *without_colons(struct arena *a, const char *s)
{
	const char *colon = strchr(s, ':');

	if (!colon)
		return s;
	return arena_printf(a, "%.*s%%3a%s", (int)(colon - s), s, without_colons(a, colon + 1));
}

const char *store_tree(struct arena *a, const char *store, const struct lock_entry *e)
{
	const struct package *p = &e->packages[0];

	return arena_printf(a, "%s/kernels/%s_%s_%s", store, p->name, without_colons(a, p->version),
			    e->arch);
}

/* What stands in the file `packages` of a tree. The caller frees. */
static char *packages_text(const struct lock_entry *e)
{
	size_t len;
	char *text;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < e->n; i++)
		fprintf(f, "%s %s %s\n", e->packages[i].sha256, e->packages[i].name,
			e->packages[i].version);
	fclose(f);
	return text;
}

bool store_has(struct arena *a, const char *store, const struct lock_entry *e)
{
	const char *tree = store_tree(a, store, e);
	char *wanted = packages_text(e);
	struct source src = {};
	bool same = !source_read(path_join(a, tree, "packages"), &src) && !strcmp(src.text, wanted);

	free(wanted);
	source_free(&src);
	return same;
}

/* The one path that @pattern matches below @tree; NULL: none, or several. */
static const char *find_one(struct arena *a, const char *tree, const char *pattern)
{
	glob_t found = {};
	const char *path = NULL;

	if (!glob(path_join(a, tree, pattern), 0, NULL, &found) && found.gl_pathc == 1)
		path = arena_strdup(a, found.gl_pathv[0]);
	globfree(&found);
	return path;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

bool store_image(struct arena *a, const char *tree, struct kernel_image *image)
{
	static const char *const kernels[] = { "boot/vmlinuz-*", "usr/lib/modules/*/vmlinuz",
					       "lib/modules/*/vmlinuz" };
	static const char *const modules[] = { "usr/lib/modules/*", "lib/modules/*" };
	struct kernel_image found = {};

	for (size_t i = 0; i < ARRAY_SIZE(kernels) && !found.vmlinuz; i++)
		found.vmlinuz = find_one(a, tree, kernels[i]);
	for (size_t i = 0; i < ARRAY_SIZE(modules) && !found.modules; i++)
		found.modules = find_one(a, tree, modules[i]);
	if (!found.vmlinuz)
		return false;
	*image = found;
	return true;
}

bool store_placed(struct arena *a, const char *store, const struct kernel_spec *k,
		  struct kernel_image *image)
{
	const char *folder = arena_printf(a, "%s/kernels/placed/%s", store, k->name);
	const char *vmlinuz = path_join(a, folder, "vmlinuz");
	const char *modules = path_join(a, folder, "modules");

	if (access(vmlinuz, R_OK))
		return false;
	*image = (struct kernel_image){ vmlinuz, is_folder(modules) ? modules : NULL, NULL };
	return true;
}

static int locate_files(struct arena *a, const struct kernel_spec *k, struct kernel_image *image,
			const char **why)
{
	if (access(k->vmlinuz, R_OK)) {
		*why = arena_printf(a, "cannot read %s: %s", k->vmlinuz, errno_text(-errno));
		return -ENOENT;
	}
	if (k->modules && !is_folder(k->modules)) {
		*why = arena_printf(a, "%s is no folder of modules", k->modules);
		return -ENOENT;
	}
	*image = (struct kernel_image){ k->vmlinuz, k->modules, NULL };
	return 0;
}

int kernel_locate(struct arena *a, const struct kernel_spec *k, const struct lock_file *lock,
		  struct kernel_image *image, const char **why)
{
	const char *store = cache_folder(a);
	const struct lock_entry *e = lock_find(lock, k);

	if (k->vmlinuz)
		return locate_files(a, k, image, why);
	*why = "neither XDG_CACHE_HOME nor HOME says where the cache is";
	if (!store)
		return -ENOENT;
	if (e && store_has(a, store, e) && store_image(a, store_tree(a, store, e), image)) {
		image->version = e->packages[0].version;
		return 0;
	}
	if (store_placed(a, store, k, image))
		return 0;
	*why = "not fetched: `verdict matrix fetch` does that";
	return -ENOENT;
}

static int write_packages(const char *path, const struct lock_entry *e)
{
	char *text = packages_text(e);
	FILE *out = fopen(path, "we");
	int err = out ? 0 : -errno;

	if (out && (fputs(text, out) < 0 || fflush(out)))
		err = -errno;
	if (out && fclose(out) && !err)
		err = -errno;
	free(text);
	return err;
}

static int unpack_one(struct arena *a, const char *deb, const char *tree, const char **why)
{
	const char *const argv[] = { "dpkg-deb", "-x", deb, tree, NULL };
	char *text;
	int status = process_run(argv, PROCESS_ERRORS, &text);

	if (status == -ENOENT)
		*why = "dpkg-deb is not here, which unpacks packages";
	else if (status < 0)
		*why = arena_printf(a, "dpkg-deb: %s", errno_text(status));
	else if (status)
		*why = arena_printf(a, "dpkg-deb ended with status %d: %.*s", status,
				    (int)strcspn(text, "\n"), text);
	free(text);
	return status ? -1 : 0;
}

/* Unpack into @tree, which is new and empty. */
static int unpack_all(struct arena *a, const char *tree, const struct lock_entry *e,
		      const char *const *debs, const char **why)
{
	struct kernel_image image;
	int err;

	for (size_t i = 0; i < e->n; i++)
		if (unpack_one(a, debs[i], tree, why))
			return -1;
	if (!store_image(a, tree, &image)) {
		*why = arena_printf(a, "there is no vmlinuz in %s %s", e->packages[0].name,
				    e->packages[0].version);
		return -1;
	}
	err = write_packages(path_join(a, tree, "packages"), e);
	if (err)
		*why = arena_printf(a, "cannot write %s/packages: %s", tree, errno_text(err));
	return err ? -1 : 0;
}

int store_unpack(struct arena *a, const char *store, const struct lock_entry *e,
		 const char *const *debs, const char **why)
{
	const char *tree = store_tree(a, store, e);
	char *temporary = arena_printf(a, "%s/kernels/new.XXXXXX", store);
	int err = folder_make(path_join(a, store, "kernels"));

	if (err || !mkdtemp(temporary)) {
		*why = arena_printf(a, "cannot make a folder in %s/kernels: %s", store,
				    errno_text(err ? err : -errno));
		return -1;
	}
	if (unpack_all(a, temporary, e, debs, why)) {
		folder_remove(temporary);
		return -1;
	}
	folder_remove(tree);
	if (chmod(temporary, 0755) || rename(temporary, tree)) {
		*why = arena_printf(a, "cannot make %s: %s", tree, errno_text(-errno));
		folder_remove(temporary);
		return -1;
	}
	return 0;
}
