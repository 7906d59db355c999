/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Words that are printed for a shell are what a shell reads: asked of /bin/sh and of bash. */
#include "base/mem.h"
#include "base/shell.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char *printed(const char *word)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	shell_word(out, word);
	fclose(out);
	return text;
}

/* What `printf %s WORD` of the shell prints. */
static char *read_by(const char *shell, const char *word)
{
	char *script = xasprintf("printf %%s %s", word), *text = xcalloc(1, 256);
	int ends[2], status;
	ssize_t n, len = 0;
	pid_t pid;

	assert_return_code(pipe(ends), 0);
	pid = fork();
	if (!pid) {
		dup2(ends[1], STDOUT_FILENO);
		execlp(shell, shell, "-c", script, NULL);
		_exit(127);
	}
	close(ends[1]);
	while (len < 255 && (n = read(ends[0], text + len, (size_t)(255 - len))) > 0)
		len += n;
	close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	free(script);
	return text;
}

static void assert_read_by(const char *shell, const char *word)
{
	char *text = printed(word), *got = read_by(shell, text);

	assert_string_equal(got, word);
	free(text);
	free(got);
}

static void test_shells_read_them_back(void **state)
{
	static const char *const words[] = {
		"scenarios/a.yaml",
		"scenarios/a.yaml[case]",
		"",
		"it's",
		"a b",
		"$HOME `id` \\ !",
		"~/x",
		"*?[",
		"'",
		"''",
		"-x",
		"a;b&c|d(e)<f>{g}#h",
		"\"",
		"gr\xc3\xb6\xc3\x9f"
		"e",
		"\\n",
		"=x",
		"%s",
		"\xe2\x82\xac'",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		assert_read_by("sh", words[i]);
		assert_read_by("bash", words[i]);
	}
}

static void test_nothing_is_hidden(void **state)
{
	static const char *const words[] = {
		"a\nb",
		"tab\t'quote'\\",
		"\x1b[31m",
		"\xff\xfe",
		"x\xe2\x80\xae"
		"abc",
		"\x7f",
		"\xc2\x85"
		"1",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		char *text = printed(words[i]);

		for (const char *p = text; *p; p++)
			assert_true(*p >= ' ' && *p < 0x7f);
		free(text);
		assert_read_by("bash", words[i]);
	}
}

static void test_plain_words_stay(void **state)
{
	char *text = printed("scenarios/a-b_c.yaml:3,4");

	(void)state;
	assert_string_equal(text, "scenarios/a-b_c.yaml:3,4");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shells_read_them_back),
		cmocka_unit_test(test_nothing_is_hidden),
		cmocka_unit_test(test_plain_words_stay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
