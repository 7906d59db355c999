/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tree: values, places, tables of keys, variables put in place. */
#include "base/mem.h"
#include "syntax/keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct parsed {
	struct source src;
	struct arena arena;
	struct diags d;
	struct node *root;
};

static struct node *parse(struct parsed *p, const char *text)
{
	*p = (struct parsed){};
	source_from_text("f", text, strlen(text), &p->src);
	p->root = node_parse(&p->d, &p->src, &p->arena);
	return p->root;
}

static void parsed_free(struct parsed *p)
{
	diags_free(&p->d);
	arena_free(&p->arena);
	source_free(&p->src);
}

/* "f:1:2: error: message" of each message, a line each; then there are none. */
static void assert_messages(struct diags *d, const char *want)
{
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	for (size_t i = 0; i < d->n; i++) {
		struct position at = span_position(d->items[i].where);

		fprintf(f, "%u:%u: %s%s\n", at.line, at.col,
			d->items[i].severity == DIAG_NOTE ? "note: " : "", d->items[i].message);
	}
	fclose(f);
	assert_string_equal(want, text);
	free(text);
	diags_free(d);
}

static void assert_span(struct span where, const char *want)
{
	assert_int_equal(strlen(want), where.len);
	assert_memory_equal(want, where.src->text + where.off, where.len);
}

static void test_scalars(void **state)
{
	static const struct {
		const char *text; /* of a file {k: ...} */
		enum node_style style;
		const char *value, *span, *raw;
	} cases[] = {
		{ "k: a b", NODE_PLAIN, "a b", "a b", "a b" },
		{ "k: 010", NODE_PLAIN, "010", "010", "010" },
		{ "k: 12:34:56:78:9a:bc", NODE_PLAIN, "12:34:56:78:9a:bc", "12:34:56:78:9a:bc",
		  "12:34:56:78:9a:bc" },
		{ "k: a # b", NODE_PLAIN, "a", "a", "a" },
		{ "k: a\n  b\n", NODE_PLAIN, "a b", "a\n  b", "a\n  b" },
		{ "k: a\r\n  b\r\n", NODE_PLAIN, "a b", "a\r\n  b", "a\r\n  b" },
		{ "k: 'a ''b'", NODE_SINGLE_QUOTED, "a 'b", "'a ''b'", "a ''b" },
		{ "k: \"a \\\"b\\n\"", NODE_DOUBLE_QUOTED, "a \"b\n", "\"a \\\"b\\n\"",
		  "a \\\"b\\n" },
		{ "k: ''", NODE_SINGLE_QUOTED, "", "''", "" },
		{ "k:", NODE_PLAIN, "", "", "" },
		{ "k: |\n  a\n  b\n", NODE_LITERAL, "a\nb\n", "|\n  a\n  b", "\n  a\n  b" },
		{ "k: |- # c\n  a #b\n\n\n", NODE_LITERAL, "a #b", "|- # c\n  a #b", "\n  a #b" },
		{ "k: |\r\n  a\r\n  b\r\n", NODE_LITERAL, "a\nb\n", "|\r\n  a\r\n  b",
		  "\n  a\r\n  b" },
		{ "k: >\n  a\n  b\nl: 1", NODE_FOLDED, "a b\n", ">\n  a\n  b", "\n  a\n  b" },
		{ "k: |\nl: 1", NODE_LITERAL, "", "|", "" },
		{ "k: |", NODE_LITERAL, "", "|", "" },
		{ "\xef\xbb\xbfk: \xcf\x80\xcf\x80 x", NODE_PLAIN, "\xcf\x80\xcf\x80 x",
		  "\xcf\x80\xcf\x80 x", "\xcf\x80\xcf\x80 x" },
		{ "# \xe2\x9c\x93\nk: '\xcf\x80'", NODE_SINGLE_QUOTED, "\xcf\x80", "'\xcf\x80'",
		  "\xcf\x80" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct parsed p;
		const struct node *k;

		assert_non_null(parse(&p, cases[i].text));
		assert_int_equal(0, p.d.n);
		k = node_get(p.root, "k");
		assert_non_null(k);
		assert_int_equal(NODE_SCALAR, k->kind);
		assert_int_equal(cases[i].style, k->style);
		assert_string_equal(cases[i].value, k->text);
		assert_int_equal(strlen(cases[i].value), k->len);
		assert_span(k->span, cases[i].span);
		assert_span(k->raw, cases[i].raw);
		parsed_free(&p);
	}
}

static void test_spans(void **state)
{
	struct parsed p;
	struct node *n, *item;

	(void)state;
	n = parse(&p, "a:\n  - b: 1\n    c: |\n      x\n\n  - [d, e ]  # f\ng: {h: 1 }\n");
	assert_non_null(n);
	assert_int_equal(2, node_count(n));
	assert_span(n->child->span, "a");
	n = node_get(p.root, "a");
	assert_int_equal(NODE_SEQUENCE, n->kind);
	assert_int_equal(2, n->height);
	assert_int_equal(9, n->weight);
	assert_span(n->span, "- b: 1\n    c: |\n      x\n\n  - [d, e ]");
	item = n->child;
	assert_span(item->span, "b: 1\n    c: |\n      x");
	assert_span(item->sibling->span, "[d, e ]");
	assert_span(node_get(p.root, "g")->span, "{h: 1 }");
	assert_null(node_get(p.root, "h"));
	assert_null(node_get(n, "b"));
	assert_true(node_is_word(item->sibling->child, "d"));
	assert_false(node_is_word(item, "d"));
	parsed_free(&p);
	/* A root of another kind is the caller's to refuse. */
	assert_int_equal(NODE_SCALAR, parse(&p, "just text")->kind);
	assert_int_equal(0, p.d.n);
	parsed_free(&p);
}

/* Many keys and items take time in proportion; depth has a limit. */
static void test_size(void **state)
{
	char *text, *deep = xcalloc(1, 100001);
	size_t len;
	FILE *f = xmemstream(&text, &len);
	struct parsed p;

	(void)state;
	for (int i = 0; i < 200000; i++)
		fprintf(f, "k%d: [%d]\n", i, i);
	fputs("k7: 1\n", f);
	fclose(f);
	assert_non_null(parse(&p, text));
	assert_int_equal(200000, node_count(p.root));
	assert_messages(&p.d, "200001:1: 'k7' is given twice\n8:1: note: first given here\n");
	parsed_free(&p);
	free(text);
	memset(deep, '[', 100000);
	assert_null(parse(&p, deep));
	assert_messages(&p.d, "1:49: more than 48 lists and mappings inside each other\n");
	parsed_free(&p);
	free(deep);
}

static char order[64];

static void read_key(void *into, const struct node *key, const struct node *value)
{
	assert_ptr_equal(order, into);
	assert_ptr_equal(key->value, value);
	assert_true(strlen(order) + strlen(key->text) + 2 < sizeof(order));
	strcat(strcat(order, key->text), " ");
}

static const struct key step_keys[] = {
	{ "send", TAKES_SCALAR | KEY_REQUIRED, read_key, "EXPRESSION", "send a frame" },
	{ "expect", TAKES_LIST | TAKES_MAPPING, read_key, NULL, NULL },
	{ "tags", TAKES_LIST, read_key, NULL, NULL },
	{ "maps", TAKES_MAPPING | KEY_REQUIRED, read_key, NULL, NULL },
	{ "accepted", TAKES_SCALAR, NULL, NULL, NULL },
};

static void test_keys(void **state)
{
	static const struct {
		const char *text, *order, *messages;
	} cases[] = {
		{ "{maps: {}, accepted: 1, tags: [], send: x}", "maps tags send ", "" },
		{ "send: x\nmap: {}\n", "send ", "2:1: unknown key 'map'; did you mean 'maps'?\n" },
		{ "send: x\nzebra: {}\n", "send ",
		  "2:1: unknown key 'zebra'; there are: send, expect, tags, maps, accepted\n"
		  "1:1: a step needs 'maps'\n" },
		{ "send: [x]\nmaps: x\ntags: {}\nexpect: 1\n", "",
		  "1:7: 'send' takes a value, this is a list\n"
		  "2:7: 'maps' takes a mapping, this is a value\n"
		  "3:7: 'tags' takes a list, this is a mapping\n"
		  "4:9: 'expect' takes a list or a mapping, this is a value\n" },
		{ "send:\nmaps:\nzebra: 1\n", "",
		  "1:1: 'send' has no value; it takes EXPRESSION\n"
		  "2:1: 'maps' has no value; it takes a mapping\n"
		  "3:1: unknown key 'zebra'; there are: send, expect, tags, maps, accepted\n" },
		{ "[1]", "", "1:1: a step is a mapping ('name: value'), this is a list\n" },
		{ "''", "", "1:1: a step is a mapping ('name: value'), this is a value\n" },
		/* Said once: the alias, not also what it lacks. */
		{ "send: *x\nmaps: {}\n", "maps ",
		  "1:7: aliases are not used here; a text that starts with '*' needs quotes\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct parsed p;

		order[0] = 0;
		assert_non_null(parse(&p, cases[i].text));
		keys_read(&p.d, p.root, "a step", step_keys, ARRAY_SIZE(step_keys), order);
		assert_string_equal(cases[i].order, order);
		assert_messages(&p.d, cases[i].messages);
		parsed_free(&p);
	}
}

static void test_typed_scalars(void **state)
{
	struct parsed p;
	struct node *n;
	uint64_t value = 7;
	bool truth = false;

	(void)state;
	n = parse(&p, "[10, 0x0a, 11, 010, 10x, '10', [1], -1, '', 99999999999999999999]")->child;
	assert_int_equal(0, node_uint(&p.d, n, "port", 10, &value));
	assert_int_equal(10, value);
	n = n->sibling;
	assert_int_equal(0, node_uint(&p.d, n, "port", 10, &value));
	for (value = 7, n = n->sibling; n; n = n->sibling)
		assert_int_equal(-1, node_uint(&p.d, n, "port", 10, &value));
	assert_int_equal(7, value);
	assert_messages(&p.d,
			"1:12: port is 10 at most, not 11\n"
			"1:16: '010': a number has no leading zero; hexadecimal starts with 0x\n"
			"1:21: port takes a number from 0 to 10, not '10x'\n"
			"1:26: port takes a number, this is text in quotes\n"
			"1:32: port takes a number, this is a list\n"
			"1:37: port takes a number from 0 to 10, not '-1'\n"
			"1:41: port takes a number, this is text in quotes\n"
			"1:45: port is 10 at most, not 99999999999999999999\n");
	parsed_free(&p);
	n = parse(&p, "[true, false, yes, True, 'true', {}]")->child;
	assert_int_equal(0, node_bool(&p.d, n, "only", &truth));
	assert_true(truth);
	n = n->sibling;
	assert_int_equal(0, node_bool(&p.d, n, "only", &truth));
	assert_false(truth);
	for (n = n->sibling; n; n = n->sibling)
		assert_int_equal(-1, node_bool(&p.d, n, "only", &truth));
	assert_messages(&p.d, "1:15: only takes true or false, not 'yes'\n"
			      "1:20: only takes true or false, not 'True'\n"
			      "1:26: only takes true or false, this is text in quotes\n"
			      "1:34: only takes true or false, this is a mapping\n");
	parsed_free(&p);
}

/* Variables from the mapping `let` of the text, expanded into the value of `in`. */
static struct node *expand(struct parsed *p, const char *text, struct var *items)
{
	struct vars vars = { .items = items };
	struct node *key;

	assert_non_null(parse(p, text));
	for_each_child (key, node_get(p->root, "let")) {
		struct node *value = node_expand(&p->d, key->value, &vars, &p->arena);

		items[vars.n++] =
			(struct var){ .name = key->text,
				      .text = value->kind == NODE_SCALAR ? value->text : NULL,
				      .where = value->span,
				      .value = value };
	}
	return node_expand(&p->d, node_get(p->root, "in"), &vars, &p->arena);
}

static void test_expand(void **state)
{
	struct var items[8];
	struct parsed p;
	struct node *n, *was, *child;

	(void)state;
	n = expand(&p,
		   "let: {vip: 10.0.0.1, list: [$vip, 2], word: $vip}\n"
		   "in: [a, $vip, {$vip: $list, x: y}, '$vip', $5, \"$\", $vip x, $word]\n",
		   items);
	assert_int_equal(0, p.d.n);
	was = node_get(p.root, "in");
	assert_ptr_not_equal(was, n);
	assert_string_equal("$vip", was->child->sibling->text);
	assert_int_equal(8, node_count(n));
	child = n->child;
	assert_string_equal("a", child->text);
	assert_null(child->used.src);
	child = child->sibling;
	assert_string_equal("10.0.0.1", child->text);
	assert_int_equal(1, span_position(child->span).line);
	assert_int_equal(2, span_position(node_where(child)).line);
	assert_span(node_where(child), "$vip");
	child = child->sibling;
	assert_string_equal("$vip", child->child->text);
	assert_int_equal(NODE_SEQUENCE, child->child->value->kind);
	assert_span(node_where(child->child->value), "$list");
	assert_string_equal("10.0.0.1", child->child->value->child->text);
	assert_string_equal("y", node_get(child, "x")->text);
	assert_int_equal(2, child->height);
	assert_int_equal(7, child->weight);
	child = child->sibling;
	assert_string_equal("$vip", child->text);
	assert_string_equal("$5", child->sibling->text);
	assert_string_equal("$", child->sibling->sibling->text);
	assert_string_equal("$vip x", child->sibling->sibling->sibling->text);
	child = child->sibling->sibling->sibling->sibling;
	assert_string_equal("10.0.0.1", child->text);
	assert_span(node_where(child), "$word");
	assert_null(child->sibling);
	parsed_free(&p);

	/* Without variables nothing is copied; the root itself may be one. */
	n = expand(&p, "let: {}\nin: [a, {b: c}]\n", items);
	assert_ptr_equal(node_get(p.root, "in"), n);
	parsed_free(&p);
	n = expand(&p, "let: {m: {a: 1}}\nin: $m\n", items);
	assert_int_equal(NODE_MAPPING, n->kind);
	assert_span(node_where(n), "$m");
	parsed_free(&p);
}

static void test_expand_errors(void **state)
{
	struct var items[64];
	struct parsed p;
	struct node *n;
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	(void)state;
	n = expand(&p, "let: {backend: 1}\nin: [$bakend, $zebra, $backend]\n", items);
	assert_true(n->child->broken);
	assert_messages(&p.d, "2:6: unknown variable '$bakend'; did you mean '$backend'?\n"
			      "2:15: unknown variable '$zebra'\n");
	parsed_free(&p);

	/* Ten of ten of ten: small to write, large to walk. */
	fputs("let:\n  v0: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n", f);
	for (int i = 1; i < 12; i++) {
		fprintf(f, "  v%d: [", i);
		for (int j = 0; j < 10; j++)
			fprintf(f, "$v%d%s", i - 1, j < 9 ? ", " : "]\n");
	}
	fputs("in: 1\n", f);
	fclose(f);
	expand(&p, text, items);
	free(text);
	assert_messages(&p.d, "8:7: with its variables in place, more than 4194304 values\n");
	parsed_free(&p);

	f = xmemstream(&text, &len);
	fputs("let:\n  v0: [[[[[[[[[[1]]]]]]]]]]\n", f);
	for (int i = 1; i < 6; i++)
		fprintf(f, "  v%d: [[[[[[[[[[$v%d]]]]]]]]]]\n", i, i - 1);
	fputs("in: 1\n", f);
	fclose(f);
	expand(&p, text, items);
	free(text);
	assert_int_equal(1, p.d.errors);
	assert_non_null(strstr(p.d.items[0].message, "inside each other than 48"));
	parsed_free(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars),	      cmocka_unit_test(test_spans),
		cmocka_unit_test(test_size),	      cmocka_unit_test(test_keys),
		cmocka_unit_test(test_typed_scalars), cmocka_unit_test(test_expand),
		cmocka_unit_test(test_expand_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
