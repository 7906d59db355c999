/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Scalars as the user meant them: what YAML cuts or rewrites is found out and said. */
#include "syntax/reader.h"

#include <stdint.h>
#include <string.h>

#define CUT_HINT "YAML takes this for a comment: "

/* The comment behind plain scalar @n on its last line; src NULL if there is none. */
static struct span comment_after(const struct node *n)
{
	const struct source *src = n->span.src;
	struct span none = {};
	size_t at;

	if (n->style != NODE_PLAIN || !src)
		return none;
	at = after_blanks(n->span);
	if (src->text[at] != '#')
		return none;
	return (struct span){ src, at, strcspn(src->text + at, "\r\n") };
}

static bool is_comment_start(struct span comment)
{
	return comment.len == 1 || strchr(" \t", comment.src->text[comment.off + 1]);
}

static bool check_scalar(struct diags *d, const struct node *n, const char *what)
{
	if (n->broken)
		return false;
	if (n->kind == NODE_SCALAR)
		return true;
	diag(d, DIAG_ERROR, node_where(n), "%s is a text, not %s", what, node_kind_name(n));
	return false;
}

/* The first escape that only YAML resolves; SIZE_MAX if the text reads as it stands. */
static size_t find_escape(const struct node *n)
{
	const char *s = n->raw.src->text + n->raw.off;

	for (size_t i = 0; i < n->raw.len; i++)
		if ((n->style == NODE_DOUBLE_QUOTED && s[i] == '\\') ||
		    (n->style == NODE_SINGLE_QUOTED && s[i] == '\''))
			return i;
	return SIZE_MAX;
}

bool node_expression(struct diags *d, const struct node *n, struct span *where)
{
	struct span comment = comment_after(n);
	size_t escape;

	if (!check_scalar(d, n, "a packet expression"))
		return false;
	if (comment.src && (!is_comment_start(comment) || text_closes(n->text, n->len, n->len))) {
		diag(d, DIAG_ERROR, comment, CUT_HINT "write the expression after '|'");
		return false;
	}
	escape = find_escape(n);
	if (escape != SIZE_MAX) {
		diag(d, DIAG_ERROR, span_part(n->raw, escape, 2),
		     "an expression in quotes is read as it stands, without YAML's escapes: "
		     "write it after '|'");
		return false;
	}
	*where = n->raw;
	return true;
}

bool node_text(struct diags *d, const struct node *n, const char *what, const char **out)
{
	struct span comment = comment_after(n);
	const char *text;

	if (!check_scalar(d, n, what))
		return false;
	if (comment.src) {
		text = comment.src->text + comment.off;
		if (!is_comment_start(comment) ||
		    (text[-1] == ' ' && text[-2] != ' ' && text[-2] != '\t')) {
			diag(d, DIAG_ERROR, comment,
			     CUT_HINT
			     "put the text in '...' if it belongs to it, or else two blanks "
			     "before '#' and one after");
			return false;
		}
	}
	if (!n->len) {
		diag(d, DIAG_ERROR, node_where(n), "%s is empty", what);
		return false;
	}
	*out = n->text;
	return true;
}
