/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * diag/NAME.yaml, read as a scenario would be, gives exactly the messages of NAME.err.
 * UPDATE=1 writes the .err files; review the difference.
 */
#include "base/mem.h"
#include "syntax/node.h"

#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const expression_keys[] = { "send", "packet" };
static const char *const text_keys[] = { "name", "description", "xfail" };

static bool is_among(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

/* What a reader of scenarios does with expressions and free text, wherever they stand. */
static void read_values(struct diags *d, const struct node *n)
{
	const struct node *child;
	struct span where;
	const char *text;

	for_each_child (child, n) {
		if (!child->value) {
			read_values(d, child);
			continue;
		}
		if (is_among(child->text, expression_keys, ARRAY_SIZE(expression_keys)))
			node_expression(d, child->value, &where);
		else if (is_among(child->text, text_keys, ARRAY_SIZE(text_keys)))
			node_text(d, child->value, child->text, &text);
		else
			read_values(d, child->value);
	}
}

static char *messages_of(const char *path, const char *shown)
{
	struct arena arena = {};
	struct diags d = {};
	struct source src;
	struct node *root;
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	assert_int_equal(0, source_read(path, &src));
	free(src.path);
	src.path = xstrdup(shown);
	root = node_parse(&d, &src, &arena);
	assert_true(root || d.errors);
	if (root)
		read_values(&d, root);
	diags_print(out, &d);
	fclose(out);
	diags_free(&d);
	arena_free(&arena);
	source_free(&src);
	return text;
}

static char *file_text(const char *path)
{
	struct source src;
	char *text;

	if (source_read(path, &src))
		return xstrdup("(no .err file)");
	text = xstrdup(src.text);
	source_free(&src);
	return text;
}

static void file_write(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(0, fclose(f));
}

static int is_yaml(const struct dirent *e)
{
	size_t len = strlen(e->d_name);

	return len > 5 && !strcmp(e->d_name + len - 5, ".yaml");
}

static void test_messages(void **state)
{
	char *folder =
		xasprintf("%.*sdiag", (int)(strrchr(__FILE__, '/') - __FILE__ + 1), __FILE__);
	struct dirent **files;
	int n = scandir(folder, &files, is_yaml, alphasort), bad = 0;

	(void)state;
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char *in = xasprintf("%s/%s", folder, files[i]->d_name);
		char *err = xasprintf("%.*serr", (int)strlen(in) - 4, in);
		char *got = messages_of(in, files[i]->d_name), *want;

		if (getenv("UPDATE"))
			file_write(err, got);
		want = file_text(err);
		if (strcmp(want, got)) {
			print_error("%s: expected\n%sgot\n%s\n", in, want, got);
			bad++;
		}
		free(want);
		free(got);
		free(err);
		free(in);
		free(files[i]);
	}
	free(files);
	free(folder);
	assert_int_equal(0, bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
