/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Reading the text of an expression: blanks and comments, words, quotes, variables. Every
 * message is placed in the source; inside the value of a variable it points at the use, with a
 * note at the definition.
 */
#pragma once

#include "packet/expression.h"

struct cursor {
	struct diags *d;
	const struct vars *vars;
	struct arena *arena;
	const char *text;
	size_t at, len;
	struct span where;     /* of the text; or the variable's use */
	const struct var *var; /* the variable whose value the text is, or NULL */
	unsigned int depth;    /* of variables inside variables */
};

/* A part of the text. */
struct piece {
	size_t at, len;
};

void cursor_start(struct cursor *c, struct diags *d, const struct expression *e,
		  struct arena *arena);
/* The next character after blanks and comments; -1 at the end. A comment is '#' after a blank. */
int cursor_peek(struct cursor *c);
/* Take @ch if it comes next. */
bool cursor_take(struct cursor *c, char ch);
/* Take @word if it comes next and is not the start of a longer one. */
bool cursor_take_word(struct cursor *c, const char *word);
/* The name that comes next: letters, digits, '_', '-'. Its length is 0 if there is none. */
struct piece cursor_name(struct cursor *c);
/* The value that comes next: up to a blank or one of , ( ) [ ] / " */
struct piece cursor_word(struct cursor *c);
/* The piece from @at to where the cursor is. */
struct piece cursor_since(const struct cursor *c, size_t at);
/* What stands next, for a message: a word or one character. */
struct piece cursor_next(struct cursor *c);
bool piece_is(const struct cursor *c, struct piece p, const char *word);

struct span cursor_span(const struct cursor *c, struct piece p);
void cursor_error(struct cursor *c, struct piece p, const char *fmt, ...) printf_like(3, 4);

/*
 * After '$': find the variable and make @value a cursor on its text. Returns 0, or -1 after a
 * diag. What is read from @value must reach its end: cursor_leave() reports what is left.
 */
int cursor_enter(struct cursor *c, struct cursor *value);
int cursor_leave(struct cursor *value);

/*
 * A quoted text, the opening quote next, with its escapes undone. Returns it in the arena, or
 * NULL after a diag.
 */
uint8_t *cursor_text(struct cursor *c, uint32_t *len);
/* "(DIGITS)" after the word hex. Returns the bytes in the arena, or NULL after a diag. */
uint8_t *cursor_hex(struct cursor *c, uint32_t *len);
/* A number up to @max that @what takes, or $name. Returns 0, or -1 after a diag. */
int cursor_number(struct cursor *c, const char *what, uint64_t max, uint64_t *value);
