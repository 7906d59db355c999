/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* For people: a line per scenario, all about those that failed, and those again at the end. */
#include "base/shell.h"
#include "report/color.h"
#include "report/details.h"
#include "report/escape.h"
#include "report/report.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A command that fits on a line of this many columns stands on one. */
#define COMMAND_COLUMNS 100

/* What is listed again at the end. */
struct listed {
	char *text; /* escaped */
	char *id;
};

struct timed {
	char *id;
	uint64_t duration; /* ns */
};

struct text_state {
	struct listed *failed;
	size_t n_failed;
	struct timed *slowest; /* at most sink->durations, the slowest first */
	size_t n_slowest;
	size_t n_seen;
};

static const struct {
	const char *label, *color;
} labels[] = {
	[OUTCOME_PASS] = { "ok   ", "\033[" COLOR_GREEN "m" },
	[OUTCOME_FAIL] = { "FAIL ", "\033[" COLOR_RED "m" },
	[OUTCOME_SKIP] = { "skip ", "\033[" COLOR_YELLOW "m" },
	[OUTCOME_XFAIL] = { "xfail", "\033[" COLOR_YELLOW "m" },
	[OUTCOME_ERROR] = { "ERROR", "\033[" COLOR_RED "m" },
};

static void text_begin(struct sink *s, const struct run_info *info)
{
	s->state = xcalloc(1, sizeof(struct text_state));
	if (s->verbose)
		fprintf(s->out, "verdict %s, Linux %s %s, %zu scenario%s, %u at a time\n",
			info->version, info->kernel, info->machine, info->n_scenarios,
			info->n_scenarios == 1 ? "" : "s", info->jobs);
	if (info->shuffled)
		fprintf(s->out, "shuffled with seed %" PRIu64 "\n", info->seed);
}

static void remember(struct text_state *st, const struct scenario_result *r)
{
	struct listed *f = ARRAY_PUSH(st->failed, st->n_failed);
	struct arena scratch = {};
	size_t len = 0;
	FILE *mem = xmemstream(&f->text, &len);
	struct span where = {};
	const char *message = scenario_headline(r, &scratch, &where);

	position_print(mem, where);
	fputs(where.src ? ": " : "", mem);
	escape_plain(mem, r->name);
	fputs(": ", mem);
	escape_plain(mem, message);
	fclose(mem);
	arena_free(&scratch);
	f->id = xstrdup(r->id);
}

/* Keep the @most slowest in order; of those that took as long the first. */
static void remember_duration(struct text_state *st, const struct scenario_result *r, size_t most)
{
	size_t i;

	if (!most || (st->n_slowest == most && st->slowest[most - 1].duration >= r->duration))
		return;
	if (st->n_slowest < most)
		*ARRAY_PUSH(st->slowest, st->n_slowest) = (struct timed){};
	else
		free(st->slowest[most - 1].id);
	for (i = st->n_slowest - 1; i && st->slowest[i - 1].duration < r->duration; i--)
		st->slowest[i] = st->slowest[i - 1];
	st->slowest[i] = (struct timed){ xstrdup(r->id), r->duration };
}

static bool is_failure(enum outcome o)
{
	return o == OUTCOME_FAIL || o == OUTCOME_ERROR;
}

static void print_steps(FILE *out, const struct scenario_result *r)
{
	for (size_t i = 0; i < r->n_steps; i++) {
		fputs("  ", out);
		details_step(out, &r->steps[i]);
		fputc('\n', out);
		details_trace(out, &r->steps[i]);
		details_step_changes(out, &r->steps[i], true);
		for (size_t n = 0; n < r->steps[i].n_notes; n++) {
			fputs("    note: ", out);
			escape_plain(out, r->steps[i].notes[n]);
			fputc('\n', out);
		}
	}
}

static void text_scenario(struct sink *s, const struct scenario_result *r)
{
	struct details_style style = { .color = s->color, .verbose = s->verbose };
	struct text_state *st = s->state;

	st->n_seen++;
	remember_duration(st, r, s->durations);
	fprintf(s->out, "%s%s%s ", s->color ? labels[r->outcome].color : "",
		labels[r->outcome].label, color_off(s->color));
	escape_plain(s->out, r->path);
	fputs(": ", s->out);
	escape_plain(s->out, r->name);
	if (r->reason && (r->flaky || !is_failure(r->outcome))) {
		fputs(": ", s->out);
		escape_plain(s->out, r->reason);
	}
	fputs(" (", s->out);
	duration_print(s->out, r->duration);
	fputs(")\n", s->out);
	if (is_failure(r->outcome)) {
		details_print(s->out, r, &style);
		remember(st, r);
	} else {
		/* Of an expected failure the reason says enough, unless all is asked for. */
		details_diags(s->out, &r->diags);
		if (s->verbose && r->outcome == OUTCOME_XFAIL)
			details_print(s->out, r, &style);
		else if (s->verbose)
			print_steps(s->out, r);
	}
	fflush(s->out);
}

static void text_diags(struct sink *s, const struct diags *d)
{
	details_diags(s->out, d);
}

static void print_counts(struct sink *s, const struct run_summary *sum)
{
	bool bad = sum->failed || sum->errors || sum->n_overruns;

	fprintf(s->out, "%s%zu passed, %zu failed, %zu skipped",
		bad ? color_on(s->color, COLOR_RED) : color_on(s->color, COLOR_GREEN), sum->passed,
		sum->failed, sum->skipped);
	if (sum->xfailed)
		fprintf(s->out, ", %zu failed as expected", sum->xfailed);
	if (sum->errors)
		fprintf(s->out, ", %zu could not be judged", sum->errors);
	if (sum->flaky)
		fprintf(s->out, ", %zu of these flaky", sum->flaky);
	if (sum->n_overruns)
		fprintf(s->out, ", %zu over budget", sum->n_overruns);
	fprintf(s->out, "%s in ", color_off(s->color));
	duration_print(s->out, sum->duration);
	fputc('\n', s->out);
}

static void print_slowest(struct sink *s)
{
	const struct text_state *st = s->state;

	if (st->n_slowest)
		fputs("\nslowest:\n", s->out);
	for (size_t i = 0; i < st->n_slowest; i++) {
		fputs("  ", s->out);
		duration_print(s->out, st->slowest[i].duration);
		fputs("  ", s->out);
		escape_plain(s->out, st->slowest[i].id);
		fputc('\n', s->out);
	}
}

/* @separator stands before each word: a blank, or what goes on in the next line. */
static char *rerun_command(const struct sink *s, const char *separator)
{
	const struct text_state *st = s->state;
	bool options_end = false;
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	fputs(s->info.again, out);
	for (size_t i = 0; i < st->n_failed; i++)
		options_end = options_end || st->failed[i].id[0] == '-';
	if (options_end)
		fputs(" --", out);
	for (size_t i = 0; i < st->n_failed; i++) {
		fputs(separator, out);
		shell_word(out, st->failed[i].id);
	}
	fclose(out);
	return text;
}

/* Where all that ran failed, it is the command that was typed. */
static void print_rerun(struct sink *s)
{
	const struct text_state *st = s->state;
	char *command;

	if (!s->info.again || !st->n_failed || st->n_failed == st->n_seen)
		return;
	command = rerun_command(s, " ");
	if (strlen(command) > COMMAND_COLUMNS && st->n_failed > 1) {
		free(command);
		command = rerun_command(s, " \\\n    ");
	}
	fprintf(s->out, "\nto run just these again:\n  %s\n", command);
	free(command);
}

static void text_state_free(struct text_state *st)
{
	for (size_t i = 0; i < st->n_failed; i++) {
		free(st->failed[i].text);
		free(st->failed[i].id);
	}
	for (size_t i = 0; i < st->n_slowest; i++)
		free(st->slowest[i].id);
	free(st->failed);
	free(st->slowest);
	free(st);
}

/* What programs cost the verifier, where somebody asked. */
static void print_programs(FILE *out, const struct run_summary *sum)
{
	const char *object = NULL, *globals = NULL;

	for (size_t i = 0; i < sum->n_programs; i++) {
		const struct run_program *p = &sum->programs[i];

		if (!object || strcmp(object, p->object) || strcmp(globals, p->globals)) {
			fputc('\n', out);
			escape_plain(out, p->object);
			fputs(*p->globals ? " with " : "", out);
			escape_plain(out, p->globals);
			fputc('\n', out);
		}
		object = p->object;
		globals = p->globals;
		if (p->error) {
			fprintf(out, "  %-36s ", p->program);
			escape_plain(out, p->error);
			fputc('\n', out);
			continue;
		}
		fprintf(out,
			"  %-36s %8" PRIu64 " insns %7" PRIu64 " states, %5" PRIu64
			" at most, stack %4" PRIu64 ", verified in ",
			p->program, p->insns, p->states, p->peak_states, p->stack);
		duration_print(out, p->load);
		fputc('\n', out);
	}
}

static void text_end(struct sink *s, const struct run_summary *sum)
{
	struct text_state *st = s->state;

	print_slowest(s);
	print_programs(s->out, sum);
	if (st->n_failed)
		fputs("\nfailed:\n", s->out);
	for (size_t i = 0; i < st->n_failed; i++)
		fprintf(s->out, "  %s\n", st->failed[i].text);
	print_rerun(s);
	if (st->n_seen)
		fputc('\n', s->out);
	if (sum->stopped && !sum->interrupted && !sum->gave_up && st->n_seen < s->info.n_scenarios)
		fprintf(s->out, "stopped at the first failure: %zu not run\n",
			s->info.n_scenarios - st->n_seen);
	if (!sum->passed && !sum->failed && !sum->xfailed)
		fputs("no scenario was judged\n", s->out);
	print_counts(s, sum);
	fflush(s->out);
	text_state_free(st);
	s->state = NULL;
}

const struct sink_ops text_sink = {
	.name = "text",
	.help = "for people: one line per scenario, everything about those that failed",
	.begin = text_begin,
	.scenario = text_scenario,
	.diags = text_diags,
	.end = text_end,
};
