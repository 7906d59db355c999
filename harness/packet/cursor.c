/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "packet/cursor.h"

#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* More variables inside variables than anyone means: they refer to each other in a circle. */
#define DEPTH_MAX 16

void cursor_start(struct cursor *c, struct diags *d, const struct expression *e,
		  struct arena *arena)
{
	struct span where = span_part(e->where, 0, e->where.len);

	/* A span is only cut to its text when it is printed: here its text is read. */
	if (where.off > where.src->len)
		where.off = where.src->len;
	if (where.len > where.src->len - where.off)
		where.len = where.src->len - where.off;
	*c = (struct cursor){
		.d = d,
		.vars = e->vars,
		.arena = arena,
		.text = where.src->text + where.off,
		.len = where.len,
		.where = where,
	};
}

static bool is_blank(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

int cursor_peek(struct cursor *c)
{
	for (; c->at < c->len; c->at++) {
		char ch = c->text[c->at];

		if (ch == '#' && (!c->at || is_blank(c->text[c->at - 1]))) {
			const char *eol = memchr(c->text + c->at, '\n', c->len - c->at);

			c->at = eol ? (size_t)(eol - c->text) : c->len;
			if (!eol)
				break;
		} else if (!is_blank(ch)) {
			return (unsigned char)ch;
		}
	}
	return -1;
}

bool cursor_take(struct cursor *c, char ch)
{
	if (cursor_peek(c) != (unsigned char)ch)
		return false;
	c->at++;
	return true;
}

static bool is_name(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '-';
}

struct piece cursor_since(const struct cursor *c, size_t at)
{
	return (struct piece){ at, c->at - at };
}

struct piece cursor_name(struct cursor *c)
{
	size_t from;

	cursor_peek(c);
	from = c->at;
	while (c->at < c->len && is_name(c->text[c->at]))
		c->at++;
	return cursor_since(c, from);
}

bool cursor_take_word(struct cursor *c, const char *word)
{
	struct cursor ahead = *c;

	if (!piece_is(&ahead, cursor_name(&ahead), word))
		return false;
	*c = ahead;
	return true;
}

static bool ends_word(char ch)
{
	return is_blank(ch) || (ch && strchr(",()[]/\"", ch));
}

struct piece cursor_word(struct cursor *c)
{
	size_t from;

	cursor_peek(c);
	from = c->at;
	while (c->at < c->len && !ends_word(c->text[c->at]))
		c->at++;
	return cursor_since(c, from);
}

struct piece cursor_next(struct cursor *c)
{
	struct cursor ahead = *c;
	struct piece p;

	cursor_peek(c);
	p = cursor_word(&ahead);
	if (!p.len && p.at < c->len)
		p.len = 1;
	return p;
}

bool piece_is(const struct cursor *c, struct piece p, const char *word)
{
	return text_is(c->text + p.at, p.len, word);
}

struct span cursor_span(const struct cursor *c, struct piece p)
{
	return c->var ? c->where : span_part(c->where, p.at, p.len);
}

void cursor_error(struct cursor *c, struct piece p, const char *fmt, ...)
{
	char *message;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		message = xstrdup("out of memory");
	va_end(ap);
	diag(c->d, DIAG_ERROR, cursor_span(c, p), "%s", message);
	if (c->var)
		diag(c->d, DIAG_NOTE, c->var->where, "$%s is defined here", c->var->name);
	free(message);
}

static void unknown_variable(struct cursor *c, struct piece name, size_t dollar)
{
	const char *s = c->text + name.at, *near = NULL;
	struct piece use = { dollar, name.at + name.len - dollar };

	if (c->vars && c->vars->n)
		near = text_nearest(s, name.len, c->vars->items, c->vars->n,
				    sizeof(*c->vars->items));
	if (!name.len)
		cursor_error(c, use, "a name must follow '$'");
	else if (near)
		cursor_error(c, use, "unknown variable '$%.*s'; did you mean '$%s'?", (int)name.len,
			     s, near);
	else
		cursor_error(c, use, "unknown variable '$%.*s'", (int)name.len, s);
}

int cursor_enter(struct cursor *c, struct cursor *value)
{
	size_t dollar = c->at - 1;
	struct piece name = { c->at, 0 };
	const struct var *var;

	while (c->at < c->len && is_name(c->text[c->at]))
		c->at++;
	name.len = c->at - name.at;
	var = vars_find(c->vars, c->text + name.at, name.len);
	if (!var) {
		unknown_variable(c, name, dollar);
		return -1;
	}
	if (c->at < c->len && !ends_word(c->text[c->at])) {
		struct piece rest = cursor_word(c);

		cursor_error(c, rest, "'%.*s' after $%s: a variable stands for a whole value",
			     (int)rest.len, c->text + rest.at, var->name);
		return -1;
	}
	if (!var->text || c->depth == DEPTH_MAX) {
		cursor_error(c, cursor_since(c, dollar),
			     var->text
				     ? "$%s: variables inside variables are too deep"
				     : "$%s is a list or a mapping, where a packet needs one value",
			     var->name);
		return -1;
	}
	*value = *c;
	value->text = var->text;
	value->at = 0;
	value->len = strlen(var->text);
	value->where = cursor_span(c, cursor_since(c, dollar));
	value->var = var;
	value->depth++;
	return 0;
}

int cursor_leave(struct cursor *value)
{
	struct piece next;

	if (cursor_peek(value) < 0)
		return 0;
	next = cursor_next(value);
	cursor_error(value, next, "'%.*s' is left over in the value of $%s", (int)next.len,
		     value->text + next.at, value->var->name);
	return -1;
}

static int hex_digit(const struct cursor *c, size_t at)
{
	uint64_t v;
	char digits[3] = { '0', 'x', at < c->len ? c->text[at] : 'x' };

	return number_parse(digits, sizeof(digits), &v) ? -1 : (int)v;
}

/* After the backslash. Returns the byte, or -1 after a diag. */
static int escape(struct cursor *c)
{
	static const char letters[] = "ntr0\\\"", bytes[] = "\n\t\r\0\\\"";
	char ch = c->at < c->len ? c->text[c->at] : 0;
	const char *letter = ch ? strchr(letters, ch) : NULL;
	size_t from = c->at - 1;
	int high, low;

	c->at += c->at < c->len;
	if (letter)
		return (unsigned char)bytes[letter - letters];
	high = ch == 'x' ? hex_digit(c, c->at) : -1;
	low = ch == 'x' ? hex_digit(c, c->at + 1) : -1;
	if (high >= 0 && low >= 0) {
		c->at += 2;
		return high << 4 | low;
	}
	cursor_error(c, cursor_since(c, from),
		     "unknown escape: there are \\n, \\t, \\r, \\0, \\\\, \\\" and \\xNN");
	return -1;
}

uint8_t *cursor_text(struct cursor *c, uint32_t *len)
{
	size_t from = c->at++;
	uint8_t *bytes = arena_alloc(c->arena, c->len - from);
	bool bad = false;
	uint32_t n = 0;

	while (c->at < c->len && c->text[c->at] != '"' && c->text[c->at] != '\n') {
		int byte = (unsigned char)c->text[c->at++];

		if (byte == '\\')
			byte = escape(c);
		bad |= byte < 0;
		bytes[n++] = (uint8_t)byte;
	}
	if (c->at == c->len || c->text[c->at] != '"') {
		cursor_error(c, cursor_since(c, from),
			     "this quote is not closed on its line; a line's end is written \\n");
		return NULL;
	}
	c->at++;
	*len = n;
	return bad ? NULL : bytes;
}

uint8_t *cursor_hex(struct cursor *c, uint32_t *len)
{
	const char *end;
	size_t from, digits, bad;
	uint8_t *bytes;
	long n;

	if (!cursor_take(c, '(')) {
		cursor_error(c, cursor_next(c), "expected '(' after hex");
		return NULL;
	}
	from = c->at;
	end = memchr(c->text + from, ')', c->len - from);
	if (!end) {
		cursor_error(c, (struct piece){ from - 1, 1 }, "this '(' is not closed");
		c->at = c->len;
		return NULL;
	}
	digits = (size_t)(end - c->text) - from;
	c->at = from + digits + 1;
	bytes = arena_alloc(c->arena, digits / 2 + 1);
	n = hex_parse(c->text + from, digits, bytes, digits / 2 + 1, &bad);
	if (n < 0) {
		cursor_error(c, (struct piece){ from + bad, 1 },
			     "hex takes pairs of hexadecimal digits");
		return NULL;
	}
	*len = (uint32_t)n;
	return bytes;
}

int cursor_number(struct cursor *c, const char *what, uint64_t max, uint64_t *value)
{
	struct piece word;
	uint64_t v;
	int err;

	if (cursor_take(c, '$')) {
		struct cursor inner;

		if (cursor_enter(c, &inner))
			return -1;
		err = cursor_number(&inner, what, max, value);
		return err ? err : cursor_leave(&inner);
	}
	word = cursor_word(c);
	err = number_parse(c->text + word.at, word.len, &v);
	if (!err && v > max)
		err = -ERANGE;
	if (!err)
		*value = v;
	else if (word.len)
		cursor_error(c, word, "%s is a number from 0 to %" PRIu64 ", not '%.*s'", what, max,
			     (int)word.len, c->text + word.at);
	else
		cursor_error(c, cursor_next(c), "%s needs a number from 0 to %" PRIu64, what, max);
	return err ? -1 : 0;
}
