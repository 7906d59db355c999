/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "matrix/deb822.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Without the line's end and blanks before it. */
static void trim_end(char *s)
{
	size_t len = strlen(s);

	while (len && strchr(" \t\r\n", s[len - 1]))
		s[--len] = '\0';
}

static void add_line(struct paragraph *p, char *line)
{
	char *value = line, *colon = strchr(line, ':');

	if (strchr(" \t", *line)) {
		struct paragraph_field *last = p->n ? &p->fields[p->n - 1] : NULL;

		value += strspn(value, " \t");
		if (last)
			last->value = arena_printf(&p->arena, "%s%s%s", last->value,
						   *last->value ? "\n" : "", value);
		return;
	}
	if (!colon || colon == line)
		return;
	value = colon + 1 + strspn(colon + 1, " \t");
	*ARENA_PUSH(&p->arena, p->fields, p->n) = (struct paragraph_field){
		arena_strndup(&p->arena, line, (size_t)(colon - line)),
		arena_strdup(&p->arena, value),
	};
}

bool paragraph_read(FILE *in, struct paragraph *p)
{
	char *line = NULL;
	size_t room = 0;

	paragraph_free(p);
	while (getline(&line, &room, in) >= 0) {
		trim_end(line);
		if (*line && *line != '#')
			add_line(p, line);
		else if (!*line && p->n)
			break;
	}
	free(line);
	return p->n;
}

void paragraph_free(struct paragraph *p)
{
	arena_free(&p->arena);
	*p = (struct paragraph){};
}

const char *paragraph_get(const struct paragraph *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (!strcasecmp(p->fields[i].name, name))
			return p->fields[i].value;
	return NULL;
}

/* '~' comes before the end of the text, that before letters, these before all else. */
static int weight(char c)
{
	if (c == '~')
		return -1;
	if (!c || isdigit((unsigned char)c))
		return 0;
	if (isalpha((unsigned char)c))
		return (unsigned char)c;
	return (unsigned char)c + 256;
}

/* A part without epoch and, of the two, without the other's half: @a ends at @a_end. */
static int compare_parts(const char *a, const char *a_end, const char *b, const char *b_end)
{
	while (a < a_end || b < b_end) {
		size_t digits_a = 0, digits_b = 0;
		int order;

		while ((a < a_end && !isdigit((unsigned char)*a)) ||
		       (b < b_end && !isdigit((unsigned char)*b))) {
			order = weight(a < a_end ? *a : '\0') - weight(b < b_end ? *b : '\0');
			if (order)
				return order;
			a += a < a_end;
			b += b < b_end;
		}
		while (a < a_end && *a == '0')
			a++;
		while (b < b_end && *b == '0')
			b++;
		while (a + digits_a < a_end && isdigit((unsigned char)a[digits_a]))
			digits_a++;
		while (b + digits_b < b_end && isdigit((unsigned char)b[digits_b]))
			digits_b++;
		if (digits_a != digits_b)
			return digits_a < digits_b ? -1 : 1;
		order = memcmp(a, b, digits_a);
		if (order)
			return order;
		a += digits_a;
		b += digits_b;
	}
	return 0;
}

struct version {
	const char *epoch, *epoch_end, *upstream, *upstream_end, *revision, *revision_end;
};

static struct version version_split(const char *s)
{
	const char *colon = strchr(s, ':'), *hyphen = strrchr(s, '-'), *end = s + strlen(s);
	struct version v = { s, colon ? colon : s, colon ? colon + 1 : s, end, end, end };

	if (hyphen && hyphen >= v.upstream) {
		v.upstream_end = hyphen;
		v.revision = hyphen + 1;
	}
	return v;
}

int deb_version_compare(const char *a, const char *b)
{
	struct version x = version_split(a), y = version_split(b);
	int order = compare_parts(x.epoch, x.epoch_end, y.epoch, y.epoch_end);

	if (!order)
		order = compare_parts(x.upstream, x.upstream_end, y.upstream, y.upstream_end);
	if (!order)
		order = compare_parts(x.revision, x.revision_end, y.revision, y.revision_end);
	return order;
}
