/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Words of a command line against what is read from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

struct sample {
	struct common_options common;
	bool all, fast;
	const char *results;
	struct strings tags;
	struct given_uint jobs, seed;
	unsigned int color;
	uint64_t limit;
};

#define ROW(member, ...)                                               \
	{                                                              \
		.offset = offsetof(struct sample, member), __VA_ARGS__ \
	}

static const struct option_row rows[] = {
	ROW(all, .name = "all", .letter = 'a', .kind = OPTION_FLAG, .help = "everything"),
	ROW(fast, .name = "fast-mode", .letter = 'f', .kind = OPTION_FLAG, .help = "two\nlines"),
	ROW(results, .name = "results", .letter = 'r', .kind = OPTION_STRING, .argument = "DIR",
	    .help = "folder"),
	ROW(tags, .name = "tag", .letter = 't', .kind = OPTION_LIST, .argument = "TAG",
	    .help = "tag"),
	ROW(jobs, .name = "jobs", .letter = 'j', .kind = OPTION_UINT, .argument = "N", .min = 1,
	    .max = 64, .help = "at once"),
	ROW(seed, .name = "seed", .kind = OPTION_UINT, .argument = "N", .help = "seed"),
	ROW(color, .name = "color", .kind = OPTION_CHOICE, .argument = "auto|always|never",
	    .help = "colours"),
	ROW(common.help, .name = "help", .letter = 'h', .kind = OPTION_FLAG, .help = "this"),
};
static const struct option_table table = { rows, ARRAY_SIZE(rows) };

/* One of each kind. */
static const struct option_row again_rows[] = {
	ROW(all, .name = "all", .letter = 'a', .kind = OPTION_FLAG, .again = true),
	ROW(fast, .name = "fast", .kind = OPTION_FLAG),
	ROW(results, .name = "results", .letter = 'r', .kind = OPTION_STRING, .again = true),
	ROW(tags, .name = "tag", .letter = 't', .kind = OPTION_LIST, .again = true),
	ROW(jobs, .name = "jobs", .kind = OPTION_UINT, .again = true),
	ROW(color, .name = "color", .kind = OPTION_CHOICE, .argument = "auto|always|never",
	    .again = true),
	ROW(limit, .name = "limit", .kind = OPTION_TIME, .again = true),
};
static const struct option_table again_table = { again_rows, ARRAY_SIZE(again_rows) };

/* Reads words that end with NULL. The messages, one a line, into @messages (freed by the caller).
 */
static int parse(struct sample *s, char **messages, ...)
{
	char *words[16];
	struct diags d = {};
	size_t n = 0, len;
	va_list ap;
	FILE *f;
	int err;

	va_start(ap, messages);
	while (n < ARRAY_SIZE(words) && (words[n] = va_arg(ap, char *)))
		n++;
	va_end(ap);
	*s = (struct sample){};
	err = options_parse(&d, &table, n, words, s);
	f = xmemstream(messages, &len);
	for (size_t i = 0; i < d.n; i++)
		fprintf(f, "%s\n", d.items[i].message);
	fclose(f);
	assert_int_equal(err, d.errors ? -1 : 0);
	diags_free(&d);
	return err;
}

static void free_sample(struct sample *s, char *messages)
{
	options_free(&table, s);
	free(messages);
	assert_null(s->tags.items);
	assert_null(s->common.args.items);
}

static void every_form_of_a_value(void **state)
{
	struct sample s;
	char *m;

	(void)state;
	assert_int_equal(parse(&s, &m, "-j4", NULL), 0);
	assert_true(s.jobs.given);
	assert_int_equal(s.jobs.value, 4);
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "-j", "5", NULL), 0);
	assert_int_equal(s.jobs.value, 5);
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "--jobs=6", "--results", "out", NULL), 0);
	assert_int_equal(s.jobs.value, 6);
	assert_string_equal(s.results, "out");
	assert_false(s.seed.given);
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "--seed=0", "--seed", "0xffffffffffffffff", NULL), 0);
	assert_true(s.seed.given);
	assert_true(s.seed.value == UINT64_MAX);
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "--results=a=b", NULL), 0);
	assert_string_equal(s.results, "a=b");
	free_sample(&s, m);
}

static void flags_in_one_word(void **state)
{
	struct sample s;
	char *m;

	(void)state;
	assert_int_equal(parse(&s, &m, "-afrout", NULL), 0);
	assert_true(s.all);
	assert_true(s.fast);
	assert_string_equal(s.results, "out");
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "-fj", "2", "--all", NULL), 0);
	assert_true(s.fast && s.all);
	assert_int_equal(s.jobs.value, 2);
	free_sample(&s, m);
}

static void lists_and_arguments_keep_their_order(void **state)
{
	struct sample s;
	char *m;

	(void)state;
	assert_int_equal(parse(&s, &m, "one", "-t", "a", "-", "--tag=!b", "-tc", "--", "-x",
			       "--tag", "--", NULL),
			 0);
	assert_int_equal(s.tags.n, 3);
	assert_string_equal(s.tags.items[0], "a");
	assert_string_equal(s.tags.items[1], "!b");
	assert_string_equal(s.tags.items[2], "c");
	assert_int_equal(s.common.args.n, 5);
	assert_string_equal(s.common.args.items[0], "one");
	assert_string_equal(s.common.args.items[1], "-");
	assert_string_equal(s.common.args.items[2], "-x");
	assert_string_equal(s.common.args.items[3], "--tag");
	assert_string_equal(s.common.args.items[4], "--");
	free_sample(&s, m);
}

static void choices_by_their_position(void **state)
{
	struct sample s;
	char *m;

	(void)state;
	assert_int_equal(parse(&s, &m, NULL), 0);
	assert_int_equal(s.color, 0);
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "--color", "never", NULL), 0);
	assert_int_equal(s.color, 2);
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "--color=alw", NULL), -1);
	assert_string_equal(m, "--color: 'alw' is none of auto|always|never\n");
	free_sample(&s, m);
}

static void every_error_is_reported(void **state)
{
	struct sample s;
	char *m;

	(void)state;
	assert_int_equal(parse(&s, &m, "--jobz=3", "-j", "3x", "-q", "--all=yes", "--zzzzzzzz",
			       "-afz", "--seed", NULL),
			 -1);
	assert_string_equal(m, "unknown option '--jobz'; did you mean '--jobs'?\n"
			       "-j: '3x' is not a number: decimal or 0x hexadecimal, without sign\n"
			       "unknown option '-q'\n"
			       "--all takes no value, but 'yes' is given\n"
			       "unknown option '--zzzzzzzz'\n"
			       "unknown option '-z' in '-afz'\n"
			       "--seed needs a value: --seed N\n");
	free_sample(&s, m);
}

static void numbers_are_strict(void **state)
{
	static const char *const bad[] = { "-1", "+1", " 1", "1 ", "010", "1e3", "0x", "three" };
	struct sample s;
	char *m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(parse(&s, &m, "--seed", bad[i], NULL), -1);
		assert_non_null(strstr(m, "is not a number"));
		assert_false(s.seed.given);
		free_sample(&s, m);
	}
	assert_int_equal(parse(&s, &m, "--seed", "18446744073709551616", NULL), -1);
	assert_string_equal(m, "--seed: 18446744073709551616 is out of range: "
			       "0 to 18446744073709551615 is accepted\n");
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "-j0", "-j65", NULL), -1);
	assert_string_equal(m, "-j: 0 is out of range: 1 to 64 is accepted\n"
			       "-j: 65 is out of range: 1 to 64 is accepted\n");
	free_sample(&s, m);
	assert_int_equal(parse(&s, &m, "--results=", "--tag", "", NULL), -1);
	assert_string_equal(m, "--results: an empty value; it takes DIR\n"
			       "--tag: an empty value; it takes TAG\n");
	free_sample(&s, m);
}

static void help_wins_over_errors(void **state)
{
	struct sample s;
	char *m;

	(void)state;
	assert_int_equal(parse(&s, &m, "--nonsense", "-j", "x", "--help", NULL), 0);
	assert_true(s.common.help);
	assert_string_equal(m, "");
	free_sample(&s, m);
	/* Here it is the value of another option. */
	assert_int_equal(parse(&s, &m, "--results", "--help", NULL), 0);
	assert_false(s.common.help);
	free_sample(&s, m);
}

static void help_lists_every_row(void **state)
{
	char *text;
	size_t len;
	FILE *f = xmemstream(&text, &len);

	(void)state;
	options_help(f, &table);
	fclose(f);
	assert_string_equal(text, "  -a, --all                 everything\n"
				  "  -f, --fast-mode           two\n"
				  "                            lines\n"
				  "  -r, --results DIR         folder\n"
				  "  -t, --tag TAG             tag\n"
				  "  -j, --jobs N              at once\n"
				  "      --seed N              seed\n"
				  "      --color auto|always|never\n"
				  "                            colours\n"
				  "  -h, --help                this\n");
	free(text);
}

static void a_shell_reads_quoted_words_back(void **state)
{
	char run[] = "run", blank[] = "a b", quote[] = "it's", empty[] = "", dollar[] = "$x",
	     id[] = "scenarios/arp.yaml[case]";
	char *const words[] = { run, blank, quote, empty, dollar, id };
	char *text = words_quote(ARRAY_SIZE(words), words);

	(void)state;
	assert_string_equal(text, "run 'a b' 'it'\\''s' '' '$x' 'scenarios/arp.yaml[case]'");
	free(text);
}

static void assert_again(const struct sample *s, const char *expected)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	options_again(out, &again_table, s);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void what_was_given_can_be_said_again(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} times[] = {
		{ 1, " --limit 1ns" },		 { 1500, " --limit 1500ns" },
		{ 2000000, " --limit 2ms" },	 { 90000000000, " --limit 90s" },
		{ 120000000000, " --limit 2m" },
	};
	const char *tags[] = { "a", "!b" };
	struct sample s = {};

	(void)state;
	assert_again(&s, "");
	s = (struct sample){ .all = true,
			     .fast = true,
			     .results = "a b",
			     .tags = { tags, 2 },
			     .jobs = { 0, true },
			     .color = 2 };
	assert_again(&s, " -a -r 'a b' -t a -t '!b' --jobs 0 --color never");
	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		assert_again(&(struct sample){ .limit = times[i].ns }, times[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_a_value),
		cmocka_unit_test(flags_in_one_word),
		cmocka_unit_test(lists_and_arguments_keep_their_order),
		cmocka_unit_test(choices_by_their_position),
		cmocka_unit_test(every_error_is_reported),
		cmocka_unit_test(numbers_are_strict),
		cmocka_unit_test(help_wins_over_errors),
		cmocka_unit_test(help_lists_every_row),
		cmocka_unit_test(a_shell_reads_quoted_words_back),
		cmocka_unit_test(what_was_given_can_be_said_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
