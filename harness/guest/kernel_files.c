/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "guest/kernel_files.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Documentation/arch/x86/boot.rst */
#define MAGIC_AT	0x202
#define VERSION_AT	0x20e /* __le16: where the text is, less 0x200 */
#define VERSION_TEXT_AT 0x200

const char *kernel_version(struct arena *a, const char *vmlinuz)
{
	int fd = open(vmlinuz, O_RDONLY | O_CLOEXEC);
	uint8_t header[VERSION_AT + 2];
	char text[256] = "";
	ssize_t n;

	if (fd < 0)
		return NULL;
	n = pread(fd, header, sizeof(header), 0);
	if (n == (ssize_t)sizeof(header) && !memcmp(header + MAGIC_AT, "HdrS", 4))
		n = pread(fd, text, sizeof(text) - 1,
			  VERSION_TEXT_AT + (header[VERSION_AT] | header[VERSION_AT + 1] << 8));
	close(fd);
	text[strcspn(text, " ")] = 0;
	return n > 0 && text[0] ? arena_strdup(a, text) : NULL;
}

static const char *if_folder(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode) ? path : NULL;
}

const char *kernel_modules(struct arena *a, const char *vmlinuz)
{
	const char *folder = path_folder(a, vmlinuz), *found;
	const char *version = kernel_version(a, vmlinuz);
	const char *const trees[] = { path_join(a, folder, ".."), "" };
	static const char *const places[] = { "lib/modules", "usr/lib/modules" };

	/* As Fedora and newer Debian have it: vmlinuz beside its modules. */
	if (if_folder(path_join(a, folder, "kernel")))
		return folder;
	for (size_t i = 0; version && i < ARRAY_SIZE(trees); i++)
		for (size_t j = 0; j < ARRAY_SIZE(places); j++) {
			found = if_folder(
				arena_printf(a, "%s/%s/%s", trees[i], places[j], version));
			if (found)
				return found;
		}
	return NULL;
}

const char *kernel_running(struct arena *a, const char **tried)
{
	static const char *const patterns[][2] = { { "/boot/vmlinuz-", "" },
						   { "/lib/modules/", "/vmlinuz" },
						   { "/boot/vmlinux-", "" } };
	struct utsname here;

	*tried = "";
	if (uname(&here))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		const char *path =
			arena_printf(a, "%s%s%s", patterns[i][0], here.release, patterns[i][1]);

		if (!access(path, R_OK))
			return path;
		*tried = arena_printf(a, "%s%s%s%s", *tried, i ? ", " : "", path,
				      errno == EACCES ? " (not readable)" : "");
	}
	return NULL;
}
