/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/progress.h"

#include "base/clock.h"
#include "base/status_line.h"
#include "report/escape.h"
#include "run/interrupt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define SECOND UINT64_C(1000000000)
/* What runs longer than this many seconds says for how long. */
#define SLOW 2
/* Columns that are worth showing of a path. */
#define PATH_LEAST 8

static void print_seconds(FILE *out, uint64_t ns)
{
	uint64_t s = ns / SECOND;

	if (s < 60)
		fprintf(out, "%" PRIu64 "s", s);
	else
		fprintf(out, "%" PRIu64 "m%02us", s / 60, (unsigned int)(s % 60));
}

/* "[ 12/343] 3s, 1 failed" */
static char *head_text(const struct progress *p, uint64_t now)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);
	int digits = snprintf(NULL, 0, "%zu", p->n);

	fprintf(out, "[%*zu/%zu] ", digits, p->ended, p->n);
	print_seconds(out, now - p->started);
	if (p->failed)
		fprintf(out, ", %zu failed", p->failed);
	fclose(out);
	return text;
}

/* What follows the path: " for 5s, and 1 more" */
static char *tail_text(const struct progress *p, uint64_t now)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	if (now - p->running->since >= SLOW * SECOND) {
		fputs(" for ", out);
		print_seconds(out, now - p->running->since);
	}
	if (p->n_running > 1)
		fprintf(out, ", and %zu more", p->n_running - 1);
	fclose(out);
	return text;
}

static char *escaped(const char *s)
{
	char *text;
	size_t len;
	FILE *out = xmemstream(&text, &len);

	escape_plain(out, s);
	fclose(out);
	return text;
}

/* A path that is too long is cut where it begins: its end tells more. */
static void print_running(FILE *out, const struct progress *p, uint64_t now, size_t room)
{
	char *id = escaped(p->running->id), *tail = tail_text(p, now);
	size_t columns = text_columns(id), rest = text_columns(tail) + 2;

	if (columns + rest <= room)
		fprintf(out, ": %s%s", id, tail);
	else if (rest + PATH_LEAST <= room)
		fprintf(out, ": ..%s%s", text_last_columns(id, room - rest - 2), tail);
	free(id);
	free(tail);
}

char *progress_text(const struct progress *p, uint64_t now, size_t room)
{
	char *head = head_text(p, now), *text;
	size_t len, columns;
	FILE *out = xmemstream(&text, &len);

	columns = strlen(head);
	fprintf(out, "%.*s", (int)(columns < room ? columns : room), head);
	columns = columns < room ? columns : room;
	if (interrupt_seen() && columns + strlen(": interrupted") <= room)
		fputs(": interrupted", out);
	else if (p->n_running && !interrupt_seen())
		print_running(out, p, now, room - columns);
	fclose(out);
	free(head);
	return text;
}

/* Between two scenarios nothing is drawn: the next one is about to start. */
static void look(struct onlooker *o)
{
	struct progress *p = (struct progress *)o;
	size_t room = status_line_room(p->out);
	char *text;

	if (!room || !p->n_running)
		return;
	text = progress_text(p, clock_now(), room);
	status_line_draw(p->out, text);
	free(text);
}

static void started(struct onlooker *o, const struct scenario *s)
{
	struct progress *p = (struct progress *)o;

	*ARRAY_PUSH(p->running, p->n_running) = (struct running){ s->id, clock_now() };
	look(o);
}

static void ended(struct onlooker *o, const struct scenario *s, enum outcome outcome)
{
	struct progress *p = (struct progress *)o;
	size_t i = 0;

	p->ended++;
	p->failed += outcome == OUTCOME_FAIL || outcome == OUTCOME_ERROR;
	while (i < p->n_running && p->running[i].id != s->id)
		i++;
	if (i == p->n_running)
		return;
	p->n_running--;
	memmove(&p->running[i], &p->running[i + 1], (p->n_running - i) * sizeof(*p->running));
}

void progress_begin(struct progress *p, FILE *out, size_t n)
{
	*p = (struct progress){ .onlooker = { .started = started, .ended = ended, .look = look },
				.out = out,
				.started = clock_now(),
				.n = n };
}

void progress_end(struct progress *p)
{
	status_line_erase();
	free(p->running);
	*p = (struct progress){};
}
