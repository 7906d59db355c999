/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FD_NAME_MAX	32
#define TEMPORARIES_MAX 1000

/* By which an open file can be named: FD_NAME_MAX bytes. */
static void fd_name(int fd, char *name)
{
	snprintf(name, FD_NAME_MAX, "/proc/self/fd/%d", fd);
}

/*
 * A file without a name in the folder of @path: whatever ends the process, SIGKILL included, leaves
 * nothing of it. Returns -errno where the file system has no such files, or /proc is missing, by
 * which it gets its name.
 */
static int open_unnamed(const char *path)
{
	struct arena scratch = {};
	int fd = open(path_folder(&scratch, path), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
	int err = fd < 0 ? -errno : 0;
	char name[FD_NAME_MAX];

	arena_free(&scratch);
	if (err)
		return err;
	fd_name(fd, name);
	if (!access(name, F_OK))
		return fd;
	close(fd);
	return -ENOENT;
}

static bool is_file_at(int fd, const char *path)
{
	struct stat a, b;

	return !fstat(fd, &a) && !lstat(path, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* Make @name, or take what a process left of it that is no more. Returns a descriptor or -errno. */
static int take_temporary(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	bool locked;

	if (fd >= 0) /* some file systems have no locks */
		return flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK ? close(fd),
		       -EEXIST						    : fd;
	if (errno != EEXIST)
		return -errno;
	fd = open(name, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -EEXIST;
	locked = !flock(fd, LOCK_EX | LOCK_NB);
	/* Not renamed meanwhile by whoever had the lock. */
	if (locked && is_file_at(fd, name) && !ftruncate(fd, 0))
		return fd;
	close(fd);
	return -EEXIST;
}

/*
 * Where there are no files without names: PATH.verdict-N, of the mode any new file gets. The lock
 * tells one that is being written from one that a killed process left, which is used again.
 */
static int open_temporary(const char *path, char **name)
{
	for (unsigned int i = 0; i < TEMPORARIES_MAX; i++) {
		char *try = xasprintf("%s.verdict-%u", path, i);
		int fd = take_temporary(try);

		if (fd >= 0) {
			*name = try;
			return fd;
		}
		free(try);
		if (fd != -EEXIST)
			return fd;
	}
	return -EEXIST;
}

static int open_replacement(const char *path, struct replacement *r)
{
	struct stat st;
	int fd;

	if (!stat(path, &st) && S_ISDIR(st.st_mode))
		return -EISDIR;
	if (path_is_stream(path)) { /* not replaced by renaming */
		fd = open(path, O_WRONLY | O_CLOEXEC);
		r->direct = true;
		return fd < 0 ? -errno : fd;
	}
	fd = open_unnamed(path);
	return fd < 0 ? open_temporary(path, &r->temporary) : fd;
}

/* The file without its stream: what has no name, or a temporary one, is gone. */
static void replacement_drop(struct replacement *r)
{
	if (r->temporary)
		unlink(r->temporary);
	close(r->fd);
	free(r->path);
	free(r->temporary);
	*r = (struct replacement){};
}

int replace_begin(struct replacement *r, const char *path)
{
	struct replacement new = {};
	int copy, err;

	new.fd = open_replacement(path, &new);
	if (new.fd < 0)
		return new.fd;
	/* The stream has a descriptor of its own: closing it tells what could not be written, while
	 * the file can still be named. */
	copy = fcntl(new.fd, F_DUPFD_CLOEXEC, 0);
	new.out = copy < 0 ? NULL : fdopen(copy, "w");
	if (!new.out) {
		err = -errno;
		if (copy >= 0)
			close(copy);
		replacement_drop(&new);
		return err;
	}
	new.path = xstrdup(path);
	*r = new;
	return 0;
}

/* A name for the file without one; then it is as any temporary one. */
static int name_unnamed(struct replacement *r)
{
	char from[FD_NAME_MAX];

	fd_name(r->fd, from);
	for (unsigned int i = 0; i < TEMPORARIES_MAX; i++) {
		char *try = xasprintf("%s.verdict-%u", r->path, i);

		if (!linkat(AT_FDCWD, from, AT_FDCWD, try, AT_SYMLINK_FOLLOW)) {
			r->temporary = try;
			return 0;
		}
		free(try);
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

static int take_place(struct replacement *r)
{
	char from[FD_NAME_MAX];
	int err = 0;

	if (r->direct)
		return 0;
	fd_name(r->fd, from);
	/* No name to be replaced: the file has none in between. */
	if (!r->temporary && !linkat(AT_FDCWD, from, AT_FDCWD, r->path, AT_SYMLINK_FOLLOW))
		return 0;
	if (!r->temporary)
		err = name_unnamed(r);
	if (!err && rename(r->temporary, r->path))
		return -errno;
	if (!err) { /* not to be removed */
		free(r->temporary);
		r->temporary = NULL;
	}
	return err;
}

int replace_commit(struct replacement *r)
{
	int err = 0;

	errno = 0;
	if (ferror(r->out))
		err = -EIO;
	if (fclose(r->out) && !err)
		err = errno ? -errno : -EIO;
	if (!err)
		err = take_place(r);
	replacement_drop(r);
	return err;
}

void replace_abandon(struct replacement *r)
{
	if (!r->out)
		return;
	fclose(r->out);
	replacement_drop(r);
}

static int copy_to(FILE *in, const char *to)
{
	struct replacement r = {};
	char data[65536];
	size_t n;
	int err = replace_begin(&r, to);

	if (!r.out)
		return err;
	while ((n = fread(data, 1, sizeof(data), in)) > 0)
		fwrite(data, 1, n, r.out);
	if (!ferror(in))
		return replace_commit(&r);
	replace_abandon(&r);
	return -EIO;
}

int file_copy(const char *from, const char *to)
{
	FILE *in = fopen(from, "re");
	struct arena a = {};
	int err;

	if (!in)
		return -errno;
	err = folder_make(path_folder(&a, to));
	if (!err)
		err = copy_to(in, to);
	fclose(in);
	arena_free(&a);
	return err;
}

bool path_is_stream(const char *path)
{
	struct stat st;

	return !stat(path, &st) && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode);
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

static FTS *walk_folder(const char *path, int (*compare)(const FTSENT **, const FTSENT **))
{
	char *copy = xstrdup(path);
	FTS *walk = fts_open((char *[]){ copy, NULL }, FTS_PHYSICAL | FTS_NOCHDIR, compare);

	free(copy);
	return walk;
}

void folder_remove(const char *path)
{
	FTS *walk = walk_folder(path, NULL);
	FTSENT *e;

	while (walk && (e = fts_read(walk))) {
		if (e->fts_info == FTS_DP)
			rmdir(e->fts_accpath);
		else if (e->fts_info != FTS_D)
			unlink(e->fts_accpath);
	}
	if (walk)
		fts_close(walk);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

void folder_each_file(const char *path, void (*each)(void *arg, const char *file), void *arg)
{
	FTS *walk = walk_folder(path, by_name);
	FTSENT *e;

	while (walk && (e = fts_read(walk)))
		if (e->fts_info == FTS_F)
			each(arg, e->fts_path);
	if (walk)
		fts_close(walk);
}

char *cache_folder(struct arena *a)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	/* "All paths set in these environment variables must be absolute", else they count for
	 * nothing: the XDG Base Directory Specification. */
	if (cache && *cache == '/')
		return path_join(a, cache, "verdict");
	return home && *home == '/' ? path_join(a, home, ".cache/verdict") : NULL;
}
