/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "run/stream.h"

#include "run/internal.h"

#include <inttypes.h>
#include <string.h>

static const struct span nowhere;

/* A map that is looked over after each frame. */
struct watched {
	struct map *map;
	const struct object_map *type;
	struct map_view view;
};

struct watch {
	struct arena arenas[2]; /* the views before and after take turns */
	unsigned int turn;
	struct watched *maps;
	size_t n;
	struct map_change *changes;
	size_t n_changes;
};

static void watch_begin(struct life *l, struct watch *w)
{
	const struct life_node *n = &l->nodes[0];
	struct arena *a = &l->result->arena;

	for (size_t i = 0; i < n->node->n_objects; i++)
		for (size_t j = 0; j < n->node->objects[i].file->n_maps; j++) {
			const struct object_map *type = &n->node->objects[i].file->maps[j];
			struct map *m = instance_map(n->instance, i, type->name);
			struct map_view view;

			if (!m || m->frozen || map_snapshot(m, &w->arenas[0], 0, &view))
				continue;
			*ARENA_PUSH(a, w->maps, w->n) = (struct watched){ m, type, view };
		}
}

static void add_change(struct watch *w, const struct watched *m, const struct map_entry *before,
		       const struct map_entry *after, const struct life *l)
{
	struct arena *a = &w->arenas[w->turn];
	struct judged_map jm = { .type = m->type,
				 .values = &l->scenario->values,
				 .n_cpus = m->map->n_cpus };

	*ARENA_PUSH(a, w->changes, w->n_changes) = (struct map_change){
		.map = m->map->name,
		.before = before ? judged_entry_text(&jm, before, a) : NULL,
		.after = after ? judged_entry_text(&jm, after, a) : NULL,
	};
}

/* Which of two sorted views has the next key: < 0 @before at @i, > 0 @after at @j, 0 both. */
static int next_key(const struct map_view *before, size_t i, const struct map_view *after, size_t j,
		    size_t key_size)
{
	if (i == before->n)
		return 1;
	if (j == after->n)
		return -1;
	return memcmp(before->entries[i].key, after->entries[j].key, key_size);
}

static void compare_views(struct watch *w, const struct watched *m, const struct map_view *after,
			  const struct life *l)
{
	const struct map_view *before = &m->view;
	size_t i = 0, j = 0;

	while (i < before->n || j < after->n) {
		int order = next_key(before, i, after, j, m->map->key_size);

		if (order < 0)
			add_change(w, m, &before->entries[i], NULL, l);
		else if (order > 0)
			add_change(w, m, NULL, &after->entries[j], l);
		else if (memcmp(before->entries[i].value, after->entries[j].value,
				m->map->value_room) != 0)
			add_change(w, m, &before->entries[i], &after->entries[j], l);
		i += order <= 0;
		j += order >= 0;
	}
}

static void watch_step(struct watch *w, const struct life *l)
{
	w->turn = !w->turn;
	arena_free(&w->arenas[w->turn]);
	w->changes = NULL;
	w->n_changes = 0;
	for (size_t i = 0; i < w->n; i++) {
		struct map_view after;

		if (map_snapshot(w->maps[i].map, &w->arenas[w->turn], 0, &after))
			continue;
		compare_views(w, &w->maps[i], &after, l);
		w->maps[i].view = after;
	}
}

/* The one step of a stream has a result only for what should be known of its capture. */
static void say_what_was_met(struct life *l, const struct capture *c, const struct offloads *o)
{
	struct step_result met = {};

	if (capture_default_ethernet(c))
		step_note(l, &met, "%s", capture_default_ethernet(c));
	offloads_note(o, l, &met, false);
	for (size_t i = 0; i < met.n_notes; i++)
		diag(&l->result->diags, DIAG_NOTE, nowhere, "%s", met.notes[i]);
}

static int stream_frames(struct life *l, const struct step *step, struct capture *c,
			 struct test_run *run, const struct stream_options *options)
{
	struct diags *d = &l->result->diags;
	struct watch watch = {};
	struct arena words = {};
	struct capture_frame f;
	struct offloads offloads;
	uint64_t cut = 0;
	int status = 0, more = 1;

	offloads_begin(&offloads, l, step);
	if (options->map_changes)
		watch_begin(l, &watch);
	while (!status && (more = capture_next(d, c, &f)) == 1) {
		struct streamed_frame out = { .frame = &f };
		struct observation o;

		if (f.len < f.wire_len) {
			cut++;
			continue;
		}
		offloads_look(&offloads, &f);
		run_frame(run, f.data, f.len, &o);
		out.observed = &o;
		if (o.error)
			out.refusal = test_run_refusal(run, &words);
		if (options->map_changes) {
			watch_step(&watch, l);
			out.changes = watch.changes;
			out.n_changes = watch.n_changes;
		}
		status = options->frame(options->arg, &out);
		arena_free(&words);
	}
	if (cut)
		diag(d, DIAG_WARNING, nowhere,
		     "%" PRIu64 " frame%s of %s cut by the snap length and not run", cut,
		     cut == 1 ? "" : "s", step->capture);
	say_what_was_met(l, c, &offloads);
	arena_free(&watch.arenas[0]);
	arena_free(&watch.arenas[1]);
	return more < 0 ? -1 : status;
}

int session_stream(struct session *s, const struct scenario *scenario, const struct step *step,
		   const struct stream_options *options, struct scenario_result *result)
{
	struct life l;
	struct capture *c = NULL;
	struct test_run run;
	int status = -1;

	if (!life_begin(s, scenario, result, &l)) {
		c = step_open_capture(&l, step);
		if (c && !run_prepare(&l, step, &run))
			status = stream_frames(&l, step, c, &run, options);
	}
	capture_close(c);
	return result->diags.errors ? -1 : status;
}
