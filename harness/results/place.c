/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Places of values: jansson says where a text is no JSON, but not where a value was. What is looked
 * through here it has taken already; what it would not take is not found, and read no further than
 * its end.
 */
#include "results/members.h"

#include <string.h>

struct cursor {
	const char *text;
	size_t off, len;
};

static char peek(const struct cursor *c)
{
	return c->off < c->len ? c->text[c->off] : '\0';
}

static void skip_blanks(struct cursor *c)
{
	while (c->off < c->len && strchr(" \t\r\n", c->text[c->off]) && c->text[c->off])
		c->off++;
}

static void skip_string(struct cursor *c)
{
	for (c->off++; c->off < c->len && c->text[c->off] != '"'; c->off++)
		if (c->text[c->off] == '\\')
			c->off++;
	c->off++;
}

/* A value with all it holds; without recursion, however deep it is. */
static void skip_value(struct cursor *c)
{
	size_t depth = 0;

	while (c->off < c->len) {
		char ch = peek(c);

		if (ch == '"') {
			skip_string(c);
		} else if (ch == '{' || ch == '[') {
			depth++;
			c->off++;
		} else if (ch == '}' || ch == ']') {
			if (!depth)
				return;
			depth--;
			c->off++;
		} else if (!depth && (ch == ',' || strchr(" \t\r\n", ch))) {
			return;
		} else {
			c->off++;
			continue;
		}
		if (!depth && ch != '{' && ch != '[')
			return;
	}
}

static struct span value_span(const struct cursor *c, struct span in)
{
	struct cursor end = *c;

	skip_value(&end);
	if (end.off > end.len)
		end.off = end.len;
	return span_part(in, c->off, end.off - c->off);
}

/* At a member's name: whether it is @name; goes to its value. */
static bool name_is(struct cursor *c, const char *name)
{
	size_t start = c->off + 1;
	bool is;

	skip_string(c);
	is = c->off <= c->len && c->off > start && c->off - 1 - start == strlen(name) &&
	     !memcmp(c->text + start, name, strlen(name));
	skip_blanks(c);
	c->off += peek(c) == ':';
	skip_blanks(c);
	return is;
}

/* The part of value @in that is called @name or has @index. */
static struct span find_part(struct span in, const struct member_path *path)
{
	struct cursor c = { in.src->text + in.off, 0, in.len };
	size_t n = 0;

	skip_blanks(&c);
	if (peek(&c) != (path->name ? '{' : '['))
		return in;
	c.off++;
	for (skip_blanks(&c); c.off < c.len && peek(&c) != '}' && peek(&c) != ']'; n++) {
		bool found = path->name ? name_is(&c, path->name) : n == path->index;

		if (found)
			return value_span(&c, in);
		skip_value(&c);
		skip_blanks(&c);
		c.off += peek(&c) == ',';
		skip_blanks(&c);
	}
	/* Missing: the brace it should stand behind, not all that is there. */
	return span_part(in, 0, 1);
}

struct span json_place(struct span text, const struct member_path *path)
{
	return path ? find_part(json_place(text, path->parent), path) : text;
}
