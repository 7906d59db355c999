/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "cli/run_info.h"

#include "base/errno_names.h"
#include "base/sha256.h"
#include "base/shell.h"
#include "base/text_stream.h"
#include "cli/command.h"
#include "run/environment.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

static uint64_t wall_clock(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

struct objects {
	struct run_object *items;
	size_t n;
};

static void add_object(struct objects *objects, const struct scenario_object *object,
		       struct arena *arena, struct diags *d)
{
	const char *path = object->file->path;
	struct run_object *o;
	char hex[SHA256_HEX];
	struct stat st;
	int err;

	for (size_t i = 0; i < objects->n; i++)
		if (!strcmp(objects->items[i].path, path))
			return;
	err = sha256_file(path, hex);
	if (err || stat(path, &st)) {
		diag(d, DIAG_ERROR, object->where, "cannot read %s: %s", path,
		     errno_text(err ? err : -errno));
		return;
	}
	o = ARENA_PUSH(arena, objects->items, objects->n);
	o->path = arena_strdup(arena, path);
	o->sha256 = arena_strdup(arena, hex);
	o->size = (uint64_t)st.st_size;
}

static void find_objects(struct objects *objects, const struct suite *suite, struct arena *arena,
			 struct diags *d)
{
	for (size_t i = 0; i < suite->n; i++)
		for (size_t j = 0; j < suite->scenarios[i]->n_nodes; j++) {
			const struct scenario_node *node = &suite->scenarios[i]->nodes[j];

			for (size_t k = 0; k < node->n_objects; k++)
				add_object(objects, &node->objects[k], arena, d);
		}
}

static const char *fingerprint(const struct suite *suite, struct arena *arena)
{
	char hex[SHA256_HEX];

	suite_fingerprint(suite, hex);
	return arena_strdup(arena, hex);
}

/* As it would be typed for all shards at once, to a terminal. */
static const char *suite_command(const struct run_options *o, struct arena *arena)
{
	const struct command *c = command_find("run");
	struct text_stream t;

	text_stream_open(&t);
	fprintf(t.out, "verdict %s", c->name);
	options_again(t.out, &c->options, o);
	options_choosing(t.out, &c->options, o);
	for (size_t i = 0; i < o->common.args.n; i++) {
		fputc(' ', t.out);
		shell_word(t.out, o->common.args.items[i]);
	}
	return text_stream_close(&t, arena);
}

void run_info_make(struct run_info *info, const struct suite *suite, const struct run_options *o,
		   struct arena *arena, struct diags *d)
{
	struct objects objects = {};
	struct utsname uts = {};

	uname(&uts);
	find_objects(&objects, suite, arena, d);
	*info = (struct run_info){ .version = VERSION,
				   .kernel = arena_strdup(arena, uts.release),
				   .machine = arena_strdup(arena, uts.machine),
				   .command = o->common.command_line,
				   .started = wall_clock(),
				   .n_scenarios = suite->n,
				   .shuffled = o->shuffle.given,
				   .seed = o->shuffle.value,
				   .column = o->column,
				   .suite = { .n_scenarios = suite->n,
					      .sha256 = fingerprint(suite, arena),
					      .command = suite_command(o, arena) },
				   .repeat = o->repeat.given ? (unsigned int)o->repeat.value : 1,
				   .objects = objects.items,
				   .n_objects = objects.n };
	environment_read(&info->environment, arena);
}
