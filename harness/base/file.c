/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A place to write that is not replaced by renaming: a device, a pipe. */
static bool is_special(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
}

/*
 * As mkstemp(), but with the mode any new file gets: results are read by others, and umask()
 * cannot be asked without setting it for all threads. Names are tried until one is free.
 */
static int open_temporary(const char *path, char **name)
{
	for (unsigned int i = 0; i < 1000; i++) {
		char *try = xasprintf("%s.%d-%u.tmp", path, (int)gettid(), i);
		int fd = open(try, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

		if (fd >= 0) {
			*name = try;
			return fd;
		}
		free(try);
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

int replace_begin(struct replacement *r, const char *path)
{
	struct replacement new = {};
	struct stat st;
	int fd, err;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (is_special(path)) {
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return -errno;
	} else {
		fd = open_temporary(path, &new.temporary);
		if (fd < 0)
			return fd;
	}
	new.out = fdopen(fd, "w");
	if (!new.out) {
		err = -errno;
		close(fd);
		if (new.temporary)
			unlink(new.temporary);
		free(new.temporary);
		return err;
	}
	new.path = xstrdup(path);
	*r = new;
	return 0;
}

static void replacement_free(struct replacement *r)
{
	free(r->path);
	free(r->temporary);
	*r = (struct replacement){};
}

int replace_commit(struct replacement *r)
{
	int err = 0;

	errno = 0;
	if (ferror(r->out))
		err = -EIO;
	if (fclose(r->out) && !err)
		err = errno ? -errno : -EIO;
	if (!err && r->temporary && rename(r->temporary, r->path))
		err = -errno;
	if (err && r->temporary)
		unlink(r->temporary);
	replacement_free(r);
	return err;
}

void replace_abandon(struct replacement *r)
{
	if (r->out)
		fclose(r->out);
	if (r->temporary)
		unlink(r->temporary);
	replacement_free(r);
}

int folder_make(const char *path)
{
	char *part = xstrdup(path), *end = part;
	struct stat st;
	int err = 0;

	while (!err && *end) {
		char c;

		end += strspn(end, "/");
		end += strcspn(end, "/");
		c = *end;
		*end = 0;
		if (*part && mkdir(part, 0777) && errno != EEXIST)
			err = -errno;
		*end = c;
	}
	/* A folder on the way may be there yet not writable (EROFS, EACCES): only the result
	 * counts. */
	if (!stat(path, &st))
		err = S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	else if (!err)
		err = -errno;
	free(part);
	return err;
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

char *path_folder(struct arena *a, const char *path)
{
	const char *base = path_base(path);

	if (base == path)
		return arena_strdup(a, ".");
	while (base > path + 1 && base[-1] == '/')
		base--;
	return arena_strndup(a, path, (size_t)(base - path));
}

char *path_join(struct arena *a, const char *folder, const char *path)
{
	if (*path == '/' || !strcmp(folder, ".") || !*folder)
		return arena_strdup(a, path);
	return arena_printf(a, "%s%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/",
			    path);
}

static bool is_part(const char *s, size_t len, const char *part)
{
	return len == strlen(part) && !memcmp(s, part, len);
}

/* Take the last part off @out; false if there is none that ".." could undo. */
static bool undo_part(const char *out, size_t root, size_t *len)
{
	size_t at = *len;

	while (at > root && out[at - 1] != '/')
		at--;
	if (at == *len || is_part(out + at, *len - at, ".."))
		return false;
	*len = at > root ? at - 1 : at;
	return true;
}

char *path_clean(struct arena *a, const char *path)
{
	char *out = arena_alloc(a, strlen(path) + 2);
	size_t root = *path == '/', len = root;

	if (root)
		out[0] = '/';
	while (*path) {
		size_t n;

		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (!n || is_part(path, n, ".")) {
			path += n;
			continue;
		}
		if (is_part(path, n, "..") &&
		    (undo_part(out, root, &len) || (root && len == root))) {
			path += n;
			continue;
		}
		if (len > root)
			out[len++] = '/';
		memcpy(out + len, path, n);
		len += n;
		path += n;
	}
	if (!len)
		out[len++] = '.';
	out[len] = 0;
	return out;
}

char *path_relative_to(struct arena *a, const char *file, const char *path)
{
	return path_clean(a, path_join(a, path_folder(a, file), path));
}

char *path_from_folder(struct arena *a, const char *from, const char *path)
{
	size_t same = 0, i;
	char *up;

	from = path_clean(a, from);
	path = path_clean(a, path);
	/* One is absolute and the other not, or the way up is not known by name: no way to say it.
	 */
	if ((*from == '/') != (*path == '/') || is_part(from, 2, ".."))
		return arena_strdup(a, path);
	if (!strcmp(from, "."))
		return arena_strdup(a, path);
	if (!strcmp(from, "/"))
		return arena_strdup(a, path[1] ? path + 1 : ".");
	for (i = 0; from[i] && from[i] == path[i]; i++)
		if (from[i] == '/')
			same = i + 1;
	if (!from[i] && path[i] == '/')
		return arena_strdup(a, path + i + 1);
	if (!from[i] && !path[i])
		return arena_strdup(a, ".");
	up = arena_strdup(a, "..");
	for (i = same; from[i]; i++)
		if (from[i] == '/')
			up = arena_printf(a, "%s/..", up);
	return path[same] ? arena_printf(a, "%s/%s", up, path + same) : up;
}

bool path_ends_with(const char *path, const char *end)
{
	size_t len = strlen(path), n = strlen(end);

	return len >= n && !strcmp(path + len - n, end);
}
