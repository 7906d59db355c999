/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a packet costs on its way through a program, in the kernel's own time: a step of a scenario,
 * which has to pass, is run many times more, one run at a time, since what a run leaves in the
 * frame would be the next one's input (BPF_PROG_TEST_RUN's repeat). What the clock itself and
 * entering a program take is measured with a program that does nothing, turn by turn, and left out.
 *
 *   bench_paths EMPTY_SCENARIO ROUNDS OBJECTS TREE < LIST
 *
 * Lines of LIST: "LABEL|SCENARIO|STEP", with "|new" each run has a source port of its own: a new
 * flow.
 */
#include "base/text.h"
#include "run/context.h"
#include "scenario/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS 2000

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static uint32_t median(uint32_t *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

/* One step of one scenario, set up and ready to be run again and again. */
struct path {
	const char *label;
	struct suite suite;
	const struct scenario *scenario;
	const struct step *step;
	bool new;
	struct session *session;
	struct scenario_result result;
	struct life life;
	struct test_run run;
	uint8_t *frame;
	size_t len;
	int port_at; /* offset of the source port, -1: none */
	uint16_t port;
};

static void fail(const struct path *p, const char *what)
{
	fflush(stdout);
	diags_print(stderr, &p->suite.diags);
	diags_print(stderr, &p->result.diags);
	fprintf(stderr, "bench_paths: %s: %s\n", p->label, what);
	exit(1);
}

static int find_port(const struct packet *p)
{
	for (unsigned int i = 0; i < p->n_layers; i++)
		if (p->layers[i].proto == &proto_tcp || p->layers[i].proto == &proto_udp)
			return (int)p->layers[i].off;
	return -1;
}

static void run_step(struct path *p, const struct step *step, struct step_result *r)
{
	switch (step->kind) {
	case STEP_SEND:
		step_send(&p->life, step, r);
		break;
	case STEP_REPLAY:
		step_replay(&p->life, step, r);
		break;
	case STEP_MAPS:
		node_write(&p->life, step_node(&p->life, step), step->writes, step->n_writes);
		break;
	case STEP_WAIT:
		step_wait(&p->life, step);
		break;
	}
}

/* The frame of the step, also where it is what came out of the one before. */
static void take_frame(struct path *p)
{
	struct step_result r = { 0 };
	struct step arrived = *p->step;
	struct packet frame = p->step->packet;

	if (p->step->send_last && last_take(&p->life, p->step, &arrived, &frame, &r))
		fail(p, "there is no last frame");
	p->len = frame.len;
	p->frame = xcalloc(1, TEST_RUN_ROOM);
	memcpy(p->frame, frame.data, frame.len);
	p->port_at = find_port(&frame);
	p->port = 20000;
}

/* Without interposition nobody knows where frames went, but for the verdict. */
static bool wrong_verdict(const struct step_result *r)
{
	for (size_t i = 0; i < r->mismatches.n; i++)
		if (r->mismatches.items[i].kind == MISMATCH_VERDICT ||
		    r->mismatches.items[i].kind == MISMATCH_ERROR)
			return true;
	return false;
}

/* Steps up to the one that is measured, which itself has to hold too. */
static void open_path(struct path *p, const char *file, uint64_t step)
{
	struct session_options options = { .no_interpose = true };
	struct diags d = { 0 };

	if (suite_read(&p->suite, file) || !p->suite.n || step > p->suite.scenarios[0]->n_steps)
		fail(p, "no such scenario or step");
	p->scenario = p->suite.scenarios[0];
	p->step = &p->scenario->steps[step - 1];
	p->session = session_new(&d, &options);
	if (!p->session || life_begin(p->session, p->scenario, &p->result, &p->life))
		fail(p, "cannot be set up");
	for (const struct step *s = p->scenario->steps; s <= p->step; s++) {
		struct step_result r = { 0 };

		if (s == p->step)
			take_frame(p);
		run_step(p, s, &r);
		if (wrong_verdict(&r) || p->result.diags.errors)
			fail(p, "a step does not go as the scenario says");
	}
	if (run_prepare(&p->life, p->step, &p->run) || context_begin(&p->life, p->step, &p->run))
		fail(p, "cannot be run");
}

static uint32_t measure(struct path *p)
{
	static uint32_t times[RUNS];
	const uint8_t *data;
	struct observation o;

	node_enter(&p->life, step_node(&p->life, p->step));
	for (size_t i = 0; i < RUNS; i++) {
		size_t len = p->len;

		if (p->new && p->port_at >= 0) {
			p->frame[p->port_at] = (uint8_t)(p->port >> 8);
			p->frame[p->port_at + 1] = (uint8_t)p->port;
			p->port = p->port == 60000 ? 20000 : p->port + 1;
		}
		data = context_frame(&p->life, p->step, &p->run, p->frame, &len);
		run_frame(&p->run, data, len, &o);
		if (o.error)
			fail(p, "the kernel refused a run");
		times[i] = o.duration;
	}
	return median(times, RUNS);
}

static void report(struct path *p, struct path *empty, uint64_t rounds)
{
	uint32_t *ours = xcalloc(rounds, sizeof(*ours)), *none = xcalloc(rounds, sizeof(*none));
	uint32_t a, b;

	for (uint64_t i = 0; i < rounds; i++) {
		none[i] = measure(empty);
		ours[i] = measure(p);
	}
	a = median(ours, rounds);
	b = median(none, rounds);
	printf("%-46s %-26s %6u ns\n", p->label, p->step->program.program->name, a > b ? a - b : 0);
	free(ours);
	free(none);
}

static void close_path(struct path *p)
{
	context_end(&p->life);
	session_free(p->session);
	scenario_result_free(&p->result);
	suite_free(&p->suite);
	free(p->frame);
}

/* One line of the list. */
static void measure_line(char *line, const char *const *dirs, const char *tree, struct path *empty,
			 uint64_t rounds)
{
	char *label = strtok(line, "|\n"), *file = strtok(NULL, "|\n");
	char *step = strtok(NULL, "|\n"), *new = strtok(NULL, "|\n"), *path;
	struct path p = { .label = label, .new = new != NULL };
	uint64_t number;

	if (!file || !step || number_parse(step, strlen(step), &number))
		fail(&p, "a line is LABEL|SCENARIO|STEP, and '|new' where each run is a flow");
	p.suite.object_dirs = dirs;
	p.suite.n_object_dirs = 1;
	path = xasprintf("%s/%s", tree, file);
	open_path(&p, path, number);
	report(&p, empty, rounds);
	close_path(&p);
	free(path);
}

int main(int argc, char **argv)
{
	struct path empty = { .label = "nothing" };
	uint64_t rounds = 0, n = 0;
	char line[512];

	if (argc != 5 || number_parse(argv[2], strlen(argv[2]), &rounds) || !rounds) {
		fprintf(stderr, "usage: bench_paths EMPTY_SCENARIO ROUNDS OBJECTS TREE < LIST\n");
		return 2;
	}
	empty.suite.object_dirs = (const char *const *)&argv[3];
	empty.suite.n_object_dirs = 1;
	open_path(&empty, argv[1], 1);
	for (; fgets(line, sizeof(line), stdin); n++)
		if (*line != '#')
			measure_line(line, empty.suite.object_dirs, argv[4], &empty, rounds);
	close_path(&empty);
	if (!n)
		fprintf(stderr, "bench_paths: nothing was measured\n");
	return n ? 0 : 1;
}
