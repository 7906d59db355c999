/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Frames of a failure, left as captures: results/frames/SCENARIO/step-N.in.pcap and .out.pcap. */
#include "run/internal.h"

#include "base/errno_names.h"
#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

/* A scenario's id as a path below the results: nothing leads out of it or needs quoting. */
static const char *folder_of(struct life *l)
{
	char *path = arena_strdup(&l->result->arena, l->scenario->id);

	for (char *p = path; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr("._-/", *p))
			*p = '_';
	for (char *p = path; (p = strstr(p, "..")); p += 2)
		p[0] = p[1] = '_';
	return arena_printf(&l->result->arena, "%s/frames/%s", l->session->options.results,
			    path + strspn(path, "/"));
}

void artifacts_begin(struct artifacts *a, struct life *l, const struct step *step)
{
	*a = (struct artifacts){ .step = step->number };
	if (l->session->options.results && !l->unmet)
		a->dir = folder_of(l);
}

static void cannot_write(struct artifacts *a, struct life *l, const char *path, int err)
{
	diag(&l->result->diags, DIAG_WARNING, (struct span){}, "cannot write %s: %s", path,
	     errno_text(err));
	capture_abandon(a->in);
	capture_abandon(a->out);
	*a = (struct artifacts){};
}

static int open_writers(struct artifacts *a, struct life *l)
{
	struct arena *arena = &l->result->arena;
	int err = folder_make(a->dir);

	a->in_path = arena_printf(arena, "%s/step-%zu.in.pcap", a->dir, a->step);
	a->out_path = arena_printf(arena, "%s/step-%zu.out.pcap", a->dir, a->step);
	if (!err)
		a->in = capture_create(a->in_path, &err);
	if (a->in)
		a->out = capture_create(a->out_path, &err);
	if (a->out)
		return 0;
	cannot_write(a, l, a->in_path, err);
	return -1;
}

void artifacts_add(struct artifacts *a, struct life *l, uint64_t time, const struct observation *o)
{
	int err;

	if (!a->dir || (!a->in && open_writers(a, l)))
		return;
	err = capture_write(a->in, time, o->in, o->in_len);
	if (!err && o->out)
		err = capture_write(a->out, time, o->out, o->out_len);
	if (err)
		cannot_write(a, l, a->in_path, err);
}

void artifacts_end(struct artifacts *a, struct life *l, struct step_result *r)
{
	int err;

	if (!a->in)
		return;
	err = capture_finish(a->in);
	if (!err)
		r->frames_in = a->in_path;
	a->in = NULL;
	if (err) {
		cannot_write(a, l, a->in_path, err);
		return;
	}
	err = capture_finish(a->out);
	if (!err)
		r->frames_out = a->out_path;
	a->out = NULL;
	if (err)
		cannot_write(a, l, a->out_path, err);
}
