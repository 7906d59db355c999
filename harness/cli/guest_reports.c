/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/guest_reports.h"

#include "base/file.h"
#include "cli/read_result.h"
#include "kernel/features.h"
#include "report/report.h"
#include "results/print.h"
#include "results/results.h"
#include "run/pool.h"
#include "run/session.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct span nowhere;

/* As jsonl_sink writes it. */
#define SUMMARY_RECORD "{\"record\": \"summary\""

/* A report that is wanted. */
static const struct sink_ops *format_of(const char *spec, const char **file)
{
	size_t len = strcspn(spec, ":");

	*file = spec[len] && strcmp(spec + len, ":-") != 0 ? spec + len + 1 : NULL;
	return report_find(spec, len);
}

bool output_is_document(const struct run_options *o)
{
	for (size_t i = 0; i < o->formats.n; i++) {
		const char *file;
		const struct sink_ops *ops = format_of(o->formats.items[i], &file);

		if (!file && ops && ops != &text_sink && ops != &github_sink)
			return true;
	}
	return false;
}

/* The run as it came, and as it is told of. */
struct told {
	const struct guest_reports *g;
	struct arena arena;
	struct source records; /* as they came, whole lines; without their summary */
	struct results came;   /* of them; empty where they cannot be read */
	bool ended;	       /* they came to their end */

	char *lines; /* all records: those that came and those that are added */
	size_t len;
	struct results all; /* of these */
	struct diags diags; /* of the run */
	struct run_info info;
	struct run_summary summary;
	struct place_sources sources;
};

/* The records' end: where their summary begins, else where the last whole line ends. */
static size_t records_end(const struct source *src, size_t *whole)
{
	const char *last;

	*whole = src->len;
	while (*whole && src->text[*whole - 1] != '\n')
		(*whole)--;
	if (!*whole)
		return 0;
	last = memrchr(src->text, '\n', *whole - 1);
	last = last ? last + 1 : src->text;
	return strncmp(last, SUMMARY_RECORD, strlen(SUMMARY_RECORD)) ? *whole
								     : (size_t)(last - src->text);
}

/* What does not hold together may still do so without its summary. */
static void read_records(struct diags *d, struct told *t)
{
	const char *path = t->g->outcome->results;
	struct source *src = &t->records;
	struct diags why = {};
	size_t whole, end;

	if (!path || source_read_most(path, RESULTS_MAX, src))
		source_from_text("results", "", 0, src);
	end = records_end(src, &whole);
	t->ended = end < whole && !results_parse(&why, src->path, src->text, whole, &t->came);
	if (!t->ended && end && results_parse(&why, src->path, src->text, end, &t->came)) {
		diag(d, DIAG_WARNING, nowhere, "what the guest wrote of its results is damaged: %s",
		     why.items[why.n - 1].message);
		end = 0;
	}
	src->len = end;
	diags_free(&why);
}

/* What is added */

static const struct document *document_came(const struct told *t)
{
	return t->came.n ? &t->came.items[0] : NULL;
}

/* Of a guest that never said what it is, nothing but its image is known. */
static void make_info(struct told *t)
{
	const struct document *doc = document_came(t);

	t->info = *t->g->info;
	t->info.n_scenarios = t->g->suite->n;
	t->info.again = NULL;
	if (doc) {
		t->info.kernel = doc->run.kernel;
		t->info.machine = doc->run.machine;
		return;
	}
	t->info.kernel = arena_printf(&t->arena, "not known (%s)", path_base(t->g->kernel));
	t->info.environment = (struct run_environment){};
}

/* Its error, and the end of its console, a note a line: formats show each on one. */
static void say_end(const struct guest_outcome *o, struct span where, struct diags *d)
{
	const char *line = o->console_tail ? o->console_tail : "";

	diag(d, DIAG_ERROR, where, "guest: %s: %s", guest_verdict_name(o->verdict), o->reason);
	while (*line) {
		size_t len = strcspn(line, "\n");

		if (len)
			diag(d, DIAG_NOTE, nowhere, "console: %.*s", (int)len, line);
		line += len + (line[len] == '\n');
	}
}

static void result_of_scenario(struct told *t, const struct scenario *s, struct scenario_result *r)
{
	const struct guest_outcome *o = t->g->outcome;
	bool running = o->running && !strcmp(o->running, s->id);

	*r = (struct scenario_result){
		.id = s->id,
		.path = s->path,
		.name = s->name,
		.case_name = s->case_name,
		.tags = s->tags,
		.n_tags = s->n_tags,
		.where = s->where,
		.outcome = running ? OUTCOME_ERROR : OUTCOME_SKIP,
		.number = s->number,
	};
	r->needs = arena_alloc(&r->arena, (s->n_needs + 1) * sizeof(*r->needs));
	for (; r->n_needs < s->n_needs; r->n_needs++)
		r->needs[r->n_needs] = s->needs[r->n_needs].feature->name;
	if (running)
		say_end(o, s->where, &r->diags);
	else
		r->reason = arena_printf(&r->arena, "not judged: the guest ended before (%s: %s)",
					 guest_verdict_name(o->verdict), o->reason);
}

/* Those without a record. Returns whether that which was running is among them. */
static bool add_scenarios(struct told *t, struct sink *lines)
{
	const struct document *doc = document_came(t);
	bool running = false;

	/* What a run that came to its end did not run was not to be run. */
	for (size_t i = 0; i < t->g->suite->n && !t->ended; i++) {
		struct scenario_result r;

		if (doc && document_scenario(doc, t->g->suite->scenarios[i]->id))
			continue;
		result_of_scenario(t, t->g->suite->scenarios[i], &r);
		running |= r.outcome == OUTCOME_ERROR;
		lines->ops->scenario(lines, &r);
		scenario_result_free(&r);
	}
	return running;
}

static void take_features(struct told *t, const struct doc_features *from)
{
	struct run_feature *features = arena_alloc(&t->arena, (from->n + 1) * sizeof(*features));

	for (size_t i = 0; i < from->n; i++)
		features[i] = (struct run_feature){ from->items[i].name, from->items[i].supported,
						    from->items[i].reason };
	t->summary.features = features;
	t->summary.n_features = from->n;
}

static void take_programs(struct told *t, const struct doc_programs *from)
{
	struct run_program *programs = arena_alloc(&t->arena, (from->n + 1) * sizeof(*programs));

	for (size_t i = 0; i < from->n; i++) {
		const struct doc_program *p = &from->items[i];

		programs[i] = (struct run_program){
			.object = p->object,
			.globals = p->globals,
			.program = p->program,
			.type = p->type,
			.insns = p->insns,
			.has_verified_insns = p->verified_insns.known,
			.verified_insns = (uint64_t)p->verified_insns.value,
			.states = p->states,
			.peak_states = p->peak_states,
			.stack = p->stack,
			.load = p->load_ns,
			.error = p->error,
		};
	}
	t->summary.programs = programs;
	t->summary.n_programs = from->n;
}

/* Counts are those of all records: the summary is written once they can be read. */
static void make_summary(struct told *t, const struct doc_summary *counts)
{
	const struct document *doc = document_came(t);

	t->summary = (struct run_summary){
		.passed = counts->passed,
		.failed = counts->failed,
		.skipped = counts->skipped,
		.xfailed = counts->xfailed,
		.errors = counts->errors,
		.flaky = counts->flaky,
		.duration = t->g->outcome->wall_ns,
		.stopped = true,
		.gave_up = true, /* which has been said */
		.interrupted = t->g->interrupted,
		.status = t->g->status,
	};
	if (doc) {
		take_features(t, &doc->features);
		take_programs(t, &doc->programs);
	}
}

/* All records, whole: t->lines, and t->all of them. */
static int complete(struct diags *d, struct told *t)
{
	FILE *out = xmemstream(&t->lines, &t->len);
	struct sink lines = { .ops = &jsonl_sink, .out = out };
	struct results parts = {};
	struct diags why = {};
	int err;

	fwrite(t->records.text, 1, t->records.len, out);
	if (!t->came.n)
		lines.ops->begin(&lines, &t->info);
	/* One that was running tells of the end itself. */
	if (!add_scenarios(t, &lines))
		say_end(t->g->outcome, nowhere, &t->diags);
	lines.ops->diags(&lines, &t->diags);
	if (t->came.n)
		diags_of_document(&document_came(t)->diagnostics, &t->sources, &t->diags);
	fflush(out);
	err = results_parse(&why, "results", t->lines, t->len, &parts);
	if (!err) {
		make_summary(t, &parts.items[0].summary);
		lines.ops->end(&lines, &t->summary);
	}
	fclose(out);
	if (!err)
		err = results_parse(&why, "results", t->lines, t->len, &t->all);
	if (err)
		diag(d, DIAG_ERROR, nowhere, "no reports can be made of the guest's results: %s",
		     why.items[why.n - 1].message);
	diags_free(&why);
	results_free(&parts);
	return err;
}

/* Reports */

/* What the guest has printed itself is not said again. */
static bool is_printed(const struct told *t, const struct sink *s, const char *id)
{
	return s->out == stdout && s->ops == &github_sink && document_came(t) &&
	       document_scenario(document_came(t), id);
}

static void write_sink(struct told *t, struct sink *s)
{
	const struct document *doc = &t->all.items[0];

	s->info = t->info;
	s->ops->begin(s, &t->info);
	for (size_t i = 0; i < doc->scenarios.n; i++) {
		struct scenario_result r;

		if (is_printed(t, s, doc->scenarios.items[i].id))
			continue;
		result_of_document(&doc->scenarios.items[i], &t->sources, &r);
		s->ops->scenario(s, &r);
		scenario_result_free(&r);
	}
	s->ops->diags(s, &t->diags);
	s->ops->end(s, &t->summary);
}

static void write_report(struct diags *d, struct told *t, const char *spec)
{
	struct sink *s = report_open(d, spec);

	if (!s)
		return;
	s->verbose = t->g->options->verbose;
	s->durations = (size_t)t->g->options->durations.value;
	if (s->ops == &jsonl_sink)
		fwrite(t->lines, 1, t->len, s->out);
	else if (s->ops == &json_sink)
		document_print(s->out, &t->all.items[0]);
	else
		write_sink(t, s);
	report_close(d, s, true);
}

/* What came whole stands, where the records say that the run did, too. */
static bool is_here(struct told *t, const char *file)
{
	char *folder = getcwd(NULL, 0);
	const char *path = path_join(&t->arena, folder ? folder : "/", file);
	const char *sent = path_join(&t->arena, t->g->files, path_clean(&t->arena, path) + 1);

	free(folder);
	return t->ended && !access(sent, F_OK);
}

/* Of text that was printed, what is missing stands among the messages. */
static struct strings missing(struct told *t)
{
	const struct run_options *o = t->g->options;
	struct strings specs = {};
	const char *file;

	for (size_t i = 0; i < o->formats.n; i++) {
		const struct sink_ops *ops = format_of(o->formats.items[i], &file);

		if (file ? !is_here(t, file) : ops != &text_sink && !t->ended)
			*ARENA_PUSH(&t->arena, specs.items, specs.n) = o->formats.items[i];
	}
	if (!o->results)
		return specs;
	file = path_join(&t->arena, o->results, "results.json");
	if (!is_here(t, file))
		*ARENA_PUSH(&t->arena, specs.items, specs.n) =
			arena_printf(&t->arena, "json:%s", file);
	return specs;
}

/* It was kept until it was known to be whole. */
static void print_document(const struct guest_outcome *outcome)
{
	struct source text;

	if (!outcome->output || source_read_most(outcome->output, RESULTS_MAX, &text))
		return;
	fwrite(text.text, 1, text.len, stdout);
	source_free(&text);
}

static int write_missing(struct diags *d, const struct guest_reports *g)
{
	struct told t = { .g = g };
	unsigned int errors = d->errors;
	struct strings specs;

	read_records(d, &t);
	if (t.ended && output_is_document(g->options))
		print_document(g->outcome);
	specs = missing(&t);
	if (specs.n) {
		make_info(&t);
		if (!complete(d, &t))
			for (size_t i = 0; i < specs.n; i++)
				write_report(d, &t, specs.items[i]);
	}
	place_sources_free(&t.sources);
	results_free(&t.all);
	results_free(&t.came);
	source_free(&t.records);
	diags_free(&t.diags);
	arena_free(&t.arena);
	free(t.lines);
	return d->errors == errors ? 0 : -1;
}

int guest_reports_write(struct diags *d, const struct guest_reports *g)
{
	if (g->outcome->verdict > GUEST_SPLAT)
		return write_missing(d, g);
	if (output_is_document(g->options))
		print_document(g->outcome);
	return 0;
}
