/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * libyaml's messages speak of its grammar ("did not find expected key while parsing a block
 * mapping"). What the user did is in the text around: these functions look there.
 */
#include "syntax/reader.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define ADVICE "put all of it in '...', or write it after '|'"

struct scene {
	struct diags *d;
	const struct source *src;
	const struct yaml_problem *p;
	const char *s; /* the text, and */
	size_t at;     /* where in it */
	char c;	       /* what stands there; 0 at the end */
	char before;   /* the last character before on the same line, blanks skipped; 0 if none */
	size_t before_at; /* its place */
};

size_t text_closes(const char *s, size_t len, size_t from)
{
	bool quoted = false;
	size_t depth = 0;
	char before = '/';

	for (size_t i = 0; i < len; i++) {
		if (i >= from && !quoted && !depth)
			return i == from ? 0 : i;
		if (quoted && s[i] == '\\')
			i++;
		else if (quoted && s[i] == '"')
			quoted = false;
		else if (!quoted && s[i] == '"' && strchr("/(=,", before))
			quoted = true;
		else if (!quoted && s[i] == '(')
			depth++;
		else if (!quoted && s[i] == ')' && depth)
			depth--;
		if (i < len && !strchr(" \t\r\n", s[i]))
			before = s[i];
	}
	if (quoted || depth)
		return SIZE_MAX;
	return len > from ? len : 0;
}

size_t after_blanks(struct span where)
{
	size_t i = where.off + where.len;

	while (where.src->text[i] == ' ' || where.src->text[i] == '\t')
		i++;
	return i;
}

static struct span byte_span(const struct scene *v, size_t at)
{
	return (struct span){ v->src, at, at < v->src->len };
}

static struct span line_rest(const struct scene *v, size_t at)
{
	size_t len = strcspn(v->s + at, "\r\n");

	while (len && (v->s[at + len - 1] == ' ' || v->s[at + len - 1] == '\t'))
		len--;
	return (struct span){ v->src, at, len };
}

static unsigned int column(const struct scene *v, size_t at)
{
	return span_position((struct span){ v->src, at, 0 }).col;
}

static void scene_set(struct scene *v, size_t at)
{
	v->at = at < v->src->len ? at : v->src->len;
	v->c = v->s[v->at];
	v->before = 0;
	for (at = v->at; at-- && v->s[at] != '\n';)
		if (!strchr(" \t\r", v->s[at])) {
			v->before = v->s[at];
			v->before_at = at;
			return;
		}
}

/* A line that is "name:" or "- item" was meant as one, not as more of a value. */
static bool starts_entry(const char *s)
{
	size_t len = strcspn(s, "(\r\n");

	if (s[0] == '-' && (s[1] == ' ' || !s[1] || strchr("\r\n", s[1])))
		return true;
	for (size_t i = 0; i < len; i++)
		if (s[i] == ':' && (!s[i + 1] || strchr(" \t\r\n", s[i + 1])))
			return true;
	return false;
}

/* A comment ends a plain value, also where a line that would continue it follows. */
static bool explain_comment(struct scene *v, size_t line)
{
	struct span last = v->p->last_scalar;
	size_t i;

	if (!last.src || starts_entry(v->s + line))
		return false;
	for (i = last.off + last.len; i < line && strchr(" \t\r\n", v->s[i]);)
		i++;
	if (i >= line || v->s[i] != '#')
		return false;
	diag(v->d, DIAG_ERROR, line_rest(v, i),
	     "YAML ends the value above at this comment: write the value after '|'");
	diag(v->d, DIAG_NOTE, line_rest(v, line), "so this line belongs to nothing");
	return true;
}

static bool explain_quote(struct scene *v)
{
	struct span last = v->p->last_scalar;

	if (!last.src || v->before_at + 1 != last.off + last.len ||
	    (v->before != '"' && v->before != '\'') || v->s[last.off] != v->before)
		return false;
	diag(v->d, DIAG_ERROR, line_rest(v, v->at),
	     "YAML ends a value at its closing quote, and this follows: " ADVICE);
	return true;
}

/* "verdict:1": a key that YAML takes for text. */
static bool lacks_blank(const char *s)
{
	size_t n = 0;

	if (!isalpha((unsigned char)*s))
		return false;
	while (isalnum((unsigned char)s[n]) || s[n] == '_')
		n++;
	return s[n] == ':';
}

/* "mapping values are not allowed in this context", at ':' */
static void explain_colon(struct scene *v)
{
	struct span last = v->p->last_scalar, where = byte_span(v, v->at);
	size_t bol = v->at, first;

	while (bol && v->s[bol - 1] != '\n')
		bol--;
	first = bol + strspn(v->s + bol, " ");
	if (last.src && (text_closes(v->s + last.off, last.len, last.len) || last.off > first ||
			 v->s[first] == '/')) {
		diag(v->d, DIAG_ERROR, where,
		     "YAML takes a ':' before a blank or at the end of a line for another key: "
		     "put the value in '...', or write it after '|'");
		return;
	}
	diag(v->d, DIAG_ERROR, where, "no key can stand here: this line continues the value above");
	if (last.src)
		diag(v->d, DIAG_NOTE, last,
		     lacks_blank(v->s + last.off)
			     ? "the value starts here; is a blank missing after its ':'?"
			     : "the value starts here; is the next line indented too far?");
}

/* Keys and items of one thing start in one column. */
static void explain_indentation(struct scene *v)
{
	unsigned int here = column(v, v->at), mapping = 0;
	bool list = strstr(v->p->problem, "'-'");

	diag(v->d, DIAG_ERROR, line_rest(v, v->at),
	     "the indentation of this line (column %u) fits nothing above", here);
	if (v->p->last_mapping != SIZE_MAX)
		mapping = column(v, v->p->last_mapping);
	if (mapping > here)
		diag(v->d, DIAG_NOTE, line_rest(v, v->p->last_mapping),
		     "the keys of this mapping start in column %u", mapping);
	diag(v->d, DIAG_NOTE, line_rest(v, v->p->context_at), "the %s start in column %u",
	     list ? "items of this list" : "keys of this mapping", column(v, v->p->context_at));
}

/* "did not find expected key", "did not find expected '-' indicator" */
static void explain_key(struct scene *v)
{
	if (!v->before && explain_comment(v, v->at))
		return;
	if (v->before && explain_quote(v))
		return;
	if (v->c == ']' || v->c == '}')
		diag(v->d, DIAG_ERROR, byte_span(v, v->at), "this '%c' closes nothing", v->c);
	else if (v->before == ']' || v->before == '}')
		diag(v->d, DIAG_ERROR, line_rest(v, v->at),
		     "YAML ends a value at its closing '%c', and this follows: " ADVICE, v->before);
	else if (!v->c)
		diag(v->d, DIAG_ERROR, byte_span(v, v->at), "the file ends too early");
	else if (v->c == ':')
		diag(v->d, DIAG_ERROR, byte_span(v, v->at), "a name is missing before ':'");
	else if (!v->before)
		explain_indentation(v);
	else
		diag(v->d, DIAG_ERROR, line_rest(v, v->at), "expected a key here: 'name: value'");
}

static char closing(char open)
{
	return open == '[' ? ']' : '}';
}

/* "did not find expected ',' or '}'" and the like */
static void explain_flow(struct scene *v)
{
	char open = v->s[v->p->context_at];
	struct span last = v->p->last_scalar;
	/* "[a, b" and a key on the next line: b and the key became one text of two lines. */
	bool runs_on = v->c == ':' && last.src && memchr(v->s + last.off, '\n', last.len);

	if (v->before && explain_quote(v))
		return;
	if (!v->c || !v->before || runs_on) {
		diag(v->d, DIAG_ERROR, byte_span(v, v->p->context_at), "'%c' without its '%c'",
		     open, closing(open));
		if (v->c)
			diag(v->d, DIAG_NOTE, line_rest(v, v->at), "looked for it until here");
	} else if (v->c == '[' || v->c == '{') {
		diag(v->d, DIAG_ERROR, byte_span(v, v->at),
		     "inside {} and [] YAML ends a value at '%c': put the value in '...', or write "
		     "it outside of them after '|'",
		     v->c);
	} else if (v->c == ':') {
		diag(v->d, DIAG_ERROR, byte_span(v, v->at),
		     "YAML takes this ':' for another key: put the value in '...'");
	} else if (v->c == ']' || v->c == '}') {
		diag(v->d, DIAG_ERROR, byte_span(v, v->at), "'%c' where '%c' is still open", v->c,
		     open);
		diag(v->d, DIAG_NOTE, byte_span(v, v->p->context_at), "opened here");
	} else {
		diag(v->d, DIAG_ERROR, line_rest(v, v->at), "expected ',' or '%c' here",
		     closing(open));
	}
}

/* "did not find expected node content" */
static void explain_content(struct scene *v)
{
	if (!v->c)
		diag(v->d, DIAG_ERROR, byte_span(v, v->at),
		     "a value is missing at the end of the file");
	else if (v->c == ',' && v->before && strchr("[{,", v->before))
		diag(v->d, DIAG_ERROR, byte_span(v, v->at), "nothing stands before this ','");
	else if ((v->c == ']' || v->c == '}') && v->before && strchr("[{,", v->before))
		diag(v->d, DIAG_ERROR, byte_span(v, v->at), "'%c' does not close what is open here",
		     v->c);
	else
		diag(v->d, DIAG_ERROR, byte_span(v, v->at),
		     "a value cannot start with '%c' here; a text needs quotes: '...'", v->c);
}

/* "found character that cannot start any token" and all about tabs */
static void explain_character(struct scene *v)
{
	if (v->c == '\t' || strstr(v->p->problem, "tab"))
		diag(v->d, DIAG_ERROR, byte_span(v, v->at),
		     "a tab where YAML wants blanks: indent with blanks");
	else
		diag(v->d, DIAG_ERROR, byte_span(v, v->at),
		     "a value cannot start with '%c'; a text needs quotes: '...'", v->c);
}

/* "could not find expected ':'": the line at the context is no key. */
static void explain_no_colon(struct scene *v)
{
	size_t at = v->p->context_at, word = at;

	if (explain_comment(v, at))
		return;
	while (isalnum((unsigned char)v->s[word]) || v->s[word] == '_' || v->s[word] == '-')
		word++;
	if (word > at && v->s[word] == ':')
		diag(v->d, DIAG_ERROR, byte_span(v, word), "a blank is missing after this ':'");
	else
		diag(v->d, DIAG_ERROR, line_rest(v, at),
		     "a ':' is missing: this is neither 'name: value' nor more of the value "
		     "above, which would be indented further");
}

static void explain_open_quote(struct scene *v)
{
	diag(v->d, DIAG_ERROR, byte_span(v, v->p->context_at), "this quote is never closed");
}

static void explain_list(struct scene *v)
{
	diag(v->d, DIAG_ERROR, byte_span(v, v->at),
	     "a list starts on a line of its own; a text that starts with '- ' needs quotes");
}

static void explain_escape(struct scene *v)
{
	size_t at = v->at;

	if (!v->c) {
		explain_open_quote(v);
		return;
	}
	while (at > v->p->context_at && v->s[at] != '\\')
		at--;
	diag(v->d, DIAG_ERROR, span_part(span_all(v->src), at, 2),
	     "no escape that YAML knows; text in '...' or after '|' is taken as it stands");
}

static void explain_end(struct scene *v)
{
	bool indented =
		v->p->last_mapping != SIZE_MAX && column(v, v->p->last_mapping) > column(v, v->at);

	diag(v->d, DIAG_ERROR, line_rest(v, v->at),
	     "this belongs to nothing: what stands above ended the document");
	if (indented)
		diag(v->d, DIAG_NOTE, line_rest(v, v->p->last_mapping),
		     "the keys of the file start in column %u", column(v, v->p->last_mapping));
}

static void explain_directive(struct scene *v)
{
	diag(v->d, DIAG_ERROR, line_rest(v, v->p->context_at),
	     "directives are not used here: leave this line out");
}

static void explain_property(struct scene *v)
{
	char c = v->s[v->p->context_at];

	diag(v->d, DIAG_ERROR, byte_span(v, v->p->context_at),
	     "%s are not used here; a text that starts with '%c' needs quotes",
	     c == '*'	? "aliases"
	     : c == '&' ? "anchors"
			: "tags",
	     c);
}

static void explain_block(struct scene *v)
{
	diag(v->d, DIAG_ERROR, line_rest(v, v->at),
	     "after '|' the text starts on the next line, indented");
}

static void explain_question(struct scene *v)
{
	diag(v->d, DIAG_ERROR, byte_span(v, v->at), "'?' is not used here: write 'name: value'");
}

static void explain_flow_colon(struct scene *v)
{
	diag(v->d, DIAG_ERROR, byte_span(v, v->at),
	     "inside {} and [] a plain value cannot end with ':': put it in '...'");
}

/* Tried in order; both texts are parts of libyaml's, NULL matches any. */
static const struct {
	const char *problem, *context;
	void (*explain)(struct scene *v);
} explanations[] = {
	{ NULL, "directive", explain_directive },
	{ NULL, "scanning an alias", explain_property },
	{ NULL, "scanning an anchor", explain_property },
	{ NULL, "a tag", explain_property },
	{ "undefined tag handle", NULL, explain_property },
	{ "mapping values are not allowed", NULL, explain_colon },
	{ "mapping keys are not allowed", NULL, explain_question },
	{ "block sequence entries are not allowed", NULL, explain_list },
	{ "did not find expected key", NULL, explain_key },
	{ "did not find expected '-' indicator", NULL, explain_key },
	{ "did not find expected ',' or", NULL, explain_flow },
	{ "did not find expected node content", NULL, explain_content },
	{ "cannot start any token", NULL, explain_character },
	{ "tab character", NULL, explain_character },
	{ "could not find expected ':'", NULL, explain_no_colon },
	{ "found unexpected ':'", NULL, explain_flow_colon },
	{ "unexpected end of stream", "quoted scalar", explain_open_quote },
	{ "unexpected document indicator", "quoted scalar", explain_open_quote },
	{ "escape", NULL, explain_escape },
	{ "hexdecimal number", NULL, explain_escape },
	{ "expected <document start>", NULL, explain_end },
	{ NULL, "block scalar", explain_block },
};

static bool mentions(const char *text, const char *part)
{
	return !part || (text && strstr(text, part));
}

void yaml_problem_report(struct diags *d, const struct source *src, const struct yaml_problem *p)
{
	struct scene v = { .d = d, .src = src, .p = p, .s = src->text };

	scene_set(&v, p->at);
	for (size_t i = 0; i < ARRAY_SIZE(explanations); i++)
		if (mentions(p->problem, explanations[i].problem) &&
		    mentions(p->context, explanations[i].context)) {
			explanations[i].explain(&v);
			return;
		}
	diag(d, DIAG_ERROR, byte_span(&v, v.at), "YAML: %s%s%s", p->problem, p->context ? " " : "",
	     p->context ? p->context : "");
}
