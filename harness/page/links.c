/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "page/internal.h"

#include "base/file.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* RFC 3986: everything but unreserved characters, so that no text is a scheme or a query. */
static const char *percent_encode(struct arena *arena, const char *path)
{
	char *text = arena_alloc(arena, 3 * strlen(path) + 1), *to = text;

	for (const unsigned char *s = (const unsigned char *)path; *s; s++)
		if (isalnum(*s) || strchr("-._~/", *s))
			*to++ = (char)*s;
		else
			to += sprintf(to, "%%%02X", *s);
	return text;
}

static const char *address(struct arena *arena, const char *folder, const char *path)
{
	char *from = realpath(folder, NULL), *to = realpath(path, NULL);
	const char *text = NULL;

	if (from && to)
		text = percent_encode(arena, path_from_folder(arena, from, to));
	free(from);
	free(to);
	return text;
}

/*
 * A path in a document is as its run had it, on another machine maybe. Where there is no such
 * file, it is looked for beside the document: `--results DIR` leaves both in DIR.
 */
const char *capture_address(struct arena *arena, const char *folder, const char *document,
			    const char *path)
{
	static const char frames[] = "frames/";

	if (!access(path, R_OK))
		return address(arena, folder, path);
	for (const char *s = strstr(path, frames); s; s = strstr(s + 1, frames)) {
		const char *beside;

		if (s != path && s[-1] != '/')
			continue;
		beside = path_join(arena, path_folder(arena, document), s);
		if (!access(beside, R_OK))
			return address(arena, folder, beside);
	}
	return NULL;
}
