/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/libraries.h"

#include "base/file.h"

#include <errno.h>
#include <limits.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static bool has_folder(const char *folders, const char *folder)
{
	size_t len = strlen(folder);

	for (const char *p = folders; p; p = strchr(p, ':')) {
		p += *p == ':';
		if (!strncmp(p, folder, len) && (!p[len] || p[len] == ':'))
			return true;
	}
	return false;
}

static void add(struct library_list *list, const char *path)
{
	const char *folder = path_folder(&list->arena, path);

	*ARENA_PUSH(&list->arena, list->paths, list->n) = arena_strdup(&list->arena, path);
	if (!*list->folders)
		list->folders = folder;
	else if (!has_folder(list->folders, folder))
		list->folders = arena_printf(&list->arena, "%s:%s", list->folders, folder);
}

/* The program itself has no name there, and the kernel's vDSO no file. */
static int visit(struct dl_phdr_info *info, size_t size, void *arg)
{
	(void)size;
	if (info->dlpi_name && info->dlpi_name[0] == '/' && !access(info->dlpi_name, F_OK))
		add(arg, info->dlpi_name);
	return 0;
}

int libraries_of_self(struct library_list *list)
{
	struct library_list new = { .folders = "" };
	char path[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		return -errno;
	path[len] = 0;
	new.program = arena_strdup(&new.arena, path);
	dl_iterate_phdr(visit, &new);
	*list = new;
	return 0;
}

void libraries_free(struct library_list *list)
{
	arena_free(&list->arena);
	*list = (struct library_list){};
}
