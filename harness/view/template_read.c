/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "view/template_fields.h"

#include "base/text.h"
#include "base/text_stream.h"
#include "syntax/keys.h"

#include <string.h>

/* Wider fields are a mistake. */
#define WIDTH_MAX 200

struct parser {
	struct diags *d;
	struct view_file *f;
	const struct node *n;
	const char *s, *end; /* what is left */
};

static struct span span_at(const struct parser *p, const char *s, size_t len)
{
	/* Where YAML resolved escapes, the place is the whole text. */
	if (p->n->raw.len != p->n->len)
		return p->n->raw;
	return span_part(p->n->raw, (size_t)(s - p->n->text), len);
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static void skip_blanks(struct parser *p, const char *end)
{
	while (p->s < end && *p->s == ' ')
		p->s++;
}

/* Digits up to the first other character before @end. */
static int read_number(struct parser *p, const char *end, uint64_t *value)
{
	const char *from = p->s;

	while (p->s < end && is_name_char(*p->s))
		p->s++;
	if (!number_parse(from, (size_t)(p->s - from), value))
		return 0;
	diag(p->d, DIAG_ERROR, span_at(p, from, p->s > from ? (size_t)(p->s - from) : 1),
	     "a number is expected here, not '%.*s'", (int)(end - from), from);
	return -1;
}

static int read_slice(struct parser *p, const char *end, struct field *field)
{
	const char *open = p->s++;

	field->slice = true;
	if (read_number(p, end, &field->from))
		return -1;
	if (p->s < end && *p->s == ':') {
		p->s++;
		if (read_number(p, end, &field->to))
			return -1;
	}
	if (p->s == end || *p->s != ']' || field->to <= field->from || field->to > UINT32_MAX) {
		diag(p->d, DIAG_ERROR, span_at(p, open, (size_t)(end - open)),
		     "bytes are [FROM:TO], from the first up to the one before TO, as in [4:6]");
		return -1;
	}
	p->s++;
	return 0;
}

static int read_path(struct parser *p, const char *end, struct field *field)
{
	field->path = p->s;
	while (p->s < end && (is_name_char(*p->s) || *p->s == '.'))
		p->s++;
	field->path_len = (size_t)(p->s - field->path);
	field->path = arena_strndup(&p->f->arena, field->path, field->path_len);
	if (!field->path_len) {
		diag(p->d, DIAG_ERROR, field->where,
		     "a field names a value and a member, as in {value.flags}");
		return -1;
	}
	return p->s < end && *p->s == '[' ? read_slice(p, end, field) : 0;
}

static int read_operation(struct parser *p, const char *end, struct field *field)
{
	skip_blanks(p, end);
	if (p->s == end || *p->s == ':')
		return 0;
	if (!strchr("+-*/", *p->s)) {
		diag(p->d, DIAG_ERROR, span_at(p, p->s, 1),
		     "'%c' has no meaning here: after the path comes one of + - * / and a number, "
		     "or ':' and a format",
		     *p->s);
		return -1;
	}
	field->operator= * p->s++;
	skip_blanks(p, end);
	if (read_number(p, end, &field->operand))
		return -1;
	if (field->operator== '/' && !field->operand) {
		diag(p->d, DIAG_ERROR, field->where, "this divides by 0");
		return -1;
	}
	skip_blanks(p, end);
	return 0;
}

/* A word of every format, or a table of the file: what is left of the field. */
static int read_conversion(struct parser *p, const char *end, struct format *format)
{
	static const struct {
		const char *name; /* first: text_nearest() looks here */
		enum conversion conversion;
	} words[] = {
		{ "", CONVERT_DECIMAL },      { "d", CONVERT_DECIMAL }, { "x", CONVERT_HEX },
		{ "X", CONVERT_HEX_UPPER },   { "ip", CONVERT_IP },	{ "mac", CONVERT_MAC },
		{ "MAC", CONVERT_MAC_UPPER },
	};
	size_t len = (size_t)(end - p->s), n = 0;
	const char **all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (text_is(p->s, len, words[i].name)) {
			format->conversion = words[i].conversion;
			return 0;
		}
	for (size_t i = 0; i < p->f->n_flags; i++) {
		*ARENA_PUSH(&p->f->arena, all, n) = p->f->flags[i].name;
		if (!text_is(p->s, len, p->f->flags[i].name))
			continue;
		format->conversion = CONVERT_FLAGS;
		format->flags = &p->f->flags[i];
		return 0;
	}
	format->names = view_names_find(p->f, p->s, len);
	format->conversion = CONVERT_NAMES;
	if (format->names)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		*ARENA_PUSH(&p->f->arena, all, n) = words[i].name;
	for (size_t i = 0; i < p->f->n_names; i++)
		*ARENA_PUSH(&p->f->arena, all, n) = p->f->names[i].name;
	unknown_name(p->d, span_at(p, p->s, len), "format or table of names", p->s, len, all, n,
		     sizeof(*all));
	return -1;
}

static int read_format(struct parser *p, const char *end, struct format *format)
{
	const char *digits;
	uint64_t width = 0;

	if (p->s < end && strchr("<>", *p->s))
		format->align = *p->s++;
	if (p->s < end && *p->s == '#') {
		format->prefix = true;
		p->s++;
	}
	if (p->s < end && *p->s == '0') {
		format->zeros = true;
		p->s++;
	}
	for (digits = p->s; p->s < end && *p->s >= '0' && *p->s <= '9'; p->s++)
		;
	if (p->s > digits &&
	    (number_parse(digits, (size_t)(p->s - digits), &width) || width > WIDTH_MAX)) {
		diag(p->d, DIAG_ERROR, span_at(p, digits, (size_t)(p->s - digits)),
		     "a field is %d characters wide at most", WIDTH_MAX);
		return -1;
	}
	format->width = (unsigned int)width;
	return read_conversion(p, end, format);
}

/* The field between braces, whose '{' is at p->s. */
static struct field *read_field(struct parser *p)
{
	const char *open = p->s, *close = memchr(open, '}', (size_t)(p->end - open));
	struct field *field = arena_alloc(&p->f->arena, sizeof(*field));

	if (!close) {
		diag(p->d, DIAG_ERROR, span_at(p, open, 1),
		     "this field has no '}'; a brace of the text is written twice: {{");
		return NULL;
	}
	field->where = span_at(p, open, (size_t)(close + 1 - open));
	p->s++;
	if (read_path(p, close, field) || read_operation(p, close, field))
		return NULL;
	if (p->s < close) {
		p->s++; /* ':' */
		if (read_format(p, close, &field->format))
			return NULL;
	}
	p->s = close + 1;
	return field;
}

/* The text up to the next field or the end, with doubled braces made single. NULL: reported. */
static const char *read_text(struct parser *p)
{
	struct text_stream t;
	const char *text, *wrong = NULL;

	text_stream_open(&t);
	while (p->s < p->end && !wrong) {
		bool brace = *p->s == '{' || *p->s == '}';
		bool twice = brace && p->s + 1 < p->end && p->s[1] == *p->s;

		if (*p->s == '{' && !twice)
			break;
		if (brace && !twice)
			wrong = p->s;
		putc(*p->s, t.out);
		p->s += twice ? 2 : 1;
	}
	text = text_stream_close(&t, &p->f->arena);
	if (!wrong)
		return text;
	diag(p->d, DIAG_ERROR, span_at(p, wrong, 1),
	     "this '}' ends no field; a brace of the text is written twice: }}");
	return NULL;
}

static bool check_scalar(struct diags *d, const struct node *n)
{
	if (n->broken)
		return false;
	if (n->kind == NODE_SCALAR)
		return true;
	diag(d, DIAG_ERROR, node_where(n), "a text is expected here, this is %s",
	     node_kind_name(n));
	return false;
}

struct template *template_read(struct diags *d, struct view_file *f, const struct node *n)
{
	struct parser p = { d, f, n, n->text, n->text + n->len };
	struct template *t = arena_alloc(&f->arena, sizeof(*t));

	if (!check_scalar(d, n))
		return NULL;
	do {
		struct piece piece = { .text = read_text(&p) };

		if (piece.text && p.s < p.end)
			piece.field = read_field(&p);
		if (!piece.text || (!piece.field && p.s < p.end))
			return NULL;
		*ARENA_PUSH(&f->arena, t->pieces, t->n) = piece;
	} while (p.s < p.end);
	return t;
}

struct template *template_read_path(struct diags *d, struct view_file *f, const struct node *n)
{
	struct parser p = { d, f, n, n->text, n->text + n->len };
	struct template *t = arena_alloc(&f->arena, sizeof(*t));
	struct field *field = arena_alloc(&f->arena, sizeof(*field));

	if (!check_scalar(d, n))
		return NULL;
	field->where = node_where(n);
	field->is_key = true;
	if (read_path(&p, p.end, field))
		return NULL;
	if (p.s < p.end) {
		diag(d, DIAG_ERROR, node_where(n),
		     "'%s' is no path: a path is a value and its members, as in value.backend_id",
		     n->text);
		return NULL;
	}
	*ARENA_PUSH(&f->arena, t->pieces, t->n) = (struct piece){ "", field };
	return t;
}
