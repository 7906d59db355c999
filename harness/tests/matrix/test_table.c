/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The table of documents made by hand, in each format: golden/FORMAT.txt is what is printed,
 * exactly (BLESS=1 writes these anew); and what a matrix comes to: its status, kernel by kernel.
 */
#include "matrix/table.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define SCENARIOS 7

static const char *const ids[SCENARIOS] = {
	"scenarios/arp/reply.yaml",
	"scenarios/xdp/shorter_than_ethernet.yaml",
	"scenarios/clusterip/first_packet.yaml",
	"scenarios/a/folder/with/a/long/path/that/leaves/no/room/for/cells/at/all.yaml[tcp, v6]",
	"scenarios/nat/old.yaml",
	"scenarios/nat/broken.yaml",
	"scenarios/skip/everywhere.yaml",
};

/* A letter for each scenario: what became of it; ' ': it did not run. */
struct made {
	const char *name, *outcomes, *kernel;
	enum column_verdict verdict;
	bool required, no_document;
	const char *reason, *running, *tail, *console;
};

static const struct made kernels[] = {
	{ "5.10", ".sFEx.s", "5.10.0-46-cloud-amd64", .verdict = COLUMN_ERROR, .required = true },
	{ "6.1", "...Ex.s", "6.1.0-57-cloud-amd64", .verdict = COLUMN_ERROR, .required = true },
	{ "6.12", "....x.s", "6.12.118+deb13-cloud-amd64", .verdict = COLUMN_PASS },
	{ "newest", "..~.x.s", "7.3.4+deb13-cloud-amd64", .verdict = COLUMN_SPLAT,
	  .reason = "WARNING: CPU: 0 PID: 1 at kernel/bpf/verifier.c:1 check+0x1/0x2",
	  .running = "scenarios/nat/broken.yaml", .console = "results/newest/console.log" },
	{ "6.12-nojit", "... ", "6.12.118+deb13-cloud-amd64", .verdict = COLUMN_CRASH,
	  .reason = "Kernel panic - not syncing: \033[31msysrq triggered crash",
	  .running = "scenarios/a/folder/with/a/long/path/that/leaves/no/room/for/cells/at/"
		     "all.yaml[tcp, v6]",
	  .tail = "Call Trace:\n panic+0x1\n", .console = "results/6.12-nojit/console.log" },
	{ "6.18", .verdict = COLUMN_UNAVAILABLE, .no_document = true,
	  .reason = "not fetched: `verdict matrix fetch` does that" },
	{ "mine", .verdict = COLUMN_UNAVAILABLE, .no_document = true, .required = true,
	  .reason = "cannot read ../linux/bzImage: No such file or directory" },
	{ "empty", "sssssss", "6.6.0", .verdict = COLUMN_PASS },
};

struct fixture {
	struct document docs[ARRAY_SIZE(kernels)], baseline;
	struct doc_scenario scenarios[ARRAY_SIZE(kernels)][SCENARIOS];
	struct doc_step steps[ARRAY_SIZE(kernels)][SCENARIOS];
	struct doc_mismatch mismatches[ARRAY_SIZE(kernels)][SCENARIOS];
	struct doc_feature features[ARRAY_SIZE(kernels)][3];
	struct doc_program programs[ARRAY_SIZE(kernels)][3], old[1];
	struct matrix_column columns[ARRAY_SIZE(kernels)];
	struct matrix m;
};

static struct doc_place places[] = { { "scenarios/x.yaml", 13, 16 }, { "scenarios/y.yaml", 4, 3 } };

static void make_scenario(struct fixture *f, size_t k, size_t i, char mark)
{
	struct doc_scenario *s = &f->scenarios[k][i];
	struct doc_summary *sum = &f->docs[k].summary;

	*s = (struct doc_scenario){ .id = ids[i],
				    .name = "a <name> & more",
				    .at = &places[1],
				    .duration_ns = 1000000 * (i + 1) };
	switch (mark) {
	case '.':
		s->outcome = OUTCOME_PASS;
		sum->passed++;
		break;
	case 's':
		s->outcome = OUTCOME_SKIP;
		s->reason = "needs test_run.short_frames: EINVAL";
		sum->skipped++;
		break;
	case 'x':
		s->outcome = OUTCOME_XFAIL;
		s->reason = "known";
		sum->xfailed++;
		break;
	case 'E':
		s->outcome = OUTCOME_ERROR;
		s->reason = "step 2 took longer than 10s, and then nothing that ran after it could "
			    "be judged";
		sum->errors++;
		break;
	case '~':
		s->flaky = true;
		s->reason = "flaky: 1 of 3 runs failed";
		/* fall through */
	case 'F':
		s->outcome = OUTCOME_FAIL;
		f->mismatches[k][i] =
			(struct doc_mismatch){ .kind = "verdict",
					       .message = "expected TC_ACT_SHOT, got TC_ACT_OK (0)",
					       .at = &places[0] };
		f->steps[k][i].mismatches = (struct doc_mismatches){ &f->mismatches[k][i], 1 };
		s->steps = (struct doc_steps){ &f->steps[k][i], 1 };
		sum->failed++;
		break;
	}
}

static void make_kernel(struct fixture *f, size_t k)
{
	const struct made *made = &kernels[k];
	struct document *doc = &f->docs[k];
	size_t n = made->outcomes ? strcspn(made->outcomes, " ") : 0;

	f->columns[k] = (struct matrix_column){
		.name = made->name,
		.required = made->required,
		.verdict = made->verdict,
		.reason = made->reason,
		.running = made->running,
		.console = made->console,
		.console_tail = made->tail,
		.doc = made->no_document ? NULL : doc,
		.wall_ns = 1500000000ull * (k + 1),
	};
	doc->run.kernel = made->kernel;
	doc->run.machine = "x86_64";
	for (size_t i = 0; i < n; i++)
		make_scenario(f, k, i, made->outcomes[i]);
	doc->scenarios = (struct doc_scenarios){ f->scenarios[k], n };
	f->features[k][0] = (struct doc_feature){ "helper.b", true, NULL };
	f->features[k][1] = (struct doc_feature){ "helper.a", k > 0, k > 0 ? NULL : "EINVAL" };
	f->features[k][2] = (struct doc_feature){ "test_run.short_frames", k == 2, NULL };
	doc->features = (struct doc_features){ f->features[k], 3 };
	f->programs[k][0] =
		(struct doc_program){ .object = "bpf/lxc.bpf.o",
				      .program = "cil_from_container",
				      .type = "sched_cls",
				      .insns = 4000,
				      .verified_insns = { true,
							  k == 3 ? 966000 : 40000 + (int64_t)k },
				      .states = 900,
				      .stack = 512,
				      .load_ns = 80000000 };
	/* Loaded in another way, it costs less: the dearest counts. */
	f->programs[k][1] = f->programs[k][0];
	f->programs[k][1].verified_insns.value = 7;
	f->programs[k][2] = (struct doc_program){ .object = "bpf/xdp.bpf.o",
						  .program = "cil_xdp_entry",
						  .type = "xdp",
						  .insns = 10,
						  .error = k == 0 ? "Permission denied" : NULL };
	doc->programs = (struct doc_programs){ f->programs[k], 3 };
}

static void make(struct fixture *f)
{
	*f = (struct fixture){};
	for (size_t k = 0; k < ARRAY_SIZE(kernels); k++)
		make_kernel(f, k);
	f->old[0] = f->programs[0][0];
	f->old[0].verified_insns.value = 48000;
	f->baseline.programs = (struct doc_programs){ f->old, 1 };
	f->columns[3].baseline = &f->baseline;
	f->columns[2].baseline = &f->baseline;
	f->m = (struct matrix){ .columns = f->columns,
				.n = ARRAY_SIZE(kernels),
				.budget = { .insns = 800000 } };
	matrix_build(&f->m);
}

static void check_golden(const char *name, char *text)
{
	char *path = xasprintf("harness/tests/matrix/golden/%s.txt", name);
	struct source src = {};
	FILE *f;

	if (getenv("BLESS")) {
		f = fopen(path, "w");
		assert_non_null(f);
		fputs(text, f);
		fclose(f);
	}
	assert_int_equal(source_read(path, &src), 0);
	if (strcmp(text, src.text) != 0)
		fail_msg("%s: this is printed:\n%s", path, text);
	source_free(&src);
	free(path);
	free(text);
}

static void print_and_check(const struct matrix *m, const char *name,
			    void (*print)(const struct matrix *m, FILE *out))
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	print(m, out);
	fclose(out);
	check_golden(name, text);
}

static void print_text(const struct matrix *m, FILE *out)
{
	matrix_print_text(m, &(struct table_options){ .width = 80 }, out);
}

static void print_verbose(const struct matrix *m, FILE *out)
{
	matrix_print_text(m, &(struct table_options){ .verbose = true, .color = true }, out);
}

static void test_formats(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	(void)state;
	make(f);
	print_and_check(&f->m, "text", print_text);
	print_and_check(&f->m, "verbose", print_verbose);
	print_and_check(&f->m, "json", matrix_print_json);
	print_and_check(&f->m, "markdown", matrix_print_markdown);
	print_and_check(&f->m, "junit", matrix_print_junit);
	print_and_check(&f->m, "github", matrix_print_github);
	matrix_free(&f->m);
	free(f);
}

/* No line of the text is wider than it was asked to be, but for paths and the console. */
static void test_width(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	char *text, *rest, *line;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	(void)state;
	make(f);
	print_text(&f->m, out);
	fclose(out);
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (strlen(line) > 80 && !strstr(line, "/a/long/path/"))
			fail_msg("%zu characters: %s", strlen(line), line);
	free(text);
	matrix_free(&f->m);
	free(f);
}

/* The status of a matrix of the columns @which, by index. */
static int status_of(const size_t *which, size_t n, uint64_t budget)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct matrix m = { .n = n, .budget = { .insns = budget } };
	struct matrix_column columns[4];
	int status;

	make(f);
	matrix_free(&f->m);
	for (size_t i = 0; i < n; i++)
		columns[i] = f->columns[which[i]];
	m.columns = columns;
	matrix_build(&m);
	status = matrix_status(&m);
	matrix_free(&m);
	free(f);
	return status;
}

static void test_status(void **state)
{
	enum {
		ERROR_,
		ERROR_TOO,
		PASS,
		SPLAT,
		CRASH,
		AWAY,
		REQUIRED,
		EMPTY
	};
	static const struct {
		size_t columns[4], n;
		uint64_t budget;
		int status;
	} cases[] = {
		{ { PASS }, 1, 0, 0 },
		{ { PASS, AWAY }, 2, 0, 0 },	 /* missing, and may be */
		{ { AWAY }, 1, 0, 2 },		 /* nothing was judged */
		{ { PASS, REQUIRED }, 2, 0, 2 }, /* missing, and may not be */
		{ { PASS, SPLAT }, 2, 0, 1 },
		{ { SPLAT, CRASH }, 2, 0, 2 },
		{ { PASS, ERROR_ }, 2, 0, 2 },
		{ { PASS, EMPTY }, 2, 0, 2 }, /* all skipped: judged nothing */
		{ { PASS }, 1, 40001, 1 },
		{ { PASS }, 1, 40002, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int status = status_of(cases[i].columns, cases[i].n, cases[i].budget);

		if (status != cases[i].status)
			fail_msg("case %zu: %d", i, status);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_formats),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
