/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/cpio.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC	  "070701"
#define LAST	  "TRAILER!!!"
#define ALIGNMENT 4
#define BLOCK	  512 /* archives that follow each other begin at a multiple of 4; this is usual */

struct entry {
	unsigned int mode; /* with the type */
	unsigned int major, minor;
	const void *data;
	size_t len;
};

static const char *without_slash(const char *path)
{
	return path + strspn(path, "/");
}

static void put(struct cpio *c, const void *data, size_t len)
{
	fwrite(data, 1, len, c->out);
	c->written += len;
}

static void pad(struct cpio *c, size_t alignment)
{
	static const char zeros[BLOCK];

	put(c, zeros, (alignment - c->written % alignment) % alignment);
}

/* Numbers are 8 hexadecimal digits each. */
static void put_entry(struct cpio *c, const char *name, const struct entry *e)
{
	const uint32_t numbers[] = {
		c->inode++,
		e->mode,
		0,
		0,
		1, /* ino, mode, uid, gid, nlink */
		0,
		(uint32_t)e->len,
		0,
		0, /* mtime, filesize, devmajor, devminor */
		e->major,
		e->minor, /* rdevmajor, rdevminor */
		(uint32_t)strlen(name) + 1,
		0, /* namesize, check */
	};

	put(c, MAGIC, strlen(MAGIC));
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		c->written += (size_t)fprintf(c->out, "%08X", numbers[i]);
	put(c, name, strlen(name) + 1);
	pad(c, ALIGNMENT);
	if (e->len)
		put(c, e->data, e->len);
	pad(c, ALIGNMENT);
}

void cpio_open(struct cpio *c, FILE *out)
{
	*c = (struct cpio){ .out = out, .inode = 1 };
}

bool cpio_has(const struct cpio *c, const char *path)
{
	for (size_t i = 0; i < c->n; i++)
		if (!strcmp(c->names[i], without_slash(path)))
			return true;
	return false;
}

static void add(struct cpio *c, const char *path, const struct entry *e);

static void add_folders_above(struct cpio *c, const char *path)
{
	const struct entry folder = { .mode = S_IFDIR | 0755 };
	const char *slash = strrchr(path, '/');
	char *above;

	if (!slash)
		return;
	above = xstrndup(path, (size_t)(slash - path));
	add(c, above, &folder);
	free(above);
}

static void add(struct cpio *c, const char *path, const struct entry *e)
{
	path = without_slash(path);
	if (!*path || cpio_has(c, path))
		return;
	add_folders_above(c, path);
	*ARRAY_PUSH(c->names, c->n) = xstrdup(path);
	put_entry(c, path, e);
}

void cpio_folder(struct cpio *c, const char *path)
{
	const struct entry folder = { .mode = S_IFDIR | 0755 };

	add(c, path, &folder);
}

void cpio_bytes(struct cpio *c, const char *path, unsigned int mode, const void *data, size_t len)
{
	const struct entry file = { .mode = S_IFREG | mode, .data = data, .len = len };

	if (len > UINT32_MAX)
		c->failed = true;
	else
		add(c, path, &file);
}

void cpio_device(struct cpio *c, const char *path, unsigned int mode, unsigned int major,
		 unsigned int minor)
{
	const struct entry device = { .mode = S_IFCHR | mode, .major = major, .minor = minor };

	add(c, path, &device);
}

int cpio_file(struct cpio *c, const char *path, const char *from)
{
	int fd = open(from, O_RDONLY | O_CLOEXEC), err = 0;
	void *data = NULL;
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		err = -errno;
	else if (S_ISDIR(st.st_mode))
		err = -EISDIR;
	else if (!S_ISREG(st.st_mode))
		err = -EINVAL;
	else if ((uint64_t)st.st_size > UINT32_MAX)
		err = -EFBIG;
	if (!err && st.st_size) {
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		err = data == MAP_FAILED ? -errno : 0;
	}
	close(fd);
	if (err)
		return err;
	cpio_bytes(c, path, st.st_mode & 0111 ? 0755 : 0644, data, (size_t)st.st_size);
	if (data)
		munmap(data, (size_t)st.st_size);
	return 0;
}

int cpio_close(struct cpio *c)
{
	const struct entry last = {};
	bool failed;

	c->inode = 0;
	put_entry(c, LAST, &last);
	pad(c, BLOCK);
	failed = c->failed || fflush(c->out) || ferror(c->out);
	for (size_t i = 0; i < c->n; i++)
		free(c->names[i]);
	free(c->names);
	*c = (struct cpio){};
	return failed ? -EIO : 0;
}
